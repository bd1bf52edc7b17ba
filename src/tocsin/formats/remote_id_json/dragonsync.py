"""DragonSync's state of one drone, as on the MQTT topics wardragon/drones and wardragon/drone/<id>.

    {"id": "drone-<serial>", "id_type": "Serial Number (ANSI/CTA-2063-A)", "mac": "", "track_type": "drone",
     "lat": 51.0, "lon": 4.0, "alt": 120.5, "speed": 15.5, "vspeed": 2.0, "direction": 45.0,
     "horizontal_accuracy": "<10 m", "vertical_accuracy": "<3 m", "rid_timestamp": "20 min 34.5 s",
     "observed_at": 1932926400.5, "seen_by": "...", "pilot_lat": ..., "home_lat": ..., ...}

`alt` is above the ellipsoid [m], speeds are m/s, `observed_at` is seconds since 1970 by the receiver's clock.
A value that is not known is written as 0, so that a 0 says nothing. An aircraft of ADS-B has another
`track_type`; `drone-alert` is a signal that could not be read. The address of a transmitter stands for the
serial of a drone that tells none.

Source: DragonSync, docs/mqtt-schema.md.
"""

from __future__ import annotations

from typing import Any

from tocsin.formats.remote_id_json.report import RemoteIdReport, Told, identity, location
from tocsin.formats.remote_id_json.values import Address, BoundM, Number, Tenths, Text, UnixTimeNs, address

_PREFIX, _ALERT = "drone-", "drone-alert"


class _State(Told):
    id: Text = ""
    id_type: Text = ""
    caa_id: Text = ""
    mac: Address = ""
    track_type: Text = "drone"
    lat: Number = None
    lon: Number = None
    alt: Number = None
    speed: Number = None
    vspeed: Number = None
    direction: Number = None
    horizontal_accuracy: BoundM = None
    vertical_accuracy: BoundM = None
    timestamp: Tenths = None
    rid_timestamp: Tenths = None
    observed_at: UnixTimeNs = None


def is_dragonsync(message: dict[str, Any]) -> bool:
    """Whether an object is such a state, of whatever flies."""
    return "track_type" in message or {"id", "lat", "lon"} <= set(message)


def read_dragonsync(message: dict[str, Any]) -> RemoteIdReport:
    """What a state says. Raises pydantic's ValidationError and DecodeError."""
    state = _State.model_validate(message)
    if state.track_type != "drone":
        return RemoteIdReport(unusable="not_remote_id")
    if state.id == _ALERT:
        return RemoteIdReport(unusable="signal_without_position")
    name = state.id.removeprefix(_PREFIX)
    names = () if address(name) else identity(state.id_type, name)
    return RemoteIdReport(
        state.mac or address(name),
        names or identity("caa", state.caa_id),
        location(
            state.lat,
            state.lon,
            state.alt or None,
            state.speed or None,
            state.direction or None,
            state.vspeed or None,
            state.horizontal_accuracy,
            state.vertical_accuracy,
            state.timestamp if state.rid_timestamp is None else state.rid_timestamp,
        ),
        state.observed_at,
    )
