"""What a sensor is expected to measure of a track in each of its modes, and how a detection would change it.

The extended Kalman update takes one component after another, as their errors are independent. All but the
innovations can be worked out before any detection is known: for component c the gain g_c, the variance s_c
of the innovation given those before, and its coupling g_d . h_c to each earlier innovation. So a detection
costs a few multiplications, and many detections of one track share one expectation.
"""

from __future__ import annotations

import math

from tocsin.jit import bare_kernel
from tocsin.tracking.kernels.layout import AZIMUTH, COMPONENTS, ELEVATION, RANGE, STATE, Record
from tocsin.tracking.kernels.measure import (
    SLANT,
    curvature,
    gradient,
    is_static,
    predicted,
    project,
    relative,
    travel_time,
    wrap,
)
from tocsin.units import FloatArray


@bare_kernel
def expect_component(
    expectation: Record, c: int, component: int, sensor: Record, state: FloatArray, covariance: FloatArray,
    sigma: float, offset_s: float, work: Record,
) -> float:  # fmt: skip
    """Fills the c-th component of an expectation; gives the variance of its innovation given those before.
    work.place is as `relative` gives it."""
    place, direction, column = work.place, work.direction, work.column
    gradient(sensor, component, place, offset_s, work.local, direction)
    variance = project(covariance, direction, is_static(component, offset_s), column)
    variance += sigma**2
    beyond = 0.0
    if component == RANGE:
        beyond = curvature(covariance, direction, place[SLANT])
        variance += 2.0 * beyond * beyond
    for d in range(c):
        coupling = 0.0
        for a in range(STATE):
            coupling += expectation.gain[d, a] * direction[a]
        expectation.coupling[c, d] = coupling
        shared = coupling * expectation.variance[d]
        variance -= coupling * shared
        for a in range(STATE):
            column[a] -= expectation.gain[d, a] * shared
    expectation.expected[c] = predicted(component, place, state, offset_s) + beyond
    expectation.variance[c] = variance
    for a in range(STATE):
        expectation.gain[c, a] = column[a] / variance
    return variance


@bare_kernel
def expect(
    expectation: Record,
    sensor: Record,
    state: FloatArray,
    covariance: FloatArray,
    look: Record,
    work: Record,
) -> None:
    """Fills an expectation, linearised at `state`, for detections with this one's mask, errors and offset."""
    offset_s = look.offset_s - travel_time(sensor, state)
    relative(sensor, state, offset_s, work.place)
    product, c = 1.0, 0
    for component in range(COMPONENTS):
        if not (look.mask >> component) & 1:
            continue
        variance = expect_component(
            expectation, c, component, sensor, state, covariance, look.sigma[component], offset_s, work
        )
        product *= 2.0 * math.pi * variance
        c += 1
    expectation.scale, expectation.count = 1.0 / math.sqrt(product), c


@bare_kernel
def innovations(expectation: Record, look: Record, gate: float, hit: Record) -> float:
    """Innovations of a detection, each given those before it, into the hit.

    Gives their squared Mahalanobis distance, inf as soon as it passes the gate.
    """
    distance, c = 0.0, 0
    for component in range(COMPONENTS):
        if not (look.mask >> component) & 1:
            continue
        innovation = look.measured[component] - expectation.expected[c]
        if AZIMUTH <= component <= ELEVATION:
            innovation = wrap(innovation)
        for d in range(c):
            innovation -= expectation.coupling[c, d] * hit.innovation[d]
        hit.innovation[c] = innovation
        distance += innovation * innovation / expectation.variance[c]
        if distance > gate:
            return math.inf
        c += 1
    return distance


@bare_kernel
def is_alike(first: Record, second: Record) -> bool:
    """Whether one expectation serves two detections: the same components, errors and offset."""
    if first.mask != second.mask or first.offset_s != second.offset_s:
        return False
    for component in range(COMPONENTS):
        if (first.mask >> component) & 1 and first.sigma[component] != second.sigma[component]:
            return False
    return True


@bare_kernel
def add_hit(
    expectation: Record,
    hit: Record,
    weight: float,
    mode: Record,
    shift: FloatArray,
    column: FloatArray,
) -> None:
    """Adds the share of one hit to the covariance of a mode and to the shift (6,) of its mean.

    The update moves the mean by e = sum_c g_c nu_c and takes sum_c s_c g_c g_c' from the covariance; about
    the prior mean, the hit's second moment is the updated covariance plus e e'.
    """
    covariance = mode.covariance
    for a in range(STATE):
        column[a] = 0.0
    for c in range(expectation.count):
        innovation, certainty = hit.innovation[c], weight * expectation.variance[c]
        for a in range(STATE):
            gain = expectation.gain[c, a]
            column[a] += gain * innovation
            for b in range(STATE):
                covariance[a, b] -= certainty * (gain * expectation.gain[c, b])
    for a in range(STATE):
        shift[a] += weight * column[a]
        for b in range(STATE):
            covariance[a, b] += weight * (column[a] * column[b])
