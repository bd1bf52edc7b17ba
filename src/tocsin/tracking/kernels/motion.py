"""How a track moves in each of its modes, and how it changes between them (interacting multiple models).

Every mode is linear: velocities turn and fade, places follow. Nearly constant velocity, a coordinated turn
and a velocity that is damped towards zero differ in six coefficients, so that one prediction serves all.
"""

from __future__ import annotations

import math

from tocsin.jit import bare_kernel
from tocsin.tracking.kernels.layout import CRUISE, MODES, STATE, STEADY, WAYS, Record

_LITTLE = 1e-9  # a turn, or a damping, times the work, below which there is none


@bare_kernel
def _noise(work: Record, m: int, axis: int, density: float, damping: float) -> None:
    """Covariance that white acceleration noise adds to place and speed in dt.

    Undamped: q [dt^3/3, dt^2/2; dt^2/2, dt] (Bar-Shalom, Li, Kirubarajan 2001, eq. 6.2.2-12); damped: that of
    an integrated Ornstein-Uhlenbeck process with the same noise.
    """
    dt = work.dt_s
    if damping * dt < _LITTLE:
        work.noise[m, axis, 0] = density * dt**3 / 3.0
        work.noise[m, axis, 1] = density * dt**2 / 2.0
        work.noise[m, axis, 2] = density * dt
        return
    fade = math.exp(-damping * dt)
    stationary = density / (2.0 * damping)
    place = 2.0 * damping * dt - 3.0 + 4.0 * fade - fade * fade
    work.noise[m, axis, 0] = stationary * max(place, 0.0) / damping**2
    work.noise[m, axis, 1] = stationary * (1.0 - fade) ** 2 / damping
    work.noise[m, axis, 2] = stationary * (1.0 - fade * fade)


@bare_kernel
def _work_out_mode(work: Record, motion: Record, m: int) -> None:
    """The coefficients of one mode for dt."""
    dt, damping, turn = work.dt_s, motion.damping_per_s[m], motion.turn_radps[m]
    work.along[m], work.across[m], work.keeps[m], work.turns[m] = dt, 0.0, 1.0, 0.0
    work.climb[m], work.climb_keeps[m] = dt, 1.0
    if abs(turn) * dt >= _LITTLE:
        work.keeps[m], work.turns[m] = math.cos(turn * dt), math.sin(turn * dt)
        work.along[m], work.across[m] = work.turns[m] / turn, (1.0 - work.keeps[m]) / turn
    elif damping * dt >= _LITTLE:
        work.keeps[m] = work.climb_keeps[m] = math.exp(-damping * dt)
        work.along[m] = work.climb[m] = (1.0 - work.keeps[m]) / damping
    _noise(work, m, 0, motion.horizontal_density[m], damping)
    _noise(work, m, 1, motion.vertical_density[m], damping)


@bare_kernel
def work_out(work: Record, motion: Record, dt_s: float) -> None:
    """Works the motion model out for dt, unless that was the last one.

    Modes change as a Markov chain in continuous time: expm(G dt), from the eigenvectors of G.
    """
    if work.dt_s == dt_s:
        return
    work.dt_s = dt_s
    work.survival = math.exp(-dt_s / motion.lifetime_s)
    for m in range(motion.modes):
        _work_out_mode(work, motion, m)
    if motion.modes == 1:
        return
    for m in range(WAYS):
        for n in range(WAYS):
            work.change[m, n] = 0.0
    for k in range(WAYS):
        decay = math.exp(-motion.rate[k] * dt_s)
        for m in range(WAYS):
            for n in range(WAYS):
                work.change[m, n] += motion.forward[m, k] * decay * motion.backward[k, n]


@bare_kernel
def advance(mode: Record, work: Record, m: int) -> None:
    """x <- F x, P <- F P F' + Q of one mode in place; F is never formed."""
    along, across, keeps, turns = work.along[m], work.across[m], work.keeps[m], work.turns[m]
    climb, climb_keeps = work.climb[m], work.climb_keeps[m]
    x, p = mode.state, mode.covariance
    east, north, up = x[3], x[4], x[5]
    x[0] += along * east - across * north
    x[1] += across * east + along * north
    x[2] += climb * up
    x[3], x[4], x[5] = keeps * east - turns * north, turns * east + keeps * north, climb_keeps * up
    for b in range(STATE):
        east, north, up = p[3, b], p[4, b], p[5, b]
        p[0, b] += along * east - across * north
        p[1, b] += across * east + along * north
        p[2, b] += climb * up
        p[3, b], p[4, b], p[5, b] = (
            keeps * east - turns * north,
            turns * east + keeps * north,
            climb_keeps * up,
        )
    for a in range(STATE):
        east, north, up = p[a, 3], p[a, 4], p[a, 5]
        p[a, 0] += along * east - across * north
        p[a, 1] += across * east + along * north
        p[a, 2] += climb * up
        p[a, 3], p[a, 4], p[a, 5] = (
            keeps * east - turns * north,
            turns * east + keeps * north,
            climb_keeps * up,
        )
    for a in range(STATE):
        for b in range(a):
            p[a, b] = p[b, a]  # rows and columns round differently
    for a in range(3):
        axis = 1 if a == 2 else 0
        p[a, a] += work.noise[m, axis, 0]
        p[a, a + 3] += work.noise[m, axis, 1]
        p[a + 3, a] += work.noise[m, axis, 1]
        p[a + 3, a + 3] += work.noise[m, axis, 2]


@bare_kernel
def _center(track: Record, work: Record) -> None:
    """Mean over the modes into the track's row; into work each mode's distance and second moment about it."""
    mean = track.state
    for a in range(STATE):
        mean[a] = 0.0
        for m in range(MODES):
            mean[a] += track.mode[m].probability * track.mode[m].state[a]
    for m in range(MODES):
        mode = track.mode[m]
        for a in range(STATE):
            work.away[m, a] = mode.state[a] - mean[a]
        for a in range(STATE):
            for b in range(STATE):
                work.about[m, a, b] = mode.covariance[a, b] + work.away[m, a] * work.away[m, b]


@bare_kernel
def _flow(track: Record, work: Record) -> None:
    """Changes between the modes of one track into work, and how steady it is after them.

    Both ways of flying straight on share a mode, as they move alike; nothing that is measured in between
    tells them apart.
    """
    change, flow, steady = work.change, work.flow, track.steady
    for n in range(MODES):
        for m in range(MODES):
            flow[m, n] = change[m, n]
        flow[CRUISE, n] += steady * (change[STEADY, n] - change[CRUISE, n])
    straight, became = 0.0, 0.0
    for m in range(MODES):
        to_steady = change[m, STEADY]
        if m == CRUISE:
            to_steady += steady * (change[STEADY, STEADY] - to_steady)
        flow[m, CRUISE] += to_steady
        straight += work.share[m] * flow[m, CRUISE]
        became += work.share[m] * to_steady
    track.steady = became / straight


@bare_kernel
def mix(track: Record, work: Record) -> None:
    """Interaction step of the IMM filter: what each mode starts from, given that any of them came before.

    Blom and Bar-Shalom 1988: c_n = sum_m mu_m Pi_mn, weights mu_m Pi_mn / c_n. Moments are taken about the
    mean over all modes, so that each is worked out once.
    """
    _center(track, work)
    mean = track.state
    for m in range(MODES):
        work.share[m] = track.mode[m].probability
    _flow(track, work)
    for n in range(MODES):
        mode, total = track.mode[n], 0.0
        for m in range(MODES):
            total += work.share[m] * work.flow[m, n]
        mode.probability = total
        x, p = mode.state, mode.covariance
        for a in range(STATE):
            x[a] = 0.0
            for b in range(STATE):
                p[a, b] = 0.0
        for m in range(MODES):
            share = work.share[m] * work.flow[m, n] / total
            for a in range(STATE):
                x[a] += share * work.away[m, a]
                for b in range(STATE):
                    p[a, b] += share * work.about[m, a, b]
        for a in range(STATE):
            for b in range(STATE):
                p[a, b] -= x[a] * x[b]
        for a in range(STATE):
            x[a] += mean[a]


@bare_kernel
def collapse(track: Record, work: Record) -> None:
    """Mean and covariance of a track over its modes, into its own row."""
    covariance = track.covariance
    if track.modes == 1:
        mode = track.mode[0]
        for a in range(STATE):
            track.state[a] = mode.state[a]
            for b in range(STATE):
                covariance[a, b] = mode.covariance[a, b]
        return
    _center(track, work)
    for a in range(STATE):
        for b in range(STATE):
            covariance[a, b] = 0.0
    for m in range(MODES):
        share = track.mode[m].probability
        for a in range(STATE):
            for b in range(STATE):
                covariance[a, b] += share * work.about[m, a, b]


@bare_kernel
def spread_over_modes(track: Record, motion: Record) -> None:
    """Lets a track that flew straight on for the filter fly in any of the modes."""
    for m in range(1, motion.modes):
        track.mode[m] = track.mode[0]
    for m in range(motion.modes):
        track.mode[m].probability = motion.prior[m]
    track.modes, track.steady = motion.modes, motion.steady


@bare_kernel
def predict(track: Record, time_ns: int, motion: Record, work: Record) -> None:
    """Predicts one track to a time not before its own."""
    dt_s = (time_ns - track.time_ns) * 1e-9
    if dt_s > 0.0:
        work_out(work, motion, dt_s)
        track.existence *= work.survival
        track.time_ns = time_ns
        if track.modes > 1:
            mix(track, work)
        for m in range(track.modes):
            advance(track.mode[m], work, m)
    collapse(track, work)
