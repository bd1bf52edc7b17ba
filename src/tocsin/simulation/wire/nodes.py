"""What nodes and people say over MQTT: heard, bearing, sighting, and their status every half minute."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Sensor
from tocsin.formats.nodes import Bearing, Heard, NodeMessage, Sighting, Status, encode_node_message
from tocsin.model.detections import HEARD, HEARD_ABSENT, Detection
from tocsin.simulation.run import Simulated
from tocsin.simulation.wire.spoken import Spoken, looks_ns, rows_of
from tocsin.units import NANOSECONDS_PER_SECOND

_STATUS_EVERY_NS = 30 * NANOSECONDS_PER_SECOND
_SOFTWARE = "simulated"


def node_messages(simulated: Simulated, number: int, first_word: str) -> Iterator[Spoken]:
    """The messages of one node, each under its topic `first_word/NAME/kind`; people tell no status."""
    sensor = simulated.site.sensors[number]
    reports = (
        Spoken(row.received_ns, *_said(_message(row, sensor), first_word, sensor.name))
        for row in rows_of(simulated, number)
    )
    if sensor.kind is SensorKind.SIGHTING:
        return reports
    return heapq.merge(_statuses(simulated, number, first_word), reports, key=lambda spoken: spoken.sent_ns)


def _statuses(simulated: Simulated, number: int, first_word: str) -> Iterator[Spoken]:
    name, due_ns = simulated.site.sensors[number].name, 0
    for time_ns in looks_ns(simulated, number):
        if time_ns >= due_ns:
            due_ns = time_ns + _STATUS_EVERY_NS
            status = Status(v=1, time=_time(time_ns), listening=True, software=_SOFTWARE)
            yield Spoken(time_ns, *_said(status, first_word, name))


def _said(message: NodeMessage, first_word: str, name: str) -> tuple[bytes, str]:
    return encode_node_message(message), f"{first_word}/{name}/{type(message).__name__.lower()}"


def _message(row: Detection, sensor: Sensor) -> NodeMessage:
    if row.heard != HEARD_ABSENT:
        return Heard(v=1, time=_time(row.time_ns), heard=row.heard == HEARD)
    azimuth_deg, elevation_deg = math.degrees(row.azimuth_rad), None
    if not math.isnan(row.elevation_rad):
        elevation_deg = math.degrees(row.elevation_rad)
    if sensor.kind is not SensorKind.SIGHTING:
        return Bearing(v=1, time=_time(row.time_ns), azimuth_deg=azimuth_deg, elevation_deg=elevation_deg)
    assert sensor.latitude_deg is not None and sensor.longitude_deg is not None
    return Sighting(
        v=1, time=_time(row.time_ns), latitude_deg=sensor.latitude_deg, longitude_deg=sensor.longitude_deg,
        azimuth_deg=azimuth_deg, elevation_deg=elevation_deg, what="unknown", sure="likely",
    )  # fmt: skip


def _time(time_ns: int) -> float:
    return time_ns / NANOSECONDS_PER_SECOND
