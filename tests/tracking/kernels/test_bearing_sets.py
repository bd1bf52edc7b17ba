"""The kernels of births from bearings against plain mathematics."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy.optimize import approx_fprime, minimize
from scipy.stats import norm
from tests.tracking.bearing_skies import (
    FLIGHT,
    PRIOR,
    SECOND_NS,
    SIGMA,
    SOUND_MPS,
    TRIANGLE,
    blending,
    chances,
    crossings,
    finders_at,
    fitting,
    seen_by,
    sets_kernels,
    sky_kernels,
    sky_of,
    tilted,
)

from tocsin.tracking.kernels.bearing_sky import (
    BY_AZIMUTH,
    BY_ELEVATION,
    EXPECTED,
    OUTSIDE,
    RATE,
    SLANT,
    THERE,
    Sets,
    Sky,
)
from tocsin.tracking.kernels.layout import NOBODY
from tocsin.units import FloatArray

# ---- one object and one look ----


@pytest.mark.parametrize("speed_mps", [math.inf, SOUND_MPS])
def test_a_look_is_expected_where_the_object_was_when_the_wave_left_it(speed_mps: float) -> None:
    rng = np.random.default_rng(1)
    finders = finders_at(TRIANGLE, rotation=tilted(rng), propagation_speed_mps=speed_mps)
    for sensor, at_s in itertools.product(range(3), (-7.0, 0.0)):
        sky = sky_of(finders, [(sensor, at_s, [np.zeros(2)])])
        out = np.zeros(EXPECTED)
        sky_kernels.expect(sky, sky.looks[0], FLIGHT, out)
        assert out[:2] == pytest.approx(seen_by(finders[sensor], FLIGHT, at_s), abs=1e-9)
        there = FLIGHT[:3] + out[THERE] * FLIGHT[3:]
        assert out[SLANT] == pytest.approx(np.linalg.norm(there - TRIANGLE[sensor]))


def test_gradients_are_the_changes_of_the_angles() -> None:
    finders = finders_at(TRIANGLE, rotation=tilted(np.random.default_rng(2)))
    sky = sky_of(finders, [(2, -4.0, [np.zeros(2)])])
    out = np.zeros(EXPECTED)
    sky_kernels.expect(sky, sky.looks[0], FLIGHT, out)
    for angle, first in ((0, BY_AZIMUTH), (1, BY_ELEVATION)):
        slope = approx_fprime(FLIGHT, lambda s, a=angle: seen_by(finders[2], s, -4.0)[a], 1e-3)
        assert out[first : first + 3] == pytest.approx(slope[:3], rel=1e-4)
        assert out[THERE] * out[first : first + 3] == pytest.approx(slope[3:], rel=1e-4)
    later = seen_by(finders[2], FLIGHT, -3.99)[0] - seen_by(finders[2], FLIGHT, -4.01)[0]
    assert out[RATE] == pytest.approx(later / 0.02, rel=1e-6)


@pytest.mark.parametrize(("azimuth", "expected"), [(3.1, -3.15), (-3.1, 3.15), (0.5, 0.52)])
def test_a_bearing_is_weighed_around_the_circle_and_at_its_own_time(azimuth: float, expected: float) -> None:
    bearing = sky_of(finders_at(TRIANGLE), [(0, 0.0, [np.array([azimuth, 0.1])])]).bearings[0]
    bearing.offset_s = 0.5
    rate, loose, loose_up = 0.02, 1e-4, 2e-4
    out = np.zeros(EXPECTED)
    out[[0, 1, RATE]] = expected, 0.08, rate
    residual = math.remainder(azimuth - expected - 0.5 * rate, 2.0 * math.pi)
    density = norm.logpdf(residual, 0.0, math.sqrt(SIGMA**2 + loose))
    density += norm.logpdf(0.02, 0.0, math.sqrt(4.0 * SIGMA**2 + loose_up))
    assert sky_kernels.log_density(bearing, out, loose, loose_up) == pytest.approx(density)
    # And so it enters a fit: its weight times the residual.
    gain = np.zeros(6)
    out[BY_AZIMUTH] = 1.0
    fitting.add_bearing(np.zeros((6, 6)), gain, out, bearing, loose, 0.7)
    assert gain[0] == pytest.approx(0.7 * residual / (SIGMA**2 + loose))


def test_the_root_of_an_information_gives_its_inverse_and_determinant() -> None:
    rng = np.random.default_rng(3)
    root, gain = rng.normal(size=(6, 6)), rng.normal(size=6)
    information, covariance, work = root @ root.T + np.eye(6), np.zeros((6, 6)), fitting.new_work(1)
    log_det = fitting.solve(information, gain, work, covariance)
    assert covariance == pytest.approx(np.linalg.inv(information))
    assert work.step == pytest.approx(np.linalg.solve(information, gain))
    assert log_det == pytest.approx(np.linalg.slogdet(information)[1])


# ---- where to begin ----


def test_a_crossing_is_where_two_rays_meet_and_as_uncertain_as_they_are() -> None:
    finders, rng = finders_at(TRIANGLE), np.random.default_rng(10)
    pair = np.array([seen_by(finders[s], FLIGHT, 0.0) for s in range(2)])
    level = np.where([True, False], pair, math.nan)  # over the plane, heights don't matter
    at = crossings._new_crossing(sky_of(finders, []))

    def crosses(bearings: FloatArray, reach_m: float = 15_000.0) -> bool:
        sky = sky_of(finders_at(TRIANGLE, max_range_m=reach_m), [(s, 0.0, [bearings[s]]) for s in range(2)])
        crossings.ray(sky, sky.looks[0], 0, at.here)
        crossings.ray(sky, sky.looks[1], 1, at.there)
        return bool(crossings._cross(sky, sky.looks[0], 0, sky.looks[1], 1, at))

    places = []
    for _ in range(300):
        assert crosses(level + rng.normal(size=(2, 2)) * [SIGMA, 0.0])
        places.append(at.state[:2].copy())
    assert crosses(level)
    assert at.state[:2] == pytest.approx(FLIGHT[:2])
    covariance = np.cov(np.array(places).T)
    assert np.linalg.solve(at.covariance[:2, :2], covariance) == pytest.approx(np.eye(2), abs=0.35)
    assert not crosses(level, reach_m=4000.0)
    assert not crosses(level + np.array([math.pi, 0.0]))
    assert not crosses(np.array([level[0], level[0] + np.array([0.05, 0.0])]))


# ---- one object and all looks ----


def log_likelihood_ratio(sky: Sky, bearing_of: list[int], state: FloatArray) -> float:
    """The integrand of a set's score, as it is written on paper, without what no state changes."""
    value = -0.5 * (state[0] ** 2 + state[1] ** 2) / 1e10
    up_m = PRIOR.altitude_up_m - (state[0] ** 2 + state[1] ** 2) / (2.0 * 6_371_000.0)
    sigmas = (PRIOR.altitude_sigma_m, *(PRIOR.speed_sigma_mps,) * 2, PRIOR.vertical_speed_sigma_mps)
    for residual, sigma in zip((state[2] - up_m, *state[3:]), sigmas, strict=True):
        value -= 0.5 * (residual / sigma) ** 2 + math.log(sigma * math.sqrt(2.0 * math.pi))
    for look, j in zip(sky.looks, bearing_of, strict=True):
        if j == NOBODY:
            value += math.log(0.1)
            continue
        finder, age_s = sky.finders[look.sensor], (sky.now_ns - look.time_ns) / SECOND_NS
        angles = seen_by(finder, state, -age_s)
        ground_m = np.linalg.norm((state[:3] - age_s * state[3:] - finder.position)[:2])
        drift = PRIOR.acceleration_density_m2ps3 * age_s**3 / (3.0 * ground_m**2)
        variances = np.array([SIGMA**2, 4.0 * SIGMA**2]) + drift
        away = np.array([sky.bearings[j].azimuth, sky.bearings[j].elevation]) - angles
        value += math.log(0.9 / 0.01) - 0.5 * float(
            np.sum(away**2 / variances + np.log(2.0 * math.pi * variances))
        )
    return float(value + math.log(PRIOR.intensity_per_m2))


def noisy_sky(rng: np.random.Generator) -> tuple[Sky, list[int]]:
    """Twelve looks of three sensors at one object, some of which miss it."""
    finders, looks, bearing_of, count = finders_at(TRIANGLE), [], [], 0
    for k in range(12):
        at_s, is_hit = -(11 - k) * 0.5, k not in (2, 7)
        angles = seen_by(finders[k % 3], FLIGHT, at_s) + rng.normal(size=2) * [SIGMA, 2.0 * SIGMA]
        looks.append((k % 3, at_s, [angles] if is_hit else []))
        bearing_of.append(count if is_hit else NOBODY)
        count += is_hit
    return sky_of(finders, looks), bearing_of


def one_set(sky: Sky, state: FloatArray) -> Sets:
    sets: Sets = sets_kernels.new_sets(1, len(sky.looks))
    sets.state[0] = state
    return sets


def test_a_fit_is_the_likeliest_flight_and_its_score_the_laplace_integral() -> None:
    sky, bearing_of = noisy_sky(np.random.default_rng(4))
    sets, work = one_set(sky, FLIGHT), fitting.new_work(3)
    owner = np.full(len(sky.bearings), NOBODY)
    for _ in range(4):
        fitting.fit(sky, sets, 0, False, owner, work)
    assert sets.hits[0].tolist() == bearing_of
    scale = np.array([100.0, 100.0, 100.0, 10.0, 10.0, 1.0])
    best = minimize(
        lambda x: -log_likelihood_ratio(sky, bearing_of, x * scale),
        sets.state[0] / scale, method="Powell", options={"xtol": 1e-9, "ftol": 1e-14},
    )  # fmt: skip
    sigma = np.sqrt(np.diag(sets.covariance[0]))
    assert np.abs(best.x * scale - sets.state[0]).max() < 0.05 * sigma.max()
    assert (np.abs(best.x * scale - sets.state[0]) < 0.1 * sigma).all()
    volume = 3.0 * math.log(2.0 * math.pi) + 0.5 * np.linalg.slogdet(sets.covariance[0])[1]
    score = -best.fun + volume + 3.0 * math.log(0.98)
    assert sets.score[0] == pytest.approx(score, abs=0.05)


def test_a_sensor_that_never_sees_an_object_within_its_range_speaks_against_it() -> None:
    sky, _ = noisy_sky(np.random.default_rng(5))
    behind = np.vstack([TRIANGLE, [[1000.0, 1000.0, 10.0]]])
    empty: list[tuple[int, float, list[FloatArray]]] = [(3, 0.0, []), (3, 0.0, [])]
    pairs = [np.array([b.azimuth, b.elevation]) for b in sky.bearings]
    looks = [
        (int(k.sensor), k.time_ns / SECOND_NS, pairs[k.first : k.first + k.count]) for k in sky.looks
    ] + empty
    scores = []
    for reach_m in (15_000.0, 100.0):
        finders = finders_at(behind, max_range_m=[15_000.0] * 3 + [reach_m])
        watched = sky_of(finders, looks)
        sets = one_set(watched, FLIGHT)
        fitting.fit(watched, sets, 0, False, np.full(len(pairs), NOBODY), fitting.new_work(4))
        assert (sets.hits[0, -1] == OUTSIDE) == (reach_m < 1000.0)
        scores.append(sets.score[0])
    # Two misses at Pd 0.9, of a sensor that may be blind with 0.02.
    assert scores[0] - scores[1] == pytest.approx(math.log(0.02 + 0.98 * 0.1**2))


def test_two_sensors_explain_their_bearings_and_one_explains_nothing() -> None:
    sky, _ = noisy_sky(np.random.default_rng(6))
    for sensors in (2, 1):
        sets, owner = one_set(sky, FLIGHT), np.full(len(sky.bearings), NOBODY)
        for look in sky.looks:
            if look.sensor >= sensors:
                owner[look.first : look.first + look.count] = 0
        fitting.fit(sky, sets, 0, False, owner, fitting.new_work(3))
        assert (sets.score[0] > 0.0) == (sensors == 2)
        assert sensors == 1 or chances.sensors_of(sky, sets.hits[0]) == 2


# ---- all objects and all looks ----


def enumerated(odds: FloatArray) -> FloatArray:
    """Association probabilities (c, n) by going through all joint events."""
    total, result = 0.0, np.zeros_like(odds)
    for event in itertools.product(range(-1, odds.shape[1]), repeat=odds.shape[0]):
        taken = [j for j in event if j >= 0]
        if len(set(taken)) < len(taken):
            continue
        weight = math.prod(odds[c, j] for c, j in enumerate(event) if j >= 0)
        total += weight
        for c, j in enumerate(event):
            result[c, j] += weight * (j >= 0)
    return result / total


@pytest.mark.parametrize(("shape", "tolerance"), [((1, 4), 1e-12), ((3, 1), 1e-3), ((2, 3), 0.05)])
def test_marginals_are_those_of_all_joint_events(shape: tuple[int, int], tolerance: float) -> None:
    rng = np.random.default_rng(7)
    for _ in range(10):
        odds = rng.gamma(1.0, 2.0, size=shape)
        room = np.full((2, shape[0] + 2, shape[1] + 2), 9.9)
        found = np.full((shape[0] + 2, shape[1] + 2), 9.9)
        found[: shape[0], : shape[1]] = odds
        blending.marginals(found, *room, *shape)
        assert np.abs(found[: shape[0], : shape[1]] - enumerated(odds)).max() < tolerance


def two_objects() -> tuple[Sky, FloatArray]:
    """Two objects, each seen by three sensors in every look, without error."""
    finders = finders_at(TRIANGLE)
    flights = np.array([FLIGHT, [-1200.0, 900.0, 180.0, -10.0, 15.0, 0.0]])
    looks = [
        (k % 3, -0.5 * (8 - k), [seen_by(finders[k % 3], f, -0.5 * (8 - k)) for f in flights])
        for k in range(9)
    ]
    return sky_of(finders, looks), flights


def explained(sky: Sky, states: FloatArray) -> Sets:
    """What is chosen of candidates that begin at these states."""
    count = len(states)
    sets: Sets = sets_kernels.new_sets(count, len(sky.looks))
    work, owner = fitting.new_work(len(sky.finders)), np.full(len(sky.bearings), NOBODY)
    for m in range(count):
        sets.state[m] = states[m]
        sets.covariance[m] = np.diag([250.0, 250.0, 80.0, 20.0, 20.0, 2.0]) ** 2
        fitting.fit(sky, sets, m, True, owner, work)
    sets_kernels.choose(sky, sets, sets.score.copy(), owner, work)
    return sets


def test_each_bearing_is_of_one_object_and_copies_are_not_chosen() -> None:
    sky, flights = two_objects()
    sets = explained(sky, np.vstack([flights, flights + 30.0]))
    assert sets.chosen.sum() == 2
    for m in np.flatnonzero(sets.chosen):
        # The objects' bearings come in turns.
        assert len(set((sets.hits[m] % 2).tolist())) == 1
    used = sets.hits[sets.chosen].ravel()
    assert sorted(used.tolist()) == list(range(len(sky.bearings)))


def test_the_margin_is_what_the_explanation_loses_without_the_object() -> None:
    sky, flights = two_objects()
    sets = explained(sky, flights)
    owner = np.full(len(sky.bearings), NOBODY)
    for m in range(2):
        owner[sets.hits[m]] = m
    margin, kept = np.zeros(2), sets_kernels.new_sets(2, len(sky.looks))
    work, room = fitting.new_work(3), blending.new_blending(2, sky)
    before = sets.score.copy()
    sets_kernels.doubt(sky, sets, kept, margin, np.zeros(2), owner, room, work)
    # Nothing else can have made these bearings, so that each object is worth all its score.
    assert margin == pytest.approx(before, abs=0.5)
    assert sets.chosen.all()


def test_chance_is_judged_by_who_agrees_and_who_should_have() -> None:
    finders = finders_at(np.vstack([TRIANGLE, [[2500.0, 2500.0, 10.0]]]))
    looks = [(s, 0.0, [seen_by(finders[s], FLIGHT, 0.0)]) for s in range(4)]
    sky, covariance = sky_of(finders, looks), np.diag([50.0, 50.0, 40.0, 10.0, 10.0, 1.0]) ** 2
    three, four = np.array([0, 1, 2, OUTSIDE]), np.array([0, 1, 2, 3])
    missed = np.array([0, 1, 2, NOBODY])
    ratio = [chances.chance_ratio(sky, hits, covariance) for hits in (three, four, missed)]
    # One density of a bearing of 1 deg, twice as azimuth and elevation, over one false one in 0.01 rad.
    assert ratio[1] - ratio[0] > 3.0
    assert ratio[2] - ratio[0] == pytest.approx(math.log(1.0 - 0.98 * 0.9))


def test_evidence_is_bounded_by_chance_and_a_long_ellipse_is_no_place() -> None:
    finders = finders_at(TRIANGLE)
    sky = sky_of(finders, [(s, 0.0, [seen_by(finders[s], FLIGHT, 0.0)]) for s in range(3)])
    sets: Sets = sets_kernels.new_sets(4, 3)
    sets.chosen[:3] = True
    for m, along_m in enumerate((50.0, 50.0, 2000.0, 50.0)):
        sets.state[m], sets.hits[m] = FLIGHT, [0, 1, 2]
        sets.covariance[m] = np.diag([along_m, 50.0, 40.0, 10.0, 10.0, 1.0]) ** 2
    chance = chances.chance_ratio(sky, sets.hits[0], sets.covariance[0])
    margin, is_placed = np.array([4.0, 1e6, 1e6, 1e6]), np.zeros(4, np.bool_)
    crossings._weigh(sky, sets, margin, is_placed)
    assert margin[0] == 1.0
    assert margin[1] == pytest.approx((chance + 5.4) / 3.0)
    assert margin[3] == -math.inf
    assert is_placed.tolist() == [True, True, False, False]
    sets.hits[0] = [0, 1, NOBODY]
    crossings._weigh(sky, sets, margin, is_placed)
    assert is_placed.tolist() == [False, True, False, False]
