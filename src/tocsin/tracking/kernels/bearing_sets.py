"""All objects and all bearings: which sets explain the sky best, and what it is worth without each.

A small multi-dimensional assignment (Poore 1994; Blackman and Popoli 1999, ch. 7): the best sets are taken
first, each bearing by one object at most; then they are improved together (`bearing_blend`) and in turn.
"""

from __future__ import annotations

import math

import numpy as np

from tocsin.jit import bare_kernel, kernel
from tocsin.tracking.kernels.bearing_blend import Blending, blend
from tocsin.tracking.kernels.bearing_fit import Work, fit
from tocsin.tracking.kernels.bearing_sky import Sets, Sky
from tocsin.tracking.kernels.layout import NOBODY, STATE
from tocsin.units import FloatArray, IntArray

BLENDS, SWEEPS = 3, 2
_ROUNDS = 4


@kernel
def new_sets(candidates: int, looks: int) -> Sets:
    """So many candidates that are nothing yet."""
    sets = Sets(
        np.empty((candidates, STATE)),
        np.empty((candidates, STATE, STATE)),
        np.empty(candidates),
        np.empty((candidates, looks), np.int64),
        np.empty(candidates, np.bool_),
    )
    for m in range(candidates):
        sets.score[m], sets.chosen[m] = -math.inf, False
        for a in range(STATE):
            sets.state[m, a] = 0.0
            for b in range(STATE):
                sets.covariance[m, a, b] = 0.0
        for k in range(looks):
            sets.hits[m, k] = NOBODY
    return sets


# ---- who owns what ----


@bare_kernel
def _give(sets: Sets, m: int, owner: IntArray, to: int) -> None:
    """The bearings of candidate m get this owner."""
    for k in range(sets.hits.shape[1]):
        if sets.hits[m, k] >= 0:
            owner[sets.hits[m, k]] = to


@bare_kernel
def _is_free(sets: Sets, m: int, owner: IntArray) -> bool:
    for k in range(sets.hits.shape[1]):
        if sets.hits[m, k] >= 0 and owner[sets.hits[m, k]] != NOBODY:
            return False
    return True


@bare_kernel
def choose(sky: Sky, sets: Sets, bound: FloatArray, owner: IntArray, work: Work) -> None:
    """Best first: chooses candidates as long as they raise the total.

    bound (m,) is what each could score at most; it falls when others take its bearings."""
    while True:
        best = -1
        for m in range(len(bound)):
            if not sets.chosen[m] and bound[m] > 0.0 and (best < 0 or bound[m] > bound[best]):
                best = m
        if best < 0:
            return
        is_best = sets.score[best] == bound[best] and _is_free(sets, best, owner)
        if not is_best:
            fit(sky, sets, best, False, owner, work)
            bound[best] = sets.score[best]
            is_best = bound[best] > 0.0
            for m in range(len(bound)):
                is_best = is_best and (sets.chosen[m] or bound[m] <= bound[best])
        if is_best:
            sets.chosen[best] = True
            _give(sets, best, owner, best)


@bare_kernel
def settle(
    sky: Sky, sets: Sets, blends: int, sweeps: int, owner: IntArray, blending: Blending, work: Work
) -> None:
    """Improves the chosen objects: all together, then each with what the others leave it."""
    for _ in range(blends):
        blend(sky, sets, False, blending, work)
    for j in range(len(owner)):
        owner[j] = NOBODY
    for m in range(len(sets.score)):
        if sets.chosen[m]:
            _give(sets, m, owner, m)
    for _ in range(sweeps):
        for m in range(len(sets.score)):
            if not sets.chosen[m]:
                continue
            _give(sets, m, owner, NOBODY)
            fit(sky, sets, m, False, owner, work)
            if sets.score[m] > 0.0:
                _give(sets, m, owner, m)
            else:
                sets.chosen[m] = False


# ---- how much each is needed ----


@bare_kernel
def _total(sets: Sets) -> float:
    total = 0.0
    for m in range(len(sets.score)):
        if sets.chosen[m]:
            total += sets.score[m]
    return total


@bare_kernel
def _common(one: IntArray, other: IntArray) -> tuple[int, int]:
    """How many bearings two sets have in common, and how many the second has."""
    common, size = 0, 0
    for k in range(len(one)):
        if other[k] >= 0:
            size += 1
            common += int(one[k] == other[k])
    return common, size


@bare_kernel
def _copy(source: Sets, target: Sets) -> None:
    for m in range(len(source.score)):
        target.score[m], target.chosen[m] = source.score[m], source.chosen[m]
        for a in range(STATE):
            target.state[m, a] = source.state[m, a]
            for b in range(STATE):
                target.covariance[m, a, b] = source.covariance[m, a, b]
        for k in range(source.hits.shape[1]):
            target.hits[m, k] = source.hits[m, k]


@bare_kernel
def _replace(
    sky: Sky,
    sets: Sets,
    kept: Sets,
    m: int,
    bound: FloatArray,
    owner: IntArray,
    blending: Blending,
    work: Work,
) -> None:
    """Turns the sets into the best explanation found without object m; kept holds them as they were.

    Candidates that share bearings with m may step in, but none that is the same object again."""
    sets.chosen[m] = False
    settle(sky, sets, 0, 1, owner, blending, work)
    for n in range(len(bound)):
        bound[n] = -math.inf
        if n == m or sets.chosen[n] or _common(kept.hits[m], sets.hits[n])[0] == 0:
            continue
        fit(sky, sets, n, False, owner, work)
        common, size = _common(kept.hits[m], sets.hits[n])
        if 2 * common < size:
            bound[n] = sets.score[n]
    choose(sky, sets, bound, owner, work)


@bare_kernel
def doubt(
    sky: Sky, sets: Sets, kept: Sets, margin: FloatArray, bound: FloatArray, owner: IntArray,
    blending: Blending, work: Work,
) -> None:  # fmt: skip
    """By how much the total falls without each chosen object, into margin (m,); what raises it is adopted.

    kept and bound are as large as sets and margin, to work in."""
    for _ in range(_ROUNDS):
        total, is_better = _total(sets), False
        for m in range(len(margin)):
            if not sets.chosen[m]:
                continue
            _copy(sets, kept)
            _replace(sky, sets, kept, m, bound, owner, blending, work)
            margin[m] = total - _total(sets)
            is_better = margin[m] < -1e-6
            if is_better:
                break
            _copy(kept, sets)
        if not is_better:
            return
