"""What Remote ID receivers that speak JSON say: DragonSync to a broker, OpenDroneID's messages elsewhere.

Serial numbers and transmitters are made up of the simulated identity; no operator's position is sent.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from tocsin.model.detections import Detection
from tocsin.simulation.run import Simulated
from tocsin.simulation.wire.remote_id import serial_number, transmitter_address
from tocsin.simulation.wire.spoken import Spoken, bounds_95_m, rows_of, speed_and_course
from tocsin.units import NANOSECONDS_PER_SECOND

_SERIAL = "Serial Number (ANSI/CTA-2063-A)"
# Bounds that the standard has classes for, as receivers write them (ASTM F3411-22a, tables 5 and 6).
_HORIZONTAL_M = (1, 3, 10, 30, 92.6, 185.2, 555.6, 926)
_VERTICAL_M = (1, 3, 10, 25, 45, 150)
_HOUR_NS = 3_600 * NANOSECONDS_PER_SECOND


def dragonsync_states(simulated: Simulated, number: int, first_word: str) -> Iterator[Spoken]:
    """A state under the topic `first_word/drone/ID` for each position that is received."""
    bounds = _bounds(simulated, number)
    for row in rows_of(simulated, number):
        speed_mps, course_rad = speed_and_course(row)
        state = {
            "id": f"drone-{serial_number(row.identity)}",
            "id_type": _SERIAL,
            "mac": transmitter_address(row.identity),
            "track_type": "drone",
            "lat": round(math.degrees(row.latitude_rad), 7),
            "lon": round(math.degrees(row.longitude_rad), 7),
            "alt": round(row.altitude_m, 1),
            "speed": round(speed_mps, 2),
            "vspeed": round(row.velocity_up_mps, 1),
            "direction": round(math.degrees(course_rad)),
            "horizontal_accuracy": bounds[0],
            "vertical_accuracy": bounds[1],
            "rid_timestamp": _after_the_hour(row),
            "observed_at": row.received_ns / NANOSECONDS_PER_SECOND,
        }
        yield Spoken(row.received_ns, json.dumps(state).encode(), f"{first_word}/drone/{state['id']}")


def open_drone_id_lines(simulated: Simulated, number: int) -> Iterator[Spoken]:
    """A line with the messages of one aircraft for each position that is received."""
    bounds = _bounds(simulated, number)
    for row in rows_of(simulated, number):
        speed_mps, course_rad = speed_and_course(row)
        parts: list[dict[str, Any]] = [
            {
                "Basic ID": {
                    "id_type": _SERIAL,
                    "id": serial_number(row.identity),
                    "MAC": transmitter_address(row.identity),
                }
            },
            {
                "Location/Vector Message": {
                    "latitude": f"{math.degrees(row.latitude_rad):.7f}",
                    "longitude": f"{math.degrees(row.longitude_rad):.7f}",
                    "geodetic_altitude": f"{row.altitude_m:.1f} m",
                    "speed": f"{speed_mps:.2f} m/s",
                    "direction": round(math.degrees(course_rad)),
                    "vert_speed": f"{row.velocity_up_mps:.1f} m/s",
                    "horizontal_accuracy": bounds[0],
                    "vertical_accuracy": bounds[1],
                    "timestamp": _after_the_hour(row),
                }
            },
        ]
        yield Spoken(row.received_ns, json.dumps(parts).encode() + b"\n")


def _bounds(simulated: Simulated, number: int) -> tuple[str, str]:
    horizontal_m, vertical_m = bounds_95_m(simulated, number)
    return _bound(horizontal_m, _HORIZONTAL_M), _bound(vertical_m, _VERTICAL_M)


def _bound(bound_m: float, classes_m: tuple[float, ...]) -> str:
    """The narrowest class that holds, as receivers write it."""
    return next((f"<{known_m:g} m" for known_m in classes_m if bound_m <= known_m), "Unknown")


def _after_the_hour(row: Detection) -> str:
    seconds = row.time_ns % _HOUR_NS / NANOSECONDS_PER_SECOND
    return f"{int(seconds // 60)} min {seconds % 60:.1f} s"
