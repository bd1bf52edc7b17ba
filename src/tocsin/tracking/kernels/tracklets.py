"""What is new in a report of another system's track: the measurement that would have told as much.

A report is the output of a filter: its error is nearly that of the report before, and our track holds that
already. So its information is taken without that of the earlier reports, J = P_k^-1 - P_k|k-1^-1, with
P_k|k-1 the prediction of all that was told before (tracklets: Drummond 1997, 'A hybrid sensor fusion
algorithm architecture and tracklets', SPIE 3163). What systems state are errors of place and speed, s_p and
s_v, not how these go together, nor their process noise. A filter for nearly constant velocity that has
settled has a correlation of 1 / sqrt(2) of place with speed and a process noise of s_v^3 / (sqrt(2) s_p),
from its Riccati equation in continuous time, whatever its sensors: these are assumed.

Where no error of the velocity is stated, the place counts as if its error were white, so that the sum over
many reports is what that filter has learnt from its sensors: r = (s_p^2 / sqrt(2))^(4/3) / q^(1/3) [m2 s],
from the same equation, q the site's process noise; three times that, for such errors hold on for a while.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from tocsin.jit import bare_kernel, entry
from tocsin.tracking.kernels.layout import (
    EAST,
    NEVER,
    NO_IDENTITY,
    NOBODY,
    VELOCITY_EAST,
    Record,
    Records,
)
from tocsin.tracking.kernels.report_layout import AXES
from tocsin.units import FloatArray

_CORRELATION = math.sqrt(0.5)
# Of white errors' r: with 1 a fused track was too sure by half where the other system is the better one,
# with 2 still by a quarter.
_CAUTION = 3.0
# What was told so long ago says nothing of now: the next report is the first of a new track.
FORGET_S = 60.0
# Beyond ten sigma of what was told before, another object has got the track's number.
_JUMP2 = 100.0
# News that improve the variance in no direction by more than this share are none.
_LEAST_NEWS = 1e-6
# An error [m or m/s] that nothing is learnt from.
UNTOLD = 1e9


class Estimate(NamedTuple):
    """Place and speed on one axis, and their covariance."""

    place: float
    speed: float
    place_variance: float
    covariance: float
    speed_variance: float


class News(NamedTuple):
    """Information on one axis: the matrix J, and J times how far what it tells is from an estimate."""

    place: float
    both: float
    speed: float
    place_shift: float
    speed_shift: float


@bare_kernel
def stated(look: Record, k: int) -> Estimate:
    """Axis k of a report that states its errors."""
    s_place, s_speed = look.sigma[EAST + k], look.sigma[VELOCITY_EAST + k]
    covariance = _CORRELATION * s_place * s_speed
    return Estimate(
        look.measured[EAST + k], look.measured[VELOCITY_EAST + k], s_place * s_place, covariance,
        s_speed * s_speed,
    )  # fmt: skip


@bare_kernel
def predicted(row: Record, k: int, dt_s: float) -> Estimate:
    """Axis k of what was told, dt later, as the other filter predicts it."""
    q, covariance, speed_variance = row.density[k], row.covariance[k], row.speed_variance[k]
    return Estimate(
        row.place[k] + dt_s * row.speed[k],
        row.speed[k],
        row.place_variance[k] + dt_s * (2.0 * covariance + dt_s * speed_variance) + q * dt_s**3 / 3.0,
        covariance + dt_s * speed_variance + q * dt_s**2 / 2.0,
        speed_variance + q * dt_s,
    )


@bare_kernel
def all_of(now: Estimate) -> News:
    """Everything that an estimate tells."""
    determinant = now.place_variance * now.speed_variance - now.covariance * now.covariance
    return News(
        now.speed_variance / determinant, -now.covariance / determinant, now.place_variance / determinant,
        0.0, 0.0,
    )  # fmt: skip


@bare_kernel
def _surprise(now: Estimate, before: Estimate) -> float:
    """Squared Mahalanobis distance under what was told before."""
    known, place, speed = all_of(before), now.place - before.place, now.speed - before.speed
    return known.place * place * place + 2.0 * known.both * place * speed + known.speed * speed * speed


@bare_kernel
def news(now: Estimate, before: Estimate) -> News:
    """J = P^-1 - P_before^-1 of an estimate over what was known before, without directions that tell nothing.

    With P = L L', the eigenvalues of L' J L are the shares by which the directions are better known.
    """
    known = all_of(before)
    a = math.sqrt(now.place_variance)
    b = now.covariance / a
    c = math.sqrt(max(now.speed_variance - b * b, 1e-12 * now.speed_variance))
    first = 1.0 - (a * a * known.place + 2.0 * a * b * known.both + b * b * known.speed)
    cross = -c * (a * known.both + b * known.speed)
    second = 1.0 - c * c * known.speed
    middle, apart = 0.5 * (first + second), math.hypot(0.5 * (first - second), cross)
    angle = 0.5 * math.atan2(2.0 * cross, first - second)
    shift = (now.place - before.place) / a
    turn = (now.speed - before.speed - b * shift) / c
    place = both = speed = place_shift = speed_shift = 0.0
    for m in range(2):
        share = middle + apart if m == 0 else middle - apart
        if share <= _LEAST_NEWS:
            continue
        u = math.cos(angle) if m == 0 else -math.sin(angle)
        v = math.sin(angle) if m == 0 else math.cos(angle)
        along = u * shift + v * turn
        towards_speed = v / c
        towards_place = (u - b * towards_speed) / a
        place += share * towards_place * towards_place
        both += share * towards_place * towards_speed
        speed += share * towards_speed * towards_speed
        place_shift += along * towards_place
        speed_shift += along * towards_speed
    return News(place, both, speed, place_shift, speed_shift)


@bare_kernel
def told(before: Estimate, new: News) -> Estimate:
    """What is known after the news."""
    known = all_of(before)
    place, both, speed = known.place + new.place, known.both + new.both, known.speed + new.speed
    determinant = place * speed - both * both
    place_variance, covariance, speed_variance = speed / determinant, -both / determinant, place / determinant
    return Estimate(
        before.place + place_variance * new.place_shift + covariance * new.speed_shift,
        before.speed + covariance * new.place_shift + speed_variance * new.speed_shift,
        place_variance, covariance, speed_variance,
    )  # fmt: skip


@bare_kernel
def _tell(equivalent: Record, k: int, value: float, sigma: float, speed: float, s_speed: float) -> None:
    look = equivalent.look
    look.measured[EAST + k], look.sigma[EAST + k] = value, sigma
    look.measured[VELOCITY_EAST + k], look.sigma[VELOCITY_EAST + k] = speed, s_speed


@bare_kernel
def tell_news(equivalent: Record, k: int, before: Estimate, new: News) -> None:
    """Axis k as two measurements with independent errors (J = L D L'): a place some time off, and a speed."""
    place, sigma, speed, s_speed = before.place, UNTOLD, before.speed, UNTOLD
    lead_s, rest, rest_shift = 0.0, new.speed, new.speed_shift
    if new.place * before.place_variance > _LEAST_NEWS:
        lead_s = new.both / new.place
        place = before.place + lead_s * before.speed + new.place_shift / new.place
        sigma = 1.0 / math.sqrt(new.place)
        rest, rest_shift = new.speed - lead_s * new.both, new.speed_shift - lead_s * new.place_shift
    if rest * before.speed_variance > _LEAST_NEWS:
        speed, s_speed = before.speed + rest_shift / rest, 1.0 / math.sqrt(rest)
    equivalent.lead_s[k] = lead_s
    _tell(equivalent, k, place, sigma, speed, s_speed)


@bare_kernel
def _keep(row: Record, k: int, known: Estimate, look: Record) -> None:
    """What axis k has told, and the process noise that its report's errors go with."""
    row.place[k], row.speed[k] = known.place, known.speed
    row.place_variance[k], row.covariance[k] = known.place_variance, known.covariance
    row.speed_variance[k] = known.speed_variance
    row.density[k] = _CORRELATION * look.sigma[VELOCITY_EAST + k] ** 3 / look.sigma[EAST + k]


@bare_kernel
def white_variance(sigma: float, density: float, dt_s: float) -> float:
    """Variance of a place, as if its error were independent of the report's dt ago."""
    spectral_density = math.pow(_CORRELATION * sigma * sigma, 4.0 / 3.0) / math.pow(density, 1.0 / 3.0)
    return max(sigma * sigma, _CAUTION * spectral_density / dt_s)


@bare_kernel
def _take_axis(row: Record, k: int, look: Record, dt_s: float, density: float, equivalent: Record) -> None:
    """Axis k of a report dt after what `row` holds; dt is inf where it holds nothing."""
    place, speed = 1 << (EAST + k), 1 << (VELOCITY_EAST + k)
    sigma = look.sigma[EAST + k]
    if look.identity == NO_IDENTITY or look.mask & look.stated & (place | speed) != place | speed:
        row.axes &= ~(1 << k)
        if look.mask & place:
            sigma = math.sqrt(white_variance(sigma, density, dt_s))
        _tell(equivalent, k, look.measured[EAST + k], sigma, look.measured[VELOCITY_EAST + k], UNTOLD)
        return
    now = stated(look, k)
    new, before, after = all_of(now), now, now
    if (row.axes >> k) & 1 and math.isfinite(dt_s):
        prediction = predicted(row, k, dt_s)
        if _surprise(now, prediction) <= _JUMP2:
            new, before = news(now, prediction), prediction
            after = told(before, new)
    tell_news(equivalent, k, before, new)
    _keep(row, k, after, look)
    row.axes |= 1 << k


@bare_kernel
def take_report(
    row: Record, look: Record, time_ns: int, every_s: float, densities: FloatArray, equivalent: Record
) -> None:
    """What is new in a report, and that it is told; every_s is when nameless tracks were told of before."""
    gap_s = (time_ns - row.time_ns) * 1e-9 if row.time_ns != NEVER else math.inf
    if look.identity == NO_IDENTITY:
        gap_s = every_s
    elif gap_s > FORGET_S:
        gap_s = math.inf
    for k in range(AXES):
        equivalent.lead_s[k] = 0.0
        if gap_s > 0.0:
            _take_axis(row, k, look, gap_s, densities[k], equivalent)
        else:
            _tell(equivalent, k, look.measured[EAST + k], UNTOLD, look.measured[VELOCITY_EAST + k], UNTOLD)
    if gap_s > 0.0 and look.identity != NO_IDENTITY:
        row.identity, row.time_ns = look.identity, time_ns


@bare_kernel
def find(rows: Records, identity: int) -> int:
    """The row of an identity among rows that are sorted by it; NOBODY: there is none."""
    low, high = 0, len(rows)
    while low < high:
        middle = (low + high) // 2
        if rows[middle].identity < identity:
            low = middle + 1
        else:
            high = middle
    return low if low < len(rows) and rows[low].identity == identity else NOBODY


@entry
def take_reports(
    rows: Records, looks: Records, time_ns: int, every_s: float, densities: FloatArray, equivalents: Records,
    new: Records,
) -> int:  # fmt: skip
    """What is new in each of d reports of one sensor, LOOK, into equivalents (d,).

    rows (n,) REPORTED are sorted by identity, and hold afterwards what is told; what they lack comes into new
    (d,), which must be blank (time NEVER), and how many that are is given. densities (AXES,) is the site's
    process noise.
    """
    count = 0
    for j in range(len(looks)):
        look = looks[j]
        equivalents[j].look = look
        at_ns = time_ns + int(np.rint(look.offset_s * 1e9))
        i = find(rows, look.identity)
        if i != NOBODY:
            take_report(rows[i], look, at_ns, every_s, densities, equivalents[j])
            continue
        i = count
        for b in range(count):
            if look.identity != NO_IDENTITY and new[b].identity == look.identity:
                i = b
                break
        take_report(new[i], look, at_ns, every_s, densities, equivalents[j])
        if i == count and look.identity != NO_IDENTITY:
            count += 1
    return count
