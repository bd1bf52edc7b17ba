"""Zones as a page sends them: GeoJSON (RFC 7946), checked before the site file is."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from tocsin.errors import InvalidInput
from tocsin.outputs.web.places import ZONE_KEYS

MOST_ZONES, MOST_CORNERS = 500, 2000

_Position = Annotated[list[float], Field(min_length=2, max_length=3)]


class _Part(BaseModel):
    """Members that are not known are left alone, as the standard wants it."""

    model_config = ConfigDict(allow_inf_nan=False)


class _Outline(_Part):
    type: Literal["Polygon"]
    coordinates: Annotated[
        list[Annotated[list[_Position], Field(min_length=4, max_length=MOST_CORNERS)]],
        Field(min_length=1, max_length=1),
    ]


class _Feature(_Part):
    type: Literal["Feature"]
    geometry: _Outline
    properties: dict[str, Any]


class _Collection(_Part):
    type: Literal["FeatureCollection"]
    version: str = ""
    features: Annotated[list[_Feature], Field(max_length=MOST_ZONES)]


_SENT = TypeAdapter(_Collection)


def zones_sent(payload: bytes) -> tuple[list[dict[str, Any]], str]:
    """Zones as the site file has them, unchecked, and the version that they were made from, '' for any.

    Raises InvalidInput with all that is no GeoJSON of polygons.
    """
    try:
        sent = _SENT.validate_json(payload)
    except ValidationError as error:
        raise InvalidInput("; ".join(_reason(detail) for detail in error.errors()[:10])) from None
    return [_zone(feature) for feature in sent.features], sent.version


def _zone(feature: _Feature) -> dict[str, Any]:
    ring = feature.geometry.coordinates[0]
    corners = ring[:-1] if ring[0] == ring[-1] else ring
    known = {name: feature.properties[name] for name in ZONE_KEYS if name in feature.properties}
    return {**known, "polygon": [[position[1], position[0]] for position in corners]}


def _reason(detail: Any) -> str:
    where = ".".join(str(part) for part in detail["loc"]) or "body"
    if detail["type"] == "too_long" and where.endswith("coordinates"):
        return f"{where}: a zone has one outline, without holes"
    return f"{where}: {detail['msg']}"
