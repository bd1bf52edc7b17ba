"""Server-sent events for integrators: `GET /v1/events` (HTML standard, clause 9.2).

event: alerts | sensors | status
data: what the websocket says of it, one JSON object
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

from tocsin.outputs.refusal import Refusal, refused
from tocsin.outputs.web.board import Kind
from tocsin.outputs.web.gate import HOW, Gate
from tocsin.outputs.web.hub import Hub
from tocsin.outputs.web.sessions import address_of
from tocsin.outputs.web.watched import Watched

_EVENTS = {
    Kind.ALERTS: "alerts",
    Kind.STATUS: "status",
    Kind.SENSORS: "sensors",
    Kind.SENSOR_SUMMARY: "sensors",
}
_HEARTBEAT_S = 15.0


def add_event_stream(app: FastAPI, gate: Gate, watched: Watched) -> None:
    """Adds the path to an API."""

    @app.get("/v1/events", response_class=StreamingResponse)
    async def events(request: Request) -> Response:
        stack = AsyncExitStack()
        try:
            visitor = await gate.visitor(request)
            if visitor is None and gate.is_closed:
                raise Refusal(401, HOW)
            stack.enter_context(watched.seats.seat(address_of(request)))
            hub = await stack.enter_async_context(watched.hub(None))
        except Refusal as refusal:
            await stack.aclose()
            return refused(refusal)
        hidden = Kind.SENSORS if visitor is None else Kind.SENSOR_SUMMARY
        listener = _Listener(hub, [kind for kind in _EVENTS if kind is not hidden])
        headers = {"Cache-Control": "no-store"}
        return StreamingResponse(listener.events(stack), media_type="text/event-stream", headers=headers)


class _Listener:
    def __init__(self, hub: Hub, kinds: list[Kind]) -> None:
        self._hub, self._kinds = hub, kinds
        self._told: dict[Kind, int] = {}
        self._woken = asyncio.Event()

    def wake(self) -> None:
        self._woken.set()

    async def events(self, until: AsyncExitStack) -> AsyncIterator[str]:
        """Text of the stream, for as long as somebody reads it."""
        async with until:
            self._hub.join(self)
            try:
                await self._hub.look()
                while not self._hub.is_over:
                    self._woken.clear()
                    for text in self._new():
                        yield text
                    try:
                        await asyncio.wait_for(self._woken.wait(), _HEARTBEAT_S)
                    except TimeoutError:
                        yield ": still here\n\n"
            finally:
                self._hub.leave(self)

    def _new(self) -> list[str]:
        texts = []
        for kind in self._kinds:
            note = self._hub.board.note(kind)
            if note is not None and note.version != self._told.get(kind):
                self._told[kind] = note.version
                texts.append(f"event: {_EVENTS[kind]}\ndata: {note.text}\n\n")
        return texts
