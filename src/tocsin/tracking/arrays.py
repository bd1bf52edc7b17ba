"""The door for NumPy arrays: one scan of one sensor, checked and brought into the kernels' form.

What is wrong is refused with a ValueError that names the sensor, the detection and the remedy. Here is what
concerns whole arrays; the rules for each value are in kernels/arrival.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from tocsin.config.site import Site
from tocsin.tracking.kernels.arrival import (
    BAD_ERROR,
    FINE,
    LARGEST,
    NOT_POSITIVE,
    NOTHING_MEASURED,
    TOO_LARGE,
    Arrival,
    bring_in,
)
from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    COMPONENTS,
    EAST,
    ELEVATION,
    LOOK,
    NO_IDENTITY,
    RANGE,
    RANGE_RATE,
    VELOCITY_EAST,
)
from tocsin.tracking.measurements import identity_number
from tocsin.tracking.settings import usual_sigmas
from tocsin.units import AnyArray, FloatArray, IntArray

Values = npt.ArrayLike
"""One value for each detection, or one for all; NaN: not measured."""
NOT_GIVEN: Values = ()

# First component and how many there are at most.
_PLACES = {
    "range_m": (RANGE, 1),
    "azimuth_rad": (AZIMUTH, 1),
    "elevation_rad": (ELEVATION, 1),
    "range_rate_mps": (RANGE_RATE, 1),
    "position_m": (EAST, 3),
    "velocity_mps": (VELOCITY_EAST, 3),
}
_NAMES = {first: name for name, (first, _) in _PLACES.items()}
_ANONYMOUS = np.full(1, NO_IDENTITY)
MOST_DETECTIONS = 100_000
"""That one scan may have."""


class ArrayDoor:
    """Turns the arrays of one scan into rows for the filter."""

    def __init__(self, site: Site) -> None:
        self._sensors = [sensor.name for sensor in site.sensors]
        self._usual_errors = [np.array(usual_sigmas(sensor))[:, None] for sensor in site.sensors]
        self._make_room(64)

    def looks(
        self,
        time_ns: int,
        sensor: int,
        measured: Mapping[str, Values],
        sigma: Mapping[str, Values],
        offset_s: Values,
        identity: Sequence[str],
    ) -> AnyArray:
        """(d,) LOOK in canonical order, each row once, until the next call; names in `measured` and `sigma`
        are those of `Tracker.update`.

        Raises ValueError, which names the sensor and the detection, where a value can't be used.
        """
        name, own_errors = self._sensors[sensor], 0
        columns, count = _columns(name, measured)
        if count > len(self._looks):
            self._make_room(2 * count)
        values = self._values[: COMPONENTS * count].reshape(COMPONENTS, count)
        given = _fill(name, "", columns, values)
        errors = self._usual_errors[sensor]
        if sigma:
            errors = np.repeat(errors, count, axis=1)
            own_errors = _fill(name, "sigma of ", _errors(name, sigma), errors)
        arrival = Arrival(
            values, given, errors, own_errors, _offsets(name, offset_s, count),
            _identities(name, identity, count), sensor, time_ns,
        )  # fmt: skip
        kept, rule, component, first, faulty = bring_in(arrival, self._looks)
        if rule != FINE:
            raise ValueError(f"{name}: {_refusal(arrival, rule, component, first, faulty)}")
        return self._looks[:kept]

    def _make_room(self, detections: int) -> None:
        """Kept from scan to scan: fresh memory takes longer than what is put into it."""
        self._values, self._looks = np.empty(COMPONENTS * detections), np.empty(detections, LOOK)


def _refusal(arrival: Arrival, rule: int, component: int, first: int, faulty: int) -> str:
    """Which detection breaks a rule of kernels/arrival.py, and how."""
    name, others = _NAMES[component], f" (and {faulty - 1} more)" if faulty > 1 else ""
    if rule == TOO_LARGE:
        value = _told(arrival.values, arrival.given, name, first)
        reason = f"{name} can't be beyond {LARGEST[component]:g}; it is {value}"
    elif rule == NOT_POSITIVE:
        reason = f"{name} must be positive; it is {_told(arrival.values, arrival.given, name, first)}"
    elif rule == BAD_ERROR:
        error = _told(arrival.errors, arrival.own_errors, name, first)
        reason = f"the error of {name} must be positive and finite; it is {error}"
    elif rule == NOTHING_MEASURED:
        reason = "nothing was measured"
    else:
        offset = np.broadcast_to(arrival.offset_s, arrival.values.shape[1])[first]
        reason = f"offset_s must be within a minute of the scan; it is {offset}"
    return f"detection {first}{others}: {reason}"


def _told(values: FloatArray, given: int, name: str, row: int) -> AnyArray:
    """A detection's values, as they are shown to whoever gave them."""
    first, widest = _PLACES[name]
    wide = ((given >> first) & ((1 << widest) - 1)).bit_count()
    return np.squeeze(values[first : first + wide, row if values.shape[1] > 1 else 0])


def _columns(sensor: str, measured: Mapping[str, Values]) -> tuple[list[tuple[str, FloatArray]], int]:
    """What was measured, by name, and of how many detections."""
    columns, lengths = [], []
    for name, values in measured.items():
        if values is NOT_GIVEN:
            continue
        column, is_one_for_all = _column(sensor, name, values)
        if not is_one_for_all:
            lengths.append(column.shape[1])
        if column.size:
            columns.append((name, column))
    count = max(lengths) if lengths else min(len(columns), 1)
    if count > MOST_DETECTIONS:
        raise ValueError(f"{sensor}: {count} detections in one scan; at most {MOST_DETECTIONS}")
    return columns, count


def _errors(sensor: str, sigma: Mapping[str, Values]) -> list[tuple[str, FloatArray]]:
    for name in sigma:
        if name not in _PLACES:
            known = ", ".join(_PLACES)
            raise ValueError(f"{sensor}: sigma: no component is called {name!r}; known: {known}")
    return [(name, _column(sensor, name, values)[0]) for name, values in sigma.items()]


def _column(sensor: str, name: str, values: Values) -> tuple[FloatArray, bool]:
    """(k, n) of numbers, k is 1 for a scalar component, 2 or 3 for a vector; and whether it is one number."""
    column, widest = _numbers(sensor, name, values), _PLACES[name][1]
    if column.ndim == 0:
        return np.full((widest, 1), column), True
    if column.ndim == 1:
        if widest == 1:
            return column[None], False
        column = column[None] if column.size else column.reshape(0, widest)
    if column.ndim != 2 or column.shape[1] > widest or (widest > 1 and column.shape[1] < 2):
        shape = "(n,)" if widest == 1 else "(n, 2) or (n, 3)"
        raise ValueError(f"{sensor}: {name} should be {shape}, not {np.shape(values)}")
    return column.T, False


def _numbers(sensor: str, name: str, values: Values) -> FloatArray:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{sensor}: {name} should be numbers: {error}") from None


def _fill(sensor: str, what: str, columns: list[tuple[str, FloatArray]], table: FloatArray) -> int:
    """Columns into a table (COMPONENTS, d); gives a bit mask of the components that they fill."""
    count, filled = table.shape[1], 0
    for name, column in columns:
        wide, length = column.shape
        if length not in (count, 1):
            raise ValueError(f"{sensor}: {what}{name} has {length} values for {count} detections")
        first = _PLACES[name][0]
        table[first : first + wide] = column
        filled |= ((1 << wide) - 1) << first
    return filled


def _offsets(sensor: str, offset_s: Values, count: int) -> FloatArray:
    """(d,) or, if they are all the same, (1,)."""
    offsets = np.array(_numbers(sensor, "offset_s", offset_s), ndmin=1, order="C")
    if offsets.shape not in ((1,), (count,)):
        raise ValueError(f"{sensor}: offset_s has shape {offsets.shape} for {count} detections")
    return offsets


def _identities(sensor: str, identity: Sequence[str], count: int) -> IntArray:
    """(d,) or, if there are none, (1,)."""
    if not len(identity):
        return _ANONYMOUS
    if len(identity) != count:
        raise ValueError(f"{sensor}: identity has {len(identity)} values for {count} detections")
    return np.array([identity_number(text) if text else NO_IDENTITY for text in identity], dtype=np.int64)
