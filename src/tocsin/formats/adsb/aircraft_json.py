"""aircraft.json of readsb and dump1090: what a receiver, or a network of them, knows of all aircraft.

    {"now": 1700000000.1, "aircraft": [{"hex": "4b1234", "type": "adsb_icao", "lat": 46.5, "lon": 6.6,
     "seen_pos": 0.4, "alt_geom": 12025, "alt_baro": 11800, "gs": 251.3, "track": 92.1, "geom_rate": -64,
     "baro_rate": -64, "nac_p": 9, "gva": 2, "mlat": [], "tisb": []}, ...]}

`now` is UTC in seconds and `seen_pos` how long before it the position came. Feet, knots, feet a minute,
degrees from true north. An address that is none of ICAO's starts with a tilde. `alt_baro` may be "ground".
Keys are left out where nothing is known. Source: README-json.md of readsb.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from tocsin.errors import DecodeError
from tocsin.formats.adsb.accuracy import horizontal_bound_m, vertical_bound_m
from tocsin.formats.adsb.squitter import FOOT_PER_MINUTE_MPS, KNOT_MPS
from tocsin.formats.json_stream import is_cut
from tocsin.units import FOOT_M

MOST_BYTES = 32_000_000
MOST_AIRCRAFT = 50_000
_LATEST_S = 7e9  # the year 2191, which nanoseconds in 64 bits still hold
# Without a type (older dump1090) the lists of derived fields tell who measured the position.
_OWN_POSITION = frozenset(("adsb_icao", "adsb_icao_nt", "adsb_other", "adsr_icao", "adsr_other", ""))

_Number = Annotated[float, Field(strict=True, ge=-1e6, le=1e6)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False, hide_input_in_errors=True)

    hex: Annotated[str, Field(pattern=r"^~?[0-9A-Fa-f]{6}$")]
    type: Annotated[str, Field(max_length=40)] = ""
    lat: Annotated[float, Field(strict=True, ge=-90.0, le=90.0)] | None = None
    lon: Annotated[float, Field(strict=True, ge=-180.0, le=180.0)] | None = None
    seen_pos: Annotated[float, Field(strict=True, ge=0.0, le=1e6)] | None = None
    alt_geom: _Number | None = None
    alt_baro: _Number | Annotated[str, Field(max_length=40)] | None = None
    gs: Annotated[float, Field(strict=True, ge=0.0, le=1e5)] | None = None
    track: Annotated[float, Field(strict=True, ge=-360.0, le=360.0)] | None = None
    geom_rate: _Number | None = None
    baro_rate: _Number | None = None
    nac_p: int | None = None
    gva: int | None = None
    mlat: list[str] = []
    tisb: list[str] = []


@dataclass(frozen=True, slots=True)
class KnownAircraft:
    """One aircraft of the document, in SI; None where nothing is told.

    `age_s` is that of its position. Only `geodetic_altitude_m` is a height above the ellipsoid.
    `is_own_position`: the aircraft sent it, and nobody else measured it.
    """

    address: str
    is_own_position: bool
    is_on_the_ground: bool
    latitude_rad: float | None
    longitude_rad: float | None
    age_s: float | None
    geodetic_altitude_m: float | None
    pressure_altitude_m: float | None
    speed_mps: float | None
    course_rad: float | None
    climb_mps: float | None
    horizontal_bound_m: float | None
    vertical_bound_m: float | None


@dataclass(frozen=True, slots=True)
class AircraftDocument:
    """All that can be read of one document, and an error for each entry that can't."""

    now_s: float
    aircraft: list[KnownAircraft]
    errors: list[DecodeError]


def decode_aircraft_json(data: bytes) -> AircraftDocument:
    """Reads a document; an entry that is none is an error of kind `aircraft_damaged`.

    Raises DecodeError `aircraft_json_damaged`, `aircraft_json_truncated`, or beyond 32 MB or 50,000 entries
    `aircraft_json_oversized`.
    """
    if len(data) > MOST_BYTES:
        raise DecodeError("aircraft_json_oversized", f"{len(data)} bytes of aircraft.json", data[:64])
    try:
        document = from_json(data, allow_inf_nan=False)
    except ValueError as error:
        if is_cut(data, error):
            text = f"a document cut after {len(data)} bytes"
            raise DecodeError("aircraft_json_truncated", text, data[:64]) from error
        raise _damaged("no JSON", data) from error
    now_s, entries = _parts(document, data)
    aircraft: list[KnownAircraft] = []
    errors: list[DecodeError] = []
    for number, entry in enumerate(entries):
        try:
            aircraft.append(_known(_Entry.model_validate(entry)))
        except ValidationError as error:
            where = ".".join(map(str, error.errors(include_input=False, include_url=False)[0]["loc"]))
            errors.append(DecodeError("aircraft_damaged", f"entry {number} of aircraft.json: {where}"))
    return AircraftDocument(now_s, aircraft, errors)


def _parts(document: Any, data: bytes) -> tuple[float, list[Any]]:
    if not isinstance(document, dict):
        raise _damaged("not an object", data)
    now_s, entries = document.get("now"), document.get("aircraft")
    if isinstance(now_s, bool) or not isinstance(now_s, int | float) or not 0 <= now_s <= _LATEST_S:
        raise _damaged("no time 'now'", data)
    if not isinstance(entries, list):
        raise _damaged("no list 'aircraft'", data)
    if len(entries) > MOST_AIRCRAFT:
        raise DecodeError("aircraft_json_oversized", f"{len(entries)} aircraft", data[:64])
    return float(now_s), entries


def _known(entry: _Entry) -> KnownAircraft:
    is_placed = entry.lat is not None and entry.lon is not None
    pressure_ft = entry.alt_baro if isinstance(entry.alt_baro, float) else None
    climb = entry.baro_rate if entry.geom_rate is None else entry.geom_rate
    return KnownAircraft(
        address=entry.hex.lower(),
        is_own_position=entry.type in _OWN_POSITION
        and not {"lat", "lon"}.intersection(entry.mlat + entry.tisb),
        is_on_the_ground=entry.alt_baro == "ground",
        latitude_rad=_scaled(entry.lat if is_placed else None, math.radians(1.0)),
        longitude_rad=_scaled(entry.lon if is_placed else None, math.radians(1.0)),
        age_s=entry.seen_pos,
        geodetic_altitude_m=_scaled(entry.alt_geom, FOOT_M),
        pressure_altitude_m=_scaled(pressure_ft, FOOT_M),
        speed_mps=_scaled(entry.gs, KNOT_MPS),
        course_rad=_scaled(entry.track, math.radians(1.0)),
        climb_mps=_scaled(climb, FOOT_PER_MINUTE_MPS),
        horizontal_bound_m=horizontal_bound_m(entry.nac_p),
        vertical_bound_m=vertical_bound_m(entry.gva),
    )


def _scaled(value: float | None, unit: float) -> float | None:
    return None if value is None else value * unit


def _damaged(what: str, data: bytes) -> DecodeError:
    return DecodeError("aircraft_json_damaged", f"aircraft.json: {what}", data[:64])
