"""What is new in a report, against dense matrices, and against the other filter's own books."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import eigh
from tests.tracking.made import SECOND_NS, START_NS, looks_of, mask_of
from tests.tracking.plain import plain

from tocsin.tracking.kernels import tracklets as compiled
from tocsin.tracking.kernels.layout import (
    EAST,
    NEVER,
    NORTH,
    UP,
    VELOCITY_EAST,
    VELOCITY_NORTH,
    VELOCITY_UP,
    Record,
    Records,
    records,
)
from tocsin.tracking.kernels.report_layout import EQUIVALENT, REPORTED
from tocsin.units import FloatArray

module = plain("tracklets")
seeds = st.integers(0, 2**31)
ALL = mask_of(EAST, NORTH, UP, VELOCITY_EAST, VELOCITY_NORTH, VELOCITY_UP)
DENSITIES = np.array([1.0, 1.0, 0.01])
EVERY_S = 4.0


def matrix(estimate: Any) -> FloatArray:
    """Covariance (2, 2)."""
    return np.array(
        [
            [estimate.place_variance, estimate.covariance],
            [estimate.covariance, estimate.speed_variance],
        ]
    )


def mean(estimate: Any) -> FloatArray:
    return np.array([estimate.place, estimate.speed])


def information(new: Any) -> tuple[FloatArray, FloatArray]:
    """J (2, 2), and J times the shift (2,)."""
    return np.array([[new.place, new.both], [new.both, new.speed]]), np.array(
        [new.place_shift, new.speed_shift]
    )


def random_estimate(rng: np.random.Generator, scale: float = 1.0) -> Any:
    place, speed = scale * rng.uniform(5.0, 50.0), scale * rng.uniform(0.5, 10.0)
    covariance = rng.uniform(-0.9, 0.9) * place * speed
    return module.Estimate(*rng.normal(0.0, [1000.0, 30.0]), place**2, covariance, speed**2)


def report(
    seconds: float, state: FloatArray, sigma_m: Any, sigma_mps: Any, identity: int = 7, mask: int = ALL,
    stated: int = ALL,
) -> tuple[int, Records]:  # fmt: skip
    """When and what: state (6,), one error of place and of speed for all axes, or (3,) each."""
    look = looks_of(np.r_[np.zeros(4), state], 1.0, mask, identity=identity)
    look.sigma[0, EAST : UP + 1], look.sigma[0, VELOCITY_EAST:], look.stated = sigma_m, sigma_mps, stated
    return START_NS + round(seconds * SECOND_NS), look


def blank(count: int = 1) -> Records:
    rows = records(REPORTED, count)
    rows.time_ns = NEVER
    return rows


def taken(row: Record, when: int, look: Records) -> Record:
    found = records(EQUIVALENT, 1)
    found[0].look = look[0]
    module.take_report(row, look[0], when, EVERY_S, DENSITIES, found[0])
    return found[0]


def rows_of_axis(equivalent: Record, k: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """H (2, 2), z (2,) and R (2, 2) of what is told of one axis."""
    look, c = equivalent.look, [EAST + k, VELOCITY_EAST + k]
    return np.array([[1.0, equivalent.lead_s[k]], [0.0, 1.0]]), look.measured[c], np.diag(look.sigma[c] ** 2)


def told_nothing(equivalent: Record, k: int) -> bool:
    c = [EAST + k, VELOCITY_EAST + k]
    return bool((equivalent.look.sigma[c] == module.UNTOLD).all() and equivalent.lead_s[k] == 0.0)


@given(seeds)
@settings(deadline=None)
def test_news_are_what_the_report_knows_better_in_every_direction(seed: int) -> None:
    rng = np.random.default_rng(seed)
    now, before = random_estimate(rng), random_estimate(rng, rng.uniform(0.7, 2.0))
    found, shift = information(module.news(now, before))
    own, known = np.linalg.inv(matrix(now)), np.linalg.inv(matrix(before))
    shares, directions = eigh(own - known, own)  # directions: columns v with v' own v = 1
    better = directions[:, shares > 1e-6]
    # The part of a form in the span of those directions: P = own V V', and J = own V diag V' own.
    onto = own @ better @ better.T
    expected = own @ better @ np.diag(shares[shares > 1e-6]) @ better.T @ own
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9 * np.abs(own).max())
    np.testing.assert_allclose(shift, onto @ own @ (mean(now) - mean(before)), rtol=1e-6, atol=1e-7)


@given(seeds)
@settings(deadline=None)
def test_what_is_told_and_what_was_known_give_the_report_where_it_is_better(seed: int) -> None:
    rng = np.random.default_rng(seed)
    now = random_estimate(rng)
    larger = matrix(now) + np.diag([rng.uniform(10.0, 1000.0), rng.uniform(1.0, 10.0)])
    before = module.Estimate(*rng.normal(0.0, 10.0, 2), larger[0, 0], larger[0, 1], larger[1, 1])
    after = module.told(before, module.news(now, before))
    np.testing.assert_allclose(matrix(after), matrix(now), rtol=1e-6)
    np.testing.assert_allclose(mean(after), mean(now), rtol=1e-6, atol=1e-6)


@given(seeds)
@settings(deadline=None)
def test_two_measurements_with_independent_errors_tell_all_news(seed: int) -> None:
    rng = np.random.default_rng(seed)
    now, before = random_estimate(rng), random_estimate(rng, rng.uniform(0.7, 2.0))
    new, found = module.news(now, before), records(EQUIVALENT, 1)[0]
    module.tell_news(found, 1, before, new)
    h, z, noise = rows_of_axis(found, 1)
    expected, shift = information(new)
    told = h.T @ np.linalg.inv(noise) @ h
    np.testing.assert_allclose(
        told, expected, rtol=1e-4, atol=2e-6 * np.abs(np.linalg.inv(matrix(before))).max()
    )
    off = h.T @ np.linalg.inv(noise) @ (z - h @ mean(before))
    np.testing.assert_allclose(off, shift, rtol=1e-3, atol=1e-3 * np.abs(shift).max() + 1e-9)


def kalman_reports(reports_a_second: int, seconds: int = 40) -> list[tuple[float, FloatArray, float, float]]:
    """Time, state (6,) and errors of a filter with plots once a second; all axes alike."""
    rng, dt_s = np.random.default_rng(2), 1.0 / reports_a_second
    step = np.array([[1.0, dt_s], [0.0, 1.0]])
    noise = np.array([[dt_s**3 / 3.0, dt_s**2 / 2.0], [dt_s**2 / 2.0, dt_s]])
    x, p = np.zeros((2, 3)), np.diag([900.0, 900.0])
    found = []
    for k in range(seconds * reports_a_second):
        x, p = step @ x, step @ p @ step.T + noise
        if k % reports_a_second == 0:
            gain = p[:, 0] / (p[0, 0] + 900.0)
            x = x + np.outer(gain, rng.normal(0.0, 30.0, 3) - x[0])
            p = p - np.outer(gain, p[0])
        found.append((k * dt_s, np.r_[x[0], x[1]], math.sqrt(p[0, 0]), math.sqrt(p[1, 1])))
    return found


@pytest.mark.parametrize("reports_a_second", [1, 4])
def test_who_hears_the_news_alone_knows_what_the_other_filter_knows(reports_a_second: int) -> None:
    row, x, p, last_s = blank()[0], np.zeros(2), np.diag([1e12, 1e12]), 0.0
    for time_s, state, sigma_m, sigma_mps in kalman_reports(reports_a_second):
        dt_s, last_s, q = time_s - last_s, time_s, row.density[0]
        step = np.array([[1.0, dt_s], [0.0, 1.0]])
        x = step @ x
        p = step @ p @ step.T + q * np.array([[dt_s**3 / 3.0, dt_s**2 / 2.0], [dt_s**2 / 2.0, dt_s]])
        h, z, noise = rows_of_axis(taken(row, *report(time_s, state, sigma_m, sigma_mps)), 0)
        gain = p @ h.T @ np.linalg.inv(h @ p @ h.T + noise)
        x, p = x + gain @ (z - h @ x), p - gain @ h @ p
    np.testing.assert_allclose(x, [row.place[0], row.speed[0]], rtol=1e-3, atol=1e-2)
    np.testing.assert_allclose(x, state[[0, 3]], atol=0.05 * sigma_m)
    np.testing.assert_allclose(np.sqrt(np.diag(p)), [sigma_m, sigma_mps], rtol=0.05)


def test_the_first_report_is_all_news_and_an_echo_of_it_none() -> None:
    row, state = blank()[0], np.array([1000.0, -500.0, 300.0, 20.0, 5.0, 0.0])
    first = taken(row, *report(0.0, state, 30.0, 5.0))
    covariance = np.array([[900.0, math.sqrt(0.5) * 150.0], [math.sqrt(0.5) * 150.0, 25.0]])
    for k in range(3):
        h, z, noise = rows_of_axis(first, k)
        np.testing.assert_allclose(np.linalg.inv(h.T @ np.linalg.inv(noise) @ h), covariance, rtol=1e-9)
        np.testing.assert_allclose(np.linalg.solve(h, z), state[[k, k + 3]], rtol=1e-9, atol=1e-9)
    again = taken(row, *report(0.0, state, 30.0, 5.0))
    assert all(told_nothing(again, k) for k in range(3))
    earlier = taken(row, *report(-1.0, state, 30.0, 5.0))
    assert all(told_nothing(earlier, k) for k in range(3))
    assert row.time_ns == START_NS


def test_a_prediction_of_the_other_filter_is_no_news() -> None:
    row, state = blank()[0], np.array([0.0, 0.0, 300.0, 20.0, 5.0, 0.0])
    taken(row, *report(0.0, state, 30.0, 5.0))
    ahead = module.predicted(row, 0, 0.5)
    state[:3] += 0.5 * state[3:]
    found = taken(row, *report(0.5, state, math.sqrt(ahead.place_variance), math.sqrt(ahead.speed_variance)))
    h, _, noise = rows_of_axis(found, 0)
    told = h.T @ np.linalg.inv(noise) @ h
    # The correlation that is assumed is not quite that of a prediction.
    assert (np.diag(told) * [ahead.place_variance, ahead.speed_variance] < 0.05).all()


@pytest.mark.parametrize(
    ("seconds", "jump_m"), [(61.0, 0.0), (1.0, 5_000.0)], ids=["after a minute", "elsewhere"]
)
def test_a_number_that_another_object_may_have_tells_all_anew(seconds: float, jump_m: float) -> None:
    row, state = blank()[0], np.zeros(6)
    taken(row, *report(0.0, state, 30.0, 5.0))
    state[0] = jump_m
    found = taken(row, *report(seconds, state, 30.0, 5.0))
    fresh = taken(blank()[0], *report(seconds, state, 30.0, 5.0))
    assert found.lead_s[0] == fresh.lead_s[0]
    assert found.look.measured.tolist()[EAST] == fresh.look.measured.tolist()[EAST]
    assert found.look.sigma[EAST] == fresh.look.sigma[EAST]


@pytest.mark.parametrize("missing", ["stated", "velocity", "name"])
def test_without_errors_of_place_and_speed_places_count_as_if_white(missing: str) -> None:
    lacks: dict[str, Any] = {
        "stated": {"stated": mask_of(EAST, NORTH, UP)},
        "velocity": {"mask": mask_of(EAST, NORTH, UP)},
        "name": {"identity": 0},
    }[missing]
    row, state = blank()[0], np.array([100.0, 200.0, 300.0, 20.0, 5.0, 0.0])
    first = taken(row, *report(0.0, state, 30.0, 5.0, **lacks))
    second = taken(row, *report(2.0, state, 30.0, 5.0, **lacks))
    for k in range(3):
        every_s = EVERY_S if missing == "name" else 2.0
        r = (900.0 / math.sqrt(2.0)) ** (4.0 / 3.0) / DENSITIES[k] ** (1.0 / 3.0)
        assert second.look.sigma[EAST + k] == pytest.approx(math.sqrt(3.0 * r / every_s))
        if missing != "name":
            assert first.look.sigma[EAST + k] == pytest.approx(30.0)
        assert second.look.measured[EAST + k] == state[k]
        assert (second.look.sigma[VELOCITY_EAST + k], second.lead_s[k]) == (module.UNTOLD, 0.0)
    assert (row.time_ns == NEVER) == (missing == "name")


def test_an_axis_whose_errors_were_not_always_stated_starts_anew() -> None:
    row, state = blank()[0], np.zeros(6)
    taken(row, *report(0.0, state, 30.0, 5.0))
    taken(row, *report(1.0, state, 30.0, 5.0, stated=0))
    found = taken(row, *report(2.0, state, 30.0, 5.0))
    assert found.look.sigma[VELOCITY_EAST] == pytest.approx(5.0)


def test_what_was_told_is_predicted_as_a_filter_for_nearly_constant_velocity_does() -> None:
    row, dt_s, state = blank()[0], 3.0, np.array([100.0, 0.0, 0.0, 7.0, 0.0, 0.0])
    taken(row, *report(0.0, state, 30.0, 5.0))
    ahead, step = module.predicted(row, 0, dt_s), np.array([[1.0, dt_s], [0.0, 1.0]])
    before = np.array([[900.0, row.covariance[0]], [row.covariance[0], 25.0]])
    noise = np.array([[dt_s**3 / 3.0, dt_s**2 / 2.0], [dt_s**2 / 2.0, dt_s]])
    q = 5.0**3 / (math.sqrt(2.0) * 30.0)
    np.testing.assert_allclose(matrix(ahead), step @ before @ step.T + q * noise, rtol=1e-12)
    np.testing.assert_allclose(mean(ahead), step @ [100.0, 7.0], rtol=1e-12)


def test_a_settled_filter_has_the_noise_and_correlation_that_are_assumed() -> None:
    q, plots_a_second, sigma_m = 0.7, 50, 100.0
    dt_s = 1.0 / plots_a_second
    step, p = np.array([[1.0, dt_s], [0.0, 1.0]]), np.diag([1e4, 1e4])
    for _ in range(5000):
        p = step @ p @ step.T + q * np.array([[dt_s**3 / 3.0, dt_s**2 / 2.0], [dt_s**2 / 2.0, dt_s]])
        p -= np.outer(p[:, 0], p[0]) / (p[0, 0] + sigma_m**2)
    _, look = report(0.0, np.zeros(6), math.sqrt(p[0, 0]), math.sqrt(p[1, 1]))
    row = blank()[0]
    taken(row, START_NS, look)
    assert row.density[0] == pytest.approx(q, rel=0.03)
    assert row.covariance[0] == pytest.approx(p[0, 1], rel=0.03)
    white = module.white_variance(math.sqrt(p[0, 0]), q, 0.01)
    assert white == pytest.approx(3.0 * sigma_m**2 * dt_s / 0.01, rel=0.03)


def test_a_places_information_a_second_does_not_depend_on_how_often_it_is_said() -> None:
    often, seldom = (module.white_variance(30.0, 1.0, dt_s) for dt_s in (0.25, 1.0))
    assert often == pytest.approx(4.0 * seldom)
    assert module.white_variance(30.0, 1.0, math.inf) == 900.0


def test_each_track_is_told_apart_by_its_number_and_compiled_is_as_plain() -> None:
    rng = np.random.default_rng(4)
    tables = []
    for take in (module.take_reports, compiled.take_reports):
        rows, rng = blank(0), np.random.default_rng(4)
        found = records(EQUIVALENT, 0)
        for second in range(12):
            chosen = rng.choice(np.array([-9, -5, 0, 3, 8, 12]), 5)  # some of them twice
            looks = looks_of(rng.normal(0.0, 100.0, (5, 10)), 20.0, ALL, identity=chosen)
            looks.sigma[:, VELOCITY_EAST:], looks.stated = 4.0, ALL
            found, new = records(EQUIVALENT, 5), blank(5)
            count = take(rows, looks, START_NS + second * SECOND_NS, EVERY_S, DENSITIES, found, new)
            assert sorted(new.identity[:count]) == sorted(set(chosen.tolist()) - set(rows.identity) - {0})
            both = np.concatenate([rows, new[:count]])
            rows = both[np.argsort(both["identity"])].view(np.recarray)
        tables.append((rows, found))
    assert rows.identity.tolist() == [-9, -5, 3, 8, 12]
    for plain_rows, compiled_rows in zip(*tables, strict=True):
        for name in ("time_ns", "axes", "place", "density") if plain_rows is tables[0][0] else ("lead_s",):
            np.testing.assert_allclose(plain_rows[name], compiled_rows[name], rtol=1e-9)
    np.testing.assert_allclose(tables[0][1].look.sigma, tables[1][1].look.sigma, rtol=1e-9)


def test_a_number_that_is_new_and_there_twice_tells_once() -> None:
    _, look = report(0.0, np.zeros(6), 30.0, 5.0)
    looks = np.concatenate([look, look]).view(np.recarray)
    found, new = records(EQUIVALENT, 2), blank(2)
    assert module.take_reports(blank(0), looks, START_NS, EVERY_S, DENSITIES, found, new) == 1
    assert not told_nothing(found[0], 0)
    assert told_nothing(found[1], 0)
