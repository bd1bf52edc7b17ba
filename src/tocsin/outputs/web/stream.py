"""The websocket of the console: `/v1/stream`, `/v1/stream?recording=NAME&time_s=T`.

Who sends what is not in docs/console-api.md, or too much of it, is let go with code 1008 and the reason; the
others notice nothing.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Annotated, Literal

from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from tocsin.outputs.beside import until_one_ends
from tocsin.outputs.refusal import Refusal, refused
from tocsin.outputs.web.gate import HOW, Gate, Visitor
from tocsin.outputs.web.hub import Hub
from tocsin.outputs.web.limits import Rate
from tocsin.outputs.web.sessions import address_of
from tocsin.outputs.web.watched import Watched
from tocsin.outputs.web.watcher import Watcher
from tocsin.units import seconds_to_nanoseconds

MOST_MESSAGE_BYTES = 4096
_MOST_MESSAGES, _WITHIN_S = 20, 1.0
_ASK_AGAIN_S = 5.0
"""So often it is asked whether who is logged in still is."""
_POLICY_VIOLATION = 1008
_FASTEST = 1000.0


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class _Play(_Sent):
    type: Literal["play"]
    speed: float = Field(gt=0, le=_FASTEST)


class _Pause(_Sent):
    type: Literal["pause"]


class _Seek(_Sent):
    type: Literal["seek"]
    time_s: float = Field(ge=0, le=1e11)


class _Seen(_Sent):
    type: Literal["seen"]
    sequence: int = Field(ge=0, lt=2**32)


_SENT: TypeAdapter[_Play | _Pause | _Seek | _Seen] = TypeAdapter(
    Annotated[_Play | _Pause | _Seek | _Seen, Field(discriminator="type")]
)


class _Violation(Exception):
    """Something that no client of ours does."""


def add_stream(app: FastAPI, gate: Gate, watched: Watched) -> None:
    """Adds the websocket to an API."""

    @app.websocket("/v1/stream")
    async def stream(socket: WebSocket, recording: str | None = None, time_s: float | None = None) -> None:
        try:
            visitor = await gate.visitor(socket)
            if visitor is None and gate.is_closed:
                raise Refusal(401, HOW)
            with watched.seats.seat(address_of(socket)):
                async with watched.hub(recording, time_s) as hub:
                    await _Client(socket, gate, visitor, hub).serve()
        except Refusal as refusal:
            await socket.send_denial_response(refused(refusal))


class _Client:
    """One websocket while it is open."""

    def __init__(self, socket: WebSocket, gate: Gate, visitor: Visitor | None, hub: Hub) -> None:
        self._socket, self._gate, self._visitor, self._hub = socket, gate, visitor, hub
        self._watcher = Watcher(hub, socket, is_operator=visitor is not None)

    async def serve(self) -> None:
        """Until one side ends it."""
        await self._socket.accept()
        try:
            await until_one_ends(self._watcher.run(), self._listen(), self._ask_again())
        except _Violation as why:
            with suppress(TimeoutError, WebSocketDisconnect):
                async with asyncio.timeout(1.0):
                    await self._socket.close(_POLICY_VIOLATION, str(why)[:120])
        except (TimeoutError, WebSocketDisconnect):
            pass  # it does not read, or it is gone

    async def _listen(self) -> None:
        rate = Rate(_MOST_MESSAGES, _WITHIN_S)
        while True:
            received = await self._socket.receive()
            if received["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(received.get("code", 1006))
            if rate.is_used_up:
                raise _Violation(f"more than {_MOST_MESSAGES} messages a second")
            rate.note()
            await self._take(received.get("text"))

    async def _take(self, text: str | None) -> None:
        try:
            sent = _SENT.validate_json(text or "")
        except ValidationError as error:
            raise _Violation(f"not understood: {error.errors()[0]['msg']}") from None
        if isinstance(sent, _Seen):
            if not self._watcher.seen(sent.sequence):
                raise _Violation(f"frame {sent.sequence} was never sent")
            return
        try:
            await asyncio.to_thread(self._steer, sent)
        except Refusal as refusal:
            await self._watcher.say(str(refusal))
        await self._hub.look()

    def _steer(self, sent: _Play | _Pause | _Seek) -> None:
        source = self._hub.source
        match sent:
            case _Play():
                source.play(sent.speed)
            case _Pause():
                source.pause()
            case _Seek():
                source.seek(seconds_to_nanoseconds(sent.time_s))

    async def _ask_again(self) -> None:
        while True:
            await asyncio.sleep(_ASK_AGAIN_S)
            try:
                is_same = await self._gate.visitor(self._socket) == self._visitor
            except Refusal:
                is_same = False
            if not is_same:
                raise _Violation("logged out, or no operator any more")
