"""Where aircraft say by Remote ID that they are: one detection for each measurement, whoever received it.

All receivers of a site may share one `RemoteIdMeasurements`: what several of them hear, or one of them in
several frames, is one measurement. Serial numbers and addresses of transmitters become keyed hashes here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from tocsin.formats.remote_id import BasicId, IdentityKind, Location, location_time_ns
from tocsin.model.detections import Detection
from tocsin.sensors.identities import hashed_identity
from tocsin.sensors.recent import Recent
from tocsin.sensors.rows import BLANK
from tocsin.sensors.source_clock import SourceClock
from tocsin.units import NANOSECONDS_PER_SECOND

# 95 % of a normal error are within so many sigma: on the plane (a Rayleigh radius) and on one axis.
_PLANE_95 = math.sqrt(-2.0 * math.log(0.05))
_AXIS_95 = 1.959964

_FRESH_NS = NANOSECONDS_PER_SECOND
"""What is sent was measured at most 1 s before (ASTM F3411-22a): the same later is measured anew."""
MOST_TRANSMITTERS = 10_000
"""That are known at once; of more, those that were silent for longest are forgotten."""

# Who is where, and the time that is told: what is equal in this is the same measurement.
_Key = tuple[str, float | None, float | None, float | None, int | None]


@dataclass(slots=True)
class Transmitter:
    """What is known of one sender. `identity` is kept from the first detection on: it never changes."""

    address: str = ""
    clock: SourceClock = field(default_factory=SourceClock)
    named: str = ""
    identity: str = ""


class RemoteIdMeasurements:
    """Turns Location messages into detections. `secret` is the site's (see secrets.py)."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._transmitters: dict[str, Transmitter] = {}
        self._recent: Recent[_Key, tuple[int | None, int]] = Recent()

    def transmitter(self, address: str) -> Transmitter:
        """The sender with an address. Senders without one may be many: each time it is another."""
        if not address:
            return Transmitter()
        known = self._transmitters.pop(address, None) or Transmitter(address)
        self._transmitters[address] = known
        if len(self._transmitters) > MOST_TRANSMITTERS:
            del self._transmitters[next(iter(self._transmitters))]
        return known

    def name(self, transmitter: Transmitter, message: BasicId) -> None:
        """Remembers what a sender calls itself, hashed; the first name counts."""
        if transmitter.named or message.identity_kind is IdentityKind.NONE or not message.identity:
            return
        transmitter.named = hashed_identity(self._secret, message.identity_kind.name, message.identity)

    def measured(
        self, location: Location, transmitter: Transmitter, received_ns: int, told_ns: int | None = None
    ) -> Detection | str:
        """A detection without its sensor, or why a message is none.

        `told_ns` is when the receiver heard it, for messages that tell no time of their own.
        """
        if location.latitude_rad is None:
            return "position_unknown"
        tenths, own_ns = location.tenths_after_hour, told_ns
        if tenths is not None:
            own_ns = location_time_ns(tenths, received_ns)
        identity = self._identity(transmitter)
        place = location.latitude_rad, location.longitude_rad, location.geodetic_altitude_m
        key = (identity, *place, told_ns if tenths is None else tenths)
        is_dated = own_ns is not None and (tenths is None or not transmitter.clock.is_off)
        if self._is_repeated(key, own_ns if is_dated else None, received_ns):
            return "repeated"
        return located(location)._replace(
            time_ns=transmitter.clock.date(own_ns, received_ns), received_ns=received_ns, identity=identity
        )

    def clocks(self) -> list[SourceClock]:
        """Those of all known senders."""
        return [known.clock for known in self._transmitters.values()]

    def _identity(self, transmitter: Transmitter) -> str:
        if not transmitter.address:
            return transmitter.named
        if not transmitter.identity:
            by_address = hashed_identity(self._secret, "TRANSMITTER", transmitter.address)
            transmitter.identity = transmitter.named or by_address
        return transmitter.identity

    def _is_repeated(self, key: _Key, own_ns: int | None, received_ns: int) -> bool:
        """Whether the same was measured before, at `own_ns` or with None lately; else it is remembered."""
        previous = self._recent.get(key)
        if previous is not None:
            previous_own_ns, previous_received_ns = previous
            # One of the two is undated where what is known of the sender's clock has changed between them.
            if own_ns is None or previous_own_ns is None:
                is_same = received_ns - previous_received_ns < _FRESH_NS
            else:
                is_same = own_ns == previous_own_ns
            if is_same:
                return True
        self._recent.put(key, (own_ns, received_ns), received_ns)
        return False


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
