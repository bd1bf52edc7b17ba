"""The short form of ESP32 receivers for mesh networks (drone-mesh-mapper and its kin).

    {"mac": "02:00:5e:00:53:01", "rssi": -60, "drone_lat": 51.0, "drone_long": 4.0, "drone_altitude": 120,
     "pilot_lat": ..., "pilot_long": ..., "basic_id": "<serial>"}

`drone_altitude` is the height above the ellipsoid in whole metres, but above an unknown level where `id_type`
names another form than Remote ID. No time is told, and 0 stands for what is not known.

Source: the firmware of drone-mesh-mapper, WiFi-RemoteID and SkySpy, as published.
"""

from __future__ import annotations

from typing import Any

from tocsin.formats.remote_id_json.report import RemoteIdReport, Told, identity, location
from tocsin.formats.remote_id_json.values import Address, Number, Text


class _Seen(Told):
    mac: Address = ""
    basic_id: Text = ""
    id_type: Text = ""
    drone_lat: Number = None
    drone_long: Number = None
    drone_altitude: Number = None


def is_mesh_mapper(message: dict[str, Any]) -> bool:
    """Whether an object has this form."""
    return "drone_lat" in message and "drone_long" in message


def read_mesh_mapper(message: dict[str, Any]) -> RemoteIdReport:
    """What an object says. Raises pydantic's ValidationError and DecodeError."""
    seen = _Seen.model_validate(message)
    altitude_m = None if seen.id_type else seen.drone_altitude or None
    return RemoteIdReport(
        seen.mac, identity("", seen.basic_id), location(seen.drone_lat, seen.drone_long, altitude_m)
    )
