"""What reports change in a scan: the tracks that they are of by what is new, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal
from tests.tracking import twin_motion
from tests.tracking.made import (
    AGILE,
    SECOND_NS,
    START_NS,
    STRAIGHT,
    looks_of,
    mask_of,
    random_track,
    scanned,
    sensor_model,
    store_of,
    tracks_in,
    undetected_of,
)
from tests.tracking.plain import plain
from tests.tracking.twin_motion import Bernoulli

from tocsin.tracking.kernels.layout import (
    EAST,
    MODES,
    NORTH,
    UP,
    VELOCITY_EAST,
    VELOCITY_NORTH,
    Record,
    Records,
    records,
)
from tocsin.tracking.kernels.report_layout import EQUIVALENT
from tocsin.tracking.kernels.tracklets import UNTOLD
from tocsin.units import FloatArray

MASK = mask_of(EAST, NORTH, UP, VELOCITY_EAST, VELOCITY_NORTH)
COMPONENTS = [EAST, NORTH, UP, VELOCITY_EAST, VELOCITY_NORTH]
SIGMA = np.array([1.0] * 4 + [30.0, 30.0, 40.0, 4.0, 4.0, 1.0])
NOW_NS = START_NS + SECOND_NS
CLEAR_SKY = sensor_model(clutter_per_m2=1e-15, table=((0.0, 0.9),))


def a_track(seed: int, modes: int) -> tuple[Bernoulli, Records]:
    """A track, and a report near where it will be."""
    rng = np.random.default_rng(seed)
    state = np.array([4000.0, 3000.0, 800.0, 20.0, -10.0, 0.0])
    track = random_track(rng, state, modes)
    ahead = twin_motion.predict(track, 1.0, AGILE, CLEAR_SKY).merged[0]
    measured = np.r_[np.zeros(4), ahead] + SIGMA * rng.normal(size=10)
    return track, looks_of(measured, SIGMA, MASK, -0.2)


def equivalents_of(looks: Records, shift: float, sigma: FloatArray, lead_s: tuple[float, ...]) -> Records:
    found = records(EQUIVALENT, len(looks))
    for row, look in zip(found, looks, strict=True):
        row.look, row.lead_s = look, lead_s
        row.look.sigma = sigma
        row.look.measured = look.measured + shift
    return found


def after(tracks: list[Bernoulli], motion: Record, looks: Records, equivalents: Records) -> list[Bernoulli]:
    store = store_of(tracks, START_NS)
    scanned(
        plain("scan").process_scan, store, motion, CLEAR_SKY, looks.copy(), NOW_NS, undetected_of(0.0),
        equivalents=equivalents,
    )  # fmt: skip
    return tracks_in(store)


def linear(lead_s: tuple[float, ...], offset_s: float) -> FloatArray:
    """H (5, 6) of the components of MASK."""
    h = np.eye(6)[:5]
    for k in range(3):
        h[k, 3 + k] = offset_s + lead_s[k]
    return h


@pytest.mark.parametrize("modes", [1, MODES])
def test_a_report_that_is_all_new_is_a_measurement_like_any_other(modes: int) -> None:
    track, looks = a_track(1, modes)
    (plain_one,) = after([track], AGILE, looks, records(EQUIVALENT, 0))
    (revised,) = after([track], AGILE, looks, equivalents_of(looks, 0.0, SIGMA, (0.0, 0.0, 0.0)))
    assert revised.existence == plain_one.existence
    for one, other in zip(revised.modes, plain_one.modes, strict=True):
        assert one.probability == pytest.approx(other.probability, rel=1e-12)
        np.testing.assert_array_equal(one.state, other.state)
        np.testing.assert_array_equal(one.covariance, other.covariance)


def test_a_report_without_news_says_that_the_track_exists_and_nothing_else() -> None:
    track, looks = a_track(2, MODES)
    ahead = twin_motion.predict(track, 1.0, AGILE, CLEAR_SKY)
    (found,) = after([track], AGILE, looks, equivalents_of(looks, 5.0, SIGMA * 0.0 + UNTOLD, (0.0,) * 3))
    (as_plot,) = after([track], AGILE, looks, records(EQUIVALENT, 0))
    assert found.existence == as_plot.existence > 0.999
    for one, other in zip(found.modes, ahead.modes, strict=True):
        assert one.probability == pytest.approx(other.probability, rel=1e-6)
        np.testing.assert_allclose(one.state, other.state, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(one.covariance, other.covariance, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_modes_are_updated_and_weighed_by_what_is_new(seed: int) -> None:
    track, looks = a_track(seed, MODES)
    lead_s, sigma = (-0.7, 0.4, 0.0), SIGMA * np.linspace(0.8, 2.0, 10)
    equivalents = equivalents_of(looks, 3.0, sigma, lead_s)
    (found,) = after([track], AGILE, looks, equivalents)
    ahead = twin_motion.predict(track, 1.0, AGILE, CLEAR_SKY)
    h, noise = linear(lead_s, -0.2), np.diag(sigma[COMPONENTS] ** 2)
    z = equivalents[0].look.measured[COMPONENTS]
    weights = [
        mode.probability * multivariate_normal.pdf(z, h @ mode.state, h @ mode.covariance @ h.T + noise)
        for mode in ahead.modes
    ]
    miss = 1.0 - found.existence
    assert miss < 1e-6  # so that what is found is the hit alone
    for one, mode, weight in zip(found.modes, ahead.modes, weights, strict=True):
        gain = mode.covariance @ h.T @ np.linalg.inv(h @ mode.covariance @ h.T + noise)
        assert one.probability == pytest.approx(weight / sum(weights), rel=1e-4, abs=1e-7)
        np.testing.assert_allclose(one.state, mode.state + gain @ (z - h @ mode.state), rtol=1e-4, atol=1e-2)
        np.testing.assert_allclose(
            one.covariance, (np.eye(6) - gain @ h) @ mode.covariance, rtol=1e-3, atol=0.1
        )


def test_two_tracks_share_reports_by_what_they_say_and_each_takes_its_own_news() -> None:
    rng = np.random.default_rng(8)
    places = np.array([[4000.0, 3000.0], [4900.0, 3000.0]])
    tracks, rows = [], []
    for place in places:
        tracks.append(random_track(rng, np.r_[place, 800.0, np.zeros(3)], 1, existence=0.9))
        rows.append(np.r_[np.zeros(4), place, 800.0, np.zeros(3)])
    looks = looks_of(rows, SIGMA, MASK)
    equivalents = equivalents_of(looks, 0.0, SIGMA, (0.0,) * 3)
    equivalents[1].look.sigma = UNTOLD
    first, second = after(tracks, STRAIGHT, looks, equivalents)
    ahead = [twin_motion.predict(track, 1.0, STRAIGHT, CLEAR_SKY) for track in tracks]
    assert first.merged[1][0, 0] < 0.8 * ahead[0].merged[1][0, 0]
    assert second.merged[1][0, 0] == pytest.approx(ahead[1].merged[1][0, 0], rel=1e-3)
    assert second.existence == pytest.approx(1.0, abs=1e-3)


def test_reports_that_were_alike_are_told_apart_by_their_news() -> None:
    track = random_track(
        np.random.default_rng(9), np.array([4000.0, 3000.0, 800.0, 0, 0, 0]), 1, existence=0.99
    )
    ahead = twin_motion.predict(track, 1.0, STRAIGHT, CLEAR_SKY)
    state, covariance = ahead.merged
    rows = [np.r_[np.zeros(4), state] + side * 20.0 * (np.arange(10) == EAST) for side in (-1.0, 1.0)]
    looks = looks_of(rows, SIGMA, MASK)
    equivalents = equivalents_of(looks, 0.0, SIGMA, (0.0,) * 3)
    equivalents[1].look.sigma = UNTOLD
    (found,) = (one for one in after([track], STRAIGHT, looks, equivalents) if one.existence > 0.9)
    h, noise = linear((0.0,) * 3, 0.0), np.diag(SIGMA[COMPONENTS] ** 2)
    gain = covariance @ h.T @ np.linalg.inv(h @ covariance @ h.T + noise)
    shift = gain @ (looks[0].measured[COMPONENTS] - h @ state)
    # Each of both is of it with the same probability.
    np.testing.assert_allclose(found.merged[0], state + 0.5 * shift, atol=0.02)
