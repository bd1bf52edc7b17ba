"""The messages of Remote ID as decoded by receivers around OpenDroneID, one JSON key a message.

    [{"Basic ID": {"id_type": "Serial Number (ANSI/CTA-2063-A)", "id": "...", "MAC": "02:00:5e:00:53:01"}},
     {"Location/Vector Message": {"latitude": "51.0000000", "longitude": ..., "geodetic_altitude": "120.0 m",
       "speed": "15.5 m/s", "direction": 45, "vert_speed": "2.0 m/s", "horizontal_accuracy": "<10 m",
       "vertical_accuracy": "<3 m", "timestamp": "20 min 34.5 s", ...}},
     {"System Message": ...}, {"Self-ID Message": ...}, {"Operator ID Message": ...}]

or one object with the same keys. The transmitter's address stands in Basic ID, beside the message, or in
`aext.AdvA`. With `Signal Info` it is no aircraft: a signal was seen, and the position is the receiver's own.

Source: the output of DroneID, droneid-go and the ESP32 receivers that DragonSync reads, as published.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from tocsin.formats.remote_id import BasicId, Location
from tocsin.formats.remote_id_json.report import RemoteIdReport, Told, identity, location
from tocsin.formats.remote_id_json.values import Address, BoundM, Number, Tenths, Text

BASIC_ID, LOCATION, SIGNAL = "Basic ID", "Location/Vector Message", "Signal Info"
_MOST_PARTS = 64


class _BasicId(Told):
    id_type: Text = ""
    id: Text = ""
    address: Address = Field("", alias="MAC")


class _Location(Told):
    latitude: Number = None
    longitude: Number = None
    geodetic_altitude: Number = None
    speed: Number = None
    direction: Number = None
    vert_speed: Number = None
    horizontal_accuracy: BoundM = None
    vertical_accuracy: BoundM = None
    timestamp: Tenths = None


class _Extended(Told):
    address: Address = Field("", alias="AdvA")


class _Part(Told):
    basic_id: _BasicId | None = Field(None, alias=BASIC_ID)
    location: _Location | None = Field(None, alias=LOCATION)
    signal: Any = Field(None, alias=SIGNAL)
    address: Address = Field("", alias="MAC")
    extended: _Extended = Field(_Extended(), alias="aext")


def is_open_drone_id(parts: list[Any]) -> bool:
    """Whether objects hold messages in this form, of whatever type."""
    return any(
        isinstance(part, dict) and any(key == BASIC_ID or key.endswith((" Message", " Info")) for key in part)
        for part in parts
    )


def read_open_drone_id(parts: list[Any]) -> RemoteIdReport:
    """What the messages of one aircraft say together. Raises pydantic's ValidationError and DecodeError."""
    read = [_Part.model_validate(part) for part in parts[:_MOST_PARTS] if isinstance(part, dict)]
    if any(part.signal is not None for part in read):
        return RemoteIdReport(unusable="signal_without_position")
    addresses = [
        address
        for part in read
        for address in (part.basic_id.address if part.basic_id else "", part.address, part.extended.address)
        if address
    ]
    names = [name for part in read if part.basic_id for name in _name(part.basic_id)]
    places = [_place(part.location) for part in read if part.location]
    return RemoteIdReport(addresses[0] if addresses else "", tuple(names), places[-1] if places else None)


def _name(said: _BasicId) -> tuple[BasicId, ...]:
    return identity(said.id_type, said.id)


def _place(said: _Location) -> Location:
    return location(
        said.latitude,
        said.longitude,
        said.geodetic_altitude,
        said.speed,
        said.direction,
        said.vert_speed,
        said.horizontal_accuracy,
        said.vertical_accuracy,
        said.timestamp,
    )
