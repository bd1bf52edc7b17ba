"""Messages that keep to their published schema, and GeoJSON that maps read."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError
from tests.outputs.live.made import picture, report, site_with

from tocsin.formats.track_message import TrackMessage
from tocsin.outputs.live.track_json import GeoJsonEncoder, JsonEncoder


def test_a_message_is_what_the_schema_says_and_holds_the_track() -> None:
    (data,) = JsonEncoder(site_with(status="Actual")).encode(picture(0.0, report(identity="icao:4CA7B3")))
    message = TrackMessage.model_validate_json(data, strict=True)
    assert (message.event, message.site, message.status) == ("track", "Nordmark", "Actual")
    assert (message.track_id, message.time) == ("T0", "2022-12-26T01:19:00.000Z")
    assert (message.latitude_deg, message.longitude_deg) == (10.05, 20.02)
    assert (message.object_class, message.class_probability, message.sensors) == ("delta_wing_drone", 0.83, 2)
    assert json.loads(data)["class"] == "delta_wing_drone"
    assert b"\n" not in data
    assert not message.simulated
    (data,) = JsonEncoder(site_with()).encode(picture(0.0, report(is_simulated=True)))
    assert TrackMessage.model_validate_json(data).simulated


def test_what_nobody_knows_is_left_out() -> None:
    (data,) = JsonEncoder(site_with()).encode(picture(0.0, report(class_probability=None)))
    assert not {"identity", "class_probability"} & set(json.loads(data))


def test_a_stranger_in_a_message_is_refused() -> None:
    (data,) = JsonEncoder(site_with()).encode(picture(0.0, report()))
    with pytest.raises(ValidationError):
        TrackMessage.model_validate(json.loads(data) | {"more": 1})


def test_a_track_that_has_ended_is_told_once_more_as_ended() -> None:
    speaker, first = JsonEncoder(site_with()), picture(0.0, report())
    speaker.encode(first)
    speaker.told(first)
    (data,) = speaker.encode(picture(1.0))
    assert (json.loads(data)["event"], json.loads(data)["track_id"]) == ("end", "T0")
    speaker.told(picture(1.0))
    assert speaker.encode(picture(2.0)) == []


def test_geojson_is_a_collection_of_points_with_longitude_first() -> None:
    (data,) = GeoJsonEncoder(site_with()).encode(picture(0.0, report("A"), report("B")))
    document = json.loads(data)
    assert document["type"] == "FeatureCollection"
    assert [feature["id"] for feature in document["features"]] == ["A", "B"]
    feature = document["features"][0]
    assert feature["geometry"] == {"type": "Point", "coordinates": [20.02, 10.05, 3000.0]}
    assert feature["properties"]["existence"] == 0.97
    assert not {"latitude_deg", "longitude_deg", "altitude_m"} & set(feature["properties"])


def test_no_tracks_are_an_empty_collection() -> None:
    (data,) = GeoJsonEncoder(site_with()).encode(picture())
    assert json.loads(data) == {"type": "FeatureCollection", "features": []}
