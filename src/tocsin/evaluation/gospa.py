"""GOSPA: one number, in metres, for how far an air picture is from the truth, with its three parts.

Rahmathullah, Garcia-Fernandez, Svensson, "Generalized optimal sub-pattern assignment metric", FUSION 2017,
with p = 2 and alpha = 2 (proposition 1): its parts are localisation, missed and false.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

from tocsin.units import FloatArray, IntArray

CUTOFF_M = 500.0
"""What is farther apart is not the same object; within it the contract ties a track to the truth."""


class Gospa(NamedTuple):
    """GOSPA [m] of one picture and its parts [m2]: value**2 = localisation + missed + false.

    `pairs` (k, 2) are the indices of the truth and of the estimate that belong together.
    """

    value_m: float
    localisation_m2: float
    missed_m2: float
    false_m2: float
    pairs: IntArray
    missed_count: int
    false_count: int


def gospa(truth_m: FloatArray, estimates_m: FloatArray, cutoff_m: float = CUTOFF_M) -> Gospa:
    """Compares points (m, d) with points (n, d), in metres; either may be empty."""
    offsets = truth_m[:, np.newaxis, :] - estimates_m[np.newaxis, :, :]
    squared = np.einsum("mnd,mnd->mn", offsets, offsets)
    # Leaving both of a pair out costs cutoff**2 (alpha = 2), so a pair that is farther apart costs no more.
    rows, columns = linear_sum_assignment(np.minimum(squared, cutoff_m**2))
    near = squared[rows, columns] < cutoff_m**2
    pairs = np.column_stack([rows[near], columns[near]]).astype(np.int64)
    localisation_m2 = float(squared[pairs[:, 0], pairs[:, 1]].sum())
    missed, false = len(truth_m) - len(pairs), len(estimates_m) - len(pairs)
    missed_m2, false_m2 = cutoff_m**2 / 2 * missed, cutoff_m**2 / 2 * false
    value_m = float(np.sqrt(localisation_m2 + missed_m2 + false_m2))
    return Gospa(value_m, localisation_m2, missed_m2, false_m2, pairs, missed, false)


@dataclass(frozen=True, slots=True)
class GospaSummary:
    """Means over the instants of a run; `localisation_rms_m` is over assigned pairs, None without any."""

    mean_m: float
    rms_m: float
    localisation_rms_m: float | None
    mean_missed: float
    mean_false: float
    instants: int


def summarise(scores: Sequence[Gospa]) -> GospaSummary | None:
    """The summary of a run, or None where there was no instant to score."""
    if not scores:
        return None
    pairs = sum(len(score.pairs) for score in scores)
    localisation = sum(score.localisation_m2 for score in scores)
    return GospaSummary(
        mean_m=float(np.mean([score.value_m for score in scores])),
        rms_m=float(np.sqrt(np.mean([score.value_m**2 for score in scores]))),
        localisation_rms_m=float(np.sqrt(localisation / pairs)) if pairs else None,
        mean_missed=float(np.mean([score.missed_count for score in scores])),
        mean_false=float(np.mean([score.false_count for score in scores])),
        instants=len(scores),
    )
