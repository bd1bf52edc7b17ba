"""Whether a sensor can perceive a track at all, and how probably one look of it then finds the track.

Misses come in runs: terrain, fading, an object that is silent. So each track has for each sensor the
probability of being visible to it, which drifts back to what is usual of the sensor.
"""

from __future__ import annotations

import math

from tocsin.jit import bare_kernel
from tocsin.tracking.kernels.coverage import detection_probability, moving_enough
from tocsin.tracking.kernels.emission import refresh_emission
from tocsin.tracking.kernels.layout import (
    GATE_PROBABILITY,
    NOBODY,
    RANGE_RATE,
    SUPPORT_SECONDS,
    Record,
)
from tocsin.tracking.kernels.measure import SLANT, gradient, predicted, project, relative, travel_time

# Of the period at which an object reports itself: later than this it was missed.
_OVERDUE = 1.25


@bare_kernel
def may_see(track: Record, sensor: Record, time_ns: int) -> bool:
    """Whether a track can be anywhere inside the coverage, judged without predicting it."""
    dt_s = (time_ns - track.time_ns) * 1e-9
    square, spread = 0.0, 0.0
    for a in range(3):
        away = track.state[a] + dt_s * track.state[a + 3] - sensor.position[a]
        square += away * away
        spread += track.covariance[a, a] + dt_s * dt_s * track.covariance[a + 3, a + 3]
    outside = math.sqrt(square) - sensor.max_range_m - 10.0 * dt_s
    return bool(outside <= 0.0 or outside * outside < 36.0 * spread)


@bare_kernel
def refresh(track: Record, seen: Record, sensor: Record, time_ns: int) -> None:
    """Visibility drifts back to what is usual of the sensor, and old support fades."""
    if sensor.medium != NOBODY:  # other sensors of the medium may have looked at the same time
        refresh_emission(track, seen, sensor, time_ns)
    dt_s = (time_ns - seen.touched_ns) * 1e-9
    if dt_s <= 0.0:
        return
    if sensor.medium == NOBODY:
        usual = sensor.visible_prior
        seen.visible = usual + (seen.visible - usual) * math.exp(-dt_s / sensor.visible_hold_s)
    seen.support *= math.exp(-dt_s / SUPPORT_SECONDS)
    seen.touched_ns = time_ns


@bare_kernel
def is_due(seen: Record, sensor: Record, time_ns: int) -> bool:
    """Whether a track should have reported itself again since the sensor last had anything to say of it."""
    age_s = (time_ns - seen.touched_ns) * 1e-9
    return bool(age_s >= _OVERDUE * sensor.reports_every_s)


@bare_kernel
def _along_the_ray(track: Record, sensor: Record, work: Record) -> float:
    """Standard deviation of the track's distance from the sensor; work.place is where it is."""
    place = work.place
    variance = 0.0
    for a in range(3):
        work.local[a] = 0.0
        for c in range(3):
            work.local[a] += sensor.rotation[c, a] * place[c]
    for a in range(3):
        for b in range(3):
            variance += work.local[a] * track.covariance[a, b] * work.local[b]
    return float(math.sqrt(max(variance, 0.0)) / place[SLANT])


@bare_kernel
def perceive(track: Record, sensor: Record, work: Record) -> bool:
    """Pd of track i in each mode, if the sensor can perceive it, into its row; gives whether there is any."""
    relative(sensor, track.state, -travel_time(sensor, track.state), work.place)
    sigma_m = _along_the_ray(track, sensor, work)
    sigma_up_m = math.sqrt(track.covariance[2, 2])
    found = GATE_PROBABILITY * detection_probability(sensor, work.place, sigma_m, sigma_up_m)
    for m in range(track.modes):
        track.pd[m] = found
        if found > 0.0 and sensor.min_range_rate_mps > 0.0:
            mode = track.mode[m]
            relative(sensor, mode.state, 0.0, work.place)
            gradient(sensor, RANGE_RATE, work.place, 0.0, work.local, work.direction)
            variance = project(mode.covariance, work.direction, False, work.column)
            rate = predicted(RANGE_RATE, work.place, mode.state, 0.0)
            track.pd[m] *= moving_enough(sensor, rate, math.sqrt(max(variance, 0.0)))
    return found > 0.0
