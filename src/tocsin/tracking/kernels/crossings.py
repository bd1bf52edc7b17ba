"""Objects that only bearings show: sets of bearings of several sensors that straight flights explain.

Crossings of the newest bearings are fitted to the looks of the last seconds (`bearing_fit`), the best sets
are taken (`bearing_sets`), and the best explanation without each of them, beside what chance crossings would
look like (`bearing_chance`), tells how sure it is.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from tocsin.jit import bare_kernel, entry, kernel
from tocsin.tracking.kernels.bearing_blend import Blending, blend, new_blending
from tocsin.tracking.kernels.bearing_chance import can_be_placed, chance_ratio
from tocsin.tracking.kernels.bearing_fit import Work, best_bearing, fit, new_work
from tocsin.tracking.kernels.bearing_sets import (
    BLENDS,
    SWEEPS,
    choose,
    doubt,
    new_sets,
    settle,
)
from tocsin.tracking.kernels.bearing_sky import (
    BY_AZIMUTH,
    BY_ELEVATION,
    EXPECTED,
    SLANT,
    SURE_DETECTION,
    THERE,
    Sets,
    Sky,
    blur,
    expect,
    log_density,
    prior_up,
)
from tocsin.tracking.kernels.layout import NOBODY, STATE, Record
from tocsin.units import BoolArray, FloatArray, IntArray

# Directions of two sensors that cross at less than 6 deg place nothing.
LEAST_SINE = 0.1
_FRESH_S = 3.0
_CANDIDATES, _CANDIDATES_PER_BEARING = 24, 12
# The margin over the best alternative found, and the ratio to chance crossings, overstate the odds: the
# search misses alternatives, and one ghost's bearings are not independent. Measured on simulated skies.
_MARGIN_SCALE, _CHANCE_SCALE, _CHANCE_OFFSET = 4.0, 3.0, 5.4


class Crossing(NamedTuple):
    """Two bearings that may be of one object, and what they say of it."""

    here: FloatArray  # (2,) direction of the first over the plane
    there: FloatArray  # (2,) of the second
    state: FloatArray  # (6,)
    covariance: FloatArray  # (6, 6)
    fresh: IntArray  # (l,) looks in which others may support it


@kernel
def _new_crossing(sky: Sky) -> Crossing:
    """Room for crossings; what no crossing tells is the prior's."""
    crossing = Crossing(
        np.empty(2),
        np.empty(2),
        np.empty(STATE),
        np.empty((STATE, STATE)),
        np.empty(len(sky.looks), np.int64),
    )
    for a in range(STATE):
        crossing.state[a] = 0.0
        for b in range(STATE):
            crossing.covariance[a, b] = 0.0
    covariance = crossing.covariance
    covariance[2, 2] = sky.prior.altitude_sigma_m**2
    covariance[3, 3] = covariance[4, 4] = sky.prior.speed_sigma_mps**2
    covariance[5, 5] = sky.prior.vertical_speed_sigma_mps**2
    return crossing


@bare_kernel
def ray(sky: Sky, look: Record, j: int, out: FloatArray) -> None:
    """The direction of bearing j of a look over the site's plane, into out (2,)."""
    bearing, turned = sky.bearings[j], sky.finders[look.sensor].rotation
    elevation = bearing.elevation if math.isfinite(bearing.elevation) else 0.0
    ground = math.cos(elevation)
    x, y, z = ground * math.sin(bearing.azimuth), ground * math.cos(bearing.azimuth), math.sin(elevation)
    for a in range(2):
        out[a] = turned[0, a] * x + turned[1, a] * y + turned[2, a] * z


@bare_kernel
def _cross(sky: Sky, one: Record, i: int, other: Record, j: int, at: Crossing) -> bool:
    """Whether bearings i and j of two looks, of known directions, cross within range; at says where."""
    here, there = at.here, at.there
    near_finder, far_finder = sky.finders[one.sensor], sky.finders[other.sensor]
    sine = here[0] * there[1] - here[1] * there[0]
    if abs(sine) < LEAST_SINE:
        return False
    east = far_finder.position[0] - near_finder.position[0]
    north = far_finder.position[1] - near_finder.position[1]
    near, far = (east * there[1] - north * there[0]) / sine, (east * here[1] - north * here[0]) / sine
    if not (0.0 < near < near_finder.max_range_m and 0.0 < far < far_finder.max_range_m):
        return False
    at.state[0] = near_finder.position[0] + near * here[0]
    at.state[1] = near_finder.position[1] + near * here[1]
    at.state[2] = prior_up(sky.prior, at.state)
    moved_m = sky.prior.speed_sigma_mps * (sky.now_ns - other.time_ns) * 1e-9
    variance = (near * sky.bearings[i].azimuth_sigma) ** 2 / sine**2
    far_variance = ((far * sky.bearings[j].azimuth_sigma) ** 2 + moved_m**2) / sine**2
    for a in range(2):
        for b in range(2):
            at.covariance[a, b] = far_variance * here[a] * here[b] + variance * there[a] * there[b]
    return True


@bare_kernel
def _support(sky: Sky, fresh: int, i: int, j: int, at: Crossing, work: Work) -> float:
    """How well other sensors than i and j support a crossing: the sum of their best log density ratios in the
    fresh looks."""
    total, expected = 0.0, work.expected
    for s in range(len(work.sum)):
        work.sum[s] = math.log(1.0 - SURE_DETECTION) / 2.0
    for f in range(fresh):
        look = sky.looks[at.fresh[f]]
        if look.sensor == i or look.sensor == j:
            continue
        expect(sky, look, at.state, expected)
        if expected[SLANT] > sky.finders[look.sensor].max_range_m:
            work.sum[look.sensor] = 0.0
            continue
        loose = blur(at.covariance, expected, BY_AZIMUTH, expected[THERE])
        loose_up = blur(at.covariance, expected, BY_ELEVATION, expected[THERE]) if look.has_elevation else 0.0
        for b in range(look.first, look.first + look.count):
            value = log_density(sky.bearings[b], expected, loose, loose_up) - sky.bearings[b].log_other
            work.sum[look.sensor] = max(work.sum[look.sensor], value)
    for s in range(len(work.sum)):
        if s != i and s != j:
            total += work.sum[s]
    return total


@bare_kernel
def _slot(sets: Sets, start: int, size: int, quota: int, at: Crossing) -> int:
    """Where among candidates start to size a new one goes: over one at the same place, behind the last while
    there is room, or else over the worst."""
    worst = start
    for m in range(start, size):
        away2 = (at.state[0] - sets.state[m, 0]) ** 2 + (at.state[1] - sets.state[m, 1]) ** 2
        if away2 < 0.25 * (at.covariance[0, 0] + at.covariance[1, 1]):
            return m
        if sets.score[m] < sets.score[worst]:
            worst = m
    return size if size - start < quota else worst


@bare_kernel
def _fresh(sky: Sky, heard: IntArray, fresh: IntArray) -> int:
    """The last look of each sensor but that of the newest, if it is not old, into fresh; gives how many."""
    newest, found = len(sky.looks) - 1, 0
    for s in range(len(heard)):
        heard[s] = 0
    heard[sky.looks[newest].sensor] = 1
    for k in range(newest - 1, -1, -1):
        look = sky.looks[k]
        if heard[look.sensor] == 0 and (sky.now_ns - look.time_ns) * 1e-9 <= _FRESH_S:
            fresh[found] = k
            found += 1
        heard[look.sensor] = 1
    return found


@bare_kernel
def seed(sky: Sky, sets: Sets, first: int, at: Crossing, work: Work) -> int:
    """Fills the sets from row `first` with the best supported crossings of the newest look; gives the end."""
    one, fresh = sky.looks[len(sky.looks) - 1], _fresh(sky, work.heard, at.fresh)
    quota = min(max(_CANDIDATES // max(one.count, 1), 1), _CANDIDATES_PER_BEARING)
    size = first
    for i in range(one.first, one.first + one.count):
        ray(sky, one, i, at.here)
        start = size
        for f in range(fresh):
            other = sky.looks[at.fresh[f]]
            for j in range(other.first, other.first + other.count):
                ray(sky, other, j, at.there)
                if not _cross(sky, one, i, other, j, at):
                    continue
                value = _support(sky, fresh, one.sensor, other.sensor, at, work)
                m = _slot(sets, start, size, quota, at)
                if m == size or value > sets.score[m]:
                    size = max(size, m + 1)
                    sets.score[m] = value
                    for a in range(STATE):
                        sets.state[m, a] = at.state[a]
                        for b in range(STATE):
                            sets.covariance[m, a, b] = at.covariance[a, b]
    return size


@bare_kernel
def _weigh(sky: Sky, sets: Sets, margin: FloatArray, is_placed: BoolArray) -> None:
    """Margins (m,) become the evidence for each chosen set; is_placed (m,): whether its place is known."""
    for m in range(len(margin)):
        is_placed[m] = False
        if not sets.chosen[m]:
            margin[m] = -math.inf
            continue
        chance = chance_ratio(sky, sets.hits[m], sets.covariance[m])
        margin[m] = min(margin[m] / _MARGIN_SCALE, (chance + _CHANCE_OFFSET) / _CHANCE_SCALE)
        is_placed[m] = can_be_placed(sky, sets.state[m], sets.covariance[m], sets.hits[m])


@bare_kernel
def _refine(sky: Sky, sets: Sets, kept: Sets, blending: Blending, work: Work) -> None:
    """States and covariances become those over the marginals; the hits stay as they were found."""
    for m in range(len(sets.score)):
        for k in range(len(sky.looks)):
            kept.hits[m, k] = sets.hits[m, k]
    for k in range(BLENDS):
        blend(sky, sets, k == BLENDS - 1, blending, work)
    for m in range(len(sets.score)):
        for k in range(len(sky.looks)):
            sets.hits[m, k] = kept.hits[m, k]


@kernel
def _nobodys(bearings: int) -> IntArray:
    """Owners of so many bearings."""
    owner = np.empty(bearings, np.int64)
    for j in range(bearings):
        owner[j] = NOBODY
    return owner


@kernel
def _begun(sky: Sky, seeds: FloatArray, work: Work) -> Sets:
    """The seeds and, behind them, the crossings of the newest look."""
    first = len(seeds)
    room = new_sets(first + max(_CANDIDATES, sky.looks[len(sky.looks) - 1].count), len(sky.looks))
    for m in range(first):
        for a in range(STATE):
            room.state[m, a] = seeds[m, a]
    size = seed(sky, room, first, _new_crossing(sky), work)
    return Sets(
        room.state[:size], room.covariance[:size], room.score[:size], room.hits[:size], room.chosen[:size]
    )


@entry
def explain(sky: Sky, seeds: FloatArray) -> tuple[Sets, FloatArray, BoolArray]:
    """The best explanation found of all bearings by objects: the chosen of the sets, the evidence (m,) for
    each (log odds of being real), and whether its place is known well enough.

    seeds (n, 6) are objects of the explanation before, brought to sky.now_ns; the newest look may be of any
    sensor, with or without bearings.
    """
    work, owner = new_work(len(sky.finders)), _nobodys(len(sky.bearings))
    sets = _begun(sky, seeds, work)
    size = len(sets.score)
    kept, blending = new_sets(size, len(sky.looks)), new_blending(size, sky)
    evidence, bound, is_placed = np.empty(size), np.empty(size), np.empty(size, np.bool_)
    for m in range(size):
        fit(sky, sets, m, m >= len(seeds), owner, work)
        bound[m], evidence[m] = sets.score[m], -math.inf
    choose(sky, sets, bound, owner, work)
    settle(sky, sets, BLENDS, SWEEPS, owner, blending, work)
    doubt(sky, sets, kept, evidence, bound, owner, blending, work)
    _refine(sky, sets, kept, blending, work)
    _weigh(sky, sets, evidence, is_placed)
    return sets, evidence, is_placed


@entry
def claim(sky: Sky, state: FloatArray, covariance: FloatArray, existence: float) -> FloatArray:
    """Probability (b,) that an object, known otherwise to this state, covariance and existence at sky.now_ns,
    has made each bearing; of each look only the likeliest counts."""
    made, expected, owner = np.empty(len(sky.bearings)), np.empty(EXPECTED), _nobodys(len(sky.bearings))
    for j in range(len(made)):
        made[j] = 0.0
    for k in range(len(sky.looks)):
        look = sky.looks[k]
        finder = sky.finders[look.sensor]
        expect(sky, look, state, expected)
        if expected[SLANT] > finder.max_range_m:
            continue
        j, log_ratio = best_bearing(sky, look, covariance, True, owner, expected)
        if j >= 0:
            seen = existence * finder.visible_prior
            odds = seen * math.exp(log_ratio)
            missed = 1.0 - seen * min(finder.detection_probability, SURE_DETECTION)
            made[j] = odds / (odds + missed)
    return made
