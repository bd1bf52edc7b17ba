"""Messages of nodes and people to detections: heard or not, bearings, sightings; status goes into the ledger.

The source of a message is its MQTT topic, or the path under which it was posted: its last word is the kind of
message, the words before it, after the first, are the name of the sensor: `tocsin/Mast 3/heard`.

Bearings of one look tell the same time, so each look is a scan, and what it does not see is missed. Those of
a node without a clock are of one look if they come within half a period.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Site
from tocsin.errors import DecodeError
from tocsin.formats.nodes import (
    NODE_MESSAGES,
    Bearing,
    Heard,
    NodeMessage,
    Sighting,
    Status,
    decode_as,
)
from tocsin.model.detections import HEARD, NOT_HEARD, Detection
from tocsin.model.sensors import SelfReport
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.placement import POSITION_UNKNOWN
from tocsin.sensors.recent import Recent
from tocsin.sensors.rows import BLANK
from tocsin.sensors.sightings import bearing_of
from tocsin.sensors.source_clock import SourceClock
from tocsin.units import NANOSECONDS_PER_SECOND

UNKNOWN_SENSOR = "unknown_sensor"
"""Reason under which messages are counted that name no sensor of the site; none is made for them."""
_SCAN_STEP_NS = 1000  # times in files hold no less
_MOST_STRANGERS = 20  # names that are kept to be shown

# Which kinds of sensor may say what; all may tell their status.
_HEARING = frozenset({SensorKind.MICROPHONE, SensorKind.DIRECTION_FINDER})
_SPEAKERS: dict[type[NodeMessage], frozenset[SensorKind]] = {
    Heard: _HEARING,
    Bearing: _HEARING | {SensorKind.CAMERA},
    Sighting: frozenset({SensorKind.SIGHTING}),
    Status: frozenset(SensorKind),
}


class NodeReader:
    """Reads the messages of one sensor, or with sensor None those of all sensors of the site, by their names.

    One message is one payload. A bearing places nothing by itself: it needs a sensor with a position.
    """

    def __init__(self, site: Site, sensor: int | None, ledger: Ledger) -> None:
        self._sensors = site.sensors
        self._numbers = {
            name: number for number, name in enumerate(site.sensor_names) if sensor in (None, number)
        }
        self._ledger = ledger
        self._clocks: dict[int, SourceClock] = {}
        self._looks_ns: dict[int, int] = {}  # when the last look of each began
        self._recent: Recent[tuple[int, int], bool] = Recent()
        self._strangers: dict[str, None] = {}

    def read(self, data: bytes, received_ns: int, source: str = "") -> Iterator[Detection]:
        """The detection that a payload holds, if any."""
        sensor = self._sensor_of(source)
        try:
            message = decode_as(_kind_of(source), data)
        except DecodeError as error:
            self._ledger.error(sensor, error)
            return
        self._ledger.decoded[type(message).__name__] += 1
        self._ledger.message(sensor, received_ns)
        if sensor is None:
            self._ledger.refuse(None, UNKNOWN_SENSOR)
            return
        row = self._row_of(message, sensor, received_ns)
        if isinstance(row, str):
            self._ledger.refuse(sensor, row)
        elif row is not None:
            yield row._replace(
                time_ns=self._date(message, sensor, received_ns), received_ns=received_ns, sensor=sensor
            )

    def notes(self) -> list[str]:
        """What people should know of the nodes."""
        unused = self._ledger.unassigned.refused[UNKNOWN_SENSOR]
        notes = [
            f"{self._ledger.of(sensor).name}: its clock is off by {abs(clock.behind_s):.0f} s; "
            "its messages are dated by receipt"
            for sensor, clock in self._clocks.items()
            if clock.is_off
        ]
        if unused and self._strangers:
            names = ", ".join(repr(name) for name in self._strangers)
            notes.append(f"{unused} messages of nodes that are not in the site file: {names}")
        return notes

    def _sensor_of(self, source: str) -> int | None:
        name = "/".join(source.split("/")[1:-1])
        number = self._numbers.get(name)
        if number is None and len(self._strangers) < _MOST_STRANGERS:
            self._strangers[name[:80]] = None
        return number

    def _row_of(self, message: NodeMessage, sensor: int, received_ns: int) -> Detection | str | None:
        """What was measured, without time and sensor, or why it is not used; None: nothing was measured."""
        if self._sensors[sensor].kind not in _SPEAKERS[type(message)]:
            return "not_of_this_kind_of_sensor"
        if self._is_repeated(message, sensor, received_ns):
            return "repeated"
        if isinstance(message, Status):
            self._ledger.of(sensor).self_report = _self_report(message, received_ns)
            return None
        if self._sensors[sensor].latitude_deg is None:
            return POSITION_UNKNOWN
        match message:
            case Heard():
                return self._heard(message, sensor)
            case Bearing():
                return _bearing(message)._replace(scan=self._scan_of(message, sensor, received_ns))
            case Sighting():
                return bearing_of(message, self._sensors[sensor])
        return None

    def _is_repeated(self, message: NodeMessage, sensor: int, received_ns: int) -> bool:
        """Brokers may deliver twice; what tells no time may be said again and mean it."""
        if message.time is None:
            return False
        key = (sensor, hash(message))  # no copy: where a person stands is kept nowhere, not even for a minute
        is_repeated = self._recent.get(key) is not None
        self._recent.put(key, True, received_ns)
        return is_repeated

    def _heard(self, message: Heard, sensor: int) -> Detection | str:
        told = self._ledger.of(sensor).self_report
        if not message.heard and told is not None and not told.is_listening:
            return "not_listening"
        return BLANK._replace(heard=HEARD if message.heard else NOT_HEARD)

    def _scan_of(self, message: Bearing, sensor: int, received_ns: int) -> int:
        """The number of the look that a bearing is of."""
        last_ns, began_ns = self._looks_ns.get(sensor), message.time_ns
        if began_ns is None:
            half_ns = round((self._sensors[sensor].filled().period_s or 1.0) * NANOSECONDS_PER_SECOND / 2)
            is_same = last_ns is not None and received_ns - last_ns < half_ns
            began_ns = last_ns if last_ns is not None and is_same else received_ns
        if began_ns != last_ns:
            self._looks_ns[sensor] = began_ns
            self._ledger.of(sensor).scans += 1
        return began_ns // _SCAN_STEP_NS

    def _date(self, message: NodeMessage, sensor: int, received_ns: int) -> int:
        """People have no clock of their own: what they tell late is late, and no sign of a wrong clock."""
        if isinstance(message, Sighting):
            return received_ns if message.time_ns is None else message.time_ns
        return self._clocks.setdefault(sensor, SourceClock()).date(message.time_ns, received_ns)


def _kind_of(source: str) -> type[NodeMessage]:
    kind = NODE_MESSAGES.get(source.rpartition("/")[2])
    if kind is None:
        raise DecodeError("node_topic_unknown", "the topic ends in no kind of message that is known here")
    return kind


def _bearing(message: Bearing) -> Detection:
    return BLANK._replace(
        azimuth_rad=math.radians(message.azimuth_deg),
        elevation_rad=_radians(message.elevation_deg),
        azimuth_sigma_rad=_radians(message.azimuth_sigma_deg),
        elevation_sigma_rad=_radians(message.elevation_sigma_deg),
    )


def _self_report(message: Status, received_ns: int) -> SelfReport:
    latitude_deg, longitude_deg = message.latitude_deg, message.longitude_deg
    return SelfReport(
        received_ns=received_ns,
        is_listening=message.listening,
        battery_percent=message.battery_percent,
        clock_offset_s=message.clock_offset_s,
        latitude_rad=None if latitude_deg is None else math.radians(latitude_deg),
        longitude_rad=None if longitude_deg is None else math.radians(longitude_deg),
        altitude_m=message.altitude_m,
        software=message.software or "",
    )


def _radians(angle_deg: float | None) -> float:
    return math.nan if angle_deg is None else math.radians(angle_deg)
