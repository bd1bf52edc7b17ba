"""The part of the API through which people act on alerts.

    GET  /v1/alerts             every open alert, with who answers for it
    GET  /v1/alerts/ID          all its messages, and all that was done about it
    GET  /v1/alerts/ID/why      why a message was sent (?version=N, else the first of its loudest level)
    POST /v1/alerts/ID/VERB     acknowledge, escalate, hand_over, cancel, confirm, mark, unmark
    POST /v1/alerts/test        an alert that says that it is a test

What is posted asks for `Authorization: Bearer TOKEN` (RFC 6750). An answer is 200 once it is done and kept,
else an error that says why it is not: 401 no such token, 403 another unit owns it, 404 no such alert, 409
somebody did it before, 410 the alert is over, 422 something is missing, 429 too many failures, 503 busy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from tocsin.outputs.refusal import Refusal, json_body, refused

_BEARER = "bearer "
_TEST = "test"


class AlertView(Protocol):
    """What the API tells and takes of alerts; called in threads of its own."""

    def alerts(self) -> list[dict[str, Any]]:
        """Every open alert."""

    def alert(self, alert_id: str) -> dict[str, Any]:
        """All of one alert. Raises Refusal."""

    def why(self, alert_id: str, version: int | None) -> dict[str, Any]:
        """Why a message was sent. Raises Refusal."""

    def act(self, token: str, verb: str, alert_id: str, payload: bytes) -> dict[str, Any]:
        """Does what an operator asks. Raises Refusal."""


def add_alert_routes(app: FastAPI, view: AlertView) -> None:
    """Adds the paths to an API."""
    app.get("/v1/alerts")(view.alerts)

    @app.get("/v1/alerts/{alert_id}")
    def alert(alert_id: str) -> Response:
        return _answered(lambda: view.alert(alert_id))

    @app.get("/v1/alerts/{alert_id}/why")
    def why(alert_id: str, version: int | None = None) -> Response:
        return _answered(lambda: view.why(alert_id, version))

    @app.post("/v1/alerts/test")
    async def test(request: Request) -> Response:
        return await _act(request, view, _TEST, "")

    @app.post("/v1/alerts/{alert_id}/{verb}")
    async def act(request: Request, alert_id: str, verb: str) -> Response:
        return await _act(request, view, verb, alert_id)


async def _act(request: Request, view: AlertView, verb: str, alert_id: str) -> Response:
    try:
        token, payload = _token(request), await json_body(request)
    except Refusal as refusal:
        return refused(refusal)
    return await run_in_threadpool(_answered, lambda: view.act(token, verb, alert_id, payload))


def _answered(answer: Callable[[], dict[str, Any]]) -> Response:
    try:
        return JSONResponse(answer())
    except Refusal as refusal:
        return refused(refusal)


def _token(request: Request) -> str:
    given = request.headers.get("authorization", "")
    if given[: len(_BEARER)].lower() != _BEARER:
        raise Refusal(401, "who asks? Send Authorization: Bearer TOKEN; `tocsin operator add` makes a token")
    return given[len(_BEARER) :].strip()
