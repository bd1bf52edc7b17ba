"""A console on real sockets, and what it shows: scenes that a test sets."""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import numpy as np
import numpy.typing as npt
from fastapi import FastAPI
from tests.alerting.pictures import make_site
from websockets.sync.client import ClientConnection, connect

from tocsin.clock import WallClock
from tocsin.config.console import ConsoleSection
from tocsin.config.site import Site
from tocsin.model.alert_report import AlertReport
from tocsin.model.alerts import AlertMessage
from tocsin.model.sensor_report import SensorReport
from tocsin.outputs.refusal import Refusal
from tocsin.outputs.web.console import add_console
from tocsin.outputs.web.guard import Guard
from tocsin.outputs.web.limits import Seats
from tocsin.outputs.web.server import bound, serving
from tocsin.outputs.web.sessions import Sessions
from tocsin.outputs.web.source import Mode, MovingTracks, Scene, SceneClock
from tocsin.outputs.web.watched import Watched
from tocsin.outputs.web.wire import HEADER, RECORD, VERSION

START_NS = 1_900_000_000_000_000_000
CLASSES = ("bird", "drone", "unknown")
HERE = "127.0.0.1"


def moving(*names: str, north_m: float = 0.0, identity: str = "") -> MovingTracks:
    """Tracks side by side, all so far towards north."""
    rows = np.arange(float(len(names)))
    return MovingTracks(
        track_id=np.array(names, dtype=object),
        latitude_deg=np.full(len(names), -47.0 + north_m / 111_000.0),
        longitude_deg=-127.0 + rows / 1000.0,
        altitude_m=500.0 + rows,
        velocity_mps=np.tile([1.0, 30.0, -0.5], (len(names), 1)),
        sigma_m=np.full(len(names), 42.0),
        class_number=np.ones(len(names), np.int64),
        class_probability=np.full(len(names), 0.8),
        existence=np.full(len(names), 0.99),
        unseen_s=np.full(len(names), 1.5),
        is_cooperative=np.full(len(names), bool(identity)),
        is_lost=np.zeros(len(names), np.bool_),
        identity=np.array([identity] * len(names), dtype=object),
    )


def report(message: AlertMessage, **more: Any) -> AlertReport:
    """An alert that nobody acknowledged yet."""
    values: dict[str, Any] = {
        "owner": "duty", "owned_since_ns": START_NS, "next_unit": None, "acknowledged_ns": None,
        "acknowledge_by_ns": None, "is_unanswered": False, "is_confirmed": False, "is_from_before": False,
    }  # fmt: skip
    return AlertReport(message, **(values | more))


def sensor(name: str, state: str) -> SensorReport:
    return SensorReport(name, "radar", state, None, None, 0, 0.0, 0, 0, {}, {})


def scene(tracks: MovingTracks | None = None, second: float = 0.0, **more: Any) -> Scene:
    time_ns = START_NS + round(second * 1e9)
    values: dict[str, Any] = {
        "alerts": (), "ended": (), "sensors": (sensor("Ridge", "live"),), "health": {"site": "s"},
        "clock": SceneClock(time_ns, 1.0, True, START_NS, None),
    }  # fmt: skip
    return Scene(time_ns, MovingTracks.empty() if tracks is None else tracks, **(values | more))


@dataclass
class MadeSource:
    """Shows the scene that it is given; notes how it is steered."""

    shown: Scene
    mode: Mode = "live"
    demo: Mapping[str, Any] | None = None
    classes: tuple[str, ...] = CLASSES
    site: Site = field(default_factory=make_site)
    steered: list[tuple[Any, ...]] = field(default_factory=list)

    def scene(self) -> Scene:
        return self.shown

    def play(self, speed: float) -> None:
        if self.mode == "live":
            raise Refusal(409, "this is live")
        self.steered.append(("play", speed))

    def pause(self) -> None:
        self.steered.append(("pause",))

    def seek(self, time_ns: int) -> None:
        self.steered.append(("seek", time_ns))

    def close(self) -> None:
        self.steered.append(("close",))


@dataclass(frozen=True)
class Holder:
    name: str
    unit: str = "duty"


@dataclass
class MadeKeys:
    """Operators by token; a test may take one out."""

    known: dict[str, Holder] = field(default_factory=lambda: {"right": Holder("anna")})

    def holder(self, token: str) -> Holder:
        if token not in self.known:
            raise Refusal(401, "no operator has this token")
        return self.known[token]

    def still_holds(self, holder: Any) -> bool:
        return holder in self.known.values()


@dataclass
class Shown:
    """A console that is served."""

    source: MadeSource
    keys: MadeKeys
    port: int
    watched: Watched
    scheme: str = "http"
    trusted: ssl.SSLContext | None = None
    stop: Callable[[], None] = lambda: None
    """Begins to end the serving."""

    @property
    def address(self) -> str:
        return f"{self.scheme}://{HERE}:{self.port}"

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.address, verify=True if self.trusted is None else self.trusted)

    def stream(self, query: str = "", **headers: str) -> ClientConnection:
        """A websocket; `origin` and the like are headers."""
        url = f"{self.address.replace('http', 'ws', 1)}/v1/stream{query}"
        return connect(url, additional_headers=headers, compression=None, ssl=self.trusted, proxy=None)


@contextmanager
def console(
    source: MadeSource | None = None,
    settings: ConsoleSection | None = None,
    closed: bool = False,
    archive: Any = None,
    encryption: ssl.SSLContext | None = None,
    trusted: ssl.SSLContext | None = None,
) -> Iterator[Shown]:
    """Serves on a free port, in a thread of its own."""
    up: Future[tuple[Shown, asyncio.AbstractEventLoop, asyncio.Event]] = Future()
    known = settings or ConsoleSection()
    clock, shown, keys = WallClock(), source or MadeSource(scene()), MadeKeys()

    async def serve_until_over() -> None:
        over = asyncio.Event()
        watched = Watched(shown, archive, Seats(known.most_clients, known.most_clients_of_one_address), clock)
        gate = Sessions(keys, clock, known.session_hours, closed)
        app = FastAPI(openapi_url="/v1/openapi.json")
        app.add_middleware(Guard, gate=gate)
        add_console(app, gate, watched, known)
        looking = asyncio.create_task(watched.run())
        async with serving(app, bound(HERE, 0, 500, 500, ""), encryption) as port:
            scheme = "http" if encryption is None else "https"
            up.set_result(
                (Shown(shown, keys, port, watched, scheme, trusted), asyncio.get_running_loop(), over)
            )
            await over.wait()
            watched.end()
        looking.cancel()

    def run() -> None:
        try:
            asyncio.run(serve_until_over())
        except BaseException as error:  # noqa: BLE001 -- whoever waits for it hears it
            (ended if up.done() else up).set_exception(error)
        else:
            ended.set_result(None)

    ended: Future[None] = Future()
    threading.Thread(target=run).start()
    made, loop, over = up.result(20)

    def stop() -> None:
        if not ended.done():
            loop.call_soon_threadsafe(over.set)

    try:
        yield replace(made, stop=stop)
    finally:
        stop()
        ended.result(20)


@dataclass(frozen=True)
class Frame:
    """A binary frame, taken apart by the contract's table."""

    sequence: int
    flags: int
    time_ms: float
    records: npt.NDArray[Any]
    removed: list[int]


def frame(data: bytes) -> Frame:
    magic, version, stride, sequence, flags, time_ms, count, removed = HEADER.unpack_from(data)
    assert (magic, version, stride) == (b"TOCS", VERSION, 32)
    assert len(data) == 40 + count * stride + 4 * removed
    records = np.frombuffer(data, RECORD, count, 40)
    return Frame(
        sequence, flags, time_ms, records, np.frombuffer(data, "<u4", removed, 40 + 32 * count).tolist()
    )


def next_frame(stream: ClientConnection) -> Frame:
    """The next binary frame; texts before it are passed over."""
    while True:
        received = stream.recv(timeout=20)
        if isinstance(received, bytes):
            return frame(received)


def next_text(stream: ClientConnection, kind: str) -> dict[str, Any]:
    """The next text frame of a type; all others are passed over."""
    while True:
        received = stream.recv(timeout=20)
        if isinstance(received, str) and (told := json.loads(received))["type"] == kind:
            found: dict[str, Any] = told
            return found


def text_where(
    stream: ClientConnection, kind: str, holds: Callable[[dict[str, Any]], bool], most: int = 300
) -> dict[str, Any]:
    """The next text frame of a type that is so, within so many."""
    for _ in range(most):
        if holds(told := next_text(stream, kind)):
            return told
    raise AssertionError(f"no {kind} was so")
