"""Births from bearings alone: kernels against plain mathematics, and what becomes of objects and ghosts."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from scipy.optimize import approx_fprime, brentq, minimize
from scipy.stats import norm
from tests.tracking.plain import plain

from tocsin.tracking.bearings import (
    MOST_BEARINGS,
    MOST_BEARINGS_PER_LOOK,
    MOST_LOOKS,
    WINDOW_S,
    BearingBirths,
    Bearings,
    Memory,
    NewTracks,
    bearings_of,
    finders_of,
    prior_of,
)
from tocsin.tracking.kernels.bearing_sky import (
    BEARING,
    BEARING_LOOK,
    BY_AZIMUTH,
    BY_ELEVATION,
    EXPECTED,
    FINDER,
    OUTSIDE,
    RATE,
    SLANT,
    THERE,
    Prior,
    Sets,
    Sky,
)
from tocsin.tracking.kernels.layout import AZIMUTH, ELEVATION, LOOK, MOTION, NOBODY, RANGE, SENSOR
from tocsin.units import AnyArray, FloatArray

sky_kernels, fitting, blending = plain("bearing_sky"), plain("bearing_fit"), plain("bearing_blend")
sets_kernels, chances, crossings = plain("bearing_sets"), plain("bearing_chance"), plain("crossings")

SECOND_NS = 1_000_000_000
SOUND_MPS = 343.0
PRIOR = Prior(200.0, 80.0, 20.0, 2.0, 0.1, 1e-7)
SIGMA = math.radians(1.0)
TRIANGLE = np.array([[-4000.0, -2500.0, 10.0], [4000.0, -2500.0, 10.0], [0.0, 4500.0, 10.0]])
FLIGHT = np.array([500.0, -300.0, 200.0, 20.0, 10.0, 0.0])


def finders_at(places: FloatArray, **fields: Any) -> AnyArray:
    finders = np.zeros(len(places), FINDER)
    finders["position"], finders["rotation"] = places, np.eye(3)
    usual = {
        "max_range_m": 15_000.0, "detection_probability": 0.9, "visible_prior": 0.98,
        "clutter_per_rad": 0.01, "elevation_span_rad": math.pi, "propagation_speed_mps": math.inf,
    }  # fmt: skip
    for name, value in (usual | fields).items():
        finders[name] = value
    return finders


def sky_of(finders: AnyArray, looks: list[tuple[int, float, list[FloatArray]]], now_s: float = 0.0) -> Sky:
    """Looks as (sensor, time, bearings), each bearing (azimuth, elevation)."""
    rows = np.zeros(len(looks), BEARING_LOOK)
    bearings: list[FloatArray] = []
    for row, (sensor, time_s, pairs) in zip(rows, looks, strict=True):
        row["sensor"], row["time_ns"] = sensor, round(time_s * SECOND_NS)
        row["first"], row["count"] = len(bearings), len(pairs)
        row["has_elevation"] = any(math.isfinite(pair[1]) for pair in pairs)
        bearings += pairs
    made = np.zeros(len(bearings), BEARING)
    made["azimuth"], made["elevation"] = np.reshape(bearings, (-1, 2)).T
    made["azimuth_sigma"], made["elevation_sigma"], made["unexplained"] = SIGMA, 2.0 * SIGMA, 1.0
    made["log_other"] = math.log(0.01)
    looked, seen, finding = (array.view(np.recarray) for array in (rows, made, finders))
    return Sky(round(now_s * SECOND_NS), looked, seen, finding, PRIOR)


def seen_by(finder: Any, state: FloatArray, at_s: float, now_s: float = 0.0) -> FloatArray:
    """Azimuth and elevation at which a sensor sees what is in a state now; found by a root, not a formula."""

    def place(time_s: float) -> FloatArray:
        return np.asarray(state[:3] + (time_s - now_s) * state[3:] - finder["position"])

    left_s, speed = at_s, float(finder["propagation_speed_mps"])
    if math.isfinite(speed):
        left_s = brentq(lambda t: np.linalg.norm(place(t)) - speed * (at_s - t), at_s - 1e3, at_s)
    x, y, z = finder["rotation"] @ place(left_s)
    return np.array([math.atan2(x, y), math.atan2(z, math.hypot(x, y))])


def tilted(rng: np.random.Generator) -> FloatArray:
    """A rotation near the site's axes."""
    return np.asarray(np.linalg.qr(np.eye(3) + 0.1 * rng.normal(size=(3, 3)))[0] * [-1.0, -1.0, -1.0])


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


def test_two_sensors_are_no_object_however_well_they_agree() -> None:
    sky, _ = noisy_sky(np.random.default_rng(6))
    sets, owner = one_set(sky, FLIGHT), np.full(len(sky.bearings), NOBODY)
    for look in sky.looks:
        if look.sensor == 2:
            owner[look.first : look.first + look.count] = 0
    fitting.fit(sky, sets, 0, False, owner, fitting.new_work(3))
    assert (sets.hits[0] >= 0).sum() > 5
    assert sets.score[0] == -math.inf


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


# ---- the Python side ----


def look_of(angles: FloatArray, unexplained: float = 1.0, first: int = 0, sigma: float = SIGMA) -> Bearings:
    """Bearings (d, 2) of one look, numbered on from `first`."""
    angles, count = np.reshape(angles, (-1, 2)), len(np.reshape(angles, (-1, 2)))
    sigmas, numbers = np.full(count, sigma), first + np.arange(count)
    return Bearings(
        angles[:, 0], angles[:, 1], sigmas, 2.0 * sigmas, np.zeros(count), np.full(count, unexplained),
        numbers, 7919 * numbers + 13,
    )  # fmt: skip


Looks = list[tuple[int, int, Bearings]]


def watch(
    finders: AnyArray, flights: FloatArray, seconds: float, seed: int, *, pd: float = 0.9, false: float = 0.06
) -> Looks:
    """Looks of each finder once a second, in turns: (sensor, time, bearings without elevation).

    flights (n, 6) at time 0. Numbers are 1000 a look, plus the object; false ones come from 500 on."""
    rng, looks, count = np.random.default_rng(seed), [], len(finders)
    for k in range(round(seconds * count)):
        sensor, at_s = k % count, k / count
        is_seen = rng.random(len(flights)) < pd
        error = SIGMA * rng.normal(size=len(flights))
        azimuth = error + [seen_by(finders[sensor], flight, at_s)[0] for flight in flights]
        wrong = rng.uniform(-math.pi, math.pi, rng.poisson(false))
        number = np.append(np.flatnonzero(is_seen), 500 + np.arange(len(wrong))) + 1000 * k
        azimuth = np.append(azimuth[is_seen], wrong)
        bearings = look_of(np.column_stack([azimuth, np.full(len(azimuth), math.nan)]))
        looks.append((sensor, round(at_s * SECOND_NS), bearings._replace(number=number, name=number * 7919)))
    return looks


def births_of(births: BearingBirths, looks: Looks) -> Iterator[tuple[float, NewTracks]]:
    """What is born and when; what has a track then is explained, as a filter would see to."""
    tracked: set[int] = set()
    for sensor, time_ns, bearings in looks:
        is_new = ~np.isin(bearings.number % 1000, list(tracked))
        left = np.where(is_new, bearings.unexplained, 0.01)
        if (new := births.look(sensor, time_ns, bearings._replace(unexplained=left))) is not None:
            for i in range(len(new.existence)):
                tracked.add(int(np.bincount(new.used_number[new.used_by == i] % 1000).argmax()))
            yield time_ns / SECOND_NS, new


def away_m(new: NewTracks, i: int, time_s: float, flight: FloatArray) -> float:
    """Over the ground."""
    return float(np.linalg.norm(new.state[i, :2] - flight[:2] - time_s * flight[3:5]))


def squared_surprise(new: NewTracks, i: int, time_s: float, flight: FloatArray) -> float:
    """Of the place over the ground, in the units of its covariance: above 13.8 once in 1,000."""
    away = new.state[i, :2] - flight[:2] - time_s * flight[3:5]
    return float(away @ np.linalg.solve(new.covariance[i, :2, :2], away))


@pytest.mark.parametrize("seed", range(3))
def test_three_crossing_bearings_make_one_track(seed: int) -> None:
    finders = finders_at(TRIANGLE)
    looks, births = watch(finders, FLIGHT[None], 14.0, seed), BearingBirths(finders, PRIOR)
    ((time_s, new),) = births_of(births, looks)
    assert time_s <= 12.0
    assert squared_surprise(new, 0, time_s, FLIGHT) < 13.8
    assert away_m(new, 0, time_s, FLIGHT) < 300.0
    assert len(new.existence) == 1
    assert 0.5 < new.existence[0] < 1.0
    assert np.linalg.eigvalsh(new.covariance[0]).min() > 0.0
    # What made it is told, as it came in.
    assert set(new.used_sensor.tolist()) == {0, 1, 2}
    assert (new.used_by == 0).all()
    assert (new.used_number % 1000 == 0).mean() > 0.9
    made = {(s, t, n) for s, t, bearings in looks for n in bearings.number.tolist()}
    used = zip(new.used_sensor.tolist(), new.used_time_ns.tolist(), new.used_number.tolist(), strict=True)
    assert made.issuperset(used)
    assert new.name[0] == new.used_number[-1] * 7919
    left = births.checkpoint().bearings
    left = left["unexplained"][np.isin(left["number"], new.used_number)]
    assert (left <= 1.0 - new.existence[0] + 1e-12).all()


def test_crossings_of_two_sensors_alone_are_not_born() -> None:
    finders = finders_at(TRIANGLE[:2])
    flights = np.array([FLIGHT, [-1500.0, 1500.0, 250.0, 0.0, -15.0, 0.0]])
    assert list(births_of(BearingBirths(finders, PRIOR), watch(finders, flights, 20.0, 1))) == []


@pytest.mark.parametrize("seed", range(3))
def test_where_pairs_of_bearings_cross_everywhere_only_objects_are_born(seed: int) -> None:
    """Four objects and four sensors: each pair of sensors has twelve crossings where nothing is."""
    finders = finders_at(np.vstack([TRIANGLE, [[-4500.0, 3000.0, 10.0]]]))
    rng = np.random.default_rng([seed, 8])
    flights = np.zeros((4, 6))
    flights[:, :2] = [[-1500.0, -1000.0], [1500.0, -1500.0], [1800.0, 1500.0], [-1200.0, 1800.0]]
    flights[:, 2], flights[:, 3:5] = 200.0, rng.uniform(-20.0, 20.0, (4, 2))
    found = []
    for time_s, new in births_of(BearingBirths(finders, PRIOR), watch(finders, flights, 16.0, seed)):
        for i in range(len(new.existence)):
            away = [away_m(new, i, time_s, flight) for flight in flights]
            assert min(away) < 500.0
            found.append(int(np.argmin(away)))
    assert sorted(found) == [0, 1, 2, 3]


@pytest.mark.parametrize("seed", range(3))
def test_false_bearings_alone_make_no_track(seed: int) -> None:
    finders = finders_at(TRIANGLE, clutter_per_rad=1.0 / (2.0 * math.pi))
    looks = watch(finders, np.zeros((0, 6)), 40.0, seed, false=1.0)
    assert list(births_of(BearingBirths(finders, PRIOR), looks)) == []


@pytest.mark.parametrize("seed", range(3))
def test_sound_places_an_object_where_it_is_and_not_where_it_was(seed: int) -> None:
    """It flies on by 600 m while its sound is under way, and how far must not be thought known too well."""
    fast = np.array([0.0, -1000.0, 200.0, 45.0, 30.0, 0.0])
    prior = PRIOR._replace(speed_sigma_mps=35.0)
    looks = watch(finders_at(TRIANGLE, propagation_speed_mps=SOUND_MPS), fast[None], 20.0, seed)
    surprise = []
    for speed_mps in (SOUND_MPS, math.inf):
        believed = finders_at(TRIANGLE, propagation_speed_mps=speed_mps)
        ((time_s, new),) = births_of(BearingBirths(believed, prior), looks)
        surprise.append(squared_surprise(new, 0, time_s, fast))
    assert surprise[0] < 13.8
    assert surprise[1] > 40.0


def test_what_is_not_yet_placed_waits_and_flies_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """However sure a set is: it becomes a seed of the next explanation, where its object is by then."""
    begun = []

    def explains(sky: Sky, seeds: FloatArray) -> tuple[Sets, FloatArray, AnyArray]:
        begun.append(seeds)
        sets: Sets = sets_kernels.new_sets(1, len(sky.looks))
        sets.state[0], sets.chosen[0] = FLIGHT, True
        sets.hits[0] = np.where(sky.looks["count"] > 0, sky.looks["first"], NOBODY)
        return sets, np.array([100.0]), np.array([len(begun) > 2])

    monkeypatch.setattr("tocsin.tracking.bearings.explain", explains)
    births = BearingBirths(finders_at(TRIANGLE), PRIOR)
    new = [births.look(s % 3, s * SECOND_NS, fan(1, s)) for s in range(5)]
    assert [one is None for one in new] == [True, True, True, True, False]
    assert begun[0].tolist() == []
    later = FLIGHT + np.append(FLIGHT[3:], np.zeros(3))
    assert begun[1] == pytest.approx(later[None])
    assert len(births.checkpoint().seeds) == 0


def assert_equal(one: list[tuple[float, NewTracks]], other: list[tuple[float, NewTracks]]) -> None:
    assert len(one) == len(other) > 0
    for (time_s, new), (again_s, again) in zip(one, other, strict=True):
        assert time_s == again_s
        for field in NewTracks.__slots__:
            assert getattr(new, field).tobytes() == getattr(again, field).tobytes(), field


def shuffled(bearings: Bearings, rng: np.random.Generator) -> Bearings:
    order = rng.permutation(len(bearings.number))
    columns = {name: getattr(bearings, name)[order] for name in Bearings._fields}
    return Bearings(**columns)


THREE_FLIGHTS = np.array(
    [FLIGHT, [-1500.0, 1500.0, 250.0, 0.0, -15.0, 0.0], [1500.0, 2000.0, 150.0, -10.0, 5.0, 0.0]]
)


def test_the_order_within_a_look_changes_nothing_to_the_last_bit() -> None:
    finders, rng = finders_at(TRIANGLE), np.random.default_rng(9)
    looks = watch(finders, THREE_FLIGHTS, 15.0, 3, false=0.5)
    mixed = [(sensor, time_ns, shuffled(bearings, rng)) for sensor, time_ns, bearings in looks]
    assert_equal(
        list(births_of(BearingBirths(finders, PRIOR), looks)),
        list(births_of(BearingBirths(finders, PRIOR), mixed)),
    )


def memory_bits(memory: Memory) -> list[bytes]:
    """All that is kept, without the bytes between a row's fields."""
    rows = [array[name] for array in (memory.looks, memory.bearings) for name in array.dtype.names or ()]
    numbers = np.array([memory.seeds_ns, memory.looks_since])
    return [column.tobytes() for column in (*rows, memory.seeds, memory.kept_ns, numbers)]


def test_a_replay_from_a_checkpoint_gives_the_same_bits() -> None:
    finders = finders_at(TRIANGLE)
    looks = watch(finders, THREE_FLIGHTS, 15.0, 4)
    births = BearingBirths(finders, PRIOR)
    assert list(births_of(births, looks[:8])) == []
    checkpoint = births.checkpoint()
    as_it_was = memory_bits(checkpoint)
    first = list(births_of(births, looks[8:]))
    later = memory_bits(births.checkpoint())
    births.go_back_to(checkpoint)
    assert memory_bits(checkpoint) == as_it_was
    assert_equal(first, list(births_of(births, looks[8:])))
    assert memory_bits(births.checkpoint()) == later


def test_what_tracks_explain_makes_no_track() -> None:
    finders = finders_at(TRIANGLE)
    births = BearingBirths(finders, PRIOR)
    looks = [
        (s, t, bearings._replace(unexplained=np.full(len(bearings.number), 0.01)))
        for s, t, bearings in watch(finders, FLIGHT[None], 20.0, 5, false=0.0)
    ]
    assert list(births_of(births, looks)) == []
    assert len(births.checkpoint().bearings) == 0


def test_a_track_of_another_sensor_claims_its_bearings_and_no_others() -> None:
    finders = finders_at(TRIANGLE)
    births = BearingBirths(finders, PRIOR)
    looks = watch(finders, THREE_FLIGHTS[:2], 4.0, 6, false=0.0)
    assert list(births_of(births, looks[:9])) == []
    before = births.checkpoint().bearings["number"] % 1000
    time_ns = looks[8][1]
    state = FLIGHT.copy()
    state[:3] += FLIGHT[3:] * time_ns / SECOND_NS
    covariance = np.diag([30.0, 30.0, 30.0, 5.0, 5.0, 1.0]) ** 2
    checkpoint, as_it_was = births.checkpoint(), memory_bits(births.checkpoint())
    births.claim(time_ns, state[None], covariance[None], np.array([0.99]))
    assert memory_bits(checkpoint) == as_it_was
    after = births.checkpoint().bearings
    assert (before == 0).sum() >= 6
    assert (after["number"] % 1000 == 1).sum() == (before == 1).sum()
    assert after["unexplained"][after["number"] % 1000 == 0].sum() < 1.5
    assert (np.diff(births.checkpoint().looks["first"]) == births.checkpoint().looks["count"][:-1]).all()


# ---- bounds ----


def fan(count: int, number: int = 0) -> Bearings:
    """So many bearings all around."""
    azimuth = np.linspace(-3.0, 3.0, count) + 1e-3 * number
    return look_of(np.column_stack([azimuth, np.full(count, math.nan)]), first=1000 * number)


def test_a_flood_of_bearings_is_counted_and_left_out() -> None:
    births = BearingBirths(finders_at(TRIANGLE), PRIOR)
    births.look(0, 0, fan(3))
    births.look(1, SECOND_NS, fan(MOST_BEARINGS_PER_LOOK + 1))
    assert births.refused.flood == MOST_BEARINGS_PER_LOOK + 1
    assert len(births.checkpoint().bearings) == 3
    births.look(1, SECOND_NS + 1, fan(MOST_BEARINGS_PER_LOOK))
    assert len(births.checkpoint().bearings) == 3 + MOST_BEARINGS_PER_LOOK


def test_looks_too_soon_after_one_of_the_same_sensor_are_left_out() -> None:
    births = BearingBirths(finders_at(TRIANGLE), PRIOR)
    for k in range(10):
        births.look(0, k * SECOND_NS // 10, fan(2, k))
        births.look(1, k * SECOND_NS // 10, fan(1, k))
    assert births.checkpoint().looks["time_ns"].tolist() == [t * SECOND_NS // 10 for t in (0, 0, 4, 4, 8, 8)]
    assert births.refused.too_often == 7 * 3


@pytest.mark.parametrize("count", [0, 39])
def test_what_is_kept_is_bounded_and_the_oldest_goes_first(count: int, monkeypatch: Any) -> None:
    monkeypatch.setattr("tocsin.tracking.bearings.explain", _nothing_explained)
    sensors = 120
    births = BearingBirths(finders_at(np.zeros((sensors, 3))), PRIOR)
    total = 0
    for k in range(2000):
        births.look(k % sensors, k * SECOND_NS // 240, fan(count, k))
        memory = births.checkpoint()
        total += count
        assert len(memory.looks) <= MOST_LOOKS
        assert len(memory.bearings) <= MOST_BEARINGS
        assert memory.looks["count"].sum() == len(memory.bearings)
        assert births.refused.full == total - len(memory.bearings)
    assert memory.looks["time_ns"][-1] == 1999 * SECOND_NS // 240
    assert len(memory.bearings) == (MOST_BEARINGS // 39 * 39 if count else 0)
    assert len(memory.looks) == (MOST_BEARINGS // 39 if count else MOST_LOOKS)


def _nothing_explained(sky: Sky, seeds: FloatArray) -> tuple[Sets, FloatArray, AnyArray]:
    sets: Sets = sets_kernels.new_sets(0, len(sky.looks))
    return sets, np.zeros(0), np.zeros(0, np.bool_)


def test_bearings_are_forgotten_after_the_window() -> None:
    births = BearingBirths(finders_at(TRIANGLE), PRIOR)
    births.look(0, 0, fan(3))
    births.look(2, 2 * SECOND_NS, fan(1))
    checkpoint = births.checkpoint()
    births.look(1, round((WINDOW_S + 1.0) * SECOND_NS), fan(1))
    assert checkpoint.looks["first"].tolist() == [0, 3]
    assert births.checkpoint().looks["first"].tolist() == [0, 1]
    births.look(0, round((WINDOW_S + 3.0) * SECOND_NS), fan(1)._replace(unexplained=np.zeros(1)))
    births.look(1, round((2.0 * WINDOW_S + 2.0) * SECOND_NS), fan(2))
    assert len(births.checkpoint().bearings) == 2
    assert births.checkpoint().looks["first"].tolist() == [0, 0]
    assert births.refused.full == 0


# ---- what the filter hands over ----


def test_sensors_and_prior_are_those_of_the_filter() -> None:
    sensors = np.zeros(2, SENSOR)
    sensors["position"], sensors["rotation"] = TRIANGLE[:2], np.eye(3)
    sensors["max_range_m"], sensors["max_elevation_rad"], sensors["points"] = 1000.0, 1.5, [1, 2]
    sensors["detection_range_m"][1, :2] = 0.0, 1000.0
    sensors["detection_probability"][:, :2] = [[0.8, 0.0], [0.9, 0.0]]
    sensors["visible_prior"], sensors["clutter_per_rad"] = 0.5, 0.02
    sensors["propagation_speed_mps"] = [math.inf, SOUND_MPS]
    finders = finders_of(sensors)
    assert finders["position"].tolist() == TRIANGLE[:2].tolist()
    assert finders["elevation_span_rad"].tolist() == [1.5, 1.5]
    # A probability that falls linearly to 0 at the edge is a third of the middle's over the disc.
    assert finders["detection_probability"] == pytest.approx([0.8, 0.3], rel=1e-3)
    assert finders["propagation_speed_mps"].tolist() == [math.inf, SOUND_MPS]
    motion = np.zeros(1, MOTION)[0]
    motion["altitude_up_m"], motion["altitude_sigma_m"] = 200.0, 80.0
    motion["speed_sigma_mps"], motion["vertical_speed_sigma_mps"] = 20.0, 2.0
    motion["horizontal_density"][:2] = 0.1, 3.0
    motion["birth_rate_per_m2_s"], motion["lifetime_s"] = 1e-10, 1000.0
    assert prior_of(motion) == pytest.approx(PRIOR)


def test_only_what_points_and_does_not_place_is_a_bearing() -> None:
    looks = np.zeros(4, LOOK)
    looks["measured"][:, AZIMUTH], looks["measured"][:, ELEVATION] = [0.1, 0.2, 0.3, 0.4], 0.05
    looks["sigma"], looks["number"], looks["alone"] = 0.01, [10, 11, 12, 13], [0.5, -1e-9, 1.0, 0.7]
    points, raised, placed = 1 << AZIMUTH, 1 << ELEVATION, 1 << RANGE
    looks["mask"] = [points, points | raised, points | placed, raised]
    bearings = bearings_of(looks)
    assert bearings.number.tolist() == [10, 11]
    assert bearings.azimuth_rad.tolist() == [0.1, 0.2]
    assert np.isnan(bearings.elevation_rad).tolist() == [True, False]
    assert bearings.unexplained.tolist() == [0.5, 0.0]
