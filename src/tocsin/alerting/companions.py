"""Evidence that is shared: what hears one of those that fly together speaks for those beside it, too.

A microphone array gives one direction at a time, so in a wave it is chance whose track its bearing goes to.
Why this does not make one false track confirm another: docs/adr/0014-groups.md.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from tocsin.alerting.flying_alike import fly_alike
from tocsin.alerting.kind_sets import KindSets
from tocsin.config.grouping import Grouping
from tocsin.model.assessments import Assessments
from tocsin.units import BoolArray, IntArray

FRESH_NS = 10_000_000_000
"""Whose place is older than this is not known well enough to say who flies beside it."""
MIN_EXISTENCE = 0.8
"""A track that tells others something exists as surely as one of which people are warned."""


class Shared(NamedTuple):
    """Codes of the `kinds` (n,) behind each track, with those that others lend it.

    `lender` (m,) are the tracks that lend to the tracks `borrower` (m,), one for each set of kinds.
    """

    kinds: IntArray
    borrower: IntArray
    lender: IntArray


def unshared(kinds: IntArray) -> Shared:
    """Each track has its own kinds alone."""
    nobody = np.empty(0, dtype=np.int64)
    return Shared(kinds, nobody, nobody)


def shared_kinds(
    picture: Assessments,
    kinds: IntArray,
    is_asking: BoolArray,
    is_harmless: BoolArray,
    kind_sets: KindSets,
    grouping: Grouping,
) -> Shared:
    """The kinds (n,) of each track, with those of its companions where it `is_asking` (n,) for them.

    Companions fly together with it, both seen lately; those that any rule is not about tell nothing.
    """
    found = kinds.copy()
    is_fresh = picture.time_ns - picture.seen_ns <= FRESH_NS
    askers = np.flatnonzero(is_asking & is_fresh)
    tellers = np.flatnonzero(is_fresh & (picture.existence >= MIN_EXISTENCE) & ~is_harmless)
    if not len(askers) or not len(tellers):
        return unshared(kinds)
    asks, tells = np.zeros((2, len(picture)), dtype=bool)
    asks[askers], tells[tellers] = True, True
    either = np.flatnonzero(asks | tells)
    near = either[cKDTree(picture.state[either, :2]).query_pairs(grouping.together_m, output_type="ndarray")]
    near = np.concatenate([near, near[:, ::-1]])
    asking, fellows = near[asks[near[:, 0]] & tells[near[:, 1]]].T
    # Only those that have other kinds have anything to tell.
    is_telling = (kinds[fellows] != kinds[asking]) & fly_alike(
        picture.state[asking, 3:5], picture.state[fellows, 3:5], grouping.together_mps
    )
    told = np.column_stack([asking, kinds[fellows], fellows])[is_telling]
    told = told[np.lexsort(told.T[::-1])]
    told = told[(np.diff(told[:, :2], axis=0, prepend=-1) != 0).any(axis=1)]
    for asker, code, _ in told.tolist():
        found[asker] = kind_sets.union(np.array([found[asker], code]))
    return Shared(found, told[:, 0], told[:, 2])
