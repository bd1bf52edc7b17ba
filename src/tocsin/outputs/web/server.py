"""Serves an ASGI application on a socket: the one way in which the API and the console are served."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import cast

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

from tocsin.outputs.web.listener import BoundedListener
from tocsin.outputs.web.stream import MOST_MESSAGE_BYTES

LOOPBACK = "127.0.0.1"
_FIRST_REQUEST_S = 10.0
_LONGEST_STOP_S = 3


def bound(host: str, port: int, most: int, most_of_one: int, remedy: str) -> BoundedListener:
    """A socket that listens there. Raises OSError, which names the port and the remedy, where it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = BoundedListener(family, most, most_of_one)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        reason = f"port {port} of {host} can't be had ({error.strerror}); is tocsin running already?"
        raise OSError(error.errno, f"{reason} {remedy}") from None
    return listener


@asynccontextmanager
async def serving(
    app: ASGIApp, listener: BoundedListener, encryption: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    """Serves while it is entered, and then closes the listener; gives its port."""
    config = uvicorn.Config(
        app, http=Impatient, ws=Parting, loop="asyncio", lifespan="off", log_config=None,
        log_level="error", access_log=False, server_header=False, proxy_headers=False,
        ws_max_size=MOST_MESSAGE_BYTES, ws_per_message_deflate=False,
        timeout_graceful_shutdown=_LONGEST_STOP_S,
    )  # fmt: skip
    config.load()
    config.ssl = encryption
    server = QuietServer(config)
    running = asyncio.create_task(server.serve(sockets=[cast("socket.socket", listener)]))
    try:
        while not server.started and not running.done():
            await asyncio.sleep(0.01)
        yield int(listener.getsockname()[1])
    finally:
        server.should_exit = True
        await running
        listener.close()


class QuietServer(uvicorn.Server):
    """One that leaves signals to whoever runs it."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


class Parting(WebSocketsSansIOProtocol):
    """A websocket whose other side may say goodbye while the server stops.

    Over TLS that takes a while: uvicorn would say goodbye a second time, which is an error that ends its stop
    before the other connections are closed.
    """

    def shutdown(self) -> None:
        """Closes it, as the server stops; where they said goodbye, that is under way."""
        is_closing = self.handshake_complete and self.conn.state is not State.OPEN
        if self.close_sent or not is_closing:
            super().shutdown()


class Impatient(H11Protocol):
    """Closes a connection on which no request came in good time."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        asyncio.get_running_loop().call_later(_FIRST_REQUEST_S, self._close_if_silent)

    def _close_if_silent(self) -> None:
        has_asked = getattr(self, "scope", None) is not None
        if self.transport.get_protocol() is self and not has_asked:
            self.transport.close()
