from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.stats import chi2
from tests.tracking import twin_motion
from tests.tracking.made import RADAR_3D, make_site

from tocsin.config.site import MOST_POINTS, Site
from tocsin.tracking.kernels.layout import (
    CRUISE,
    GATE_PROBABILITY,
    HOVER,
    MANOEUVRE,
    MODES,
    NOBODY,
    RADIO,
    SOUND,
    STEADY,
    TABLE_POINTS,
    TURN_LEFT,
    TURN_RIGHT,
    WAYS,
    Record,
    Thresholds,
)
from tocsin.tracking.settings import gate_quantiles, motion_of, sensor_models_of, thresholds_of, usual_sigmas
from tocsin.tracking.surroundings import classes_of, searchers_of, undetected_of, unseen_shares


def the_motion(**prior: Any) -> Record:
    site = make_site(**prior)
    return motion_of(site.prior, site.frame)[0]


def the_sensor(**keys: Any) -> Record:
    return sensor_models_of(make_site(RADAR_3D | keys))[0]


def thresholds(site: Site) -> Thresholds:
    models = sensor_models_of(site)
    return thresholds_of(site, models, searchers_of(site, models))


def test_the_prior_comes_in_si_units_and_its_vertical_has_its_share_of_the_noise() -> None:
    motion = the_motion(
        altitude_m=500.0, birth_rate_per_km2_s=2e-6, speed_sigma_mps=20.0, vertical_speed_sigma_mps=5.0
    )
    assert motion.birth_rate_per_m2_s == pytest.approx(2e-12)
    assert motion.altitude_up_m == 500.0
    np.testing.assert_allclose(motion.vertical_density / motion.horizontal_density, (5.0 / 20.0) ** 2)


def test_all_that_flies_may_change_how_it_flies_unless_the_site_says_straight() -> None:
    assert the_motion().modes == MODES
    assert the_motion(motion="straight").modes == 1


def test_every_mode_flies_as_its_name_says() -> None:
    motion = the_motion(acceleration_density_m2ps3=0.4, speed_sigma_mps=30.0)
    assert motion.horizontal_density[CRUISE] == pytest.approx(0.4)
    assert motion.horizontal_density[MANOEUVRE] > 10.0 * motion.horizontal_density[CRUISE]
    assert motion.turn_radps[TURN_LEFT] == -motion.turn_radps[TURN_RIGHT] > 0.0
    assert not motion.turn_radps[[CRUISE, MANOEUVRE, HOVER]].any()
    assert motion.damping_per_s[HOVER] > 0.0 and not motion.damping_per_s[:HOVER].any()
    # On the spot, speeds are a tenth of what is usual.
    stationary = motion.horizontal_density[HOVER] / (2.0 * motion.damping_per_s[HOVER])
    assert math.sqrt(stationary) == pytest.approx(3.0)


def test_modes_are_held_for_a_while_and_are_taken_up_as_often_as_they_are_left() -> None:
    motion = the_motion()
    generator = motion.forward @ np.diag(-motion.rate) @ motion.backward
    np.testing.assert_allclose(generator.sum(axis=1), 0.0, atol=1e-12)
    assert (generator - np.diag(np.diag(generator)) >= -1e-12).all()
    assert (np.diag(generator) < 0.0).all()
    assert motion.prior.sum() == pytest.approx(1.0)
    stationary = np.append(motion.prior, motion.prior[CRUISE] * motion.steady)
    stationary[CRUISE] -= stationary[STEADY]
    np.testing.assert_allclose(stationary @ generator, 0.0, atol=1e-12)
    np.testing.assert_allclose(twin_motion.changes(motion, 1e6), np.tile(stationary, (WAYS, 1)))
    # Most flight is straight and sticky, or it would be followed less well than by a filter that knows
    # nothing else; what has just manoeuvred soon does so again.
    assert stationary.argmax() == STEADY
    leaving = -np.diag(generator)
    assert 1.0 / leaving[STEADY] > 1000.0 > 60.0 > 1.0 / leaving[CRUISE]
    assert (generator[MANOEUVRE:STEADY, CRUISE] > generator[MANOEUVRE:STEADY, STEADY]).all()


def test_a_sensor_comes_in_radians_and_its_false_detections_as_densities() -> None:
    model = the_sensor(
        false_detections_per_scan=5.0, min_range_m=500.0, min_elevation_deg=2.0, visible_probability=0.7
    )
    area_m2 = math.pi * (15_000.0**2 - 500.0**2)
    assert model.clutter_per_m2 * area_m2 == pytest.approx(5.0)
    assert model.clutter_per_rad * 2 * math.pi == pytest.approx(5.0)
    assert model.min_elevation_rad == pytest.approx(math.radians(2.0))
    assert (model.propagation_speed_mps, model.visible_prior) == (math.inf, 0.7)
    per_km2 = the_sensor(false_detections_per_scan=None, false_detections_per_km2=0.25)
    assert per_km2.clutter_per_m2 == pytest.approx(0.25e-6)


def test_what_emits_is_common_to_the_sensors_of_its_medium() -> None:
    perceiving = (("microphone", 0.7), ("direction_finder", 0.5), ("direction_finder", 0.3), ("camera", 0.8))
    sensors = [RADAR_3D | {"kind": kind, "visible_probability": share} for kind, share in perceiving]
    models = sensor_models_of(make_site(*sensors))
    assert models.medium.tolist() == [SOUND, RADIO, RADIO, NOBODY]
    assert models.emits_prior == pytest.approx([0.7 / 0.9, 0.5 / 0.9, 0.5 / 0.9, 1.0])
    # A sensor that perceives all objects leaves no room for any that don't emit.
    assert the_sensor(kind="direction_finder", visible_probability=1.0).emits_prior == 1.0


def test_a_sensor_keeps_its_number_its_notch_and_its_table_by_range() -> None:
    table = {str(100 * k): 0.9 - k / 100 for k in range(MOST_POINTS)}
    site = make_site(RADAR_3D, RADAR_3D | {"min_range_rate_mps": 7.0, "detection_probability": table})
    plain, other = sensor_models_of(site)
    assert (plain.number, other.number) == (0, 1)
    assert (plain.min_range_rate_mps, other.min_range_rate_mps) == (0.0, 7.0)
    assert (plain.points, other.points) == (1, MOST_POINTS)
    np.testing.assert_allclose(other.detection_range_m, 100.0 * np.arange(MOST_POINTS))
    np.testing.assert_allclose(other.detection_probability, list(table.values()))


def test_a_site_may_give_as_many_points_as_a_table_has_room_for() -> None:
    assert MOST_POINTS == TABLE_POINTS


def test_a_far_sensor_stands_where_it_stands_and_leans_with_the_earth() -> None:
    site = make_site({"kind": "radar", "latitude_deg": 47.0, "longitude_deg": 9.0, "altitude_m": 300.0})
    model = sensor_models_of(site)[0]
    np.testing.assert_allclose(
        model.position, site.frame.to_enu(math.radians(47.0), math.radians(9.0), 300.0), atol=1e-6
    )
    np.testing.assert_allclose(model.rotation @ model.rotation.T, np.eye(3), atol=1e-12)
    lean = math.acos(model.rotation[2, 2])
    assert lean == pytest.approx(np.linalg.norm(model.position[:2]) / 6.38e6, rel=0.01)


def test_a_sensor_without_a_place_stands_at_the_site() -> None:
    site = make_site({"kind": "remote_id", "latitude_deg": None, "longitude_deg": None})
    model = sensor_models_of(site)[0]
    np.testing.assert_allclose(model.position, 0.0, atol=1e-9)
    np.testing.assert_allclose(model.rotation, np.eye(3), atol=1e-12)


def test_angles_of_usual_errors_are_radians() -> None:
    sigmas = usual_sigmas(make_site(RADAR_3D).sensors[0])
    assert sigmas[:3] == pytest.approx((20.0, math.radians(0.3), math.radians(0.4)))


def test_new_tracks_are_not_pruned_at_once_however_little_a_detection_is_worth() -> None:
    quiet, noisy = (
        make_site(RADAR_3D | {"false_detections_per_scan": false}, birth_rate_per_km2_s=1e-6)
        for false in (0.01, 50.0)
    )
    assert thresholds(noisy).prune < thresholds(quiet).prune
    for site in (quiet, noisy):
        sensor = sensor_models_of(site)[0]
        born = 1e-12 * 1.0 / sensor.clutter_per_m2
        assert thresholds(site).prune < 0.2 * born
    # Sensors that only point make no tracks, so their false detections say nothing of births.
    pointing = make_site(RADAR_3D, {"kind": "direction_finder", "false_detections_per_scan": 1000.0})
    assert thresholds(pointing).prune == thresholds(make_site(RADAR_3D)).prune
    assert 0.0 < thresholds(quiet).drop < thresholds(quiet).confirm < 1.0


def test_what_another_sensor_can_not_perceive_is_pruned_later_by_its_silence() -> None:
    def both(site: Site) -> tuple[float, float]:
        found = thresholds(site)
        return found.prune, found.prune_unseen

    finder = {"kind": "direction_finder", "visible_probability": 0.5}
    sure = RADAR_3D | {"visible_probability": 1.0}
    for alone in (make_site(RADAR_3D), make_site(RADAR_3D, finder), make_site(sure, sure)):
        assert both(alone)[1] == both(alone)[0]
    prune, unseen = both(make_site(RADAR_3D, RADAR_3D, RADAR_3D | {"visible_probability": 0.9}))
    assert unseen == pytest.approx(0.02 * prune)
    # The least that any track is worth.
    assert both(make_site(*(RADAR_3D | {"false_detections_per_scan": 1e3},) * 2))[1] == 1e-6


def test_gates_hold_their_probability_at_every_number_of_components() -> None:
    gates = gate_quantiles()
    np.testing.assert_allclose([chi2.cdf(gates[n], n) for n in range(1, 11)], GATE_PROBABILITY)


def test_only_sensors_that_would_see_all_and_place_it_search() -> None:
    site = make_site(RADAR_3D, {"kind": "direction_finder"}, {"kind": "remote_id"})
    models = sensor_models_of(site)
    assert [model.number for model in searchers_of(site, models)] == [0]


def test_the_grid_covers_what_the_searchers_cover_as_if_nobody_had_looked() -> None:
    site = make_site(RADAR_3D, RADAR_3D | {"latitude_deg": 47.2})
    motion = motion_of(site.prior, site.frame)[0]
    models = list(sensor_models_of(site))
    grid = undetected_of(models, motion)
    side_m = grid.cell_m * grid.intensity.shape[1]
    for model in models:
        for axis, low in ((0, grid.west_m), (1, grid.south_m)):
            assert low <= model.position[axis] - model.max_range_m + 1e-6
            assert low + side_m >= model.position[axis] + model.max_range_m - 1e-6
    np.testing.assert_allclose(grid.intensity.sum(axis=0), motion.birth_rate_per_m2_s * motion.lifetime_s)
    unseen = unseen_shares(models, grid, motion)
    assert sorted(unseen) == [0, 1]
    assert unseen[0].min() < 0.2 and unseen[0].max() == 1.0


def test_a_site_may_say_how_many_are_there_before_anybody_looks() -> None:
    site = make_site(RADAR_3D, initial_objects_per_km2=0.05)
    models, motion = list(sensor_models_of(site)), motion_of(site.prior, site.frame)[0]
    grid = undetected_of(models, motion, site.prior.initial_objects_per_km2)
    np.testing.assert_allclose(grid.intensity.sum(axis=0), 0.05e-6)


def test_without_searchers_the_sky_is_as_nobody_ever_saw_it() -> None:
    site = make_site({"kind": "remote_id"})
    assert undetected_of([], motion_of(site.prior, site.frame)[0]).intensity.shape == (1, 1, 1)


def test_undetected_objects_come_in_classes_by_the_searcher_that_they_are_hidden_from() -> None:
    finder = {"kind": "direction_finder"}
    chances = (0.98, 1.0, 0.9)
    radars = [RADAR_3D | {"visible_probability": chance, "visible_hold_s": 30.0} for chance in chances]
    site = make_site(finder, *radars)
    searchers = searchers_of(site, sensor_models_of(site))
    classes = classes_of(searchers)
    assert classes.hidden_from.tolist() == [NOBODY, 1, 3]
    assert classes.hold_s.tolist() == [math.inf, 30.0, 30.0]
    assert classes.share.sum() == pytest.approx(1.0, rel=1e-15)
    np.testing.assert_allclose(classes.share / classes.share[0], np.array([0.882, 0.02, 0.1]) / 0.882)
    motion = motion_of(site.prior, site.frame)[0]
    for initial in (None, 0.05):
        intensity = undetected_of(searchers, motion, initial).intensity
        shares = np.broadcast_to(classes.share[:, None, None], intensity.shape)
        np.testing.assert_allclose(intensity / intensity.sum(axis=0), shares)


def test_where_the_searchers_perceive_all_there_is_one_class() -> None:
    site = make_site(*(RADAR_3D | {"visible_probability": 1.0},) * 2)
    classes = classes_of(searchers_of(site, sensor_models_of(site)))
    assert classes.share.tolist() == [1.0]
