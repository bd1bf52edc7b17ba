"""How often false warnings may still come where few or none were seen: exact Poisson bounds."""

from __future__ import annotations

from scipy.special import gammaincinv

CONFIDENCE = 0.95


def upper_bound(events: int, hours: float, confidence: float = CONFIDENCE) -> float:
    """The highest rate an hour at which so few events, or fewer, still come with probability 1 - confidence.

    One-sided and exact: of a Poisson count k the bound is the quantile of a gamma distribution with shape
    k + 1 (Garwood 1936); without any event about three over the hours. Without hours nothing is known: inf.
    """
    if hours <= 0.0:
        return float("inf")
    return float(gammaincinv(events + 1, confidence)) / hours
