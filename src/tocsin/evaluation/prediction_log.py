"""The predictions of a recording: which zones each track was expected to enter, and when."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from tocsin.units import FloatArray

_POINTS = ("earliest_entry_s", "predicted_entry_s", "latest_entry_s")


@dataclass(frozen=True, slots=True)
class Prediction:
    """Of one track and zone at one time: probability, and 5, 50 and 95 % points of the entry, UTC seconds."""

    probability: float
    earliest_s: float
    median_s: float
    latest_s: float


@dataclass(frozen=True, eq=False)
class PredictionLog:
    """Rows of the predictions table by time; `entry_s` is (n, 3), NaN where no entry was predicted."""

    time_s: FloatArray
    track_id: npt.NDArray[np.object_]
    zone: npt.NDArray[np.object_]
    probability: FloatArray
    entry_s: FloatArray

    @cached_property
    def times_s(self) -> FloatArray:
        """The instants that have rows."""
        return np.unique(self.time_s)

    def of_instant(self, time_s: float) -> dict[tuple[str, str], Prediction]:
        """What was predicted at an instant, by track and zone; a pair that is not there had probability 0."""
        start, end = np.searchsorted(self.time_s, [time_s, np.nextafter(time_s, np.inf)])
        rows = slice(int(start), int(end))
        listed = zip(
            self.track_id[rows], self.zone[rows], self.probability[rows], self.entry_s[rows], strict=True
        )
        return {
            (str(track), str(zone)): Prediction(float(probability), *map(float, points))
            for track, zone, probability, points in listed
        }


def prediction_log(table: Any) -> PredictionLog:
    """From a `pyarrow.Table` of the contract."""
    time_s = table["time_s"].to_numpy()
    order = np.argsort(time_s, kind="stable")
    return PredictionLog(
        time_s[order],
        table["track_id"].to_numpy()[order],
        table["zone"].to_numpy()[order],
        table["entry_probability"].to_numpy()[order],
        np.column_stack([table[name].to_numpy() for name in _POINTS])[order],
    )
