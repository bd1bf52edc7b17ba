"""Zone entry against geometry, against brute force, and for calibration."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import Generator, default_rng
from tests.assessment.pictures import diagonal, make_site, make_tracks, square

from tocsin.assessment.entry import MOST_AT_ONCE, RENEWED_WITHIN_S, ZoneEntry
from tocsin.assessment.flight_modes import (
    DEPARTURE_SPEED_MPS,
    HOLD_S,
    MODES,
    SHORT_LEG,
    SHORT_TURN_S,
    SPEED_DIFFUSION_PER_S,
    STILL,
    STRAIGHT,
    TAKEN_UP,
    TURNING,
)
from tocsin.assessment.memory import Memory
from tocsin.config.site import Site
from tocsin.model.motion import Motion
from tocsin.model.tracks import Tracks
from tocsin.units import BoolArray, FloatArray

CALM = {"acceleration_density_m2ps3": 1e-9}
PLANE = np.array([0, 1, 3, 4])
EARTH_RADIUS_M = 6_371_000.0


def entry_of(
    zone: dict[str, Any], state: Any, covariance: Any = None, **sections: Any
) -> tuple[float, FloatArray]:
    covariances = None if covariance is None else [covariance]
    tracks = make_tracks([state], covariances)
    probability, times_s = legs_that_last(make_site(zone, **sections)).predict(tracks, flying(tracks))
    return float(probability[0, 0]), times_s[0, 0]


def legs_that_last(site: Site) -> ZoneEntry:
    """Where nothing ever turns or changes its speed."""
    futures = ZoneEntry(site).futures
    straight = np.zeros_like(futures.unit_path_s)
    straight[:, 0] = futures.knots_s[:, None]
    return ZoneEntry(site, replace(futures, unit_path_s=straight))


def flying(tracks: Tracks, weight: FloatArray | None = None, short_legs: float = 0.0) -> Motion:
    """Motion of tracks that every mode knows as the tracker does; on straight legs unless told."""
    shares = np.eye(len(MODES))[STRAIGHT] if weight is None else weight
    count, modes = len(tracks), len(MODES)
    state = np.repeat(tracks.state[:, None, PLANE], modes, axis=1)
    covariance = np.repeat(tracks.covariance[:, None][:, :, PLANE[:, None], PLANE], modes, axis=1)
    return Motion(np.tile(shares, (count, 1)), state, covariance, np.full(count, short_legs))


def test_a_straight_flyer_enters_a_square_when_geometry_says() -> None:
    probability, times_s = entry_of(square(0, 0, 2000), (-12_000, 500, 1000, 25, 0, 0), prior=CALM)

    assert probability == 1.0
    np.testing.assert_allclose(times_s, 10_000 / 25, atol=1.0)


def test_the_spread_of_the_speed_is_the_spread_of_the_time() -> None:
    uncertain = diagonal(0, 0, 0, 1.0, 0, 0)
    probability, times_s = entry_of(square(0, 0, 2000), (-12_000, 0, 1000, 25, 0, 0), uncertain, prior=CALM)

    assert probability == 1.0
    np.testing.assert_allclose(times_s, 10_000 / (25 + np.array([1.645, 0.0, -1.645])), rtol=0.02)


def test_an_object_inside_has_entered_already() -> None:
    probability, times_s = entry_of(square(0, 0, 2000), (300, 200, 1000, 25, 0, 0))

    assert probability == 1.0
    np.testing.assert_array_equal(times_s, 0.0)


@pytest.mark.parametrize("state", [(-12_000, 0, 1000, -25, 0, 0), (-500_000, 0, 1000, 25, 0, 0)])
def test_an_object_that_flies_away_or_cannot_reach_the_zone_never_enters(state: Any) -> None:
    probability, times_s = entry_of(square(0, 0, 2000), state, prior=CALM)

    assert probability == 0.0
    assert np.isnan(times_s).all()


def test_an_entry_after_the_horizon_does_not_count() -> None:
    late = (-12_000, 0, 1000, 10, 0, 0)

    assert entry_of(square(0, 0, 2000), late, prior=CALM, within_s=900.0)[0] == 0.0
    assert entry_of(square(0, 0, 2000), late, prior=CALM, within_s=1100.0)[0] == 1.0


def test_a_notch_of_the_outline_is_outside() -> None:
    frame = make_site().frame
    outline = [(-3000, -3000), (3000, -3000), (3000, 3000), (2000, 3000), (2000, -2000), (-3000, -2000)]
    enu = np.array([(*corner, 0.0) for corner in outline])
    latitude, longitude, _ = frame.to_geodetic(enu)
    zone = {"name": "angle", "polygon": np.degrees(np.stack([latitude, longitude], 1)).tolist()}

    _, times_s = entry_of(zone, (-8000, 0, 500, 20, 0, 0), prior=CALM)
    np.testing.assert_allclose(times_s, 10_000 / 20, atol=1.0)


def test_a_descent_enters_a_layer_when_it_reaches_the_ceiling() -> None:
    zone = square(0, 0, 20_000, floor_m=100, ceiling_m=600)
    probability, times_s = entry_of(zone, (0, 0, 1000, 0, 1, -2), prior=CALM)

    assert probability == 1.0
    np.testing.assert_allclose(times_s, (1000 - 600) / 2, rtol=0.01)


@pytest.mark.parametrize("away_m", [0.0, 30_000.0])
def test_level_flight_over_the_round_earth_stays_level(away_m: float) -> None:
    # What flies level at 500 m, 30 km off, is 70.6 m lower in the plane, and climbs in it by its speed times
    # 30 km over the Earth's radius while it comes in. Straight in the plane, it would arrive 70 m too high.
    start_m = away_m - 25_000.0
    state = (start_m, 0, 500 - start_m**2 / 2 / EARTH_RADIUS_M, 30, 0, -30 * start_m / EARTH_RADIUS_M)

    assert entry_of(square(away_m, 0, 500, ceiling_m=510), state, prior=CALM)[0] == 1.0
    assert entry_of(square(away_m, 0, 500, floor_m=490), state, prior=CALM)[0] == 1.0
    assert entry_of(square(away_m, 0, 500, floor_m=510), state, prior=CALM)[0] == 0.0


def test_floor_and_ceiling_are_above_the_ellipsoid_not_above_the_site() -> None:
    zone, hill = square(0, 0, 2000, floor_m=900, ceiling_m=1000), {"altitude_m": 600.0}

    assert entry_of(zone, (-9000, 0, 350, 30, 0, 0), site=hill, prior=CALM)[0] == 1.0
    assert entry_of(zone, (-9000, 0, 950, 30, 0, 0), site=hill, prior=CALM)[0] == 0.0


def test_a_height_that_may_be_below_the_ground_counts_as_low_flight() -> None:
    unknown_height = diagonal(50, 50, 1000, 0.5, 0.5, 2)
    state = (-9000, 0, 400, 25, 0, 0)

    on_the_ground = entry_of(square(0, 0, 2000, floor_m=0), state, unknown_height, prior=CALM)[0]
    above_it = entry_of(square(0, 0, 2000, floor_m=200), state, unknown_height, prior=CALM)[0]
    assert on_the_ground == 1.0
    # 1 sigma of the height, 1000 m and 280 s of 2 m/s: 200 m is 0.17 sigma below the mean. Those that climb
    # in while they are over the zone add a few per cent.
    assert above_it == pytest.approx(0.60, abs=0.06)


def test_a_thin_layer_is_entered_with_the_share_of_heights_inside_it() -> None:
    unknown_height = diagonal(50, 50, 1000, 0.5, 0.5, 0.01)
    zone = square(0, 0, 2000, floor_m=1000, ceiling_m=1300)
    probability, _ = entry_of(
        zone, (-9000, 0, 1000, 25, 0, 0), unknown_height, prior=CALM | {"vertical_speed_sigma_mps": 0.01}
    )

    assert probability == pytest.approx(0.118, abs=0.03)


def test_a_very_uncertain_track_has_a_low_probability() -> None:
    known = entry_of(
        square(0, 0, 1000), (-20_000, 0, 1000, 28, 0, 0), diagonal(100, 100, 200, 0.5, 0.5, 1), prior=CALM
    )
    vague = entry_of(square(0, 0, 1000), (-20_000, 0, 1000, 28, 0, 0), diagonal(5000, 5000, 1000, 20, 20, 2))

    assert known[0] > 0.95
    assert 0.0 < vague[0] < 0.2


def test_a_covariance_without_variance_in_a_direction_is_flown_all_the_same() -> None:
    singular = np.zeros((6, 6))
    singular[0, 0] = singular[0, 3] = singular[3, 0] = singular[3, 3] = 1.0

    probability, times_s = entry_of(square(0, 0, 2000), (-12_000, 0, 1000, 25, 0, 0), singular, prior=CALM)
    assert probability == 1.0
    assert np.isfinite(times_s).all()


def test_a_site_without_zones_or_a_picture_without_tracks_gives_empty_answers() -> None:
    tracks = make_tracks([(0, 0, 1000, 25, 0, 0)])
    probability, times_s = ZoneEntry(make_site()).predict(tracks, flying(tracks))
    assert probability.shape == (1, 0)
    assert times_s.shape == (1, 0, 3)
    tracks = make_tracks([])
    probability, times_s = ZoneEntry(make_site(square(0, 0, 2000))).predict(tracks, flying(tracks))
    assert probability.shape == (0, 1)
    assert times_s.shape == (0, 1, 3)


def test_a_site_without_rules_looks_a_quarter_of_an_hour_ahead() -> None:
    assert ZoneEntry(make_site(rules=[])).horizon_s == 900.0


# any geometry


def random_tracks(generator: Generator, count: int) -> tuple[FloatArray, FloatArray]:
    """States and covariances of objects that fly more or less towards the origin, known well or badly."""
    bearing, distance_m = generator.uniform(0, 2 * np.pi, count), generator.uniform(500, 25_000, count)
    states = np.zeros((count, 6))
    states[:, 0], states[:, 1] = distance_m * np.sin(bearing), distance_m * np.cos(bearing)
    states[:, 2] = generator.uniform(200, 3000, count)
    course = bearing + np.pi + generator.normal(0, 0.3, count)
    speed_mps = generator.uniform(10, 50, count)
    states[:, 3], states[:, 4] = speed_mps * np.sin(course), speed_mps * np.cos(course)
    mixing = np.eye(6) + 0.3 * generator.normal(size=(count, 6, 6))
    position_m, velocity_mps = (
        10 ** generator.uniform(1.5, 3.2, count),
        10 ** generator.uniform(-0.3, 1.0, count),
    )
    sigmas = np.stack([*[position_m] * 3, velocity_mps, velocity_mps, 0.3 * velocity_mps], axis=1)
    roots = sigmas[:, :, None] * mixing
    return states, roots @ roots.transpose(0, 2, 1)


@given(seed=st.integers(0, 2**32 - 1))
def test_probabilities_and_times_are_in_order_and_each_track_is_by_itself(seed: int) -> None:
    entry = ZONE_ENTRY
    states, covariances = random_tracks(default_rng(seed), 4)
    tracks = make_tracks(states, covariances)
    probability, times_s = entry.predict(tracks, flying(tracks, MIXED))

    assert ((probability >= 0) & (probability <= 1)).all()
    assert (np.isnan(times_s).all(axis=-1) == (probability == 0)).all()
    entering = times_s[probability > 0]
    assert (np.diff(entering, axis=-1) >= 0).all()
    assert ((entering >= 0) & (entering <= entry.horizon_s)).all()
    third = tracks.take([2])
    alone = entry.predict(third, flying(third, MIXED))
    assert alone[0].tobytes() == probability[2:3].tobytes()
    assert alone[1].tobytes() == times_s[2:3].tobytes()


MIXED: FloatArray = np.array([0.5, 0.15, 0.15, 0.1, 0.1])
ZONE_ENTRY = ZoneEntry(make_site(square(0, 0, 2000), square(6000, 2000, 500, name="Verket", ceiling_m=2000)))


# brute force


def flown_truths(
    generator: Generator,
    states: FloatArray,
    covariances: FloatArray,
    weight: FloatArray,
    step_s: float,
    are_legs_short: bool = False,
) -> FloatArray:
    """Places (steps, n, 2) of truths drawn from the modes, step by step; a readable twin of the futures.

    Of those whose legs are short, legs and turns follow one another."""
    drawn = np.linalg.cholesky(covariances) @ generator.normal(size=(*states.shape, 1))
    place = (states + drawn[..., 0])[:, PLANE[:2]]
    velocity = (states + drawn[..., 0])[:, PLANE[2:]]
    count = len(states)
    modes = generator.choice(len(MODES), size=count, p=weight)
    # What stands still leaves at its own speed, towards anywhere.
    speed = np.where(modes == STILL, DEPARTURE_SPEED_MPS, np.hypot(*velocity.T))
    course = np.arctan2(*velocity.T)
    paths = [place]
    for _ in range(round(HORIZON_S / step_s)):
        diffusion = np.array([mode.course_diffusion_rad2ps for mode in MODES])[modes]
        course = course + np.sqrt(diffusion * step_s) * generator.normal(size=count)
        speed = speed * np.exp(np.sqrt(SPEED_DIFFUSION_PER_S * step_s) * generator.normal(size=count))
        ground = np.where(modes == STILL, 0.0, speed)
        place = place + step_s * ground[:, None] * np.stack([np.sin(course), np.cos(course)], axis=1)
        paths.append(place)
        held_s = (
            np.where(modes == STRAIGHT, SHORT_LEG.hold_s, SHORT_TURN_S) if are_legs_short else HOLD_S[modes]
        )
        leaves = generator.uniform(size=count) > np.exp(-step_s / held_s)
        for row in np.flatnonzero(leaves):
            if are_legs_short:
                modes[row] = TURNING if modes[row] == STRAIGHT else STRAIGHT
                continue
            others = np.where(np.arange(len(MODES)) == modes[row], 0.0, TAKEN_UP)
            if modes[row] == STILL:
                course[row] = generator.uniform(-np.pi, np.pi)
            modes[row] = generator.choice(len(MODES), p=others / others.sum())
    return np.array(paths)


def first_entry_s(paths: FloatArray, half_m: float, step_s: float) -> tuple[BoolArray, FloatArray]:
    """Which paths (steps, n, 2) enter a square around the origin, and when [s]."""
    inside = (np.abs(paths) <= half_m).all(axis=2)
    entered: BoolArray = np.asarray(inside.any(axis=0))
    return entered, np.asarray(inside.argmax(axis=0) * step_s, dtype=np.float64)


HORIZON_S, STEP_S = 1200.0, 4.0


@pytest.mark.parametrize(
    ("mode", "are_legs_short"), [*((m, False) for m in range(len(MODES))), (STRAIGHT, True)]
)
def test_the_futures_of_each_way_to_fly_agree_with_brute_force(mode: int, are_legs_short: bool) -> None:
    generator = default_rng(11)
    states, covariances = random_tracks(generator, 24)
    site, weight = make_site(square(0, 0, 2000)), np.eye(len(MODES))[mode]
    tracks = make_tracks(states, covariances)
    motion = flying(tracks, weight, short_legs=1.0 if are_legs_short else 0.0)
    probability, times_s = ZoneEntry(site).predict(tracks, motion)

    truths = 100
    paths = flown_truths(
        generator,
        np.repeat(states, truths, 0),
        np.repeat(covariances, truths, 0),
        weight,
        STEP_S,
        are_legs_short,
    )
    entered, at_s = (values.reshape(-1, truths) for values in first_entry_s(paths, 2000, STEP_S))
    error = probability[:, 0] - entered.mean(axis=1)
    # Half of the futures of a mode are mirror images: n of them err by as much as n / 2 to n random ones;
    # brute force itself by 0.05 at the most.
    futures = SHORT_LEG.futures if are_legs_short else MODES[mode].futures
    expected = np.sqrt(0.25 / (0.5 * futures) + 0.25 / truths)
    assert np.sqrt((error**2).mean()) < expected
    # All tracks share the ways of a mode, and what they err by.
    assert abs(error.mean()) < 0.08
    often = entered.mean(axis=1) > 0.2
    medians = np.array([np.median(at_s[i, entered[i]]) for i in np.flatnonzero(often)])
    assert np.abs(times_s[often, 0, 1] - medians).mean() < 60.0


def test_predictions_are_calibrated() -> None:
    generator = default_rng(3)
    states, covariances = random_tracks(generator, 3000)
    tracks = make_tracks(states, covariances)
    predicted = ZoneEntry(make_site(square(0, 0, 2000))).predict(tracks, flying(tracks, MIXED))
    probability, times_s = (part[:, 0] for part in predicted)
    entered, at_s = first_entry_s(flown_truths(generator, states, covariances, MIXED, STEP_S), 2000, STEP_S)

    known = entered & (at_s > 0) & (probability >= 0.1)
    # A step of the truth is 4 s: it was inside at some time of the last one.
    covered = (at_s[known] >= times_s[known, 0]) & (at_s[known] - STEP_S <= times_s[known, 2])
    assert covered.mean() == pytest.approx(0.9, abs=3 * np.sqrt(0.09 / known.sum()))
    for low in np.arange(0.0, 1.0, 0.2):
        those = (probability >= low) & (probability < low + 0.2)
        expected, got = probability[those].mean(), entered[those].mean()
        assert got == pytest.approx(
            expected, abs=0.015 + 3 * np.sqrt(expected * (1 - expected) / those.sum())
        )
    ideal = (probability * (1 - probability)).mean()
    assert ((probability - entered) ** 2).mean() == pytest.approx(ideal, rel=0.15)


# many zones, many tracks


def test_a_zone_is_found_among_many_as_it_is_alone() -> None:
    draw, low, high = default_rng(5), (-30_000, -30_000, 300), (30_000, 30_000, 4000)
    zones = [
        square(east_m, north_m, half_m, name=f"Z{k}")
        for k, (east_m, north_m, half_m) in enumerate(draw.uniform(low, high, (30, 3)).tolist())
    ]
    states, covariances = random_tracks(draw, 12)
    tracks = make_tracks(states, covariances)
    together = ZoneEntry(make_site(*zones)).predict(tracks, flying(tracks, MIXED))

    for number, zone in enumerate(zones):
        alone = ZoneEntry(make_site(zone)).predict(tracks, flying(tracks, MIXED))
        np.testing.assert_array_equal(together[0][:, number], alone[0][:, 0])
        np.testing.assert_array_equal(together[1][:, number], alone[1][:, 0])


def test_few_tracks_are_predicted_in_each_picture_and_many_take_turns() -> None:
    entry = legs_that_last(make_site(square(0, 0, 2000)))
    for count, most in ((20, 20), (5 * MOST_AT_ONCE, 2 * MOST_AT_ONCE)):
        memory, states = Memory(1, 1, 1), np.tile([-12_000.0, 0, 1000, 25, 0, 0], (count, 1))
        predicted_s: list[FloatArray] = []
        for second in range(12):
            tracks = make_tracks(states + second * np.array([25.0, 0, 0, 0, 0, 0]))
            time_ns = (1000 + second) * 10**9
            rows, _ = memory.rows(time_ns, tracks.track_id)
            probability, times_s = entry.foresee(time_ns, tracks, flying(tracks), memory, rows)
            predicted_s.append(memory.predicted_ns[rows] / 1e9)
            age_s = 1000 + second - predicted_s[-1]
            assert (age_s < RENEWED_WITHIN_S).all()
            # What is not predicted anew counts down.
            np.testing.assert_allclose(times_s[:, 0, 1], (10_000 - 25 * second) / 25, atol=0.1)
            assert (probability == 1.0).all()
        renewed = np.diff(predicted_s, axis=0) > 0
        assert renewed.sum(axis=1).max() <= most
        assert renewed.sum(axis=1).min() > 0
