"""What the tests of delivery share: a real HTTP server that behaves badly, and a real book."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.brokers import HERE
from tests.outputs.messages import MESSAGE, make_site

from tocsin.clock import WallClock
from tocsin.config.receivers import Receiver
from tocsin.config.site import Site
from tocsin.model.alerts import AlertMessage
from tocsin.model.deliveries import ReceiverReport
from tocsin.outputs.delivery.dispatcher import Dispatcher
from tocsin.recording.alert_book import AlertBook
from tocsin.recording.delivery_book import DeliveryBook

_PATIENCE_S = 15.0


@dataclass(frozen=True)
class Posted:
    """A request that came."""

    headers: dict[str, str]
    body: bytes

    @property
    def key(self) -> str:
        return self.headers.get("idempotency-key", "")


class HttpServer:
    """Answers with these statuses, one a request and the last for all others; 0 hangs, -1 hangs up."""

    def __init__(self, *statuses: int, tls: ssl.SSLContext | None = None) -> None:
        self.statuses = list(statuses) or [204]
        self.got: list[Posted] = []
        self.port = 0
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._writers: list[asyncio.StreamWriter] = []

    @property
    def address(self) -> str:
        return f"http{'s' if self._tls else ''}://{HERE}:{self.port}/alerts"

    @property
    def keys(self) -> list[str]:
        return [posted.key for posted in self.got if posted.key]

    async def __aenter__(self) -> HttpServer:
        self._server = await asyncio.start_server(self._answer, HERE, self.port, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        try:
            while await self._one(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:]
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.got.append(Posted(headers, body))
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status == -1:
            return False
        if status == 0:
            await reader.read()
            return False
        said = b"not today" if status >= 300 else b""
        writer.write(f"HTTP/1.1 {status} Word\r\nContent-Length: {len(said)}\r\n\r\n".encode() + said)
        await writer.drain()
        return True


class Post:
    """A book that messages are written into, and a dispatcher that delivers them."""

    def __init__(self, folder: Path, *receivers: dict[str, Any], **place: Any) -> None:
        known = tuple(Receiver.model_validate(keys) for keys in receivers)
        self.site: Site = make_site(**place).model_copy(update={"receivers": known})
        self._path, self.troubles = folder / "alerts.sqlite", list[str]()
        self.book = AlertBook(self._path)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Post]:
        """Delivers while it is entered; may be entered again, as a service that starts again."""
        clock = WallClock()
        with DeliveryBook(self._path, clock.now_ns(), {"duty": "duty officer"}) as ledger:
            self.dispatcher = Dispatcher(self.site, ledger, clock)
            task = asyncio.create_task(
                self.dispatcher.run(lambda one: self.troubles.append(one.link.trouble))
            )
            try:
                yield self
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    def issue(self, *messages: AlertMessage) -> None:
        self.book.add(messages)
        self.dispatcher.wake()

    def report(self, number: int = 0) -> ReceiverReport:
        return self.dispatcher.couriers[number].report()

    async def until(self, holds: Callable[[], bool]) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while not holds():
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise AssertionError(
                f"never came to pass: {[c.report() for c in self.dispatcher.couriers]}"
            ) from None


def current(message: AlertMessage = MESSAGE, after_s: float = 0.0, **changes: Any) -> AlertMessage:
    """A message of a minute ago, as the clock of this machine has it."""
    shift_ns = WallClock().now_ns() - 60_000_000_000 - MESSAGE.issued_ns + round(after_s * 1e9)
    entry_ns = message.predicted_entry_ns
    return replace(
        message,
        issued_ns=message.issued_ns + shift_ns,
        expires_ns=message.expires_ns + shift_ns,
        predicted_entry_ns=None if entry_ns is None else entry_ns + shift_ns,
        **changes,
    )


def run(scene: Any) -> Any:
    return asyncio.run(scene)


def beats(posted: Sequence[Posted]) -> list[Any]:
    return [json.loads(one.body) for one in posted if one.headers.get("tocsin-message") == "heartbeat"]
