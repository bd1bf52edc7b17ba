"""The one door for detections, from files and live: what nothing can have measured is refused and counted.

What passes is brought into one form, the values that files hold: time to the microsecond, angles that are a
float64 of degrees, azimuth in [0, 2 pi), no negative zero. So a live run and its recording, tracked again,
see the same bits. The ranges are those of `tables.DETECTIONS`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

import numpy as np

from tocsin.model.detections import HEARD, HEARD_ABSENT, NO_SCAN, Detections
from tocsin.model.labels import NO_LABEL, UNKNOWN_LABEL
from tocsin.model.schema import Column
from tocsin.model.tables import DETECTIONS
from tocsin.units import (
    AnyArray,
    BoolArray,
    FloatArray,
    IntArray,
    nanoseconds_to_seconds_array,
    seconds_to_nanoseconds_array,
)

NOT_FINITE_NS = int(np.iinfo(np.int64).min)
"""Stands for a time that was NaN or infinite where it was read."""
UNKNOWN_SENSOR = -1
"""Number of a sensor that the site file doesn't have."""
LABEL_UNKNOWN = "label_unknown"
"""Under which labels are counted that are none of the contract; their rows are used without them."""

_FULL_TURN_RAD = 2.0 * math.pi
_TIMES = ("time_ns", "received_ns")
_NUMBERS = tuple(name for name, array in Detections.empty().arrays().items() if array.dtype == np.float64)
_ANGLES = tuple(name for name in _NUMBERS if name.endswith("_rad"))


def file_column(name: str) -> str:
    """What a column of `Detections` is called in files: nanoseconds are seconds there, radians degrees."""
    return name.removesuffix("_ns") + "_s" if name.endswith("_ns") else name.replace("_rad", "_deg")


def validate(detections: Detections) -> tuple[Detections, Counter[tuple[int, str]]]:
    """Gives the detections that can be used, in the form that files hold, in the order given.

    A refused row is counted once, by (number of the sensor, reason), under the first of these reasons:
    unknown_sensor; column by column `<column>_not_finite` or `<column>_out_of_range`, named as in files;
    position_incomplete (latitude without longitude or the reverse); sensor_place_incomplete (likewise, and
    height); nothing_measured (no azimuth, no position, and not whether anything was heard). A label that is
    none of the contract is taken off and counted as label_unknown. Applied to its own result it changes and
    refuses nothing.
    """
    reasons: list[str] = []
    first_reason = np.full(len(detections), -1, dtype=np.int16)
    for reason, faulty in _faults(detections):
        first_reason[faulty & (first_reason < 0)] = len(reasons)
        reasons.append(reason)
    refused = first_reason >= 0
    counts: Counter[tuple[int, str]] = Counter()
    if reasons:
        pairs = np.column_stack([detections.sensor[refused], first_reason[refused]])
        for (sensor, reason_number), count in zip(*np.unique(pairs, axis=0, return_counts=True), strict=True):
            counts[int(sensor), reasons[reason_number]] = int(count)
        detections = detections.take(~refused)
    is_strange = detections.label <= UNKNOWN_LABEL
    for sensor, count in zip(*np.unique(detections.sensor[is_strange], return_counts=True), strict=True):
        counts[int(sensor), LABEL_UNKNOWN] = int(count)
    return _as_files_hold(detections), counts


def in_canonical_order(detections: Detections) -> Detections:
    """Sorted by time of receipt, then of measurement, then by all else that a row says.

    So the order is the same in whatever order the rows came; rows that are still equal are equal in all.
    """
    arrays = detections.arrays()
    identity = arrays.pop("identity")
    leading = (arrays.pop("received_ns"), arrays.pop("time_ns"))
    keys = [key for key in (*leading, *arrays.values()) if not _is_constant(key)]
    if len(identity) and (identity != identity[0]).any():
        keys.append(np.unique(identity.astype(str), return_inverse=True)[1])
    if not keys or (np.diff(keys[0]) > 0).all():
        return detections
    return detections.take(np.lexsort(keys[::-1]))


def degrees_that_read_back(angle_rad: FloatArray) -> FloatArray:
    """Degrees whose `np.radians` are `angle_rad` (n,) to the bit wherever there are any, else the nearest.

    There are for every angle that was once read from degrees; `np.degrees` alone misses one in twenty.
    """
    degrees = np.degrees(angle_rad)
    missed = np.flatnonzero(np.radians(degrees) != angle_rad)
    near, wanted = degrees[missed], angle_rad[missed]
    # Two roundings either way: what is read back is at most two steps of float64 away.
    above, below = near, near
    for _ in range(2):
        above, below = np.nextafter(above, np.inf), np.nextafter(below, -np.inf)
        for candidate in (above, below):
            near = np.where((np.radians(near) != wanted) & (np.radians(candidate) == wanted), candidate, near)
    degrees[missed] = near
    return degrees


def _faults(detections: Detections) -> Iterator[tuple[str, BoolArray]]:
    """Each reason that some row gives for its refusal, with the rows, in order of precedence."""
    all_faults = (
        ("unknown_sensor", detections.sensor < 0),
        *(
            (reason, rows)
            for name in _TIMES
            for reason, rows in _time_faults(name, getattr(detections, name))
        ),
        ("scan_out_of_range", detections.scan < NO_SCAN),
        *(
            (reason, rows)
            for name in _NUMBERS
            for reason, rows in _number_faults(name, getattr(detections, name))
        ),
        ("heard_out_of_range", (detections.heard < HEARD_ABSENT) | (detections.heard > HEARD)),
        ("position_incomplete", np.isnan(detections.latitude_rad) != np.isnan(detections.longitude_rad)),
        ("sensor_place_incomplete", _places_half(detections)),
        ("nothing_measured", _measures_nothing(detections)),
    )
    return ((reason, rows) for reason, rows in all_faults if rows.any())


def _time_faults(name: str, time_ns: IntArray) -> Iterator[tuple[str, BoolArray]]:
    column = DETECTIONS[file_column(name)]
    low, high = (seconds_to_nanoseconds_array(limit) for limit in _limits(column))
    outside = (time_ns < low) | (time_ns > high)
    if outside.any():
        yield f"{column.name}_not_finite", time_ns == NOT_FINITE_NS
        yield f"{column.name}_out_of_range", outside


def _number_faults(name: str, values: FloatArray) -> Iterator[tuple[str, BoolArray]]:
    column = DETECTIONS[file_column(name)]
    low, high = _limits(column)
    if name in _ANGLES:
        low, high = math.radians(low), math.radians(high)
    outside = (values < low) | (values > high)
    if outside.any():
        yield f"{column.name}_not_finite", np.isinf(values)
        yield f"{column.name}_out_of_range", outside


def _limits(column: Column) -> tuple[float, float]:
    largest = float(np.finfo(np.float64).max)
    return (
        -largest if column.minimum is None else column.minimum,
        largest if column.maximum is None else column.maximum,
    )


def _places_half(detections: Detections) -> BoolArray:
    parts = (detections.sensor_latitude_rad, detections.sensor_longitude_rad, detections.sensor_altitude_m)
    absent = [np.isnan(part) for part in parts]
    half: BoolArray = (absent[0] != absent[1]) | (absent[0] != absent[2])
    return half


def _measures_nothing(detections: Detections) -> BoolArray:
    no_position = np.isnan(detections.latitude_rad) | np.isnan(detections.longitude_rad)
    nothing: BoolArray = np.isnan(detections.azimuth_rad) & no_position & (detections.heard == HEARD_ABSENT)
    return nothing


def _as_files_hold(detections: Detections) -> Detections:
    columns = detections.arrays()
    for name in _TIMES:
        columns[name] = seconds_to_nanoseconds_array(nanoseconds_to_seconds_array(columns[name]))
    columns["azimuth_rad"] = _wrapped(columns["azimuth_rad"])
    columns["label"] = np.maximum(columns["label"], NO_LABEL)
    for name in _NUMBERS:
        if np.isnan(columns[name]).all():
            continue
        if name in _ANGLES:
            columns[name] = np.radians(degrees_that_read_back(columns[name]))
        # Adding zero makes a negative zero positive: rows that sort as equal are equal to the bit.
        columns[name] = columns[name] + 0.0
    # The last value below a full turn is read back as a full turn.
    columns["azimuth_rad"] = _wrapped(columns["azimuth_rad"])
    return Detections(**columns)


def _wrapped(azimuth_rad: FloatArray) -> FloatArray:
    """From [-2 pi, 2 pi] into [0, 2 pi)."""
    positive = np.where(azimuth_rad < 0.0, azimuth_rad + _FULL_TURN_RAD, azimuth_rad)
    return np.where(positive >= _FULL_TURN_RAD, positive - _FULL_TURN_RAD, positive)


def _is_constant(values: AnyArray) -> bool:
    if not len(values):
        return True
    if values.dtype == np.float64 and np.isnan(values[0]):
        return bool(np.isnan(values).all())
    return bool((values == values[0]).all())
