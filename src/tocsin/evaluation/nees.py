"""NEES: whether tracks are as sure of themselves as they may be.

Normalised estimation error squared, error' covariance^-1 error (Bar-Shalom, Li, Kirubarajan, "Estimation with
Applications to Tracking and Navigation", 2001, section 5.4.2). The tracks table carries standard deviations
and no correlations, so each axis is divided by its own sigma: the mean is the number of axes all the same
where the filter is consistent, for E[error_i**2] = sigma_i**2 whatever the correlation; single values scatter
more than chi-square where axes are correlated.
"""

from __future__ import annotations

from dataclasses import dataclass

from scipy.stats import chi2

from tocsin.units import FloatArray

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class NeesSummary:
    """Mean NEES per axis (1 is consistent), the bounds for it, and the share of rows within their own.

    Errors of one track at successive times are alike, so the bounds count a track as one independent sample,
    however many rows it has: what lies outside is inconsistent for certain, what lies inside is merely not
    shown to be.
    """

    mean_per_axis: float
    low: float
    high: float
    share_inside: float
    axes: int
    rows: int
    independent: int


def nees(errors_m: FloatArray, sigmas_m: FloatArray) -> FloatArray:
    """Values (n,) of errors (n, axes) with standard deviations (n, axes)."""
    values: FloatArray = ((errors_m / sigmas_m) ** 2).sum(axis=1)
    return values


def mean_bounds(independent: int, axes: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Between which values the mean NEES per axis of so many samples lies with this probability."""
    freedom = independent * axes
    low, high = chi2.ppf([(1 - confidence) / 2, (1 + confidence) / 2], freedom) / freedom
    return float(low), float(high)


def summarise(errors_m: FloatArray, sigmas_m: FloatArray, independent: int) -> NeesSummary | None:
    """The summary of (n, axes) errors, of which so many are independent; None without any."""
    if not len(errors_m):
        return None
    rows, axes = errors_m.shape
    values = nees(errors_m, sigmas_m)
    low, high = mean_bounds(independent, axes)
    one_low, one_high = chi2.ppf([(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], axes)
    inside = float(((values >= one_low) & (values <= one_high)).mean())
    return NeesSummary(float(values.mean()) / axes, low, high, inside, axes, rows, independent)
