"""Nodes that only say whether they hear something, through the whole line of the tracker."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from tests.tracking.made import LATITUDE_DEG, LONGITUDE_DEG, SECOND_NS, START_NS, make_site

from tocsin.config.site import Site
from tocsin.geo.frame import LocalFrame
from tocsin.model.detections import Detections
from tocsin.model.tracks import Picture
from tocsin.tracking import Timeline
from tocsin.units import FloatArray

NODE: dict[str, Any] = {
    "kind": "microphone", "period_s": 1.0, "max_range_m": 4000.0, "false_detections_per_scan": 0.01,
    "detection_probability": [[0.0, 0.95], [2000.0, 0.8], [4000.0, 0.1]], "visible_probability": 0.9,
    "propagation_speed_mps": 343.0,
}  # fmt: skip
RADAR: dict[str, Any] = {"kind": "radar", "period_s": 1.0, "max_range_m": 20_000.0}
SPEED_MPS, HEIGHT_M = 45.0, 300.0
GRID_M = [(2500.0 * (k % 4 - 1.5), 2500.0 * (k // 4 - 1.0)) for k in range(12)]


def site_of(*more: dict[str, Any]) -> Site:
    """Twelve microphones, 2.5 km from each other, and further sensors at the origin."""
    frame = LocalFrame.from_degrees(LATITUDE_DEG, LONGITUDE_DEG, 0.0)
    places = [frame.to_geodetic([east, north, 0.0]) for east, north in GRID_M]
    nodes = [
        NODE | {"latitude_deg": math.degrees(lat), "longitude_deg": math.degrees(lon)}
        for lat, lon, _ in places
    ]
    return make_site(*nodes, *more, altitude_m=HEIGHT_M, altitude_sigma_m=100.0, speed_sigma_mps=30.0,
                     birth_rate_per_km2_s=1e-6)  # fmt: skip


def drone(second: float) -> FloatArray:
    """Flies north over the middle."""
    return np.array([200.0, -7000.0 + SPEED_MPS * second, HEIGHT_M])


def reports(seconds: int, seed: int, flies: bool = True) -> Detections:
    """What all nodes say each second, of where the drone was when its sound left it."""
    rng, rows = np.random.default_rng(seed), []
    for second in range(seconds):
        for node, place in enumerate(GRID_M):
            here = np.array([*place, 0.0])
            age_s = np.linalg.norm(drone(second) - here) / 343.0
            slant = np.linalg.norm(drone(float(second - age_s)) - here)
            chance = np.interp(slant, [0.0, 2000.0, 4000.0], [0.95, 0.8, 0.1]) * (slant < 4000.0) * flies
            rows.append((START_NS + second * SECOND_NS, node, rng.random() < max(chance, 0.01)))
    time_ns, sensor, heard = (np.array(column) for column in zip(*rows, strict=True))
    return Detections.of(time_ns=time_ns, sensor=sensor, heard=heard.astype(np.int8))


def pictures(site: Site, *batches: Detections) -> list[Picture]:
    timeline = Timeline(site)
    found = [picture for batch in batches for picture in timeline.push(batch)]
    return found + list(timeline.finish())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_twelve_microphones_that_only_hear_place_a_drone(seed: int) -> None:
    last = pictures(site_of(), reports(160, seed))[-1]
    assert len(last.tracks) == 1
    second = (last.time_ns - START_NS) / SECOND_NS
    assert np.linalg.norm(last.tracks.state[0, :2] - drone(second)[:2]) < 1000.0
    assert last.tracks.support[0].max() > 0.5


def test_where_nothing_flies_they_place_nothing() -> None:
    assert all(len(picture.tracks) == 0 for picture in pictures(site_of(), reports(600, 4, flies=False)))


def test_late_reports_lead_to_the_same_tracks() -> None:
    rows = reports(120, 5)
    order = np.argsort(rows.time_ns, kind="stable")
    in_time = rows.take(order)
    late = (np.arange(len(rows)) % 7 == 0) & (rows.time_ns > START_NS + 20 * SECOND_NS)
    received = np.where(late, rows.time_ns + 6 * SECOND_NS, rows.time_ns)
    mixed = Detections.of(
        time_ns=rows.time_ns, sensor=rows.sensor, heard=rows.heard, received_ns=received
    ).take(np.argsort(received, kind="stable"))
    # Pictures already published stay as they were: it is the state afterwards that counts.
    first, second = Timeline(site_of()), Timeline(site_of())
    for timeline, batch in ((first, in_time), (second, mixed)):
        assert len([*timeline.push(batch), *timeline.finish()]) > 100
    assert second.replays > 50 and len(first.filter.components().state) == 1
    for one, other in zip(first.filter.checkpoint().heard, second.filter.checkpoint().heard, strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(first.filter.components().state, second.filter.components().state)


def test_hearing_confirms_what_a_radar_sees_and_says_where() -> None:
    rng, seconds = np.random.default_rng(6), 40
    places = np.array([drone(60 + k) for k in range(seconds)])
    slant = np.linalg.norm(places, axis=1) + 40.0 * rng.normal(size=seconds)
    azimuth = np.arctan2(places[:, 0], places[:, 1]) + 0.006 * rng.normal(size=seconds)
    time_ns = START_NS + (60 + np.arange(seconds)) * SECOND_NS
    radar = Detections.of(time_ns=time_ns, sensor=12, scan=np.arange(seconds), range_m=slant,
                          azimuth_rad=azimuth % (2 * math.pi))  # fmt: skip
    heard = reports(100, 7)
    both = Detections.concatenate([radar, heard])
    both = both.take(np.argsort(both.received_ns, kind="stable"))
    alone, together = pictures(site_of(RADAR), radar)[-1], pictures(site_of(RADAR), both)[-1]
    assert len(alone.tracks) == len(together.tracks) == 1
    assert together.tracks.support[0, :12].sum() > 1.0 and alone.tracks.support[0, :12].sum() == 0.0
    assert together.tracks.existence[0] >= 0.99
