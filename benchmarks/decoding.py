"""How many records a second of each standard become detections."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.options import Options
from benchmarks.table import Column, Part, Table, at_least
from tocsin.config.kinds import SensorKind
from tocsin.config.site import Place, Sensor, Site
from tocsin.formats.asterix import (
    DetectionType,
    RadarPlot,
    RadarService,
    ServiceKind,
    SystemTrack,
    decode_datagram,
    encode_plots,
    encode_services,
    encode_system_tracks,
)
from tocsin.model.detections import Detection
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.radar_reader import RadarReader
from tocsin.sensors.rows import Rows
from tocsin.sensors.system_track_reader import SystemTrackReader
from tocsin.units import NANOSECONDS_PER_SECOND

REPEATS, QUICK_REPEATS = 9, 3
RECORDS, QUICK_RECORDS = 40_000, 8_000
PLOTS_A_TURN, PLOTS_A_DATAGRAM = 2_000, 40
START_NS = 20_000 * 86_400 * NANOSECONDS_PER_SECOND
CODE = (250, 1)


def describe() -> str:
    return f"""Bytes to detections, records a second of each standard, in one thread.

From datagrams in memory through decoding, the sensor's reader and the checks at the door to batches of
detections; the collector of Python runs as it does in the service. Radars report {PLOTS_A_TURN:,} objects a
turn of a second, in datagrams of {PLOTS_A_DATAGRAM} reports. Medians of {REPEATS} runs, each with a new
reader. 'All fields' decodes each report to all that it says, which only `tocsin decode` needs.

Goal: 100,000 reports of radars a second (category 048)."""


@dataclass(frozen=True)
class Chunk:
    """What one read of a socket gives."""

    received_ns: int
    data: bytes


@dataclass(frozen=True)
class Case:
    """One row: `chunks` are made once; `start` gives a fresh reader, which takes each chunk."""

    name: str
    chunks: Callable[[int], Sequence[Chunk]]
    start: Callable[[], Callable[[Chunk], int]]
    goal_per_s: float | None = None


def run(options: Options) -> Sequence[Part]:
    records = QUICK_RECORDS if options.quick else RECORDS
    repeats = QUICK_REPEATS if options.quick else REPEATS
    table = Table(
        "Records a second",
        [
            Column("standard"),
            Column("bytes a record", ".1f"),
            Column("median", ",.0f"),
            Column("best", ",.0f"),
        ],
    )
    for case in CASES:
        chunks = case.chunks(records)
        rates = [records / _seconds(case, chunks, records) for _ in range(repeats)]
        median = statistics.median(rates)
        size = sum(len(chunk.data) for chunk in chunks) / records
        goals = [] if case.goal_per_s is None else [at_least(median, case.goal_per_s)]
        table.add(case.name, size, median, max(rates), goals=goals)
    return [table]


def _seconds(case: Case, chunks: Sequence[Chunk], records: int) -> float:
    take = case.start()
    tic = time.perf_counter()
    found = sum(take(chunk) for chunk in chunks)
    seconds = time.perf_counter() - tic
    if found < 0.9 * records:  # the last turn of a radar stays open
        raise RuntimeError(f"{case.name}: {found} of {records} records were read")
    return seconds


def site(kind: SensorKind) -> Site:
    """A site of one sensor."""
    sensor = Sensor(
        name="sensor", kind=kind, latitude_deg=0.0, longitude_deg=0.0, period_s=1.0,
        system_area_code=CODE[0], system_identification_code=CODE[1],
    )  # fmt: skip
    return Site(site=Place(name="Benchmark", latitude_deg=0.0, longitude_deg=0.0), sensors=(sensor,))


def detections_of(read: Callable[[Chunk], Iterator[Detection]], ledger: Ledger) -> Callable[[Chunk], int]:
    """Counts the detections that come through the door."""
    rows = Rows(ledger)
    return lambda chunk: sum(len(batch) for batch in rows.add(read(chunk)))


# ---- ASTERIX ----


def radar_chunks(records: int, is_mode_s: bool) -> list[Chunk]:
    """A turn a second, each with a north marker; times of day, places and addresses differ."""
    random = np.random.default_rng(1)
    chunks = []
    for first in range(0, records, PLOTS_A_DATAGRAM):
        seconds = first / PLOTS_A_TURN
        plots = [
            _plot(random, (first + number) / PLOTS_A_TURN, is_mode_s) for number in range(PLOTS_A_DATAGRAM)
        ]
        received_ns = START_NS + round((seconds + 0.05) * NANOSECONDS_PER_SECOND)
        if seconds % 1 == 0:
            north = RadarService(*CODE, ServiceKind.NORTH_MARKER, seconds)
            chunks.append(Chunk(received_ns, encode_services([north])))
        chunks.append(Chunk(received_ns, encode_plots(plots)))
    return chunks


def _plot(random: np.random.Generator, seconds: float, is_mode_s: bool) -> RadarPlot:
    range_m, azimuth_rad = random.uniform(1e3, 4e4), math.tau * (seconds % 1.0)
    if not is_mode_s:
        return RadarPlot(
            *CODE, seconds, DetectionType.PRIMARY, range_m, azimuth_rad,
            height_msl_m=200.0, radial_speed_mps=9.0,
        )  # fmt: skip
    return RadarPlot(
        *CODE, seconds, DetectionType.MODE_S_ROLL_CALL, range_m, azimuth_rad, pressure_altitude_m=1000.0,
        mode_s_address=random.bytes(3).hex(), mode_3a="7000", track_number=int(random.integers(4096)),
        ground_speed_mps=50.0, heading_rad=1.0,
    )  # fmt: skip


def start_radar() -> Callable[[Chunk], int]:
    place = site(SensorKind.RADAR)
    ledger = Ledger(place)
    reader = RadarReader(place, {CODE: 0}, ledger)

    def read(chunk: Chunk) -> Iterator[Detection]:
        yield from reader.due(chunk.received_ns)
        yield from reader.read(chunk.data, chunk.received_ns)

    return detections_of(read, ledger)


def start_all_fields() -> Callable[[Chunk], int]:
    return lambda chunk: len(decode_datagram(chunk.data)[0])


def track_chunks(records: int) -> list[Chunk]:
    """All tracks of a system once a second."""
    chunks = []
    for first in range(0, records, PLOTS_A_TURN):
        seconds = first / PLOTS_A_TURN
        tracks = [_track(number, seconds) for number in range(min(PLOTS_A_TURN, records - first))]
        received_ns = START_NS + round((seconds + 0.05) * NANOSECONDS_PER_SECOND)
        chunks += [Chunk(received_ns, data) for data in encode_system_tracks(tracks)]
    return chunks


def _track(number: int, seconds: float) -> SystemTrack:
    return SystemTrack(
        *CODE, number, seconds, 1e-4 * number, 1e-5 * number, 300.0,
        velocity_east_mps=20.0, velocity_north_mps=5.0, velocity_up_mps=0.5,
        latitude_sigma_rad=1e-6, longitude_sigma_rad=1e-6, altitude_sigma_m=20.0,
        velocity_east_sigma_mps=1.0, velocity_north_sigma_mps=1.0,
    )  # fmt: skip


def start_tracks() -> Callable[[Chunk], int]:
    place = site(SensorKind.TRACKS)
    ledger = Ledger(place)
    reader = SystemTrackReader(place, 0, ledger)
    return detections_of(lambda chunk: reader.read(chunk.data, chunk.received_ns), ledger)


RADAR_GOAL_PER_S = 100_000.0
CASES = [
    Case("CAT048 primary", lambda n: radar_chunks(n, is_mode_s=False), start_radar, RADAR_GOAL_PER_S),
    Case("CAT048 Mode S", lambda n: radar_chunks(n, is_mode_s=True), start_radar, RADAR_GOAL_PER_S),
    Case("CAT048 Mode S, all fields", lambda n: radar_chunks(n, is_mode_s=True), start_all_fields),
    Case("CAT062", track_chunks, start_tracks),
]
