"""Runs of being perceptible and not: detections come and go with terrain, aspect and wind, not one by one."""

from __future__ import annotations

import numpy as np

from tocsin.units import BoolArray, FloatArray


def visible(
    draw: np.random.Generator, time_s: FloatArray, mean_visible_s: float, mean_hidden_s: float
) -> BoolArray:
    """Whether an object is perceptible at increasing times (k,): a two-state Markov process.

    Runs are exponential with the given means, and the first state is drawn from the long-run share, so that
    its probability is `mean_visible_s / (mean_visible_s + mean_hidden_s)` at every instant.
    """
    if len(time_s) == 0:
        return np.zeros(0, dtype=np.bool_)
    starts_visible = draw.random() < mean_visible_s / (mean_visible_s + mean_hidden_s)
    means = (mean_visible_s, mean_hidden_s) if starts_visible else (mean_hidden_s, mean_visible_s)
    span_s = float(time_s[-1] - time_s[0])
    # Pairs of runs, in blocks, until they cover the span: without memory, the first run is a whole one.
    block = 8 + int(2.0 * span_s / (mean_visible_s + mean_hidden_s))
    runs_s = np.zeros(0)
    while runs_s.sum() <= span_s:
        runs_s = np.append(runs_s, draw.exponential(means, (block, 2)).ravel())
    changes = np.searchsorted(np.cumsum(runs_s), time_s - time_s[0], side="right")
    perceptible: BoolArray = (changes % 2 == 0) == starts_visible
    return perceptible
