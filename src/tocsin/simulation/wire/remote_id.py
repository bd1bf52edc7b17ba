"""What a Remote ID receiver catches: Wi-Fi beacons with a pack of Basic ID and Location (ASTM F3411-22a).

Serial numbers and transmitters are made up of the simulated identity; no operator's position is sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from tocsin.formats.remote_id import (
    AircraftKind,
    BasicId,
    IdentityKind,
    Location,
    OperationalStatus,
    build_beacon,
    encode_pack,
)
from tocsin.model.detections import Detection
from tocsin.simulation.run import Simulated
from tocsin.simulation.wire.spoken import Spoken, bounds_95_m, rows_of, speed_and_course

_HOUR_NS = 3_600_000_000_000
_TENTH_NS = 100_000_000


def remote_id_frames(simulated: Simulated, number: int) -> Iterator[Spoken]:
    """The 802.11 frame, with radiotap notes, of every beacon that one receiver catches."""
    bounds_m = bounds_95_m(simulated, number)
    counters: dict[str, int] = {}
    for row in rows_of(simulated, number):
        counter = counters[row.identity] = counters.get(row.identity, -1) + 1
        pack = encode_pack([_basic_id(row.identity), _location(row, *bounds_m)])
        yield Spoken(row.received_ns, build_beacon(pack, transmitter_address(row.identity), counter % 256))


def serial_number(identity: str) -> str:
    """The made-up serial number behind a simulated identity."""
    return "SIM" + identity.rpartition(":")[2].upper()


def transmitter_address(identity: str) -> str:
    """A made-up address in the range that is administered locally (IEEE 802-2014, clause 8.4)."""
    digest = hashlib.sha256(identity.encode()).digest()
    return ":".join(f"{octet:02x}" for octet in (0x02, *digest[:5]))


def _basic_id(identity: str) -> BasicId:
    return BasicId(IdentityKind.SERIAL_NUMBER, AircraftKind.HELICOPTER_OR_MULTIROTOR, serial_number(identity))


def _location(row: Detection, horizontal_m: float, vertical_m: float) -> Location:
    speed_mps, direction_rad = speed_and_course(row)
    return Location(
        status=OperationalStatus.AIRBORNE,
        latitude_rad=row.latitude_rad,
        longitude_rad=row.longitude_rad,
        geodetic_altitude_m=row.altitude_m,
        direction_rad=direction_rad,
        speed_mps=speed_mps,
        vertical_speed_mps=row.velocity_up_mps,
        horizontal_accuracy_m=horizontal_m,
        vertical_accuracy_m=vertical_m,
        tenths_after_hour=round(row.time_ns % _HOUR_NS / _TENTH_NS),
    )
