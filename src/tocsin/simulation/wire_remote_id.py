"""What a Remote ID receiver catches: Wi-Fi beacons with a pack of Basic ID and Location (ASTM F3411-22a).

Serial numbers and transmitters are made up of the simulated identity; no operator's position is sent.
"""

from __future__ import annotations

import hashlib
import math

import numpy as np

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

_HOUR_NS = 3_600_000_000_000
_TENTH_NS = 100_000_000
# 95 % of a normal error are within so many sigma: of a position on two axes, of a height on one.
_HORIZONTAL_95 = math.sqrt(-2.0 * math.log(0.05))
_VERTICAL_95 = 1.96


def remote_id_packets(simulated: Simulated, number: int) -> list[tuple[int, bytes]]:
    """UTC nanoseconds of receipt and 802.11 frame, with radiotap notes, of every beacon of one receiver."""
    detections = simulated.detections
    sigma_m = simulated.site.sensors[number].filled().position_sigma_m or 0.0
    packets = []
    counters: dict[str, int] = {}
    for row in np.flatnonzero(detections.sensor == number).tolist():
        detection = detections.row(row)
        counter = counters[detection.identity] = counters.get(detection.identity, -1) + 1
        pack = encode_pack([_basic_id(detection.identity), _location(detection, sigma_m)])
        frame = build_beacon(pack, transmitter_address(detection.identity), counter % 256)
        packets.append((detection.received_ns, frame))
    return packets


def serial_number(identity: str) -> str:
    """The made-up serial number behind a simulated identity."""
    return "SIM" + identity.rpartition(":")[2].upper()


def transmitter_address(identity: str) -> str:
    """A made-up address in the range that is administered locally (IEEE 802-2014, clause 8.4)."""
    digest = hashlib.sha256(identity.encode()).digest()
    return ":".join(f"{octet:02x}" for octet in (0x02, *digest[:5]))


def _basic_id(identity: str) -> BasicId:
    return BasicId(IdentityKind.SERIAL_NUMBER, AircraftKind.HELICOPTER_OR_MULTIROTOR, serial_number(identity))


def _location(detection: Detection, sigma_m: float) -> Location:
    east_mps, north_mps = detection.velocity_east_mps, detection.velocity_north_mps
    return Location(
        status=OperationalStatus.AIRBORNE,
        latitude_rad=detection.latitude_rad,
        longitude_rad=detection.longitude_rad,
        geodetic_altitude_m=detection.altitude_m,
        direction_rad=math.atan2(east_mps, north_mps) % math.tau,
        speed_mps=math.hypot(east_mps, north_mps),
        vertical_speed_mps=detection.velocity_up_mps,
        horizontal_accuracy_m=_HORIZONTAL_95 * sigma_m,
        vertical_accuracy_m=_VERTICAL_95 * sigma_m,
        tenths_after_hour=round(detection.time_ns % _HOUR_NS / _TENTH_NS),
    )
