"""What radars say of an object's size: its cross section against those of the classes.

A measured cross section is that of the object at its aspect, times the fluctuation of one look. Looks are far
from independent. With

    m      median of the class, tau spread from object to object [dB] (`classes.CROSS_SECTIONS`)
    sigma  aspect and calibration, the same for all looks at an object that flies on [dB]
    phi    fluctuation from look to look, exponential in m2 (Swerling 1): 5.57 dB about a mean that is 2.51 dB
           below that of the section
    n      sum of the association probabilities of the looks

the mean of the looks is x ~ N(m, tau^2 + sigma^2 + phi^2 / n): however many they are, they tell no more than
one object. Less than one sure look counts as its part, min(n, 1).

Sources: Swerling, 'Probability of detection for fluctuating targets', IRE Trans. IT-6, 1960; mean and spread
of the log of an exponential: Euler's constant and pi / sqrt(6), times 10 / ln 10.
"""

from __future__ import annotations

import numpy as np

from tocsin.assessment.classes import CROSS_SECTIONS
from tocsin.units import NANOSECONDS_PER_SECOND, FloatArray, IntArray

STEADY_SIGMA_DB = 5.0
"""Of aspect and calibration together (assumed)."""
FLUCTUATION_DB = 5.57
FLUCTUATION_MEAN_DB = -2.51
FADES_S = 300.0
"""How long a look is remembered while new ones come (assumed): tracks are at times taken over by others."""
LEAST_EVIDENCE = -3.0
"""Size speaks against a class by at most a factor of exp(3): spreads and medians are assumed."""


def take_looks(
    size: FloatArray, time_ns: int, row: IntArray, section_m2: FloatArray, probability: FloatArray
) -> None:
    """Adds looks (k,) at tracks to their rows of `size` (rows, 3): n, sum of decibels, last look [s]."""
    now_s = time_ns / NANOSECONDS_PER_SECOND
    touched = np.unique(row)
    aged_s = np.maximum(now_s - size[touched, 2], 0.0)
    size[touched, :2] *= np.exp(-aged_s / FADES_S)[:, np.newaxis]
    size[touched, 2] = now_s
    np.add.at(size[:, 0], row, probability)
    np.add.at(size[:, 1], row, probability * (10.0 * np.log10(section_m2) - FLUCTUATION_MEAN_DB))


def size_evidence(size: FloatArray) -> FloatArray:
    """Log-likelihood of each class, less that of the best, (n, c), of rows (n, 3) of `size`."""
    evidence = np.zeros((len(size), len(CROSS_SECTIONS)))
    seen = np.flatnonzero(size[:, 0] > 0.0)
    if not len(seen):
        return evidence
    looks = size[seen, :1]
    median_db, spread_db = CROSS_SECTIONS.T
    variance = spread_db**2 + STEADY_SIGMA_DB**2 + FLUCTUATION_DB**2 / looks
    logs = -0.5 * ((size[seen, 1:2] / looks - median_db) ** 2 / variance + np.log(variance))
    logs = np.maximum(logs - logs.max(axis=1, keepdims=True), LEAST_EVIDENCE)
    evidence[seen] = np.minimum(looks, 1.0) * logs
    return evidence
