"""Messages of nodes and people to detections: heard or not, bearings, sightings; status goes into the ledger.

The source of a message is its MQTT topic, or the path under which it was posted: its last word is the kind of
message, the words before it, after the first, are the name of the sensor: `tocsin/Mast 3/heard`. An envelope
says both itself.

Bearings of one look tell the same time, so each look is a scan, and what it does not see is missed. Those of
a node without a clock are of one look if they come within half a period.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Site
from tocsin.errors import DecodeError
from tocsin.formats.json_stream import JsonStream
from tocsin.formats.nodes import (
    ENVELOPE_MOST_BYTES,
    NODE_MESSAGES,
    Bearing,
    Heard,
    NodeMessage,
    Sighting,
    Status,
    decode_as,
    decode_envelope,
    is_envelope,
)
from tocsin.model.detections import HEARD, NOT_HEARD, Detection
from tocsin.model.sensors import SelfReport
from tocsin.sensors.kept import MOST_SOURCES, Kept
from tocsin.sensors.labels import label_of_word
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.node_keys import NOT_AUTHENTIC, NodeKeys
from tocsin.sensors.placement import POSITION_UNKNOWN
from tocsin.sensors.recent import Recent
from tocsin.sensors.rows import BLANK
from tocsin.sensors.sightings import bearing_of
from tocsin.sensors.source_clock import SourceClock
from tocsin.sensors.standing_emitters import EmitterBearing, StandingEmitters
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
    """Reads the messages of these sensors by their names, and of no others; None: of all of the site.

    One message is one payload, or with `is_stream` one JSON object of a connection. A bearing places nothing
    by itself: it needs a sensor with a position. Raises UnusableFile for a node's key that can't be read.
    """

    def __init__(
        self, site: Site, sensors: Sequence[int] | None, ledger: Ledger, is_stream: bool = False
    ) -> None:
        self._sensors = site.sensors
        self._keys = NodeKeys(site)
        self._is_stream = is_stream
        self._streams: Kept[str, JsonStream] = Kept(lambda: JsonStream(ENVELOPE_MOST_BYTES), MOST_SOURCES)
        self._numbers = {
            name: number
            for number, name in enumerate(site.sensor_names)
            if sensors is None or number in sensors
        }
        # What says not even its name is of the only one that there is.
        self._only = next(iter(self._numbers.values())) if len(self._numbers) == 1 else None
        self._ledger = ledger
        self._standing = StandingEmitters()
        self._clocks: dict[int, SourceClock] = {}
        self._looks_ns: dict[int, int] = {}  # when the last look of each began
        self._recent: Recent[tuple[int, int], bool] = Recent()

    def read(self, data: bytes, received_ns: int, source: str = "") -> Iterator[Detection]:
        """The detections that a payload holds, or these bytes of one connection."""
        if not self._is_stream:
            yield from self._read(data, received_ns, source)
            return
        stream = self._streams.of(source)
        skipped = stream.skipped
        for payload in stream.add(data):
            yield from self._read(payload, received_ns, "")
        if stream.skipped > skipped:
            text = f"{stream.skipped - skipped} bytes are no part of a message"
            self._ledger.error(self._only, DecodeError("node_bytes_skipped", text))

    def forget(self, source: str) -> None:
        """The connection is closed: drops and counts what it left unfinished."""
        stream = self._streams.forget(source)
        if stream is not None and (unfinished := stream.end()):
            text = f"{unfinished} bytes of a message that was cut off"
            self._ledger.error(self._only, DecodeError("node_message_truncated", text))

    def _read(self, data: bytes, received_ns: int, source: str) -> Iterator[Detection]:
        name, kind, envelope = *_from_topic(source), None
        try:
            if is_envelope(data):
                envelope = decode_envelope(data)
                name, kind, data = envelope.sensor, envelope.kind, envelope.message.encode()
            sensor = self._sensor_of(name)
            refusal = None if sensor is None else self._keys.refusal(sensor, envelope, received_ns)
            message = _decoded(kind, data) if refusal is None else None
        except DecodeError as error:
            self._ledger.error(self._numbers.get(name, None if name else self._only), error)
            return
        if refusal != NOT_AUTHENTIC:  # else it is no sign of life of the sensor
            self._ledger.message(sensor, received_ns)
        if message is None or sensor is None:
            self._ledger.refuse(sensor, refusal or UNKNOWN_SENSOR)
        else:
            yield from self._use(message, sensor, received_ns)

    def _use(self, message: NodeMessage, sensor: int, received_ns: int) -> Iterator[Detection]:
        self._ledger.decoded[type(message).__name__] += 1
        row = self._row_of(message, sensor, received_ns)
        if isinstance(row, str):
            self._ledger.refuse(sensor, row)
        elif row is not None:
            time_ns = self._date(message, sensor, received_ns)
            if isinstance(message, Bearing) and (stands := self._stands(message, row, sensor, time_ns)):
                self._ledger.refuse(sensor, stands)
                return
            yield row._replace(time_ns=time_ns, received_ns=received_ns, sensor=sensor)

    def notes(self) -> list[str]:
        """What people should know of the nodes."""
        unused = self._ledger.unassigned.refused[UNKNOWN_SENSOR]
        notes = [
            f"{self._ledger.of(sensor).name}: its clock is off by {abs(clock.behind_s):.0f} s; "
            "its messages are dated by receipt"
            for sensor, clock in self._clocks.items()
            if clock.is_off
        ]
        if unused and self._ledger.unassigned.strangers:
            names = ", ".join(repr(name) for name in self._ledger.unassigned.strangers)
            notes.append(f"{unused} messages of nodes that are not in the site file: {names}")
        return notes

    def _sensor_of(self, name: str) -> int | None:
        number = self._numbers.get(name)
        strangers = self._ledger.unassigned.strangers
        if number is None and len(strangers) < _MOST_STRANGERS:
            strangers[name[:80]] = None
        return number

    def _row_of(self, message: NodeMessage, sensor: int, received_ns: int) -> Detection | str | None:
        """What was measured, without time and sensor, or why it is not used; None: nothing was measured."""
        if self._sensors[sensor].kind not in _SPEAKERS[type(message)]:
            return "not_of_this_kind_of_sensor"
        if self._is_repeated(message, sensor, received_ns):
            return "repeated"
        if isinstance(message, Status):
            self._take_status(message, sensor, received_ns)
            return None
        if self._sensors[sensor].latitude_deg is None and not self._sensors[sensor].moves:
            return POSITION_UNKNOWN
        match message:
            case Heard():
                return self._heard(message, sensor)
            case Bearing():
                return _bearing(message)._replace(scan=self._scan_of(message, sensor, received_ns))
            case Sighting():
                return bearing_of(message, self._sensors[sensor])
        return None

    def _take_status(self, message: Status, sensor: int, received_ns: int) -> None:
        report = self._ledger.of(sensor).self_report = _self_report(message, received_ns)
        if report.latitude_rad is not None and report.longitude_rad is not None:
            time_ns = self._date(message, sensor, received_ns)
            self._ledger.place(sensor, time_ns, report.latitude_rad, report.longitude_rad, report.altitude_m)

    def _is_repeated(self, message: NodeMessage, sensor: int, received_ns: int) -> bool:
        """Brokers may deliver twice; what tells no time may be said again and mean it."""
        if message.time is None:
            return False
        key = (sensor, hash(message))  # no copy: where a person stands is kept nowhere, not even for a minute
        is_repeated = self._recent.get(key) is not None
        self._recent.put(key, True, received_ns)
        return is_repeated

    def _stands(self, message: Bearing, row: Detection, sensor: int, time_ns: int) -> str | None:
        """Why the bearing of a transmitter is not used; of sound and light none is withheld."""
        settings = self._sensors[sensor].filled()
        if settings.kind is not SensorKind.DIRECTION_FINDER:
            return None
        assert settings.azimuth_sigma_deg and settings.elevation_sigma_deg
        azimuth_sigma_deg = message.azimuth_sigma_deg or settings.azimuth_sigma_deg
        elevation_sigma_deg = message.elevation_sigma_deg or settings.elevation_sigma_deg
        bearing = EmitterBearing(
            time_ns, row.azimuth_rad, math.radians(azimuth_sigma_deg),
            row.elevation_rad, math.radians(elevation_sigma_deg), message.emitter or "",
        )  # fmt: skip
        return self._standing.refusal(sensor, bearing)

    def _heard(self, message: Heard, sensor: int) -> Detection | str:
        told = self._ledger.of(sensor).self_report
        if not message.heard and told is not None and not told.is_listening:
            return "not_listening"
        if not message.heard:
            return BLANK._replace(heard=NOT_HEARD)
        label, confidence = label_of_word(message.what, message.confidence)
        return BLANK._replace(heard=HEARD, label=label, label_confidence=confidence)

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


def _from_topic(source: str) -> tuple[str, str]:
    """Name of the sensor and kind of message; empty where the topic has none, or there is no topic."""
    words = source.split("/")
    return "/".join(words[1:-1]), words[-1]


def _decoded(kind: str, data: bytes) -> NodeMessage:
    form = NODE_MESSAGES.get(kind)
    if form is None:
        text = "neither an envelope nor a topic says what kind of message it is, of those known here"
        raise DecodeError("node_topic_unknown", text)
    return decode_as(form, data)


def _bearing(message: Bearing) -> Detection:
    label, confidence = label_of_word(message.what, message.confidence)
    return BLANK._replace(
        label=label,
        label_confidence=confidence,
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
