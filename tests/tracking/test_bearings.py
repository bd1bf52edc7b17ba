"""Births from bearings alone: what becomes of objects and ghosts, and what is bounded."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from tests.tracking.bearing_skies import (
    FLIGHT,
    PRIOR,
    SECOND_NS,
    SIGMA,
    SOUND_MPS,
    TRIANGLE,
    finders_at,
    seen_by,
    sets_kernels,
)

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
    names_of,
    prior_of,
)
from tocsin.tracking.kernels.bearing_sky import (
    Sets,
    Sky,
)
from tocsin.tracking.kernels.layout import AZIMUTH, ELEVATION, LOOK, MOTION, NOBODY, RANGE, SENSOR
from tocsin.units import AnyArray, FloatArray

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
    names = new.used_number * 7919
    assert new.name[0] == np.bitwise_xor.reduce(names) ^ round(time_s * SECOND_NS)
    left = births.checkpoint().bearings
    left = left["unexplained"][np.isin(left["number"], new.used_number)]
    assert (left <= 1.0 - new.existence[0] + 1e-12).all()


def test_tracks_that_share_bearings_share_no_name_and_the_order_of_bearings_makes_none() -> None:
    used, row = np.array([11, 22, 33, 11, 44, 33]), np.array([0, 0, 0, 1, 1, 1])
    one, other = names_of(used, row, 2, 5_000_000_000).tolist()
    assert one != other
    assert names_of(used[2::-1], row[:3], 1, 5_000_000_000).tolist() == [one]
    assert names_of(used[:3], row[:3], 1, 6_000_000_000).tolist() != [one]


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


@pytest.mark.parametrize(("unexplained", "is_kept"), [(0.01, True), (0.0005, False)])
def test_what_tracks_explain_makes_no_track(unexplained: float, is_kept: bool) -> None:
    finders = finders_at(TRIANGLE)
    births = BearingBirths(finders, PRIOR)
    looks = [
        (s, t, bearings._replace(unexplained=np.full(len(bearings.number), unexplained)))
        for s, t, bearings in watch(finders, FLIGHT[None], 20.0, 5, false=0.0)
    ]
    assert list(births_of(births, looks)) == []
    assert (len(births.checkpoint().bearings) > 0) == is_kept


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
