"""The door for NumPy arrays: one scan of one sensor, checked and brought into the kernels' form.

What is wrong is refused with a ValueError that names the sensor, the detection and the remedy.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    COMPONENTS,
    EAST,
    ELEVATION,
    LOOK,
    NO_IDENTITY,
    RANGE,
    RANGE_RATE,
    UP,
    VELOCITY_EAST,
    VELOCITY_UP,
)
from tocsin.tracking.kernels.naming import name_looks
from tocsin.tracking.measurements import identity_number
from tocsin.units import AnyArray, FloatArray

Values = npt.ArrayLike
"""One value for each detection, or one for all; NaN: not measured."""

_COMPONENT = {
    "range_m": slice(RANGE, RANGE + 1),
    "azimuth_rad": slice(AZIMUTH, AZIMUTH + 1),
    "elevation_rad": slice(ELEVATION, ELEVATION + 1),
    "range_rate_mps": slice(RANGE_RATE, RANGE_RATE + 1),
    "position_m": slice(EAST, UP + 1),
    "velocity_mps": slice(VELOCITY_EAST, VELOCITY_UP + 1),
}
_LARGEST = {
    "azimuth_rad": 2.0 * np.pi,
    "elevation_rad": np.pi / 2.0,
    "range_rate_mps": 1e4,
    "velocity_mps": 1e4,
}
_LARGEST_M = 1e7
MOST_DETECTIONS = 100_000
"""That one scan may have."""


def looks_of(
    sensor: str,
    number: int,
    time_ns: int,
    usual_sigma: FloatArray,
    measured: dict[str, Values],
    sigma: dict[str, Values],
    offset_s: Values,
    identity: Sequence[str],
) -> AnyArray:
    """(d,) LOOK in canonical order, each row once; names in `measured` and `sigma` are those of `_COMPONENT`.

    Raises ValueError, which names the sensor and the detection, where a value can't be used.
    """
    for name in sigma:
        if name not in _COMPONENT:
            known = ", ".join(_COMPONENT)
            raise ValueError(f"{sensor}: sigma: no component is called {name!r}; known: {known}")
    columns = {name: _column(sensor, name, values) for name, values in measured.items()}
    count = max((len(column) for column in columns.values()), default=0)
    if count > MOST_DETECTIONS:
        raise ValueError(f"{sensor}: {count} detections in one scan; at most {MOST_DETECTIONS}")
    looks = np.zeros(count, LOOK)
    looks["sigma"] = usual_sigma
    mask = np.zeros((count, COMPONENTS), dtype=bool)
    for name, column in columns.items():
        column = _as_many(sensor, name, column, count)
        place = slice(_COMPONENT[name].start, _COMPONENT[name].start + column.shape[1])
        _refuse_impossible(sensor, name, column)
        mask[:, place] = ~np.isnan(column)
        looks["measured"][:, place] = np.where(np.isnan(column), 0.0, column)
    for name, values in sigma.items():
        column = _as_many(sensor, f"sigma of {name}", _column(sensor, name, values), count)
        _refuse(
            sensor,
            ~(column > 0.0) | ~np.isfinite(column),
            f"the error of {name} must be positive and finite",
            column,
        )
        looks["sigma"][:, _COMPONENT[name].start : _COMPONENT[name].start + column.shape[1]] = column
    looks["mask"] = (mask << np.arange(COMPONENTS)).sum(axis=1)
    _refuse(sensor, looks["mask"] == 0, "nothing was measured", looks["mask"])
    looks["offset_s"] = _offsets(sensor, offset_s, count)
    looks["identity"] = _identities(sensor, identity, count)
    looks["number"] = np.arange(count)
    return _in_canonical_order(looks, time_ns, number)


def _column(sensor: str, name: str, values: Values) -> FloatArray:
    """(n, k) of numbers; k is 1 for a scalar component, 2 or 3 for a vector."""
    try:
        column = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{sensor}: {name} should be numbers: {error}") from None
    widest = _COMPONENT[name].stop - _COMPONENT[name].start
    if column.ndim == 0:
        return np.full((1, widest), column)
    if widest == 1:
        column = column.reshape(-1, 1) if column.ndim < 2 else column
    else:
        column = np.atleast_2d(column) if column.size else column.reshape(0, widest)
    if column.ndim != 2 or column.shape[1] > widest or (widest > 1 and column.shape[1] < 2):
        shape = "(n,)" if widest == 1 else "(n, 2) or (n, 3)"
        raise ValueError(f"{sensor}: {name} should be {shape}, not {np.shape(values)}")
    return column


def _as_many(sensor: str, name: str, column: FloatArray, count: int) -> FloatArray:
    if len(column) == count:
        return column
    if len(column) == 1:
        return np.broadcast_to(column, (count, column.shape[1]))
    raise ValueError(f"{sensor}: {name} has {len(column)} values for {count} detections")


def _refuse_impossible(sensor: str, name: str, column: FloatArray) -> None:
    largest = _LARGEST.get(name, _LARGEST_M)
    _refuse(sensor, np.abs(column) > largest, f"{name} can't be beyond {largest:g}", column)
    if name == "range_m":
        _refuse(sensor, column <= 0.0, "range_m must be positive", column)


def _refuse(sensor: str, faulty: AnyArray, reason: str, values: AnyArray) -> None:
    """Raises for the first faulty row, if there is one."""
    rows = faulty if faulty.ndim == 1 else faulty.any(axis=1)
    if rows.any():
        first = int(np.argmax(rows))
        others = f" (and {int(rows.sum()) - 1} more)" if rows.sum() > 1 else ""
        raise ValueError(f"{sensor}: detection {first}{others}: {reason}; it is {np.squeeze(values[first])}")


def _offsets(sensor: str, offset_s: Values, count: int) -> FloatArray:
    offsets = np.asarray(offset_s, dtype=np.float64)
    offsets = np.broadcast_to(offsets, (count,)) if offsets.ndim == 0 else offsets
    if offsets.shape != (count,):
        raise ValueError(f"{sensor}: offset_s has shape {offsets.shape} for {count} detections")
    _refuse(sensor, ~(np.abs(offsets) <= 60.0), "offset_s must be within a minute of the scan", offsets)
    return offsets


def _identities(sensor: str, identity: Sequence[str], count: int) -> AnyArray:
    if not len(identity):
        return np.full(count, NO_IDENTITY)
    if len(identity) != count:
        raise ValueError(f"{sensor}: identity has {len(identity)} values for {count} detections")
    return np.array([identity_number(text) if text else NO_IDENTITY for text in identity], dtype=np.int64)


def _in_canonical_order(looks: AnyArray, time_ns: int, sensor: int) -> AnyArray:
    """By what was measured, so that the order of arrival changes nothing; a repeated row counts once."""
    name_looks(looks, np.full(len(looks), time_ns), np.full(len(looks), sensor))
    looks = looks[np.argsort(looks["name"], kind="stable")]
    is_repeat = looks["name"][1:] == looks["name"][:-1]
    if is_repeat.any():
        looks = looks[np.append(True, ~is_repeat)]
    return looks
