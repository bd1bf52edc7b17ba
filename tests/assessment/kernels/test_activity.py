"""The activity kernels against slow and readable twins."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tocsin.assessment.kernels.activity import light, mark_explained, weigh

BINS = 6


def turned(angle: float) -> float:
    return abs((angle + math.pi) % (2.0 * math.pi) - math.pi)


class Sky:
    """Two posts over a random field of cells."""

    def __init__(self, seed: int) -> None:
        draw = np.random.default_rng(seed)
        self.draw, self.places = draw, draw.uniform(-3000.0, 3000.0, (2, 2))
        self.cells = draw.uniform(-6000.0, 6000.0, (40, 2))
        rows = []
        for post, place in enumerate(self.places):
            offset = self.cells - place
            azimuth = np.arctan2(offset[:, 0], offset[:, 1]) % (2.0 * math.pi)
            order = np.argsort(azimuth)
            inside = order[np.hypot(*offset[order].T) < (6000.0, 9000.0)[post]]
            rows.append((np.full(len(inside), post), inside, azimuth[inside]))
        self.post, self.cell, self.azimuth = (np.concatenate(part) for part in zip(*rows, strict=True))
        self.first = np.searchsorted(self.post, [0, 1, 2]).astype(np.int64)
        self.by_cell = np.argsort(self.cell, kind="stable")
        self.first_of_cell = np.searchsorted(self.cell[self.by_cell], np.arange(41))


@pytest.mark.parametrize("seed", range(4))
def test_a_report_lights_what_it_can_have_come_from(seed: int) -> None:
    sky = Sky(seed)
    count = 30
    post, bins = sky.draw.integers(0, 2, count), sky.draw.integers(0, BINS, count)
    azimuth = sky.draw.uniform(0.0, 2.0 * math.pi, count)
    width = np.where(sky.draw.random(count) < 0.2, math.pi, sky.draw.uniform(0.05, 1.0, count))
    place = np.where(sky.draw.random((count, 1)) < 0.5, np.nan, sky.draw.uniform(-5000.0, 5000.0, (count, 2)))
    near = sky.draw.uniform(500.0, 3000.0, count)
    lit = np.zeros(len(sky.cell), np.int64)
    light(post, bins, azimuth, width, place, near, sky.first, sky.cell, sky.cells, sky.azimuth, lit)

    expected = [0] * len(sky.cell)
    for row in range(count):
        for pair in range(len(sky.cell)):
            is_along = turned(sky.azimuth[pair] - azimuth[row]) <= width[row]
            away = math.dist(sky.cells[sky.cell[pair]], place[row])
            if sky.post[pair] == post[row] and is_along and (math.isnan(away) or away <= near[row]):
                expected[pair] |= 1 << int(bins[row])
    assert lit.tolist() == expected
    assert any(expected)


@pytest.mark.parametrize("seed", range(4))
def test_the_probability_is_that_of_bayes_over_bins_posts_and_kinds(seed: int) -> None:
    sky = Sky(seed)
    pairs = len(sky.cell)
    lit = np.where(sky.draw.random(pairs) < 0.1, sky.draw.integers(0, 2**BINS, pairs), 0)
    detection = sky.draw.uniform(0.1, 0.9, pairs)
    width = np.full(pairs, 0.3)
    occupied, learnt = sky.draw.uniform(0.0, 5.0, pairs), np.array([30.0, 300.0])
    visible, false = np.array([0.7, 0.4]), np.array([0.01, 0.05])
    gain, kind_gain, probability = np.zeros(pairs), np.zeros((40, 2)), np.zeros(40)
    weigh(lit, BINS, sky.first, sky.post, sky.cell, detection, sky.by_cell, sky.first_of_cell,
          np.array([0, 1]), visible, false, sky.azimuth, width, 120.0, learnt, occupied, 1e-3, 4e-3,
          gain, kind_gain, probability)  # fmt: skip

    for cell in range(40):
        odds, is_lit, gains = 1e-3, False, []
        for pair in np.flatnonzero(sky.cell == cell).tolist():
            post = int(sky.post[pair])
            own = sky.post == post
            elsewhere = own & (np.array([turned(a - sky.azimuth[pair]) for a in sky.azimuth]) > 0.6)
            usual = (120.0 * false[post] + occupied[pair]) / (120.0 + learnt[post])
            ones = int(lit[pair]).bit_count()
            if ones and elsewhere.sum() >= 8:
                others = sum(int(bits).bit_count() for bits in lit[elsewhere])
                usual = max(usual, others / (elsewhere.sum() * BINS))
            present = detection[pair] + (1.0 - detection[pair]) * usual
            ratio = (present / usual) ** ones * ((1.0 - present) / (1.0 - usual)) ** (BINS - ones)
            ratio = 1.0 - visible[post] + visible[post] * ratio
            gains.append((gain[pair], math.log(ratio)))
            odds *= ratio / (1.0 - 4e-3 + 4e-3 * ratio)
            is_lit |= ones > 0
        assert not is_lit or all(one == pytest.approx(other) for one, other in gains)
        assert probability[cell] == pytest.approx(odds / (1.0 + odds) if is_lit else 0.0)
    assert probability.max() > 0.0


@pytest.mark.parametrize("sound_mps", [0.0, 340.0])
def test_a_track_accounts_for_what_it_was_at_the_time_of_the_report(sound_mps: float) -> None:
    draw = np.random.default_rng(3)
    count, tracks = 200, 4
    posts = np.array([[0.0, 0.0], [2000.0, -1000.0]])
    post, sensor = draw.integers(0, 2, count), draw.integers(0, 3, count)
    age_s, azimuth = draw.uniform(0.0, 30.0, count), draw.uniform(0.0, 2.0 * math.pi, count)
    width = np.where(draw.random(count) < 0.1, math.pi, 0.35)
    place = np.where(draw.random((count, 1)) < 0.5, np.nan, draw.uniform(-3000.0, 3000.0, (count, 2)))
    near, variance = np.full(count, 700.0), draw.uniform(0.0, 90_000.0, tracks)
    state = np.column_stack(
        [draw.uniform(-3000.0, 3000.0, (tracks, 3)), draw.uniform(-40.0, 40.0, (tracks, 3))]
    )
    support = np.where(draw.random((tracks, 3)) < 0.5, 3.0, 0.5)
    explained = np.zeros(count, np.bool_)
    by_sensor, supported = np.nonzero(support.T >= 1.0)
    first = np.searchsorted(by_sensor, np.arange(4))
    mark_explained(post, age_s, azimuth, width, place, near, sensor, state, np.sqrt(variance), supported,
                   first, posts, np.full(2, sound_mps), explained)  # fmt: skip

    for row in range(count):
        found = False
        for track in range(tracks):
            now, here = state[track, :2], posts[post[row]]
            back_s = age_s[row] + (math.dist(now, here) / sound_mps if sound_mps else 0.0)
            then = now - back_s * state[track, 3:5]
            if not math.isnan(place[row, 0]):
                found |= math.dist(then, place[row]) <= near[row] + 3.0 * math.sqrt(variance[track])
            elif support[track, sensor[row]] >= 1.0:
                off = math.atan2(*(then - here)) - azimuth[row]
                found |= turned(off) <= width[row]
        assert explained[row] == found
    assert 0 < explained.sum() < count
