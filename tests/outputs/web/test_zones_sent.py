"""Zones that a page sends are GeoJSON of polygons, or refused with what is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tocsin.errors import InvalidInput
from tocsin.outputs.web.zones_sent import zones_sent

RING = [[8.0, 47.0], [8.1, 47.0], [8.1, 47.1], [8.0, 47.0]]


def sent(*features: Any, **more: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


def feature(rings: Any, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": rings}}


def test_longitude_comes_first_and_the_closing_corner_goes() -> None:
    zones, version = zones_sent(sent(feature([RING], name="Town", floor_m=5.0, colour="red"), version="v"))
    corners = [[47.0, 8.0], [47.0, 8.1], [47.1, 8.1]]
    assert (zones, version) == ([{"name": "Town", "floor_m": 5.0, "polygon": corners}], "v")


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        (b"", "EOF"),
        (b"{", "EOF"),
        (b"[]", "object"),
        (b'{"type": "FeatureCollection"}', "features: Field required"),
        (sent({"type": "Feature", "properties": {}, "geometry": None}), "features.0.geometry"),
        (sent(feature([RING, RING])), "one outline, without holes"),
        (sent(feature([[RING]], "MultiPolygon")), "Polygon"),
        (sent(feature([RING[:3]])), "at least 4"),
        (sent(feature([[["8", "x"], *RING[1:]]])), "number"),
        (sent(feature([RING])).replace(b"8.1", b"1e999"), "finite"),
        (sent(*[feature([RING])] * 501), "at most 500"),
        (sent(feature([RING * 501])), "at most 2000"),
    ],
)
def test_what_is_none_is_refused_with_the_place(payload: bytes, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        zones_sent(payload)
