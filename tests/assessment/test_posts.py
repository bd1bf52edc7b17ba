from __future__ import annotations

import math

import numpy as np
import pytest
from tests.assessment.activity_scene import PLACES_M, scene_site

from tocsin.assessment.posts import NO_POST, cells_around, cover_of, posts_of, warned_radius_m
from tocsin.geo.polygon import Polygon


def test_sensors_of_one_kind_at_one_place_are_one_witness() -> None:
    site = scene_site()
    beside = site.sensors[2].model_copy(update={"name": "array 1b"})
    finder = beside.model_copy(update={"name": "finder b", "kind": site.sensors[1].kind})
    posts = posts_of(site.model_copy(update={"sensors": (*site.sensors, beside, finder)}), 5.0)
    assert posts.sensors[posts.of_sensor[2]] == ("array 1", "array 1b")
    assert posts.sensors[posts.of_sensor[6]] == ("finder b",)
    assert len(posts) == len(site.sensors) + 1


def test_what_tells_of_itself_or_moves_is_no_witness() -> None:
    aboard = {"name": "ship", "kind": "radar", "latitude_deg": 10.0, "longitude_deg": 20.0, "moves": True}
    posts = posts_of(scene_site({"name": "receiver", "kind": "adsb"}, aboard), 5.0)
    assert posts.of_sensor.tolist()[-2:] == [NO_POST, NO_POST]


def test_cells_lie_where_the_fastest_drone_is_when_people_must_be_warned() -> None:
    site = scene_site()
    radius_m = warned_radius_m(120.0, 10.0)
    assert radius_m == pytest.approx(51.0 * 130.0)
    (zone,) = site.placed_zones()
    cells_m, side_m, (near,) = cells_around([zone], [radius_m])
    distance = Polygon(zone.vertices_enu_m).signed_distance(cells_m)
    assert distance.max() <= radius_m < distance.max() + 2.0 * side_m
    assert near.tolist() == list(range(len(cells_m)))
    area_km2 = len(cells_m) * side_m**2 / 1e6
    around_km2 = (4000.0**2 + 4 * 4000.0 * radius_m + math.pi * radius_m**2) / 1e6
    assert area_km2 == pytest.approx(around_km2, rel=0.05)


def test_a_large_country_has_larger_cells_and_not_more() -> None:
    site = scene_site()
    (zone,) = site.placed_zones()
    cells_m, side_m, _ = cells_around([zone], [200_000.0])
    assert len(cells_m) <= 20_000
    assert side_m > 1000.0


def test_a_post_covers_what_is_in_its_range_in_order_of_azimuth() -> None:
    site = scene_site()
    posts = posts_of(site, 5.0)
    cells_m, side_m, _ = cells_around(site.placed_zones(), [6000.0])
    cover = cover_of(site, posts, cells_m, side_m)
    for post, place in enumerate(PLACES_M.values()):
        rows = slice(cover.first[post], cover.first[post + 1])
        distance = np.hypot(*(cells_m - posts.place_m[post]).T)
        assert (
            sorted(cover.cell[rows].tolist()) == np.flatnonzero(distance <= posts.max_range_m[post]).tolist()
        )
        assert np.all(np.diff(cover.azimuth_rad[rows]) >= 0.0)
        np.testing.assert_allclose(posts.place_m[post], place, atol=5.0)
    looks = 5.0 / 4.0
    assert cover.detection[0] == pytest.approx(1.0 - 0.1**looks)
    for cell in range(len(cells_m)):
        pairs = cover.by_cell[cover.first_of_cell[cell] : cover.first_of_cell[cell + 1]]
        assert set(cover.cell[pairs].tolist()) <= {cell}


def test_no_zones_have_no_cells() -> None:
    cells_m, _, near = cells_around([], [])
    assert (len(cells_m), near) == (0, [])
