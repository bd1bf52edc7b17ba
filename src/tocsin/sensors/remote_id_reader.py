"""Remote ID to detections: where each aircraft says that it is.

Serial numbers and addresses of transmitters become keyed hashes here; what operators send of themselves
(System, Operator ID, Self ID) is counted and dropped as soon as it is decoded.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from tocsin.errors import DecodeError
from tocsin.formats.capture import Packet
from tocsin.formats.remote_id import (
    BasicId,
    IdentityKind,
    Location,
    RemoteIdFrame,
    decode_message,
    location_time_ns,
    remote_id_frames,
    split_payload,
)
from tocsin.model.detections import Detection
from tocsin.sensors.identities import hashed_identity
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.recent import Recent
from tocsin.sensors.rows import BLANK
from tocsin.sensors.source_clock import SourceClock
from tocsin.units import NANOSECONDS_PER_SECOND

# 95 % of a normal error are within so many sigma: on the plane (a Rayleigh radius) and on one axis.
_PLANE_95 = math.sqrt(-2.0 * math.log(0.05))
_AXIS_95 = 1.959964

_FRESH_NS = NANOSECONDS_PER_SECOND
"""What is sent was measured at most 1 s before (ASTM F3411-22a): the same later is measured anew."""

NO_SENSOR = "no_remote_id_sensor"
"""Reason under which positions are counted at a site without a receiver."""


@dataclass(slots=True)
class _Transmitter:
    """What is known of one sender. `identity` is kept from the first detection on: it never changes."""

    clock: SourceClock = field(default_factory=SourceClock)
    named: str = ""
    identity: str = ""


class RemoteIdReader:
    """Reads the Remote ID transmissions of one receiver; everything is counted under its sensor number.

    With sensor None nothing becomes a detection: the site has no receiver.
    """

    def __init__(self, secret: bytes, sensor: int | None, ledger: Ledger) -> None:
        self._secret = secret
        self._sensor = sensor
        self._ledger = ledger
        self._transmitters: dict[str, _Transmitter] = {}
        self._recent: Recent[tuple[str, bytes], tuple[int | None, int]] = Recent()

    def read(self, packet: Packet) -> Iterator[Detection]:
        """The detections of a captured packet; the same message sent again is none."""
        try:
            frames = remote_id_frames(packet)
        except DecodeError as error:
            self._ledger.error(self._sensor, error)
            return
        for frame in frames:
            yield from self._read_frame(frame, packet.time_ns)

    def notes(self) -> list[str]:
        """What people should know of the transmitters."""
        off = [known.clock for known in self._transmitters.values() if known.clock.is_off]
        if not off or self._sensor is None:
            return []
        worst_s = max((clock.behind_s for clock in off), key=abs)
        name, known = self._ledger.of(self._sensor).name, len(self._transmitters)
        clocks = f"the clocks of {len(off)} of {known} transmitters are off, by up to {abs(worst_s):.0f} s"
        return [f"{name}: {clocks}; their positions are dated by receipt"]

    def _read_frame(self, frame: RemoteIdFrame, received_ns: int) -> Iterator[Detection]:
        # Senders without an address may be many: nothing that one of them says is held against another.
        transmitter = _Transmitter()
        if frame.transmitter:
            transmitter = self._transmitters.setdefault(frame.transmitter, transmitter)
        # All of a frame is decoded first: a pack may name the aircraft after it has located it.
        for data, location in list(self._locations(frame, transmitter)):
            self._ledger.message(self._sensor, received_ns)
            own_ns = _own_time_ns(location, received_ns)
            refusal = self._refusal(
                location, (frame.transmitter, data), own_ns, transmitter.clock, received_ns
            )
            if refusal is not None or self._sensor is None:
                self._ledger.refuse(self._sensor, refusal or NO_SENSOR)
                continue
            yield located(location)._replace(
                time_ns=transmitter.clock.date(own_ns, received_ns),
                received_ns=received_ns,
                sensor=self._sensor,
                identity=self._identity(frame.transmitter, transmitter),
            )

    def _locations(self, frame: RemoteIdFrame, transmitter: _Transmitter) -> Iterator[tuple[bytes, Location]]:
        """The Location messages of a frame; what else it holds is counted, the aircraft's name hashed."""
        try:
            parts = split_payload(frame.payload)
        except DecodeError as error:
            self._ledger.error(self._sensor, error)
            return
        for data in parts:
            try:
                message = decode_message(data)
            except DecodeError as error:
                self._ledger.error(self._sensor, error)
                continue
            self._ledger.decoded[type(message).__name__] += 1
            if isinstance(message, Location):
                yield data, message
            elif isinstance(message, BasicId) and not transmitter.named:
                transmitter.named = self._hashed_name(message)

    def _hashed_name(self, message: BasicId) -> str:
        if message.identity_kind is IdentityKind.NONE or not message.identity:
            return ""
        return hashed_identity(self._secret, message.identity_kind.name, message.identity)

    def _identity(self, address: str, transmitter: _Transmitter) -> str:
        if not address:
            return transmitter.named
        if not transmitter.identity:
            by_address = hashed_identity(self._secret, "TRANSMITTER", address)
            transmitter.identity = transmitter.named or by_address
        return transmitter.identity

    def _refusal(
        self,
        location: Location,
        key: tuple[str, bytes],
        own_ns: int | None,
        clock: SourceClock,
        received_ns: int,
    ) -> str | None:
        """Why a message is no detection, or None."""
        if self._sensor is None:
            return NO_SENSOR
        if location.latitude_rad is None:
            return "position_unknown"
        return "repeated" if self._is_repeated(key, own_ns, clock, received_ns) else None

    def _is_repeated(
        self, key: tuple[str, bytes], own_ns: int | None, clock: SourceClock, received_ns: int
    ) -> bool:
        """Whether a message with the same bytes was the same measurement; else it is remembered."""
        previous = self._recent.get(key)
        if previous is not None:
            previous_own_ns, previous_received_ns = previous
            if own_ns is None or clock.is_off:
                is_same = received_ns - previous_received_ns < _FRESH_NS
            else:
                is_same = own_ns == previous_own_ns
            if is_same:
                return True
        self._recent.put(key, (own_ns, received_ns), received_ns)
        return False


def _own_time_ns(location: Location, received_ns: int) -> int | None:
    tenths = location.tenths_after_hour
    return None if tenths is None else location_time_ns(tenths, received_ns)


def located(location: Location) -> Detection:
    """What a Location message says of place and motion, as a row without time, sensor and identity.

    Only the height above the ellipsoid is taken: pressure altitudes and heights above take-off are others.
    """
    row = BLANK._replace(
        latitude_rad=_number(location.latitude_rad),
        longitude_rad=_number(location.longitude_rad),
        altitude_m=_number(location.geodetic_altitude_m),
        velocity_up_mps=_number(location.vertical_speed_mps),
        position_sigma_m=_position_sigma_m(location),
    )
    speed_mps, direction_rad = location.speed_mps, location.direction_rad
    if speed_mps == 0.0:
        direction_rad = 0.0
    if speed_mps is None or direction_rad is None:
        return row
    return row._replace(
        velocity_east_mps=speed_mps * math.sin(direction_rad),
        velocity_north_mps=speed_mps * math.cos(direction_rad),
    )


def _position_sigma_m(location: Location) -> float:
    """One sigma for each axis: the worst of what is told of plane and height; NaN where nothing is."""
    told = []
    if location.horizontal_accuracy_m is not None:
        told.append(location.horizontal_accuracy_m / _PLANE_95)
    if location.vertical_accuracy_m is not None and location.geodetic_altitude_m is not None:
        told.append(location.vertical_accuracy_m / _AXIS_95)
    return max(told, default=math.nan)


def _number(value: float | None) -> float:
    return math.nan if value is None else value
