"""Messages as receivers write them, with made-up aircraft and operators, and any Location in their form."""

from __future__ import annotations

import json
import math
from typing import Any

from tocsin.formats.remote_id import Location

ADDRESS = "02:00:5e:00:53:01"
SERIAL = "MADEUP0000SERIAL0001"
OPERATOR_DEG = (-47.123456, -20.654321)
SERIAL_KIND = "Serial Number (ANSI/CTA-2063-A)"

BASIC_ID = {"protocol_version": "F3411.22", "id_type": SERIAL_KIND, "ua_type": "Aeroplane", "id": SERIAL}
VECTOR = {
    "protocol_version": "F3411.22",
    "op_status": "Airborne",
    "height_type": "AGL",
    "ew_dir_segment": "West",
    "speed_multiplier": "0.25",
    "direction": 200,
    "speed": "15.5 m/s",
    "vert_speed": "1.5 m/s",
    "latitude": "45.1234567",
    "longitude": "-12.5000000",
    "pressure_altitude": "1234.5 m",
    "geodetic_altitude": "1300.0 m",
    "height_agl": "100.0 m",
    "vertical_accuracy": "<3 m",
    "horizontal_accuracy": "<10 m",
    "baro_accuracy": "<25 m",
    "speed_accuracy": "<1 m/s",
    "timestamp": "12 min 34.5 s",
    "timestamp_accuracy": "0.3 s",
}
SYSTEM = {"operator_location_type": "Dynamic", "latitude": OPERATOR_DEG[0], "longitude": OPERATOR_DEG[1]}
OPERATOR_ID = {"operator_id_type": "Operator ID", "operator_id": "MADEUPOPERATOR"}

OPEN_DRONE_ID: list[Any] = [
    {"Basic ID": BASIC_ID, "MAC": ADDRESS},
    {"Location/Vector Message": VECTOR, "MAC": ADDRESS},
    {"System Message": SYSTEM, "MAC": ADDRESS},
    {"Operator ID Message": OPERATOR_ID, "MAC": ADDRESS},
    {"Self-ID Message": {"text": "survey", "text_type": "Text Description"}, "MAC": ADDRESS},
]
ESP32: dict[str, Any] = {
    "index": 42,
    "runtime": 12345,
    "AUX_ADV_IND": {"rssi": -68},
    "aext": {"AdvA": f"{ADDRESS.upper()} 12:34:56:78:90:AB"},
    "Basic ID": {"id": SERIAL, "id_type": SERIAL_KIND},
    "Location/Vector Message": {
        "latitude": 45.1234567,
        "longitude": -12.5,
        "geodetic_altitude": 1300.0,
        "height_agl": 100.0,
        "speed": 15.5,
        "vert_speed": 1.5,
        "direction": 200,
    },
    "System Message": {"operator_lat": OPERATOR_DEG[0], "operator_lon": OPERATOR_DEG[1]},
}
DRAGONSYNC: dict[str, Any] = {
    "id": f"drone-{SERIAL}",
    "id_type": SERIAL_KIND,
    "description": "survey",
    "track_type": "drone",
    "lat": 45.1234567,
    "lon": -12.5,
    "latitude": 45.1234567,
    "longitude": -12.5,
    "gps_accuracy": 0.0,
    "alt": 1300.0,
    "height": 100.0,
    "pressure_altitude": 1234.5,
    "speed": 15.5,
    "vspeed": 1.5,
    "direction": 200.0,
    "rssi": -68.0,
    "pilot_lat": OPERATOR_DEG[0],
    "pilot_lon": OPERATOR_DEG[1],
    "home_lat": OPERATOR_DEG[0],
    "home_lon": OPERATOR_DEG[1],
    "mac": ADDRESS,
    "caa_id": "",
    "operator_id": "MADEUPOPERATOR",
    "horizontal_accuracy": "<10 m",
    "vertical_accuracy": "<3 m",
    "timestamp": "12 min 34.5 s",
    "rid_timestamp": "12 min 34.5 s",
    "observed_at": 1932926400.5,
    "last_update_time": 1932926400.75,
    "seen_by": "wardragon-MADEUP",
}
MESH_MAPPER: dict[str, Any] = {
    "mac": ADDRESS,
    "rssi": -68,
    "drone_lat": 45.123457,
    "drone_long": -12.5,
    "drone_altitude": 1300,
    "pilot_lat": OPERATOR_DEG[0],
    "pilot_long": OPERATOR_DEG[1],
    "basic_id": SERIAL,
}


def as_bytes(message: Any) -> bytes:
    return json.dumps(message).encode()


def vector_of(location: Location) -> dict[str, Any]:
    """A Location as decoders around OpenDroneID write it."""
    latitude_rad, longitude_rad = location.latitude_rad, location.longitude_rad
    direction_rad, tenths = location.direction_rad, location.tenths_after_hour
    minutes, seconds = divmod((tenths or 0) / 10, 60)
    return {
        "latitude": "Unknown" if latitude_rad is None else f"{math.degrees(latitude_rad):.7f}",
        "longitude": "Unknown" if longitude_rad is None else f"{math.degrees(longitude_rad):.7f}",
        "geodetic_altitude": _with_unit(location.geodetic_altitude_m, "m", "Undefined"),
        "speed": _with_unit(location.speed_mps, "m/s", "Unknown"),
        "vert_speed": _with_unit(location.vertical_speed_mps, "m/s", "63.0 m/s"),
        "direction": 361 if direction_rad is None else round(math.degrees(direction_rad)),
        "horizontal_accuracy": _bound(location.horizontal_accuracy_m),
        "vertical_accuracy": _bound(location.vertical_accuracy_m),
        "timestamp": "Unknown" if tenths is None else _after_the_hour(int(minutes), seconds),
    }


def _with_unit(value: float | None, unit: str, unknown: str) -> str:
    return unknown if value is None else f"{value} {unit}"


def _bound(bound_m: float | None) -> str:
    if bound_m is None:
        return ">=150 m or Unknown"
    return f"<{bound_m / 1000:g} km (1 NM)" if bound_m > 2000 else f"<{bound_m:g} m"


def _after_the_hour(minutes: int, seconds: float) -> str:
    return f"1.0 h 0 min {seconds} s" if minutes == 60 else f"{minutes} min {seconds} s"
