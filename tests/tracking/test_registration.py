"""Registration: biases are found, good sensors are left alone, and nothing is made of what does not show."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.tracking.made import SECOND_NS, START_NS
from tests.tracking.registration_sky import (
    HALF_A_DEGREE,
    TURNED_AND_LATE,
    Sky,
    circling,
    site_with,
    straight,
)

from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    LOOK,
    RANGE,
    records,
)
from tocsin.tracking.kernels.registration import TIME
from tocsin.tracking.registration import Registration
from tocsin.units import FloatArray

pytestmark = pytest.mark.usefixtures("compiled_kernels")


def test_a_turned_and_late_radar_is_found_out_and_the_good_ones_are_left_alone() -> None:
    sky = Sky(site_with(3), straight(8), {1: TURNED_AND_LATE})
    sky.run(150.0, np.random.default_rng(1))
    assert sky.found(1)[AZIMUTH] == pytest.approx(HALF_A_DEGREE, abs=math.radians(0.05))
    assert sky.found(1)[TIME] == pytest.approx(0.5, abs=0.15)
    assert sky.registration.bias(1).is_off
    for good in (0, 2):
        assert abs(sky.found(good)[AZIMUTH]) < math.radians(0.05)
        assert abs(sky.found(good)[TIME]) < 0.1
        assert abs(sky.found(good)[RANGE]) < 8.0
        assert not sky.registration.bias(good).is_off


def test_the_error_with_a_biased_radar_comes_near_that_without_bias() -> None:
    biased = Sky(site_with(3), straight(8), {1: TURNED_AND_LATE})
    unbiased = Sky(site_with(3), straight(8))
    rng, same = np.random.default_rng(2), np.random.default_rng(2)
    biased.run(100.0, rng)
    unbiased.run(100.0, same)
    assert biased.run(160.0, rng) < 1.1 * unbiased.run(160.0, same)


def test_without_cooperative_objects_the_one_that_disagrees_is_held_to_be_off() -> None:
    sky = Sky(site_with(3, cooperative=False), straight(10), {1: TURNED_AND_LATE})
    sky.run(150.0, np.random.default_rng(3))
    assert [sky.registration.bias(k).is_off for k in range(3)] == [False, True, False]
    assert sky.found(1)[TIME] == pytest.approx(0.5, abs=0.15)
    # What the data alone tell is honest about it: clocks show only against each other.
    assert sky.sure(1)[TIME] > 0.5


def test_clocks_that_are_late_alike_do_not_show_even_in_turns() -> None:
    late = {k: {TIME: 0.4} for k in range(3)}
    sky = Sky(site_with(3, cooperative=False), circling(6, clockwise=False), late)
    sky.run(120.0, np.random.default_rng(4))
    for k in range(3):
        assert abs(sky.found(k)[TIME]) < 0.06
        assert sky.sure(k)[TIME] > 0.5


def test_well_aligned_sensors_lose_nothing() -> None:
    with_registration = Sky(site_with(3), straight(8))
    without = Sky(site_with(3), straight(8))
    without.is_corrected = False
    rng, same = np.random.default_rng(5), np.random.default_rng(5)
    assert with_registration.run(150.0, rng) < 1.02 * without.run(150.0, same)
    assert not any(with_registration.registration.bias(k).is_off for k in range(3))


def test_a_single_sensor_is_left_alone_bit_for_bit() -> None:
    sky = Sky(site_with(1, cooperative=False), straight(5), {0: TURNED_AND_LATE})
    sky.run(60.0, np.random.default_rng(6))
    looks, _ = sky.looks(61.0, 0, np.random.default_rng(6))
    assert sky.registration.corrected(0, looks) is looks
    assert not sky.found(0).any()
    assert not sky.followed["track"].any()


def test_round_a_radar_one_way_a_turned_antenna_and_a_late_clock_look_alike_and_both_ways_not() -> None:
    one_way = Sky(site_with(1), circling(4), {0: TURNED_AND_LATE}, cooperative=4)
    both_ways = Sky(site_with(1), circling(4, clockwise=False), {0: TURNED_AND_LATE}, cooperative=4)
    for sky in (one_way, both_ways):
        sky.run(150.0, np.random.default_rng(7))
    assert one_way.sure(0)[TIME] > 2.5 * both_ways.sure(0)[TIME]
    assert both_ways.found(0)[TIME] == pytest.approx(0.5, abs=0.15)
    # What both do together is known: at 4 km and 50 m/s a second is 0.7 deg.
    together = [sky.found(0)[AZIMUTH] - sky.found(0)[TIME] * 50.0 / 4000.0 for sky in (one_way, both_ways)]
    assert together[0] == pytest.approx(HALF_A_DEGREE - 0.5 * 50.0 / 4000.0, abs=math.radians(0.08))
    assert together[1] == pytest.approx(together[0], abs=math.radians(0.08))


def test_wild_detections_teach_nothing() -> None:
    sky = Sky(site_with(3), straight(8), outliers=0.05)
    sky.run(120.0, np.random.default_rng(8))
    for k in range(3):
        assert abs(sky.found(k)[AZIMUTH]) < math.radians(0.06)
        assert abs(sky.found(k)[TIME]) < 0.12


def test_what_is_beyond_belief_teaches_nothing_at_all() -> None:
    sky = Sky(site_with(2), straight(6))
    sky.run(30.0, np.random.default_rng(16))
    looks, rows = sky.looks(30.5, 1, np.random.default_rng(16))
    looks.measured[:, RANGE] += 5000.0
    before = sky.registration.checkpoint()[0]
    looks.track, looks.share = rows, 1.0
    now_ns = START_NS + round(30.5 * SECOND_NS)
    sky.registration.learn(sky.sensors, 1, now_ns, sky.tracks, sky.perception, looks)
    np.testing.assert_allclose(sky.registration.checkpoint()[0], before, rtol=1e-5)


def test_tracks_that_went_astray_never_lead_to_wild_corrections() -> None:
    sky, rng = Sky(site_with(2), straight(6)), np.random.default_rng(18)
    sky.run(20.0, rng)
    for second in range(21, 60):
        sky.state[:, :2] += rng.normal(0.0, 300.0, (6, 2))
        sky.covariance[:, :3, :3] += 300.0**2 * np.eye(3)
        sky.state[0, 0], sky.covariance[1, 0, 0] = (math.nan, math.nan) if second == 30 else (0.0, 1e5)
        sky.run(float(second), rng)
    assert all(np.isfinite(array).all() for array in sky.registration.checkpoint()[:4])
    for k in range(2):
        assert abs(sky.found(k)[AZIMUTH]) < 4.01 * math.radians(0.6)
        assert abs(sky.found(k)[TIME]) < 4.01


def test_no_bias_is_believed_that_is_far_beyond_what_was_thought_possible() -> None:
    registration = Registration.for_site(site_with(2))
    registration._state.estimate[0] = 50.0
    registration._state.covariance[0, 0] = 1e-4
    registration._settle()
    assert registration.bias(0).value[RANGE] == pytest.approx(4.0 * 2.0 * 20.0)


def test_what_is_not_seen_again_is_forgotten_within_weeks() -> None:
    sky = Sky(site_with(2), straight(6), {1: TURNED_AND_LATE})
    sky.run(60.0, np.random.default_rng(19))
    known = sky.sure(1)[AZIMUTH]
    for days in (1, 30):
        later_ns = START_NS + days * 86_400 * SECOND_NS
        sky.registration.learn(sky.sensors, 0, later_ns, sky.tracks, sky.perception, records(LOOK, 0))
        if days == 1:
            assert known < sky.sure(1)[AZIMUTH] < math.radians(0.4)
    assert sky.sure(1)[AZIMUTH] > math.radians(0.55)
    assert abs(sky.found(1)[AZIMUTH]) < math.radians(0.1)


def test_objects_that_turn_more_sharply_than_filters_expect_teach_little() -> None:
    around = circling(6)

    def turning(time_s: float) -> FloatArray:
        states = around(0.0)
        angle = 50.0 / 300.0 * time_s + np.arange(6)
        turn = np.column_stack([np.sin(angle), np.cos(angle), np.zeros(6)])
        along = np.column_stack([np.cos(angle), -np.sin(angle), np.zeros(6)])
        return np.column_stack([states[:, :3] + 300.0 * turn, 50.0 * along])

    sky = Sky(site_with(2), turning)
    sky.run(120.0, np.random.default_rng(20))
    for k in range(2):
        assert abs(sky.found(k)[AZIMUTH]) < math.radians(0.1)
        assert abs(sky.found(k)[TIME]) < 0.15
