"""One scenario over many seeds: the median, the 5th percentile and the worst, never the mean.

Both tails are those of the bad side: where less is better, `p05` is what 95 % of the seeds don't exceed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Measure:
    """A number in `metrics.json`, found by its path of keys, and which way is better."""

    path: tuple[str, ...]
    more_is_better: bool

    @property
    def name(self) -> str:
        """The keys with points between."""
        return ".".join(self.path)

    def of(self, metrics: Mapping[str, Any]) -> float | None:
        """Its value in one run, or None where that couldn't be said."""
        value: Any = metrics
        for key in self.path:
            value = None if value is None else value.get(key)
        return None if value is None else float(value)


MEASURES = (
    Measure(("threats_warned",), more_is_better=True),
    Measure(("entries_warned",), more_is_better=True),
    Measure(("lead_s", "median"), more_is_better=True),
    Measure(("lead_s", "worst"), more_is_better=True),
    Measure(("warnings",), more_is_better=False),
    Measure(("false_warnings",), more_is_better=False),
    Measure(("false_alarm_ratio",), more_is_better=False),
    Measure(("reversals",), more_is_better=False),
    Measure(("reversals_per_alert",), more_is_better=False),
    Measure(("gospa", "mean_m"), more_is_better=False),
    Measure(("gospa", "localisation_rms_m"), more_is_better=False),
    Measure(("gospa", "mean_missed"), more_is_better=False),
    Measure(("gospa", "mean_false"), more_is_better=False),
)


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of one measure over the seeds that have it; `worst_seed` is the first of the worst, to be run again."""

    median: float
    p05: float
    worst: float
    worst_seed: int
    seeds: int


def summarise(metrics_by_seed: Mapping[int, Mapping[str, Any]]) -> dict[str, Statistics]:
    """Statistics of every measure that at least one seed has, by its name."""
    found = {measure.name: _statistics(measure, metrics_by_seed) for measure in MEASURES}
    return {name: statistics for name, statistics in found.items() if statistics is not None}


def _statistics(measure: Measure, metrics_by_seed: Mapping[int, Mapping[str, Any]]) -> Statistics | None:
    values = {seed: measure.of(metrics) for seed, metrics in sorted(metrics_by_seed.items())}
    known = {seed: value for seed, value in values.items() if value is not None}
    if not known:
        return None
    choose = min if measure.more_is_better else max
    worst_seed = choose(known, key=lambda seed: known[seed])
    # The nearest seed on the bad side: no value between two seeds is made up.
    p05 = (
        np.percentile(list(known.values()), 5, method="lower")
        if measure.more_is_better
        else np.percentile(list(known.values()), 95, method="higher")
    )
    median = float(np.median(list(known.values())))
    return Statistics(median, float(p05), known[worst_seed], worst_seed, len(known))
