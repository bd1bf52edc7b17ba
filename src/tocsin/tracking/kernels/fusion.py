"""Global hypotheses that say the same are made one; tracks that are nearly the same in all, too."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tocsin.jit import bare_kernel, kernel
from tocsin.tracking.kernels.layout import HYPOTHESES, NOBODY, STATE, Record, Store
from tocsin.tracking.kernels.merging import distance2, merge
from tocsin.units import FloatArray, IntArray

# Hypotheses lighter than this share of the heaviest are dropped.
_LIGHTEST = 1e-3
# Two hypotheses say the same of the sky, under other names, where their objects pair off within this squared
# distance, and where missed objects exist as probably. Only where HYPOTHESES of those that are left hold less
# than this share of the weight, the wider distance is used: it costs names.
_SAME_DISTANCE2, _NEARLY_SAME_DISTANCE2, _SAME_EXISTENCE, _ENOUGH = 0.3, 4.0, 0.3, 0.98
# A track is as good as one Gaussian again where its hypotheses spread by less than this squared distance, and
# their existence by less than this variance.
_ONE_DISTANCE2, _ONE_EXISTENCE = 0.1, 0.002


class Mixture(NamedTuple):
    """Global hypotheses in the making: h of them over t tracks."""

    track: IntArray  # (t,) rows of the tracks
    weight: FloatArray  # (h,)
    taken: IntArray  # (h,) set of the cluster's detections that it assigns, as bits
    row: IntArray  # (h, t) rows of what each track is; NOBODY: it is not there


@bare_kernel
def _move(mixture: Mixture, source: int, target: int) -> None:
    """Writes one hypothesis over another."""
    mixture.weight[target], mixture.taken[target] = mixture.weight[source], mixture.taken[source]
    for t in range(len(mixture.track)):
        mixture.row[target, t] = mixture.row[source, t]


@bare_kernel
def fuse_equal(mixture: Mixture, count: int) -> int:
    """Adds up hypotheses that say the same of every track; gives how many are left, which come first."""
    kept = 0
    for h in range(count):
        twin = NOBODY
        for g in range(kept):
            is_equal = True
            for t in range(len(mixture.track)):
                is_equal = is_equal and mixture.row[g, t] == mixture.row[h, t]
            if is_equal:
                twin = g
                break
        if twin != NOBODY:
            mixture.weight[twin] += mixture.weight[h]
        else:
            _move(mixture, h, kept)
            kept += 1
    return kept


@bare_kernel
def _partner(
    store: Store, mixture: Mixture, g: int, i: int, used: IntArray, most: float, factor: FloatArray
) -> int:
    """The track that is in hypothesis g what row i is in another; NOBODY if none is."""
    best, least = NOBODY, most
    for u in range(len(mixture.track)):
        j = mixture.row[g, u]
        if used[u] or (i == NOBODY) != (j == NOBODY):
            continue
        if i == j:
            return u
        one, other = store.tracks[i], store.tracks[j]
        if one.assigned != other.assigned or abs(one.existence - other.existence) > _SAME_EXISTENCE:
            continue
        apart = distance2(other, one, factor)
        if apart < least:
            best, least = u, apart
    return best


@bare_kernel
def _is_same_sky(
    store: Store, mixture: Mixture, g: int, h: int, most: float, used: IntArray, factor: FloatArray
) -> bool:
    """Whether two hypotheses hold the same objects under other names: they pair off within the distance.

    used (t,) and factor (6, 7) are scratch.
    """
    for t in range(len(mixture.track)):
        used[t] = 0
    for t in range(len(mixture.track)):
        u = _partner(store, mixture, g, mixture.row[h, t], used, most, factor)
        if u == NOBODY:
            return False
        used[u] = 1
    return True


@bare_kernel
def _same_sky_as(
    store: Store, mixture: Mixture, kept: int, h: int, most: float, used: IntArray, factor: FloatArray
) -> int:
    """The first of the kept hypotheses that holds the same objects as hypothesis h."""
    for g in range(kept):
        if mixture.taken[g] == mixture.taken[h] and _is_same_sky(store, mixture, g, h, most, used, factor):
            return g
    return NOBODY


@kernel
def _sort(mixture: Mixture, count: int) -> None:
    """The heaviest first."""
    order = np.argsort(-mixture.weight[:count])
    weight, taken, row = mixture.weight[order], mixture.taken[order], mixture.row[order]
    for h in range(count):
        mixture.weight[h], mixture.taken[h] = weight[h], taken[h]
        for t in range(len(mixture.track)):
            mixture.row[h, t] = row[h, t]


@kernel
def _fuse_same_sky(store: Store, mixture: Mixture, count: int, most: float) -> int:
    """Leaves of hypotheses that differ in names alone the heaviest, with the weight of all."""
    _sort(mixture, count)
    factor, used, kept = np.empty((STATE, STATE + 1)), np.empty(len(mixture.track), np.int64), 0
    for h in range(count):
        twin = _same_sky_as(store, mixture, kept, h, most, used, factor)
        if twin != NOBODY:
            mixture.weight[twin] += mixture.weight[h]
        else:
            _move(mixture, h, kept)
            kept += 1
    _sort(mixture, kept)
    return kept


@bare_kernel
def held(mixture: Mixture, count: int) -> float:
    """Share of the weight in the heaviest HYPOTHESES."""
    held, total = 0.0, 0.0
    for h in range(count):
        total += mixture.weight[h]
        held += mixture.weight[h] if h < HYPOTHESES else 0.0
    return held / total


@kernel
def fuse(store: Store, mixture: Mixture, count: int) -> int:
    """Fuses what is equal and what says the same of the sky; gives how many hypotheses are left."""
    count = _fuse_same_sky(store, mixture, fuse_equal(mixture, count), _SAME_DISTANCE2)
    if held(mixture, count) < _ENOUGH:
        count = _fuse_same_sky(store, mixture, count, _NEARLY_SAME_DISTANCE2)
    return count


@bare_kernel
def prune_light(mixture: Mixture, count: int) -> int:
    """Drops the light hypotheses and those beyond HYPOTHESES; the weights left sum to 1."""
    count = min(count, HYPOTHESES)
    while count > 1 and mixture.weight[count - 1] < _LIGHTEST * mixture.weight[0]:
        count -= 1
    total = 0.0
    for h in range(count):
        total += mixture.weight[h]
    for h in range(count):
        mixture.weight[h] /= total
    return count


@bare_kernel
def _is_one(store: Store, mixture: Mixture, count: int, t: int, factor: FloatArray) -> bool:
    """Whether track t is nearly one Gaussian, and there as probably, in all hypotheses."""
    heaviest, mean, square, spread = mixture.row[0, t], 0.0, 0.0, 0.0
    for h in range(count):
        i = mixture.row[h, t]
        r = store.tracks[i].existence if i != NOBODY else 0.0
        mean += mixture.weight[h] * r
        square += mixture.weight[h] * r * r
        if i != NOBODY and i != heaviest:
            if heaviest == NOBODY:
                return False
            spread += mixture.weight[h] * r * distance2(store.tracks[heaviest], store.tracks[i], factor)
    return spread < _ONE_DISTANCE2 and square - mean * mean < _ONE_EXISTENCE


@kernel
def collapse_tracks(
    store: Store, mixture: Mixture, count: int, is_all: bool, motion: Record, work: Record
) -> None:
    """Makes one row of each track that is nearly the same in all hypotheses; with is_all, of every track."""
    factor = np.empty((STATE, STATE + 1))
    for t in range(len(mixture.track)):
        if not (is_all or _is_one(store, mixture, count, t, factor)):
            continue
        heaviest, weight, absent = NOBODY, 0.0, 0.0
        for h in range(count - 1, -1, -1):
            heaviest = mixture.row[h, t] if mixture.row[h, t] != NOBODY else heaviest
        if heaviest == NOBODY:
            continue
        for h in range(count):
            weight += mixture.weight[h] if mixture.row[h, t] == heaviest else 0.0
            absent += mixture.weight[h] if mixture.row[h, t] == NOBODY else 0.0
        for h in range(count):
            i = mixture.row[h, t]
            if i in (heaviest, NOBODY):
                continue
            added = 0.0
            for g in range(h, count):
                if mixture.row[g, t] == i:
                    added += mixture.weight[g]
                    mixture.row[g, t] = heaviest
            merge(store.tracks[heaviest], weight, store.tracks[i], added, motion, work)
            weight += added
        store.tracks[heaviest].existence *= 1.0 - absent
        for h in range(count):
            mixture.row[h, t] = heaviest
