from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import chi2
from tests.tracking.made import RADAR_3D, make_site

from tocsin.tracking.kernels.layout import GATE_PROBABILITY
from tocsin.tracking.settings import motion_of, sensor_model_of, thresholds_of, usual_sigmas
from tocsin.tracking.surroundings import searchers_of, undetected_of, unseen_shares


def test_the_prior_comes_in_si_units_and_its_vertical_has_its_share_of_the_noise() -> None:
    site = make_site(
        altitude_m=500.0, birth_rate_per_km2_s=2e-6, speed_sigma_mps=20.0, vertical_speed_sigma_mps=5.0
    )
    motion = motion_of(site.prior, site.frame)
    assert motion.birth_rate_per_m2_s == pytest.approx(2e-12)
    assert motion.altitude_up_m == 500.0
    assert motion.vertical_density / motion.horizontal_density == pytest.approx((5.0 / 20.0) ** 2)


def test_a_sensor_comes_in_radians_and_its_false_detections_as_densities() -> None:
    site = make_site(
        RADAR_3D | {"false_detections_per_scan": 5.0, "min_range_m": 500.0, "min_elevation_deg": 2.0}
    )
    model = sensor_model_of(site.sensors[0], 0, site.frame)
    area_m2 = math.pi * (15_000.0**2 - 500.0**2)
    assert model.clutter_per_m2 * area_m2 == pytest.approx(5.0)
    assert model.clutter_per_rad * 2 * math.pi == pytest.approx(5.0)
    assert model.min_elevation_rad == pytest.approx(math.radians(2.0))
    assert (model.propagation_speed_mps, model.visible_prior) == (math.inf, 1.0)
    per_km2 = make_site(RADAR_3D | {"false_detections_per_scan": None, "false_detections_per_km2": 0.25})
    assert sensor_model_of(per_km2.sensors[0], 0, per_km2.frame).clutter_per_m2 == pytest.approx(0.25e-6)


def test_a_far_sensor_stands_where_it_stands_and_leans_with_the_earth() -> None:
    site = make_site({"kind": "radar", "latitude_deg": 47.0, "longitude_deg": 9.0, "altitude_m": 300.0})
    model = sensor_model_of(site.sensors[0], 0, site.frame)
    np.testing.assert_allclose(
        model.position, site.frame.to_enu(math.radians(47.0), math.radians(9.0), 300.0), atol=1e-6
    )
    np.testing.assert_allclose(model.rotation @ model.rotation.T, np.eye(3), atol=1e-12)
    lean = math.acos(model.rotation[2, 2])
    assert lean == pytest.approx(np.linalg.norm(model.position[:2]) / 6.38e6, rel=0.01)


def test_a_sensor_without_a_place_stands_at_the_site() -> None:
    site = make_site({"kind": "remote_id", "latitude_deg": None, "longitude_deg": None})
    model = sensor_model_of(site.sensors[0], 0, site.frame)
    np.testing.assert_allclose(model.position, 0.0, atol=1e-9)
    np.testing.assert_allclose(model.rotation, np.eye(3), atol=1e-12)


def test_angles_of_usual_errors_are_radians() -> None:
    sigmas = usual_sigmas(make_site(RADAR_3D).sensors[0])
    assert sigmas[:3] == pytest.approx((20.0, math.radians(0.3), math.radians(0.4)))


def test_where_a_radar_seldom_sees_weaker_tracks_are_kept() -> None:
    often, seldom = (
        make_site(RADAR_3D),
        make_site(RADAR_3D | {"detection_probability": {"0": 0.9, "9000": 0.4}}),
    )
    assert thresholds_of(seldom).prune < thresholds_of(often).prune
    # Sensors that only point make no tracks, so their Pd says nothing of births.
    pointing = make_site(RADAR_3D, {"kind": "direction_finder", "detection_probability": 0.1})
    assert thresholds_of(pointing).prune == thresholds_of(often).prune


def test_gates_hold_their_probability_at_every_number_of_components() -> None:
    gates = thresholds_of(make_site()).gates
    np.testing.assert_allclose([chi2.cdf(gates[n], n) for n in range(1, 11)], GATE_PROBABILITY)


def test_only_sensors_that_would_see_all_and_place_it_search() -> None:
    site = make_site(RADAR_3D, {"kind": "direction_finder"}, {"kind": "remote_id"})
    models = [sensor_model_of(sensor, k, site.frame) for k, sensor in enumerate(site.sensors)]
    assert [model.number for model in searchers_of(site, models)] == [0]


def test_the_grid_covers_what_the_searchers_cover_as_if_nobody_had_looked() -> None:
    site = make_site(RADAR_3D, RADAR_3D | {"latitude_deg": 47.2})
    motion = motion_of(site.prior, site.frame)
    models = [sensor_model_of(sensor, k, site.frame) for k, sensor in enumerate(site.sensors)]
    grid = undetected_of(models, motion)
    side_m = grid.cell_m * len(grid.intensity)
    for model in models:
        for axis, low in ((0, grid.west_m), (1, grid.south_m)):
            assert low <= model.position[axis] - model.max_range_m + 1e-6
            assert low + side_m >= model.position[axis] + model.max_range_m - 1e-6
    np.testing.assert_allclose(grid.intensity, motion.birth_rate_per_m2_s * motion.lifetime_s)
    unseen = unseen_shares(models, grid, motion)
    assert sorted(unseen) == [0, 1]
    assert unseen[0].min() < 0.2 and unseen[0].max() == 1.0


def test_without_searchers_the_sky_is_as_nobody_ever_saw_it() -> None:
    site = make_site({"kind": "remote_id"})
    assert undetected_of([], motion_of(site.prior, site.frame)).intensity.shape == (1, 1)
