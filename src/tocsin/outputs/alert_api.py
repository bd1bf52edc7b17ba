"""The part of the API through which people act on alerts.

    GET  /v1/alerts             every open alert, with who answers for it
    GET  /v1/alerts/ID          all its messages, and all that was done about it
    GET  /v1/alerts/ID/why      why a message was sent (?version=N, else the first of its loudest level)
    POST /v1/alerts/ID/VERB     acknowledge, escalate, hand_over, cancel, confirm, mark, unmark
    POST /v1/alerts/test        an alert that says that it is a test

Those of a recording are got with ?recording=NAME (and &time_s=T). What is posted asks for a login:
`Authorization: Bearer TOKEN` (RFC 6750), or the console's session. An answer is 200 once it is done and kept,
else an error that says why it is not: 401 nobody is logged in, 403 another unit owns it, 404 no such alert,
409 somebody did it before, 410 the alert is over, 422 something is missing, 429 too many failures, 503 busy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from tocsin.outputs.refusal import Refusal, json_body, refused
from tocsin.outputs.web.gate import Gate, Visitor
from tocsin.outputs.web.source import AlertStories, Archive
from tocsin.units import seconds_to_nanoseconds

_TEST = "test"


class AlertView(AlertStories, Protocol):
    """What the API tells and takes of alerts; called in threads of its own."""

    def act(self, visitor: Visitor, verb: str, alert_id: str, payload: bytes) -> dict[str, Any]:
        """Does what an operator asks. Raises Refusal."""


def add_alert_routes(app: FastAPI, view: AlertView, gate: Gate, archive: Archive | None = None) -> None:
    """Adds the paths to an API."""

    def stories(recording: str | None, time_s: float | None) -> AlertStories:
        if recording is None:
            return view
        if archive is None:
            raise Refusal(404, "there are no recordings here")
        return archive.stories(recording, None if time_s is None else seconds_to_nanoseconds(time_s))

    @app.get("/v1/alerts")
    def alerts(recording: str | None = None, time_s: float | None = None) -> Response:
        return _answered(lambda: stories(recording, time_s).alerts())

    @app.get("/v1/alerts/{alert_id}")
    def alert(alert_id: str, recording: str | None = None, time_s: float | None = None) -> Response:
        return _answered(lambda: stories(recording, time_s).alert(alert_id))

    @app.get("/v1/alerts/{alert_id}/why")
    def why(
        alert_id: str, version: int | None = None, recording: str | None = None, time_s: float | None = None
    ) -> Response:
        return _answered(lambda: stories(recording, time_s).why(alert_id, version))

    @app.post("/v1/alerts/test")
    async def test(request: Request) -> Response:
        return await _act(request, view, gate, _TEST, "")

    @app.post("/v1/alerts/{alert_id}/{verb}")
    async def act(request: Request, alert_id: str, verb: str) -> Response:
        return await _act(request, view, gate, verb, alert_id)


async def _act(request: Request, view: AlertView, gate: Gate, verb: str, alert_id: str) -> Response:
    try:
        visitor, payload = await gate.operator(request), await json_body(request)
    except Refusal as refusal:
        return refused(refusal)
    return await run_in_threadpool(_answered, lambda: view.act(visitor, verb, alert_id, payload))


def _answered(answer: Callable[[], Any]) -> Response:
    try:
        return JSONResponse(answer())
    except Refusal as refusal:
        return refused(refusal)
