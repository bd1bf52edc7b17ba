"""Compiled: how a track has been flying for minutes, as a bank of filters of its successive states.

The tracker's states are no measurements: each holds all that came before. What is new in the position since
the last one that was taken is worked out first (a tracklet: the posterior over the prediction, Drummond 1997)
along the two directions in which it is independent; then an interacting multiple model (Blom and Bar-Shalom
1988) of the modes of `flight_modes` takes it. A state here is (4,): east, north [m], and their speeds [m/s].

Nothing is checked here: `Assessor` is the door.
"""

from __future__ import annotations

import math

import numpy as np

from tocsin.jit import entry, kernel
from tocsin.model.tracks import NEVER_NS
from tocsin.units import FloatArray, IntArray

_STATE = 4
_LEAST_NEWS = 0.02  # share of the predicted variance; less is rounding, or the tracker's own modes
_LEAST_VARIANCE = 1e-6
_LEAST_SHARE = 0.02
_LEAST_WEIGHT = 1e-12
_LOST = 40.0  # squared innovation over variance that no mode explains: the track is another object's now


@kernel
def news(
    state: FloatArray,
    covariance: FloatArray,
    before: FloatArray,
    covariance_before: FloatArray,
    elapsed_s: float,
    density: float,
    told: FloatArray,
) -> None:
    """Writes what a state says that an earlier one did not: `told` (2, 4) has two independent looks.

    Each is a direction (2,), the place along it [m] and its variance [m2]; a variance of 0 is no look. The
    tracker flew on with an acceleration noise of at least `density`.
    """
    t = elapsed_s
    grown = density * t * t * t / 3.0
    pxx = covariance_before[0, 0] + 2.0 * t * covariance_before[0, 2] + t * t * covariance_before[2, 2]
    pyy = covariance_before[1, 1] + 2.0 * t * covariance_before[1, 3] + t * t * covariance_before[3, 3]
    pxy = covariance_before[0, 1] + t * (covariance_before[0, 3] + covariance_before[1, 2])
    pxx, pyy = max(pxx + grown, _LEAST_VARIANCE), max(pyy + grown, _LEAST_VARIANCE)
    pxy += t * t * covariance_before[2, 3]
    # The lower root of the prediction, and what is left of it in its own measure.
    a = math.sqrt(pxx)
    b = pxy / a
    c = math.sqrt(max(pyy - b * b, _LEAST_VARIANCE))
    cxx, cxy, cyy = covariance[0, 0], covariance[0, 1], covariance[1, 1]
    mxx = cxx / (a * a)
    mxy = (cxy - b / a * cxx) / (a * c)
    myy = (cyy - 2.0 * b / a * cxy + b * b / (a * a) * cxx) / (c * c)
    angle = 0.5 * math.atan2(2.0 * mxy, mxx - myy)
    dx = state[0] - (before[0] + t * before[2])
    dy = state[1] - (before[1] + t * before[3])
    u, v = dx / a, (dy - b / a * dx) / c
    for k in range(2):
        cos, sin = (math.cos(angle), math.sin(angle)) if k == 0 else (-math.sin(angle), math.cos(angle))
        left = cos * cos * mxx + 2.0 * cos * sin * mxy + sin * sin * myy
        left = max(left, _LEAST_VARIANCE)
        told[k, 0], told[k, 1] = cos / a - sin * b / (a * c), sin / c
        gain = 1.0 - left
        if gain < _LEAST_NEWS:
            told[k, 2] = told[k, 3] = 0.0
            continue
        predicted = told[k, 0] * (before[0] + t * before[2]) + told[k, 1] * (before[1] + t * before[3])
        told[k, 2] = predicted + (cos * u + sin * v) / gain
        told[k, 3] = left / gain


@kernel
def mix(
    weight: FloatArray,
    state: FloatArray,
    covariance: FloatArray,
    change: FloatArray,
    new_weight: FloatArray,
    new_state: FloatArray,
    new_covariance: FloatArray,
) -> None:
    """Writes what each mode starts from, given that any came before: of (m,), (m, 4) and (m, 4, 4).

    `change` (m, m) is how probably each mode has become each other one. Little shares count in the
    weights but not in the moments: one chance in a thousand that a turn has just ended would make the speed
    on a straight leg three times as uncertain, and the next looks refute it.
    """
    modes = weight.shape[0]
    for n in range(modes):
        new_weight[n], merged = 0.0, 0.0
        for a in range(_STATE):
            new_state[n, a] = 0.0
            for b in range(_STATE):
                new_covariance[n, a, b] = 0.0
        for m in range(modes):
            new_weight[n] += weight[m] * change[m, n]
        for m in range(modes):
            share = weight[m] * change[m, n] / new_weight[n]
            if share >= _LEAST_SHARE:
                merged += share
                for a in range(_STATE):
                    new_state[n, a] += share * state[m, a]
        for a in range(_STATE):
            new_state[n, a] /= merged
        for m in range(modes):
            share = weight[m] * change[m, n] / new_weight[n]
            if share < _LEAST_SHARE:
                continue
            share /= merged
            for a in range(_STATE):
                away = state[m, a] - new_state[n, a]
                for b in range(_STATE):
                    other = state[m, b] - new_state[n, b]
                    new_covariance[n, a, b] += share * (covariance[m, a, b] + away * other)


@kernel
def changes(elapsed_s: float, hold_s: FloatArray, taken_up: FloatArray, change: FloatArray) -> None:
    """Writes the probability (m, m) that each mode has become each other one, by one change at most.

    A mode is left at rate 1 / hold, for the others as often as they are taken up.
    """
    for m in range(change.shape[0]):
        left = 1.0 - math.exp(-elapsed_s / hold_s[m])
        for n in range(change.shape[0]):
            change[m, n] = 1.0 - left if m == n else left * taken_up[n] / (1.0 - taken_up[m])


@kernel
def advance(
    state: FloatArray, covariance: FloatArray, elapsed_s: float, damping: float, noise: float
) -> None:
    """One mode's state (4,) and covariance (4, 4), in place; `noise` is that of acceleration [m2/s3].

    Damped velocities as of an integrated Ornstein-Uhlenbeck process, whose noise in place is left out: it is
    some metres.
    """
    t, keeps = elapsed_s, 1.0
    if damping > 0.0:
        keeps = math.exp(-damping * elapsed_s)
        t = (1.0 - keeps) / damping
    for axis in range(2):
        state[axis] += t * state[axis + 2]
        state[axis + 2] *= keeps
    for b in range(_STATE):
        for axis in range(2):
            covariance[axis, b] += t * covariance[axis + 2, b]
            covariance[axis + 2, b] *= keeps
    for a in range(_STATE):
        for axis in range(2):
            covariance[a, axis] += t * covariance[a, axis + 2]
            covariance[a, axis + 2] *= keeps
    for axis in range(2):
        if damping > 0.0:
            covariance[axis + 2, axis + 2] += noise * (1.0 - keeps * keeps) / (2.0 * damping)
        else:
            covariance[axis, axis] += noise * t * t * t / 3.0
            covariance[axis, axis + 2] += noise * t * t / 2.0
            covariance[axis + 2, axis] += noise * t * t / 2.0
            covariance[axis + 2, axis + 2] += noise * t


@kernel
def take(state: FloatArray, covariance: FloatArray, look: FloatArray) -> float:
    """Takes one look (4,) as `news` writes it, in place; gives the log-density of it, but for a constant."""
    along = look[0] * state[0] + look[1] * state[1]
    gain = (
        look[0] * covariance[0, 0] + look[1] * covariance[0, 1],
        look[0] * covariance[1, 0] + look[1] * covariance[1, 1],
        look[0] * covariance[2, 0] + look[1] * covariance[2, 1],
        look[0] * covariance[3, 0] + look[1] * covariance[3, 1],
    )
    variance = look[0] * gain[0] + look[1] * gain[1] + look[3]
    off = look[2] - along
    for a in range(_STATE):
        state[a] += gain[a] * off / variance
        for b in range(_STATE):
            covariance[a, b] -= gain[a] * gain[b] / variance
    fit: float = -0.5 * (off * off / variance + math.log(variance))
    return fit


@kernel
def advance_modes(
    state: FloatArray, covariance: FloatArray, elapsed_s: float, diffusion: FloatArray, limits: FloatArray
) -> None:
    """All modes (m, 4) and (m, 4, 4), in place; `limits` as in `follow`."""
    still = state.shape[0] - 1
    for m in range(still):
        speed = max(math.hypot(state[m, 2], state[m, 3]), limits[2])
        advance(state[m], covariance[m], elapsed_s, 0.0, diffusion[m] * speed * speed)
    noise = 2.0 * limits[3] * limits[4] * limits[4]
    advance(state[still], covariance[still], elapsed_s, limits[3], noise)


@kernel
def weigh(weight: FloatArray, state: FloatArray, covariance: FloatArray, looks: FloatArray) -> None:
    """Takes looks (2, 4) in every mode, and weighs the modes (m,) by how well they fit, in place."""
    best = -math.inf
    for m in range(weight.shape[0]):
        fit = 0.0
        for k in range(2):
            if looks[k, 3] > 0.0:
                fit += take(state[m], covariance[m], looks[k])
        weight[m] = math.log(weight[m]) + fit
        best = max(best, weight[m])
    total = 0.0
    for m in range(weight.shape[0]):
        weight[m] = max(math.exp(weight[m] - best), _LEAST_WEIGHT)
        total += weight[m]
    for m in range(weight.shape[0]):
        weight[m] /= total


@kernel
def is_lost(state: FloatArray, covariance: FloatArray, looks: FloatArray) -> bool:
    """Whether a look is further from a mode's prediction than any flight takes it."""
    for k in range(2):
        one = looks[k]
        if one[3] > 0.0:
            off = one[2] - one[0] * state[0] - one[1] * state[1]
            variance = one[3] + one[0] * one[0] * covariance[0, 0] + one[1] * one[1] * covariance[1, 1]
            variance += 2.0 * one[0] * one[1] * covariance[0, 1]
            if off * off > _LOST * variance:
                return True
    return False


@kernel
def begin(
    state: FloatArray,
    covariance: FloatArray,
    prior: FloatArray,
    still_mps: float,
    weight: FloatArray,
    modes_state: FloatArray,
    modes_covariance: FloatArray,
) -> None:
    """Starts a track's modes (m,), (m, 4), (m, 4, 4) from the tracker's state (4,) and covariance (4, 4).

    Standing still is as probable as the velocity fits it, beside flight of any velocity.
    """
    modes = weight.shape[0]
    for m in range(modes):
        weight[m] = prior[m]
        for a in range(_STATE):
            modes_state[m, a] = state[a]
            for b in range(_STATE):
                modes_covariance[m, a, b] = covariance[a, b]
    still = modes - 1
    slow = still_mps * still_mps
    variance = 0.5 * (covariance[2, 2] + covariance[3, 3])
    misfit = 0.5 * (state[2] ** 2 + state[3] ** 2)
    # Density of the velocity if it stands still, over that of a speed spread over 15 m/s on each axis.
    odds = (
        (225.0 + variance)
        / (slow + variance)
        * math.exp(misfit / (225.0 + variance) - misfit / (slow + variance))
    )
    weight[still] = prior[still] * odds / (1.0 - prior[still] + prior[still] * odds)
    for m in range(still):
        weight[m] = (1.0 - weight[still]) * prior[m] / (1.0 - prior[still])
    for axis in range(2):
        modes_state[still, axis + 2] = 0.0
        for b in range(_STATE):
            modes_covariance[still, axis + 2, b] = modes_covariance[still, b, axis + 2] = 0.0
    modes_covariance[still, 2, 2] = modes_covariance[still, 3, 3] = slow


@entry
def follow(
    time_ns: int,
    states: FloatArray,
    covariances: FloatArray,
    seen_ns: IntArray,
    rows: IntArray,
    hold_s: FloatArray,
    taken_up: FloatArray,
    prior: FloatArray,
    diffusion: FloatArray,
    limits: FloatArray,
    anchor_ns: IntArray,
    anchor_state: FloatArray,
    anchor_covariance: FloatArray,
    kept_weight: FloatArray,
    kept_state: FloatArray,
    kept_covariance: FloatArray,
    weight: FloatArray,
    state: FloatArray,
    covariance: FloatArray,
    told: FloatArray,
) -> None:
    """Writes each track's modes as of now into `weight` (n, m), `state` (n, m, 4), `covariance` (n, m, 4, 4).

    Takes horizontal `states` (n, 4) and `covariances` (n, 4, 4) of the tracker, when any sensor last saw each
    (n,), and its rows of what is kept: the state that was last taken, when, and the modes as of then. A state
    is taken every so often, if the track was seen since. `limits`: how often [s], the tracker's acceleration
    noise [m2/s3], least speed [m/s], damping [1/s] and speed [m/s] of what stands still.
    """
    modes = hold_s.shape[0]
    change = np.empty((modes, modes))
    for track in range(states.shape[0]):
        row = rows[track]
        w, x, p = weight[track], state[track], covariance[track]
        # `NEVER_NS` taken from a time has no room in 64 bits.
        elapsed_s = -1.0 if anchor_ns[row] == NEVER_NS else (time_ns - anchor_ns[row]) * 1e-9
        is_new = elapsed_s < 0.0
        if not is_new:
            changes(elapsed_s, hold_s, taken_up, change)
            mix(kept_weight[row], kept_state[row], kept_covariance[row], change, w, x, p)
            advance_modes(x, p, elapsed_s, diffusion, limits)
            for k in range(2):
                told[k, 3] = 0.0
            if seen_ns[track] > anchor_ns[row] and elapsed_s > 0.0:
                news(states[track], covariances[track], anchor_state[row], anchor_covariance[row],
                     elapsed_s, limits[1], told)  # fmt: skip
            is_new = is_lost(x[modes - 2], p[modes - 2], told)
        if is_new:
            begin(states[track], covariances[track], prior, limits[4], w, x, p)
        else:
            weigh(w, x, p, told)
        if is_new or (elapsed_s >= limits[0] and seen_ns[track] > anchor_ns[row]):
            anchor_ns[row] = time_ns
            anchor_state[row] = states[track]
            anchor_covariance[row] = covariances[track]
            kept_weight[row], kept_state[row], kept_covariance[row] = w, x, p
