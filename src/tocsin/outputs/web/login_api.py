"""The part of the API with which people log in.

POST /v1/login     {"token": "..."}: a session, in a cookie
POST /v1/logout    its end
GET  /v1/session   {"operator": {"name", "unit"} or null, "expires_s", "login_required"}
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from tocsin.outputs.refusal import Refusal, json_body, refused
from tocsin.outputs.web.gate import Gate, Visitor
from tocsin.outputs.web.sessions import Session, Sessions
from tocsin.units import nanoseconds_to_seconds


class Login(BaseModel):
    """What is sent."""

    model_config = ConfigDict(extra="forbid")
    token: str = Field(max_length=200)


_LOGIN = TypeAdapter(Login)


def add_login_routes(app: FastAPI, gate: Gate) -> None:
    """Adds the paths to an API; a gate without sessions, as of a demo, tells only who asks."""

    @app.get("/v1/session")
    async def session(request: Request) -> JSONResponse:
        try:
            visitor = await gate.visitor(request)
            known = await gate.session(request) if isinstance(gate, Sessions) else None
        except Refusal as refusal:
            return refused(refusal)
        return JSONResponse(_session_json(gate, visitor, known))

    if isinstance(gate, Sessions):
        _add_sessions(app, gate)


def operator_json(visitor: Visitor | None) -> dict[str, str] | None:
    """As the contract has it."""
    return None if visitor is None else visitor._asdict()


def _add_sessions(app: FastAPI, gate: Sessions) -> None:
    @app.post("/v1/login")
    async def login(request: Request) -> JSONResponse:
        try:
            sent = _LOGIN.validate_json(await json_body(request))
            identifier, session = await gate.log_in(request, sent.token)
        except ValidationError:
            return refused(Refusal(422, 'send {"token": "..."}'))
        except Refusal as refusal:
            return refused(refusal)
        visitor = Visitor(session.holder.name, session.holder.unit)
        answer = JSONResponse(_session_json(gate, visitor, session))
        gate.give_cookie(request, answer, identifier)
        return answer

    @app.post("/v1/logout")
    async def logout(request: Request) -> JSONResponse:
        answer = JSONResponse(_session_json(gate, None, None))
        try:
            gate.log_out(request, answer)
        except Refusal as refusal:
            return refused(refusal)
        return answer


def _session_json(gate: Gate, visitor: Visitor | None, session: Session | None) -> dict[str, Any]:
    expires_s = None if session is None else nanoseconds_to_seconds(session.expires_ns)
    return {
        "operator": operator_json(visitor),
        "expires_s": expires_s,
        "login_required": gate.is_closed,
    }
