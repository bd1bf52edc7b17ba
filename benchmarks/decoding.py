"""How many records a second of each standard become detections."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from takproto.proto import TakMessage

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
from tocsin.formats.capture import Packet
from tocsin.formats.remote_id import IEEE_802_11_RADIOTAP
from tocsin.model.detections import Detection, Detections
from tocsin.model.truth import Truth
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.live.readers import Common, reader_for
from tocsin.sensors.radar_reader import RadarReader
from tocsin.sensors.remote_id_reader import RemoteIdReader
from tocsin.sensors.rows import Rows
from tocsin.sensors.system_track_reader import SystemTrackReader
from tocsin.simulation import Simulated
from tocsin.simulation.schedule import Schedule
from tocsin.simulation.wire import speech
from tocsin.simulation.wire.remote_id import remote_id_frames
from tocsin.simulation.wire.spoken import rows_of
from tocsin.units import NANOSECONDS_PER_SECOND

REPEATS, QUICK_REPEATS = 9, 3
RECORDS, QUICK_RECORDS = 40_000, 8_000
PLOTS_A_TURN, PLOTS_A_DATAGRAM = 2_000, 40
SLOW_SHARE = 0.25
OBJECTS = 200  # that report once a second in the rows of simulated sensors
START_NS = 20_000 * 86_400 * NANOSECONDS_PER_SECOND
CODE = (250, 1)


def describe() -> str:
    return f"""Bytes to detections, records a second of each standard, in one thread.

From datagrams in memory through decoding, the sensor's reader and the checks at the door to batches of
detections; the collector of Python runs as it does in the service. Radars report {PLOTS_A_TURN:,} objects a
turn of a second, in datagrams of {PLOTS_A_DATAGRAM} reports. Medians of {REPEATS} runs, each with a new
reader. In the rows from CAT062 'one a datagram' on, each datagram, message or read of a socket holds one
report, as simulated sensors send it. 'All fields' decodes each report to all that it says, which only
`tocsin decode` needs.

Goal: 100,000 reports of radars a second (category 048)."""


@dataclass(frozen=True)
class Chunk:
    """What one read of a socket gives."""

    received_ns: int
    data: bytes
    source: str = ""


@dataclass(frozen=True)
class Case:
    """One row: `chunks` are made once; `start` gives a fresh reader, which takes each chunk."""

    name: str
    chunks: Callable[[int], Sequence[Chunk]]
    start: Callable[[], Callable[[Chunk], int]]
    goal_per_s: float | None = None
    share: float = 1.0  # of the records that the quicker ones read


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
        count = round(records * case.share)
        chunks = case.chunks(count)
        rates = [count / _seconds(case, chunks, count) for _ in range(repeats)]
        median = statistics.median(rates)
        size = sum(len(chunk.data) for chunk in chunks) / count
        goals = [] if case.goal_per_s is None else [at_least(median, case.goal_per_s)]
        table.add(case.name, size, median, max(rates), goals=goals)
    return [table]


def _seconds(case: Case, chunks: Sequence[Chunk], records: int) -> float:
    take = case.start()
    tic = time.perf_counter()
    found = sum(take(chunk) for chunk in chunks)
    seconds = time.perf_counter() - tic
    if found < records - 2 * PLOTS_A_TURN:  # the last turn of a radar stays open, the last batch unfilled
        raise RuntimeError(f"{case.name}: {found} of {records} records were read")
    return seconds


def site(kind: SensorKind, **values: Any) -> Site:
    """A site of one sensor."""
    sensor = Sensor(
        name="sensor", kind=kind, latitude_deg=0.0, longitude_deg=0.0, period_s=1.0,
        system_area_code=CODE[0], system_identification_code=CODE[1], max_range_m=1e6, **values,
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


# ---- what simulated sensors say ----


def spoken_run(kind: SensorKind, way: str, form: str, records: int) -> Simulated:
    """One sensor to which so many objects report once a second, or one that tells bearings."""
    number, seconds = np.arange(records) % OBJECTS, np.arange(records) // OBJECTS
    time_ns = START_NS + NANOSECONDS_PER_SECOND * seconds + 4_000_000 * number
    points = kind is SensorKind.MICROPHONE  # what a direction finder points to must first be seen to move
    detections = Detections.of(
        time_ns=time_ns,
        received_ns=time_ns + 50_000_000,
        sensor=np.zeros(records),
        azimuth_rad=np.linspace(0.0, 6.0, records) if points else None,
        latitude_rad=None if points else 1e-4 * number + 1e-6 * seconds,
        longitude_rad=None if points else 2e-5 * number,
        altitude_m=None if points else np.full(records, 500.0),
        velocity_east_mps=np.full(records, 20.0),
        velocity_north_mps=np.full(records, 10.0),
        velocity_up_mps=np.full(records, 0.5),
        identity=[f"{one}" for one in number.tolist()],
    )
    duration_s = float(records // OBJECTS + 1)
    empty = Truth(*(np.zeros(0) for _ in range(2)), np.zeros((0, 6)), *(np.zeros(0) for _ in range(2)))
    return Simulated(
        site=site(kind, input=way, format=form),
        detections=detections,
        object_id=np.full(records, "", dtype=object),
        truth=empty,
        schedules=(Schedule(0.0, duration_s, duration_s, ()),),
        start_ns=START_NS,
        end_ns=START_NS + round(duration_s * NANOSECONDS_PER_SECOND),
    )


def spoken_case(name: str, kind: SensorKind, way: str, form: str) -> Case:
    """A row for a format, as `tocsin run` reads what `tocsin simulate --speak` says."""

    def chunks(records: int) -> Sequence[Chunk]:
        said = speech(spoken_run(kind, way, form, records), 0)
        return [Chunk(spoken.sent_ns, spoken.data, spoken.topic) for spoken in said]

    def start() -> Callable[[Chunk], int]:
        place = site(kind, input=way, format=form)
        live = place.sensors[0].live_input
        assert live is not None
        ledger = Ledger(place)
        reader = reader_for(live[1], place, [0], live[0], ledger, Common(place))
        return detections_of(lambda chunk: reader.read(chunk.data, chunk.received_ns, chunk.source), ledger)

    return Case(name, chunks, start, share=SLOW_SHARE)


def beacon_chunks(records: int) -> list[Chunk]:
    run = spoken_run(SensorKind.REMOTE_ID, "mqtt://127.0.0.1:1883", "remote_id_json", records)
    return [Chunk(spoken.sent_ns, spoken.data) for spoken in remote_id_frames(run, 0)]


def start_beacons() -> Callable[[Chunk], int]:
    ledger = Ledger(site(SensorKind.REMOTE_ID))
    reader = RemoteIdReader(b"a secret of nobody", 0, ledger)

    def read(chunk: Chunk) -> Iterator[Detection]:
        return reader.read(Packet(chunk.received_ns, IEEE_802_11_RADIOTAP, chunk.data, 1))

    return detections_of(read, ledger)


def protobuf_chunks(records: int) -> list[Chunk]:
    """The TAK protocol's form for datagrams: magic, version, magic, message."""
    run = spoken_run(SensorKind.TRACKS, "udp://127.0.0.1:8087", "cot", records)
    return [Chunk(row.received_ns, b"\xbf\x01\xbf" + tak_message(row)) for row in rows_of(run, 0)]


def tak_message(row: Detection) -> bytes:
    message: Any = TakMessage()
    event, milliseconds = message.cotEvent, row.time_ns // 1_000_000
    event.uid, event.type, event.how = f"simulated.{row.identity}", "a-u-A", "m-g"
    event.sendTime, event.startTime, event.staleTime = milliseconds, milliseconds, milliseconds + 15_000
    event.lat, event.lon = math.degrees(row.latitude_rad), math.degrees(row.longitude_rad)
    event.hae, event.ce, event.le = row.altitude_m, 30.0, 30.0
    event.detail.track.speed, event.detail.track.course = 22.4, 63.4
    data: bytes = message.SerializeToString()
    return data


def marker_chunks(records: int) -> list[Chunk]:
    """Sector crossings, 32 a turn."""
    seconds = [number / 32 for number in range(records)]
    services = [RadarService(*CODE, ServiceKind.SECTOR_CROSSING, s, math.tau * (s % 1.0)) for s in seconds]
    return [
        Chunk(START_NS + round(at_s * 1e9), encode_services([service]))
        for at_s, service in zip(seconds, services, strict=True)
    ]


def start_markers() -> Callable[[Chunk], int]:
    place = site(SensorKind.RADAR)
    ledger = Ledger(place)
    reader = RadarReader(place, {CODE: 0}, ledger)

    def read(chunk: Chunk) -> int:
        """They give no detections: all that are read count."""
        before = ledger.decoded["RadarService"]
        for _ in reader.read(chunk.data, chunk.received_ns):
            pass
        return ledger.decoded["RadarService"] - before

    return read


UDP, TCP, MQTT = "udp://127.0.0.1:8600", "tcp://127.0.0.1:30005", "mqtt://127.0.0.1:1883"
PAGE = "http://127.0.0.1:8080/data/aircraft.json"
RADAR_GOAL_PER_S = 100_000.0
CASES = [
    Case("CAT048 primary", lambda n: radar_chunks(n, is_mode_s=False), start_radar, RADAR_GOAL_PER_S),
    Case("CAT048 Mode S", lambda n: radar_chunks(n, is_mode_s=True), start_radar, RADAR_GOAL_PER_S),
    Case("CAT048 Mode S, all fields", lambda n: radar_chunks(n, is_mode_s=True), start_all_fields),
    Case("CAT034", marker_chunks, start_markers, share=SLOW_SHARE),
    Case("CAT062", track_chunks, start_tracks),
    spoken_case("CAT062, one a datagram", SensorKind.TRACKS, UDP, "asterix"),
    spoken_case("CAT021, one a datagram", SensorKind.ADSB, UDP, "asterix"),
    spoken_case("Beast, three messages a record", SensorKind.ADSB, TCP, "beast"),
    spoken_case("AVR, three messages a record", SensorKind.ADSB, TCP, "avr"),
    spoken_case("aircraft.json", SensorKind.ADSB, PAGE, "aircraft_json"),
    spoken_case("Cursor on Target, XML", SensorKind.TRACKS, UDP, "cot"),
    replace(spoken_case("Cursor on Target, protobuf", SensorKind.TRACKS, UDP, "cot"), chunks=protobuf_chunks),
    spoken_case("bearings of nodes", SensorKind.MICROPHONE, MQTT, "node"),
    spoken_case("Remote ID, DragonSync", SensorKind.REMOTE_ID, MQTT, "remote_id_json"),
    spoken_case("Remote ID, OpenDroneID lines", SensorKind.REMOTE_ID, TCP, "remote_id_json"),
    Case("Remote ID, Wi-Fi beacons", beacon_chunks, start_beacons, share=SLOW_SHARE),
]
