"""The site file: defaults by kind of sensor, limits, and what contradicts itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tocsin.config.kinds import DEFAULTS, SensorKind
from tocsin.config.rules import default_rules
from tocsin.config.site import Sensor, Site
from tocsin.config.toml import parse

HERE = {"name": "Here", "latitude_deg": 47.0, "longitude_deg": 8.0}
SQUARE = [[47.0, 8.0], [47.0, 8.1], [47.1, 8.1], [47.1, 8.0]]


def site(**sections: Any) -> Site:
    return Site.model_validate({"site": HERE, **sections})


def sensor(**keys: Any) -> Sensor:
    return Sensor.model_validate({"name": "s", "kind": "radar", **keys})


def zone(**keys: Any) -> dict[str, Any]:
    return {"name": "Town", "polygon": SQUARE, **keys}


def coded(name: str, kind: str, area: int | None, identification: int | None) -> dict[str, Any]:
    codes = {"system_area_code": area, "system_identification_code": identification}
    return {"name": name, "kind": kind, **{key: code for key, code in codes.items() if code is not None}}


def test_a_site_needs_no_more_than_its_place_and_is_an_exercise() -> None:
    least = site()
    assert least.site.status == "Exercise"
    assert least.rules == default_rules()
    assert (least.sensors, least.zones) == ((), ())


def test_a_status_that_the_contract_does_not_know_is_refused() -> None:
    with pytest.raises(ValidationError, match="status"):
        Site.model_validate({"site": {**HERE, "status": "Test"}})


@pytest.mark.parametrize(
    "codes", [((20, 1), (20, 2)), ((20, None), (20, None)), ((None, None), (None, None)), ((20, 1), (21, 1))]
)
def test_radars_and_tracks_of_different_sources_go_together(codes: Any) -> None:
    sensors = [coded("a", "radar", *codes[0]), coded("b", "tracks", *codes[1])]
    assert len(site(sensors=sensors).sensors) == 2
    assert len(site(sensors=[coded(name, "tracks", 20, 1) for name in "ab"]).sensors) == 2


@pytest.mark.parametrize("kind", list(SensorKind))
def test_what_is_not_given_is_filled_with_what_is_usual_for_the_kind(kind: SensorKind) -> None:
    filled, usual = sensor(kind=kind.value).filled(), DEFAULTS[kind]
    assert filled.period_s == usual.period_s
    assert filled.max_range_m == usual.max_range_m
    assert filled.detection_probability == ((0.0, usual.detection_probability),)
    assert filled.propagation_speed_mps == usual.propagation_speed_mps


def test_what_is_given_is_kept() -> None:
    filled = sensor(period_s=2.5, detection_probability=0.4).filled()
    assert filled.period_s == 2.5
    assert filled.detection_probability == ((0.0, 0.4),)


def test_false_detections_for_an_area_take_the_place_of_those_for_a_scan() -> None:
    filled = sensor(false_detections_per_km2=0.001).filled()
    assert (filled.false_detections_per_scan, filled.false_detections_per_km2) == (None, 0.001)


@pytest.mark.parametrize("table", [[[0, 0.9], [1e4, 0.5]], {"0": 0.9, "10000": 0.5}])
def test_a_probability_may_be_a_table_by_range(table: Any) -> None:
    assert sensor(detection_probability=table).detection_probability == ((0.0, 0.9), (1e4, 0.5))


@pytest.mark.parametrize(
    ("keys", "complaint"),
    [
        ({"latitude_deg": 47.0}, "go together"),
        ({"min_elevation_deg": 10.0, "max_elevation_deg": 5.0}, "below max_elevation_deg"),
        ({"min_range_m": 10.0, "max_range_m": 5.0}, "below max_range_m"),
        ({"false_detections_per_scan": 1.0, "false_detections_per_km2": 1.0}, "not both"),
        ({"detection_probability": [[5.0, 0.9], [1.0, 0.5]]}, "ranges must increase"),
        ({"detection_probability": []}, "at least one"),
        ({"detection_probability": [[10.0 * k, 0.9] for k in range(33)]}, "at most 32 ranges"),
        ({"detection_probability": 1.5}, "less than or equal to 1"),
        ({"range_sigma_m": 0.0}, "greater than 0"),
        ({"min_range_rate_mps": -1.0}, "greater than or equal to 0"),
        ({"name": "two\nlines"}, "pattern"),
    ],
)
def test_a_sensor_that_contradicts_itself_is_refused(keys: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        sensor(**keys)


@pytest.mark.parametrize(
    ("sections", "complaint"),
    [
        ({"sensors": [{"name": "a", "kind": "radar"}] * 2}, "'a' is given twice"),
        ({"zones": [zone(), zone()]}, "'Town' is given twice"),
        (
            {"sensors": [coded("a", "radar", 20, 1), coded("b", "tracks", 20, 1)]},
            "radar 'a' and the tracks 'b' are of one source, 20/1",
        ),
        ({"zones": [zone()], "rules": [{"level": "watch", "zones": ["Tawn"]}]}, "zone 'Tawn' that is not in"),
        ({"zones": [zone(floor_m=100.0, ceiling_m=50.0)]}, "floor_m must be below"),
        ({"zones": [zone(polygon=SQUARE[:2])]}, "at least 3"),
        ({"zones": [zone(polygon=[SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]])]}, "polygon"),
    ],
)
def test_a_site_that_contradicts_itself_is_refused(sections: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        site(**sections)


def test_how_objects_fly_is_free_or_straight() -> None:
    assert site().prior.motion == "modes"
    assert site(prior={"motion": "straight"}).prior.motion == "straight"
    with pytest.raises(ValidationError, match=r"prior\.motion"):
        site(prior={"motion": "circles"})


def test_a_table_may_have_thirty_two_ranges_and_a_sensor_a_notch() -> None:
    full = sensor(detection_probability=[[10.0 * k, 0.9] for k in range(32)], min_range_rate_mps=5.0).filled()
    assert len(full.detection_probability or ()) == 32
    assert (full.min_range_rate_mps, sensor().filled().min_range_rate_mps) == (5.0, 0.0)


def test_sensors_keep_the_order_of_the_file() -> None:
    text = '[site]\nname = "x"\nlatitude_deg = 0.0\nlongitude_deg = 0.0\n'
    text += "".join(f'[[sensors]]\nname = "{name}"\nkind = "radar"\n' for name in "cab")
    assert parse(text, Path("site.toml"), Site).sensor_names == ("c", "a", "b")


def test_a_zone_is_placed_in_the_tangent_plane_of_the_site() -> None:
    (placed,) = site(zones=[zone()]).placed_zones()
    assert placed.vertices_enu_m.shape == (4, 2)
    # A tenth of a degree of latitude is 11.1 km anywhere.
    assert placed.vertices_enu_m[:, 1].max() == pytest.approx(11_120.0, abs=20.0)
