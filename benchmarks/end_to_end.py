"""Bytes in, tracks out: 2,000 objects once a second from four radars over UDP, through `tocsin run`."""

from __future__ import annotations

import json
import math
import multiprocessing
import re
import socket
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import numpy as np

from benchmarks.live import HERE, free_port, service
from benchmarks.options import Options
from benchmarks.table import Column, Part, Table, at_most
from tocsin.config.site import Site
from tocsin.config.writing import to_toml
from tocsin.formats.asterix import (
    DetectionType,
    RadarPlot,
    RadarService,
    ServiceKind,
    decode_placed,
    encode_plots,
    encode_services,
    prepare_to_decode,
)
from tocsin.tracking import place
from tocsin.units import FloatArray

OBJECTS, QUICK_OBJECTS = 2_000, 400
SECONDS, QUICK_SECONDS = 60, 15
RADARS, HALF_SIDE_M, HEIGHT_M = 4, 40_000.0, 1_000.0
DETECTED, FALSE_A_TURN = 0.9, 10
PLOTS_A_DATAGRAM = 40
RANGE_SIGMA_M, AZIMUTH_SIGMA_RAD = 20.0, math.radians(0.2)
SAC = 250
DAY_S, SECOND_NS = 86_400, 1_000_000_000
METERED = (sys.executable, "-m", "benchmarks.metered")


def describe() -> str:
    return f"""Bytes in, tracks out: {OBJECTS:,} objects, 1 Hz, four radars over UDP, through `tocsin run`.

Straight fliers of 30 m/s over {2 * HALF_SIDE_M / 1e3:.0f} km square; four radars turn once a second, a
quarter of a turn apart, detect with {DETECTED} and add {FALSE_A_TURN} false plots a turn. CAT048, made in
advance, is sent at its times by another process in datagrams of {PLOTS_A_DATAGRAM} reports, for
{SECONDS} s. Either each radar sees all objects (8,000 reports a second) or the quarter of them that is
nearest. Lost datagrams: of the kernel (/proc/net/udp), of the inbox, and by count. No zone is warned.

A turn is handed on when it is complete, so a report waits up to a turn and a quarter before anything is done
with it: *turn to track* counts from there, *measured to track* from the measurement itself. Shares are of the
time in which the line's thread is at work (*busy*, of one core)."""


class Load(NamedTuple):
    """`sees_all`: each radar all objects, or a quarter."""

    objects: int
    seconds: int
    sees_all: bool

    @property
    def name(self) -> str:
        return f"{self.objects:,} objects, each radar sees {'all' if self.sees_all else 'a quarter'}"


@dataclass(frozen=True)
class Measured:
    """What one run came to."""

    lost: dict[str, int]
    meter: dict[str, Any]
    watched: Watched


def run(options: Options) -> Sequence[Part]:
    objects = QUICK_OBJECTS if options.quick else OBJECTS
    seconds = QUICK_SECONDS if options.quick else SECONDS
    loads = [Load(objects, seconds, sees_all) for sees_all in (False, True)]
    results = {load: measure(load) for load in loads}
    waits = Table(
        "Receipt to track",
        [
            Column("load"), Column("datagrams", ",.0f"), Column("lost", ".0f"), Column("tracks", ",.0f"),
            Column("turn to track, median [s]", ".2f"), Column("95 %", ".2f"), Column("99 %", ".2f"),
            Column("measured to track, 95 % [s]", ".2f"), Column("longest lag [s]", ".2f"),
            Column("memory [MB]", ",.0f"),
        ],
    )  # fmt: skip
    for load, one in results.items():
        received, measured = one.meter["since_received_s"], one.meter["since_measured_s"]
        lost = sum(one.lost.values())
        waits.add(
            load.name, one.watched.sent.datagrams, lost, one.watched.tracks,
            received[0], received[1], received[2], measured[1], one.watched.lag_s, one.watched.memory_mb,
            goals=[at_most(lost, 0, "lost"), at_most(received[1], 1.0, "95 %")],
        )  # fmt: skip
    return [waits, _shares(results)]


def _shares(results: dict[Load, Measured]) -> Table:
    rooms = sorted({room for one in results.values() for room in one.meter["seconds"]})
    columns = [Column("load"), Column("busy", ".2f"), *(Column(room, ".3f") for room in rooms)]
    table = Table("Share of each package in the line's time", columns)
    for load, one in results.items():
        seconds = one.meter["seconds"]
        busy = sum(seconds.values())
        table.add(load.name, busy / load.seconds, *(seconds.get(room, 0.0) / busy for room in rooms))
    return table


def measure(load: Load) -> Measured:
    """One run: the service, its sender, and what became of it."""
    port = free_port()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        site, meter = folder / "site.toml", folder / "meter.json"
        site.write_text(to_toml(site_of(port)), encoding="utf-8")
        with service(folder, site, *METERED, str(meter)) as (process, address):
            watched = _send(load, port, address, process.pid)
            reports = httpx.get(f"{address}/v1/sensors").json()
            lost = {"kernel": kernel_drops(port), "inbox": sum(reports[0]["dropped"].values())}
        lost["uncounted"] = max(0, watched.sent.reports - sum(report["messages"] for report in reports))
        found = json.loads(meter.read_text(encoding="utf-8"))
    return Measured(lost, found, watched)


def site_of(port: int) -> Site:
    """Four radars on one port, one near the middle of each quarter."""
    sensors = [
        {
            "name": f"radar {number}", "kind": "radar", **place(east, north), "period_s": 1.0,
            "range_sigma_m": RANGE_SIGMA_M, "azimuth_sigma_deg": math.degrees(AZIMUTH_SIGMA_RAD),
            "detection_probability": DETECTED,
            "max_range_m": 100_000.0, "false_detections_per_scan": FALSE_A_TURN,
            "input": f"udp://{HERE}:{port}", "system_area_code": SAC,
            "system_identification_code": number + 1,
        }
        for number, (east, north) in enumerate(places().tolist())
    ]  # fmt: skip
    return Site.model_validate({
        "site": {"name": "Benchmark", "latitude_deg": 0.0, "longitude_deg": 0.0},
        "service": {"port": 0},
        "prior": {"altitude_m": HEIGHT_M, "altitude_sigma_m": 300.0},
        "sensors": sensors,
    })  # fmt: skip


def places() -> FloatArray:
    """East and north of the radars [m], (4, 2): the middles of the quarters."""
    half = HALF_SIDE_M / 2
    return np.array([[-half, -half], [half, -half], [-half, half], [half, half]])


# ---- what the radars send ----


class Sent(NamedTuple):
    """What went out."""

    datagrams: int
    reports: int


Timed = tuple[int, bytes]  # when it is to be sent [UTC ns]


def turn(load: Load, second: int, start_ns: int, draw: np.random.Generator, sky: FloatArray) -> list[Timed]:
    """One turn of all radars; sky (n, 4) is where objects are at the start and how they fly."""
    found = []
    for radar, stands in enumerate(places()):
        north_s = second + radar / RADARS
        offset = _swept(sky, north_s, stands)
        seen = draw.random(len(sky)) < DETECTED
        if not load.sees_all:
            seen &= np.abs(offset).max(axis=1) < HALF_SIDE_M / 2
        false = draw.uniform(-HALF_SIDE_M, HALF_SIDE_M, (FALSE_A_TURN, 2))
        offset = np.concatenate([offset[seen], false])
        swept_s = _azimuth(offset) / math.tau
        range_m = np.hypot(np.hypot(*offset.T), HEIGHT_M) + RANGE_SIGMA_M * draw.standard_normal(len(offset))
        azimuth_rad = _azimuth(offset) + AZIMUTH_SIGMA_RAD * draw.standard_normal(len(offset))
        north_ns = start_ns + round(north_s * SECOND_NS)
        found += _datagrams(radar + 1, north_ns, swept_s, np.abs(range_m), azimuth_rad % math.tau)
    return sorted(found)


def _swept(sky: FloatArray, north_s: float, stands: FloatArray) -> FloatArray:
    """East and north from a radar, (n, 2), of each object as the beam passes in the turn from north_s on."""
    offset = sky[:, :2] + sky[:, 2:] * north_s - stands
    for _ in range(3):  # where it is decides when the beam is there, and that where it is
        swept_s = _azimuth(offset)[:, np.newaxis] / math.tau
        offset = sky[:, :2] + sky[:, 2:] * (north_s + swept_s) - stands
    return offset


def _azimuth(offset: FloatArray) -> FloatArray:
    """Clockwise from north [0, 2 pi), (n,)."""
    return np.asarray(np.arctan2(*offset.T) % math.tau)


def _datagrams(
    sic: int, north_ns: int, swept_s: FloatArray, range_m: FloatArray, azimuth_rad: FloatArray
) -> list[Timed]:
    """A marker, then the plots in the order in which the beam passes; each datagram is sent with its last."""
    north = RadarService(
        SAC, sic, ServiceKind.NORTH_MARKER, north_ns % (DAY_S * SECOND_NS) / SECOND_NS, None, 1.0
    )
    found = [(north_ns, encode_services([north]))]
    order = np.argsort(swept_s)
    for first in range(0, len(order), PLOTS_A_DATAGRAM):
        chosen = order[first : first + PLOTS_A_DATAGRAM]
        times_ns = north_ns + np.round(swept_s[chosen] * SECOND_NS).astype(np.int64)
        plots = [
            RadarPlot(
                SAC, sic, time_ns % (DAY_S * SECOND_NS) / SECOND_NS, DetectionType.PRIMARY, own_m, own_rad,
                is_simulated=True,
            )
            for time_ns, own_m, own_rad in zip(
                times_ns.tolist(), range_m[chosen].tolist(), azimuth_rad[chosen].tolist(), strict=True
            )
        ]  # fmt: skip
        found.append((int(times_ns[-1]), encode_plots(plots)))
    return found


def send_all(datagrams: list[Timed], port: int) -> float:
    """Sends each at its time; gives how late the latest was [s]."""
    latest_ns = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for due_ns, data in datagrams:
            ahead_ns = due_ns - time.time_ns()
            if ahead_ns > 0:
                time.sleep(ahead_ns / SECOND_NS)
            latest_ns = max(latest_ns, -ahead_ns)
            sender.sendto(data, (HERE, port))
    return latest_ns / SECOND_NS


class Watched(NamedTuple):
    """What was seen of a service while it was sent to."""

    lag_s: float
    late_s: float
    sent: Sent
    memory_mb: float
    tracks: int
    """As the last bytes were sent: seconds later radars that turn and find nothing have taken them away."""


def _send(load: Load, port: int, address: str, process: int) -> Watched:
    draw = np.random.default_rng(1)
    sky = _sky(load, draw)
    prepare_to_decode()  # which takes seconds, and is no measure of what a turn takes
    tic = time.perf_counter()
    turn(load, 0, 0, np.random.default_rng(0), sky)
    to_make_s = 2.0 + 1.5 * load.seconds * (time.perf_counter() - tic)
    start_ns = time.time_ns() + round(to_make_s * SECOND_NS)
    datagrams = [one for second in range(load.seconds) for one in turn(load, second, start_ns, draw, sky)]
    lag_s = 0.0
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        sending = pool.apply_async(send_all, (datagrams, port))
        while not sending.ready():
            sending.wait(1.0)
            lag_s = max(lag_s, httpx.get(f"{address}/v1/health", timeout=30.0).json()["lag_s"])
        tracks, late_s = len(httpx.get(f"{address}/v1/tracks", timeout=30.0).json()), sending.get()
    time.sleep(3.0)  # for the last turn to be complete
    reports = sum(_reports_in(data) for _, data in datagrams)
    return Watched(lag_s, late_s, Sent(len(datagrams), reports), memory_mb(process), tracks)


def _sky(load: Load, draw: np.random.Generator) -> FloatArray:
    course_rad = draw.uniform(0.0, math.tau, load.objects)
    place_m = draw.uniform(-HALF_SIDE_M, HALF_SIDE_M, (load.objects, 2))
    return np.column_stack([place_m, 30.0 * np.sin(course_rad), 30.0 * np.cos(course_rad)])


def _reports_in(datagram: bytes) -> int:
    messages, _ = decode_placed(datagram)
    return len(messages)


def kernel_drops(port: int) -> int:
    """Datagrams to a port that the kernel had no room for."""
    lines = Path("/proc/net/udp").read_text(encoding="ascii").splitlines()[1:]
    return sum(int(line.split()[-1]) for line in lines if int(line.split()[1].split(":")[1], 16) == port)


def memory_mb(process: int | str) -> float:
    """What a process holds of the machine's memory."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text(encoding="ascii"))
    return math.nan if found is None else int(found[1]) / 1024
