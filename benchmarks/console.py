"""What the console's server costs: 50 clients on 5,000 objects, over real websockets."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

import numpy as np
from fastapi import FastAPI
from websockets.asyncio.client import connect

from benchmarks.options import Options
from benchmarks.table import Column, Part, Table, at_most
from tocsin.assessment.classes import CLASSES
from tocsin.clock import WallClock
from tocsin.config.console import ConsoleSection
from tocsin.config.site import Site
from tocsin.model.assessments import Assessments
from tocsin.model.tracks import Tracks
from tocsin.outputs.web.console import add_console
from tocsin.outputs.web.gate import OpenHouse, Visitor
from tocsin.outputs.web.limits import Seats
from tocsin.outputs.web.moving import MovingTracksMaker
from tocsin.outputs.web.numbered import NOTHING, NumberedTracks
from tocsin.outputs.web.server import bound, serving
from tocsin.outputs.web.source import Mode, Scene, SceneClock
from tocsin.outputs.web.watched import Watched
from tocsin.outputs.web.wire import HEADER, RECORD
from tocsin.units import FloatArray

CLIENTS, OBJECTS, SECONDS = 50, 5000, 20
HERE = "127.0.0.1"
SIDE_M = 60_000.0
MOST_MS = 250.0


def describe() -> str:
    return f"""Console: {CLIENTS} clients watch {OBJECTS:,} objects at 1 Hz

A picture a second of straight fliers, all of which move, is made from the line's columns, put into binary
frames and sent over websockets on this machine; the clients are in a process of their own, read all and
answer each frame. The delay is from when a picture begins to be made to when the last client has it. In
service up to 200 ms are added, for the console looks at the line five times a second."""


def run(options: Options) -> Sequence[Part]:
    clients, seconds = (5, 5) if options.quick else (CLIENTS, SECONDS)
    return [_encoded(), *_watched(clients, seconds)]


class MadeSource:
    """Objects that fly straight on, made anew so many times a second of the wall."""

    mode: Mode = "live"
    demo: Mapping[str, Any] | None = None
    classes = CLASSES

    def __init__(self, objects: int, rate_hz: int = 1) -> None:
        place = {"name": "Everywhere", "latitude_deg": -47.0, "longitude_deg": -127.0}
        sensors = [{"name": "radar", "kind": "radar"}]
        self.site = Site.model_validate({"site": place, "sensors": sensors})
        self._maker, self._draw = MovingTracksMaker(self.site, CLASSES), np.random.default_rng(1)
        self._names = np.array([f"T{k}" for k in range(objects)], dtype=object)
        self._state = self._first(objects)
        self._period_ns = 1_000_000_000 // rate_hz
        self._made_turn, self._latest = -1, self.made(0)

    def scene(self) -> Scene:
        """The same for a turn."""
        now_ns = time.time_ns()
        if now_ns // self._period_ns != self._made_turn:
            self._made_turn = now_ns // self._period_ns
            self._latest = self.made(now_ns)
        return self._latest

    def made(self, now_ns: int) -> Scene:
        """The next picture."""
        self._state[:, :3] += self._state[:, 3:] * (self._period_ns / 1e9)
        clock = SceneClock(now_ns, 1.0, True, 0, None)
        tracks = self._maker.tracks(_Sky(now_ns, *self._columns(now_ns)))
        return Scene(now_ns, tracks, (), (), (), {}, clock)

    def play(self, speed: float) -> None:
        """Not asked for."""

    def pause(self) -> None:
        """Not asked for."""

    def seek(self, time_ns: int) -> None:
        """Not asked for."""

    def close(self) -> None:
        """Nothing to close."""

    def _first(self, objects: int) -> FloatArray:
        state = np.zeros((objects, 6))
        state[:, :2] = self._draw.uniform(-SIDE_M, SIDE_M, (objects, 2))
        state[:, 2] = self._draw.uniform(200.0, 2000.0, objects)
        state[:, 3:5] = self._draw.normal(0.0, 25.0, (objects, 2))
        return state

    def _columns(self, now_ns: int) -> tuple[Tracks, Assessments]:
        count = len(self._names)
        variances = np.diag([400.0, 400.0, 900.0, 4.0, 4.0, 1.0])
        covariance, ones = np.tile(variances, (count, 1, 1)), np.ones(count)
        seen_ns = np.full((count, 1), now_ns)
        tracks = Tracks(
            self._names, self._state.copy(), covariance, ones, np.zeros(count, np.int64), seen_ns,
            ones[:, None], ones[:, None], np.full(count, "", dtype=object),
        )  # fmt: skip
        classes = np.full((count, len(CLASSES)), 1.0 / len(CLASSES))
        assessments = Assessments(
            now_ns, self._names, CLASSES, classes, (), np.zeros((count, 0)), np.zeros((count, 0, 3)),
            (frozenset(),) * count, self._state, covariance, ones, seen_ns[:, 0],
        )  # fmt: skip
        return tracks, assessments


class _Sky(NamedTuple):
    time_ns: int
    tracks: Tracks
    assessments: Assessments
    alerts: tuple[()] = ()
    ended: tuple[()] = ()


class Cost(NamedTuple):
    """Of a server, over its measured seconds."""

    processor_s: float
    wall_s: float


def _encoded() -> Table:
    """What each step costs, without any client."""
    table = Table(
        f"One picture of {OBJECTS:,} objects",
        [Column("step"), Column("median ms", ".2f"), Column("95 % ms", ".2f"), Column("bytes", ",.0f")],
        note="Time of the processor. The bound for bytes: the records alone, 32 bytes each.",
    )
    source, tracks = MadeSource(OBJECTS), NumberedTracks()
    steps = ("columns on the Earth", "records, and what changed", "a frame")
    spent: dict[str, list[float]] = {step: [] for step in steps}
    frame = b""
    for second in range(1, 41):
        marks = [time.process_time()]
        scene = source.made(second * 1_000_000_000)
        marks.append(time.process_time())
        tracks.update(scene)
        marks.append(time.process_time())
        frame = tracks.frame(tracks.sequence - 1)
        marks.append(time.process_time())
        for name, seconds in zip(spent, np.diff(marks).tolist(), strict=True):
            spent[name].append(seconds)
    for name, times in spent.items():
        ms = 1e3 * np.array(times[5:])
        size = len(frame) if name == "a frame" else None
        table.add(name, float(np.median(ms)), float(np.percentile(ms, 95)), size)
    table.add("bound", None, None, OBJECTS * RECORD.itemsize)
    assert len(tracks.frame(NOTHING)) >= OBJECTS * RECORD.itemsize
    return table


def _watched(clients: int, seconds: int) -> list[Table]:
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(there,))
    server.start()
    try:
        port = here.recv()
        received = asyncio.run(_watch(port, clients, seconds, here))
        here.send("stop")
        cost: Cost = here.recv()
    finally:
        server.join(20)
        server.kill()
    return [_table(received, cost, clients)]


def serve(pipe: Connection, rate_hz: int = 1) -> None:
    """Tells its port; measures from the first word that it hears to the second, and tells its `Cost`."""
    asyncio.run(_serve_until_told(pipe, rate_hz))


async def _serve_until_told(pipe: Connection, rate_hz: int) -> None:
    source, clock, settings = MadeSource(OBJECTS, rate_hz), WallClock(), ConsoleSection()
    watched = Watched(source, None, Seats(CLIENTS, CLIENTS), clock)
    app = FastAPI()
    add_console(app, OpenHouse(Visitor("b", "b")), watched, settings)
    looking = asyncio.create_task(watched.run())
    async with serving(app, bound(HERE, 0, 500, 500, "")) as port:
        pipe.send(port)
        await asyncio.to_thread(pipe.recv)
        began, used = time.perf_counter(), time.process_time()
        await asyncio.to_thread(pipe.recv)
        pipe.send(Cost(time.process_time() - used, time.perf_counter() - began))
    looking.cancel()


class Received(NamedTuple):
    """One binary frame at one client: its sequence, delay [ms], and bytes since the frame before."""

    sequence: int
    delay_ms: float
    size: int
    flags: int


async def _watch(port: int, clients: int, seconds: int, pipe: Connection) -> list[list[Received]]:
    ready, begin = asyncio.Semaphore(0), asyncio.Event()
    tasks = [asyncio.create_task(_client(port, seconds, ready, begin)) for _ in range(clients)]
    for _ in range(clients):
        await ready.acquire()
    pipe.send("measure")
    begin.set()
    return await asyncio.gather(*tasks)


async def _client(port: int, seconds: int, ready: asyncio.Semaphore, begin: asyncio.Event) -> list[Received]:
    found: list[Received] = []
    async with connect(f"ws://{HERE}:{port}/v1/stream", compression=None, max_size=None, proxy=None) as link:
        size, is_measured = 0, False
        async for message in link:
            size += len(message)
            if isinstance(message, str):
                continue
            now_ms = time.time_ns() / 1e6
            _, _, _, sequence, flags, time_ms, _, _ = HEADER.unpack_from(message)
            await link.send(f'{{"type":"seen","sequence":{sequence}}}')
            if is_measured:
                found.append(Received(sequence, now_ms - time_ms, size, flags))
            elif not found:
                ready.release()
                await begin.wait()
                is_measured = True
            size = 0
            if len(found) >= seconds:
                break
    return found


def _table(received: list[list[Received]], cost: Cost, clients: int) -> Table:
    table = Table(
        f"{clients} clients, {OBJECTS:,} objects at 1 Hz",
        [Column("what"), Column("median"), Column("95 %")],
        note="Bytes with all that is told beside the records: names, status, sensors.",
    )
    delays: dict[int, list[float]] = {}
    for one in received:
        for frame in one:
            delays.setdefault(frame.sequence, []).append(frame.delay_ms)
    last = np.array([max(found) for found in delays.values() if len(found) == clients])
    all_ms = np.array([frame.delay_ms for one in received for frame in one])
    sizes = np.array([frame.size for one in received for frame in one], dtype=np.float64)
    degraded = sum(frame.flags != 0 for one in received for frame in one)
    late = float(np.percentile(last, 95))
    table.add("delay to a client [ms]", float(np.median(all_ms)), float(np.percentile(all_ms, 95)))
    table.add("delay to the last client [ms]", float(np.median(last)), late, goals=[at_most(late, MOST_MS)])
    table.add("bytes a client and second", float(np.median(sizes)), float(np.percentile(sizes, 95)))
    table.add("bound of these: the records alone", float(OBJECTS * RECORD.itemsize), None)
    table.add("bytes a second, all clients", float(np.median(sizes)) * clients, None)
    table.add("share of one processor [%]", 100.0 * cost.processor_s / cost.wall_s, None)
    table.add("frames that were not the next for their client", float(degraded), None)
    return table
