"""One scan as NumPy arrays hold it: checked, named and laid out for the filter, in one compiled call."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from tocsin.jit import bare_kernel, entry
from tocsin.tracking.kernels.layout import COMPONENTS, EAST, NOBODY, RANGE, VELOCITY_EAST, Record, Records
from tocsin.tracking.kernels.naming import name_of
from tocsin.tracking.kernels.ordering import sort_rows
from tocsin.units import FloatArray, IntArray

# What is wrong with a detection, in the order in which it is told.
FINE, TOO_LARGE, NOT_POSITIVE, BAD_ERROR, NOTHING_MEASURED, FAR_IN_TIME = range(6)

_SPEED, _PLACE = 1e4, 1e7
LARGEST = np.array([_PLACE, 2.0 * np.pi, np.pi / 2.0, _SPEED, *(_PLACE,) * 3, *(_SPEED,) * 3])
"""(COMPONENTS,): nothing measured is farther from 0."""
LARGEST_OFFSET_S = 60.0
"""No detection is farther in time from its scan."""


class Arrival(NamedTuple):
    """d detections of one scan; where errors, offset_s or identity hold one column, it stands for all."""

    values: FloatArray  # (COMPONENTS, d); only those of `given` are looked at; NaN: not measured
    given: int  # bit c set: component c
    errors: FloatArray  # (COMPONENTS, d or 1), 1 sigma
    own_errors: int  # bit c set: the errors of component c are the caller's, and not yet checked
    offset_s: FloatArray  # (d or 1,)
    identity: IntArray  # (d or 1,)
    sensor: int
    time_ns: int


@bare_kernel
def _whole(component: int) -> int:
    """The first component of what was given together: a fault in any axis is one of the vector."""
    if component >= VELOCITY_EAST:
        return VELOCITY_EAST
    return min(component, EAST)


@bare_kernel
def _mask_of(arrival: Arrival, j: int) -> int:
    mask = 0
    for c in range(COMPONENTS):
        if (arrival.given >> c) & 1 and not math.isnan(arrival.values[c, j]):
            mask |= 1 << c
    return mask


@bare_kernel
def _fault(arrival: Arrival, j: int, mask: int) -> int:
    """The first rule that detection j breaks, times COMPONENTS, plus the component; FINE: it breaks none."""
    for c in range(COMPONENTS):
        if (mask >> c) & 1 and abs(arrival.values[c, j]) > LARGEST[c]:
            return TOO_LARGE * COMPONENTS + _whole(c)
    if (mask >> RANGE) & 1 and arrival.values[RANGE, j] <= 0.0:
        return NOT_POSITIVE * COMPONENTS + RANGE
    column = j if arrival.errors.shape[1] > 1 else 0
    for c in range(COMPONENTS):
        if (arrival.own_errors >> c) & 1 and not 0.0 < arrival.errors[c, column] < math.inf:
            return BAD_ERROR * COMPONENTS + _whole(c)
    if mask == 0:
        return NOTHING_MEASURED * COMPONENTS
    if not abs(arrival.offset_s[j if len(arrival.offset_s) > 1 else 0]) <= LARGEST_OFFSET_S:
        return FAR_IN_TIME * COMPONENTS
    return FINE


@bare_kernel
def _read(arrival: Arrival, j: int, mask: int, measured: FloatArray, sigma: FloatArray) -> int:
    """What detection j measured, or 0, and its errors, (COMPONENTS,) each; gives its identity."""
    column = j if arrival.errors.shape[1] > 1 else 0
    for c in range(COMPONENTS):
        measured[c] = arrival.values[c, j] if (mask >> c) & 1 else 0.0
        sigma[c] = arrival.errors[c, column]
    identity: int = arrival.identity[j if len(arrival.identity) > 1 else 0]
    return identity


@bare_kernel
def _fill(look: Record, arrival: Arrival, j: int, mask: int, name: int) -> None:
    look.identity = _read(arrival, j, mask, look.measured, look.sigma)
    look.mask, look.number, look.name = mask, j, name
    look.stated = arrival.own_errors
    look.offset_s = arrival.offset_s[j if len(arrival.offset_s) > 1 else 0]
    look.new_weight = look.new_existence = look.alone = look.claimed = look.share = 0.0
    look.copies = 0.0
    look.track = NOBODY


@entry
def bring_in(arrival: Arrival, looks: Records) -> tuple[int, int, int, int, int]:
    """Fills looks (d,) LOOK in canonical order: by name, so that the order of arrival changes nothing, and
    what is repeated once.

    Gives how many there are then, the rule that is broken first (FINE: none; else looks stay as they were),
    the component where it is (of a vector the first), the first detection that breaks it, and how many do.
    """
    count = arrival.values.shape[1]
    masks, names, rows = np.empty(count, np.int64), np.empty(count, np.int64), np.arange(count)
    measured, sigma, real = np.empty(COMPONENTS), np.empty(COMPONENTS), np.empty(1)
    bits = real.view(np.uint64)
    fault, first, faulty = FINE, NOBODY, 0
    for j in range(count):
        masks[j] = mask = _mask_of(arrival, j)
        found = _fault(arrival, j, mask)
        if found != FINE and (fault == FINE or found < fault):
            fault, first, faulty = found, j, 1
        elif found != FINE and found == fault:
            faulty += 1
        identity = _read(arrival, j, mask, measured, sigma)
        names[j] = name_of(arrival.time_ns, arrival.sensor, mask, identity, measured, sigma, real, bits)
    if fault != FINE:
        return 0, fault // COMPONENTS, fault % COMPONENTS, first, faulty
    sort_rows(rows, names, names, np.empty(count, np.int64))
    kept = 0
    for k in range(count):
        j = rows[k]
        if k == 0 or names[j] != names[rows[k - 1]]:
            _fill(looks[kept], arrival, j, masks[j], names[j])
            kept += 1
    return kept, FINE, 0, NOBODY, 0
