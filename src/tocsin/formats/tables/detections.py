"""Rows of the contract's table of detections as columns in SI: seconds to nanoseconds, degrees to radians."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.formats.tables.csv_stream import Row
from tocsin.model.detections import HEARD, HEARD_ABSENT, NO_SCAN, NOT_HEARD, Detection, Detections
from tocsin.model.labels import LABELS, NO_LABEL, UNKNOWN_LABEL, Labels, label_code
from tocsin.model.tables import DETECTIONS
from tocsin.model.validation import NOT_FINITE_NS, UNKNOWN_SENSOR, file_column
from tocsin.units import FloatArray, IntArray, seconds_to_nanoseconds, seconds_to_nanoseconds_array

_OUT_OF_RANGE = -2  # below every number that stands for 'absent', so that the row is refused
_LATEST_S = DETECTIONS["time_s"].maximum or 0.0
_FIELDS = {file_column(field): field for field in Detection._fields}
_NOT_NUMBERS = ("time_ns", "received_ns", "sensor", "scan", "heard", "identity", "label")


def to_detections(table: Any, sensor_names: Sequence[str]) -> Detections:
    """A checked `pyarrow.Table`, not yet validated; `sensor` is the place of its name in `sensor_names`."""
    time_s, received_s = _numbers(table, "time_s"), _numbers(table, "received_s")
    numbers = [name for name in Detections.empty().arrays() if name not in _NOT_NUMBERS]
    columns = {name: _numbers(table, file_column(name)) for name in numbers}
    for name in numbers:
        if name.endswith("_rad"):
            columns[name] = np.radians(columns[name])
    sensor = _sensor_numbers(table["sensor"], sensor_names)
    columns["range_m"] = _with_lost_ranges_marked(columns["range_m"], table["range_m"], sensor)
    return Detections.of(
        time_ns=_nanoseconds(time_s),
        received_ns=_nanoseconds(np.where(np.isnan(received_s), time_s, received_s)),
        sensor=sensor,
        scan=_scans(table["scan"]),
        heard=_heard(table["heard"]),
        identity=pc.fill_null(table["identity"], "").to_numpy(),
        label=_labels(table["label"]),
        **columns,
    )


def columns_of(row: Row) -> dict[str, Any]:
    """The same of a row that came by itself: values by the names of `Detection`, its sensor left out."""
    columns: dict[str, Any] = {"time_ns": NOT_FINITE_NS}
    for name, value in row.items():
        field = _FIELDS[name]
        if isinstance(value, bool):
            columns[field] = HEARD if value else NOT_HEARD
        elif isinstance(value, str):
            columns[field] = label_code(value) if field == "label" else value
        elif field.endswith("_ns"):
            columns[field] = _one_time_ns(value)
        elif field.endswith("_rad"):
            columns[field] = math.radians(value)
        else:
            columns[field] = _OUT_OF_RANGE if field == "scan" and value < 0 else value
    columns.pop("sensor", None)
    return columns


def _numbers(table: Any, name: str) -> FloatArray:
    values: FloatArray = pc.fill_null(table[name], np.nan).to_numpy()
    return values


def _with_lost_ranges_marked(range_m: FloatArray, given: Any, sensor: npt.NDArray[np.int16]) -> FloatArray:
    """A NaN in the file is absent where the sensor never gives a range, and a fault where it does.

    Otherwise a plot of a radar that lost its range would go on as a bearing. Empty is always absent.
    """
    measures_range = np.isin(sensor, np.unique(sensor[np.isfinite(range_m)]))
    lost = np.isnan(range_m) & pc.is_valid(given).to_numpy() & measures_range
    return np.where(lost, np.inf, range_m)


def _nanoseconds(seconds: FloatArray) -> IntArray:
    """Times that no clock can show become numbers that validation refuses for what they were."""
    finite = np.isfinite(seconds)
    inside = finite & (seconds >= 0.0) & (seconds <= _LATEST_S)
    nanoseconds = seconds_to_nanoseconds_array(np.where(inside, seconds, 0.0))
    return np.where(inside, nanoseconds, np.where(finite, _OUT_OF_RANGE, NOT_FINITE_NS))


def _one_time_ns(seconds: float) -> int:
    """As `_nanoseconds`, of one time."""
    if not math.isfinite(seconds):
        return NOT_FINITE_NS
    return seconds_to_nanoseconds(seconds) if 0.0 <= seconds <= _LATEST_S else _OUT_OF_RANGE


def _sensor_numbers(names: Any, sensor_names: Sequence[str]) -> npt.NDArray[np.int16]:
    numbers = pc.index_in(names, value_set=pa.array(list(sensor_names), pa.string()))
    known: npt.NDArray[np.int16] = pc.fill_null(numbers, UNKNOWN_SENSOR).to_numpy().astype(np.int16)
    return known


def _labels(words: Any) -> Labels:
    """Codes of labels; what is none is told by the few words that there are, not row by row."""
    known = pc.index_in(words, value_set=pa.array(LABELS, pa.string()))
    is_nothing = pc.is_in(words, value_set=pa.array(["", "unknown", None], pa.string()))
    nothing = pc.if_else(is_nothing, NO_LABEL, UNKNOWN_LABEL)
    codes: Labels = pc.coalesce(known, nothing).to_numpy().astype(np.int8)
    return codes


def _scans(scans: Any) -> IntArray:
    numbers: IntArray = pc.fill_null(scans, NO_SCAN).to_numpy()
    given = pc.is_valid(scans).to_numpy()
    return np.where(given & (numbers < 0), _OUT_OF_RANGE, numbers)


def _heard(heard: Any) -> npt.NDArray[np.int8]:
    present = pc.is_valid(heard).to_numpy()
    yes = pc.fill_null(heard, False).to_numpy()
    return np.where(present, np.where(yes, HEARD, NOT_HEARD), HEARD_ABSENT).astype(np.int8)
