"""The API and the console on their sockets: on this machine always, for others where the site says so."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI

from tocsin.clock import WallClock
from tocsin.config.console import ConsoleSection, parse_listen
from tocsin.config.logins import Login
from tocsin.config.tls import listening_context
from tocsin.outputs.alert_api import AlertView
from tocsin.outputs.service_api import LOOPBACK_NAMES, ServiceView, app_of
from tocsin.outputs.web.console import Part, add_console
from tocsin.outputs.web.gate import Gate
from tocsin.outputs.web.limits import Seats
from tocsin.outputs.web.listener import BoundedListener
from tocsin.outputs.web.server import LOOPBACK, bound, serving
from tocsin.outputs.web.sessions import Sessions
from tocsin.outputs.web.source import Archive, ConsoleSource
from tocsin.outputs.web.watched import Watched
from tocsin.runtime.operator_keys import OperatorKeys

_OTHER_PORT = "The site file's [service] port gives another"
_OTHER_LISTEN = "The site file's [console] listen gives another"
_SPARE_CONNECTIONS = 100


@dataclass(frozen=True)
class Served:
    """What is served. `parts` are open to all who may ask, `guarded` ask the gate themselves."""

    view: ServiceView
    alerts: AlertView
    source: ConsoleSource | None
    archive: Archive | None = None
    parts: Sequence[Callable[[FastAPI], None]] = ()
    guarded: Sequence[Part] = ()


@asynccontextmanager
async def serve(
    served: Served, settings: ConsoleSection, port: int, gate: Callable[[bool], Gate], clock: WallClock
) -> AsyncIterator[int]:
    """Serves while it is entered; gives the port on this machine. `gate` makes one that is closed, or not.

    Raises OSError, which names the port, where one is taken, and UnusableFile for a certificate.
    """
    seats = Seats(settings.most_clients, settings.most_clients_of_one_address)
    watched = Watched(served.source, served.archive, seats, clock)

    def app(closed: bool, names: Iterable[str]) -> FastAPI:
        keeper = gate(closed)
        made = app_of(served.view, served.alerts, keeper, tuple(names), served.archive)
        for part in served.parts:
            part(made)
        add_console(made, keeper, watched, settings, served.guarded)
        return made

    async with AsyncExitStack() as stack:
        most = 2 * settings.most_clients + _SPARE_CONNECTIONS
        listener = bound(LOOPBACK, port, most, most, _OTHER_PORT)
        here = await stack.enter_async_context(serving(app(False, LOOPBACK_NAMES), listener))
        if settings.listen:
            far = _far_listener(settings, most)
            is_closed = not parse_listen(settings.listen).is_loopback
            encryption = listening_context(_login(settings)) if settings.certificate_file else None
            names = settings.host_names or ("*",)
            await stack.enter_async_context(serving(app(is_closed, names), far, encryption))
        looking = asyncio.create_task(watched.run())
        stack.callback(looking.cancel)
        stack.callback(watched.end)
        yield here


@contextmanager
def served_beside(
    served: Served, settings: ConsoleSection, port: int, gate: Callable[[bool], Gate], clock: WallClock
) -> Iterator[int]:
    """As `serve`, in a thread of its own; gives the port."""
    up: Future[tuple[int, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve_until_over() -> None:
        over = asyncio.Event()
        async with serve(served, settings, port, gate, clock) as bound_port:
            up.set_result((bound_port, asyncio.get_running_loop(), over))
            await over.wait()

    def run() -> None:
        try:
            asyncio.run(serve_until_over())
        except BaseException as error:
            if up.done():
                raise
            up.set_exception(error)

    thread = threading.Thread(target=run, name="console", daemon=True)
    thread.start()
    bound_port, loop, over = up.result()
    try:
        yield bound_port
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()


def operators_gate(settings: ConsoleSection, operators: Path, clock: WallClock) -> Callable[[bool], Gate]:
    """Makes gates that the operators of a file open, each with keys of its own."""
    return lambda closed: Sessions(OperatorKeys(operators, clock), clock, settings.session_hours, closed)


def _far_listener(settings: ConsoleSection, most: int) -> BoundedListener:
    host, port = parse_listen(settings.listen)
    most_of_one = 2 * settings.most_clients_of_one_address + _SPARE_CONNECTIONS // 4
    return bound(host, port, most, most_of_one, _OTHER_LISTEN)


def _login(settings: ConsoleSection) -> Login:
    return Login(certificate_file=settings.certificate_file, private_key_file=settings.private_key_file)
