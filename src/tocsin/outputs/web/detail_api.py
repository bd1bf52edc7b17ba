"""The part of the API that the console asks beside the stream; docs/console-api.md says what each path gives.

    GET /v1/zones   PUT /v1/zones   GET /v1/coverage   GET /v1/layers   GET /v1/layers/NAME
    GET /v1/tracks/ID   GET /v1/shift   GET /v1/alerts/ID/report
    GET /v1/recordings   GET /v1/recordings/NAME/events

With `?recording=NAME&time_s=T` of a recording as it was then, else of the running service.
"""

from __future__ import annotations

import json
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from tocsin.outputs.refusal import Refusal, json_body, refused
from tocsin.outputs.web.details import Attachment, Details, Library, ZoneKeeper
from tocsin.outputs.web.gate import Gate, Visitor
from tocsin.units import seconds_to_nanoseconds

_GEOJSON = "application/geo+json"
_MOST_TIME_S = 9e9
MOST_BYTES = 2_000_000
"""Of zones that are sent."""


@dataclass(frozen=True, slots=True)
class DetailDoor:
    """Who answers, behind a gate."""

    gate: Gate
    live: Details | None = None
    library: Library | None = None
    zones: ZoneKeeper | None = None

    def of(self, recording: str | None, time_s: float | None) -> Details:
        """Whose details are meant. Raises Refusal."""
        if recording is not None:
            return self.books().details(recording, moment(time_s))
        if self.live is None:
            raise Refusal(404, "no service runs here: say which ?recording=NAME, see /v1/recordings")
        return self.live

    def books(self) -> Library:
        """The recordings. Raises Refusal where there are none to watch."""
        if self.library is None:
            raise Refusal(404, "there are no recordings here")
        return self.library


def moment(time_s: float | None) -> int | None:
    """A time as it is asked for. Raises Refusal."""
    if time_s is None:
        return None
    if not math.isfinite(time_s) or not 0.0 <= time_s <= _MOST_TIME_S:
        raise Refusal(422, "time_s: UTC seconds since 1970")
    return seconds_to_nanoseconds(time_s)


def add_detail_routes(
    app: FastAPI, gate: Gate, live: Details | None = None, library: Library | None = None,
    zones: ZoneKeeper | None = None,
) -> None:  # fmt: skip
    """Adds the paths to an API: `live` and `zones` where a service runs."""
    door = DetailDoor(gate, live, library, zones)
    _add_places(app, door)
    _add_alerted(app, door)
    _add_recordings(app, door)


def _add_places(app: FastAPI, door: DetailDoor) -> None:
    @app.get("/v1/zones")
    async def zones(request: Request, recording: str | None = None, time_s: float | None = None) -> Response:
        return await _answered(door, request, lambda: door.of(recording, time_s).zones(), media_type=_GEOJSON)

    @app.put("/v1/zones")
    async def put_zones(request: Request) -> Response:
        async def taken(visitor: Visitor | None) -> Callable[[], Any]:
            payload = await json_body(request, MOST_BYTES)
            if door.zones is None or visitor is None:
                raise Refusal(409, "no service runs here whose zones could change")
            keeper = door.zones
            return lambda: keeper.replace_zones(visitor, payload)

        return await _asked(door, request, taken, needs_login=True)

    @app.get("/v1/coverage")
    async def coverage(
        request: Request, recording: str | None = None, time_s: float | None = None
    ) -> Response:
        answer = lambda: door.of(recording, time_s).coverage()  # noqa: E731
        return await _answered(door, request, answer, needs_login=True, media_type=_GEOJSON)

    @app.get("/v1/layers")
    async def layers(request: Request, recording: str | None = None) -> Response:
        return await _answered(door, request, lambda: door.of(recording, None).layers())

    @app.get("/v1/layers/{name}")
    async def layer(request: Request, name: str, recording: str | None = None) -> Response:
        answer = lambda: door.of(recording, None).layer(name)  # noqa: E731
        return await _answered(door, request, answer, media_type=_GEOJSON)


def _add_alerted(app: FastAPI, door: DetailDoor) -> None:
    @app.get("/v1/tracks/{track_id}")
    async def track(
        request: Request, track_id: str, recording: str | None = None, time_s: float | None = None
    ) -> Response:
        return await _answered(door, request, lambda: door.of(recording, time_s).track(track_id))

    @app.get("/v1/shift")
    async def shift(
        request: Request, since_s: float | None = None, recording: str | None = None,
        time_s: float | None = None,
    ) -> Response:  # fmt: skip
        def answer() -> dict[str, Any]:
            moment(since_s)
            return door.of(recording, time_s).shift(since_s)

        return await _answered(door, request, answer, needs_login=True)

    @app.get("/v1/alerts/{alert_id}/report")
    async def report(
        request: Request, alert_id: str, recording: str | None = None, time_s: float | None = None
    ) -> Response:
        answer = lambda: door.of(recording, time_s).report(alert_id)  # noqa: E731
        return await _answered(door, request, answer, needs_login=True)


def _add_recordings(app: FastAPI, door: DetailDoor) -> None:
    @app.get("/v1/recordings")
    async def recordings(request: Request) -> Response:
        return await _answered(door, request, lambda: door.library.recordings() if door.library else [])

    @app.get("/v1/recordings/{name}/events")
    async def events(request: Request, name: str) -> Response:
        async def given(visitor: Visitor | None) -> Callable[[], Any]:
            return lambda: _told(door.books().events(name), visitor)

        return await _asked(door, request, given, needs_login=False)


def _told(events: list[dict[str, Any]], visitor: Visitor | None) -> list[dict[str, Any]]:
    """How sensors are is for those who are logged in."""
    return [event for event in events if visitor is not None or event["kind"] != "sensor"]


async def _answered(
    door: DetailDoor, request: Request, answer: Callable[[], Any], needs_login: bool = False,
    media_type: str | None = None,
) -> Response:  # fmt: skip
    async def given(_: Visitor | None) -> Callable[[], Any]:
        return answer

    return await _asked(door, request, given, needs_login, media_type)


async def _asked(
    door: DetailDoor,
    request: Request,
    given: Callable[[Visitor | None], Awaitable[Callable[[], Any]]],
    needs_login: bool,
    media_type: str | None = None,
) -> Response:
    """Lets in who may come in, and answers in a thread of its own."""
    try:
        visitor = await (door.gate.operator(request) if needs_login else door.gate.visitor(request))
        answer = await given(visitor)
        return await run_in_threadpool(lambda: _response(answer(), media_type))
    except Refusal as refusal:
        return refused(refusal)


def _response(found: Any, media_type: str | None) -> Response:
    if isinstance(found, Attachment):
        headers = {"Content-Disposition": f'attachment; filename="{found.name}"'}
        return Response(found.content, media_type="application/zip", headers=headers)
    if isinstance(found, bytes):
        return Response(found, media_type=media_type)
    if media_type is not None:
        return Response(json.dumps(found, allow_nan=False), media_type=media_type)
    return JSONResponse(found)
