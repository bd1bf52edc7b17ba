"""Biases of sensors from the residuals of tracks, one compiled call a scan.

Friedland's separate-bias filter (1969, IEEE TAC 14(4), 359-367), with biases that wander (Ignagni 1990).
A track that biased sensors feed is displaced by V b, where the sensitivity V (6, n) follows from the track's
own gains: V <- F V, then V <- V + K S with S = C - H V. S is also what an innovation shows of the biases: its
sensor's own, less what all sensors have done to the track already. So a good sensor isn't dragged by a bad
one, and where only differences of biases show, only differences are learnt. Innovations of a matched filter
are white, so nothing is counted twice.

A clock that is t ahead gives what was t ago, displaced by -v t. V is kept for a displacement along each axis,
m = n + 2 columns for each clock, and multiplied by the present v: so what all clocks have in common never
shows, as it must be, however the object turns.

Biases are in units of their prior sigma. Measurements come with `used` taken off; when that changes, tracks
still stand where the old one has put them, off by `shift` (6,), which fades as V does.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from tocsin.jit import bare_kernel, compiled_as, entry
from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    COMPONENTS,
    EAST,
    ELEVATION,
    NORTH,
    RANGE,
    STATE,
    UP,
    Record,
    Records,
    records,
)
from tocsin.tracking.kernels.measure import gradient, predicted, relative, travel_time, wrap
from tocsin.units import BoolArray, FloatArray, IntArray

# Biases of a sensor: of RANGE, AZIMUTH, ELEVATION, of a position that it reports, and of its clock.
OFFSET_EAST, TIME = 3, 6
BIASES = 7
# Tracks that are followed at a time: enough to learn from, and a bound to the effort.
SUBJECTS = 32
# Detections that less probably are of a track are left out.
_PROBABLE = 0.5
# An association less sure than this moves a track but teaches nothing.
CONFIDENT = 0.95
# A track teaches as long as two sensors have fed it within so much time; unseen for as long, it is let go.
RECENT_NS = 60_000_000_000
# Decayed detections by which a sensor counts as one that feeds a track.
FEEDS = 0.5
# So many tracks besides those followed are looked at for the sensor's health.
OTHERS = 32
# Innovations beyond so many sigmas weigh less (Huber 1964), and those beyond so many nothing.
HUBER, REFUSED = 1.5, 4.0
# Share of the newest innovation in a track's unrest.
NEWEST = 0.05
# How soon a track's velocity forgets what it was before it was followed [s].
START_S = 20.0
_ANYWHERE_M2 = 1e10
# What is taken off measurements follows what is learnt so often.
_EVERY_NS = 5_000_000_000

SUBJECT = np.dtype(
    [
        ("track", "i8"),  # its name; 0: free
        ("time_ns", "i8"),  # to which the rest holds
        ("other_ns", "i8"),  # when a sensor other than the last one fed it
        ("last_sensor", "i8"),
        ("is_cooperative", "?"),
        ("unrest", "f8"),  # running normalised innovation squared, biases allowed for
        ("velocity", "f8", (3,)),
        ("shift", "f8", (STATE,)),
        ("start_variance", "f8", (STATE,)),  # of where it was when it began to be followed
    ],
    align=True,
)
"""A track that is followed."""

_WORK = np.dtype(
    [
        ("probability", "f8"),
        ("is_sure", "?"),
        ("square", "f8"),  # normalised innovation squared of the components so far ...
        ("components", "f8"),  # ... which are so many
        ("covariance", "f8", (STATE, STATE)),  # of the track given the components before
        ("step", "f8", (STATE,)),  # that the components before have moved it
        ("direction", "f8", (STATE,)),  # gradient H of the component
        ("column", "f8", (STATE,)),  # P H'
        ("variance", "f8"),  # of the innovation
        ("place", "f8", (STATE + 2,)),
        ("local", "f8", (STATE,)),
    ],
    align=True,
)
"""An association being worked on."""


class BiasModel(NamedTuple):
    """What may be biased, s sensors and n biases."""

    column: IntArray  # (s, BIASES) place of each bias among the n, -1: none
    driver: IntArray  # (n,) its first column of V
    is_clock: BoolArray  # (n,) it has three
    sigma: FloatArray  # (n,) prior [m, rad, s]
    is_anchor: BoolArray  # (s,) true by definition
    wander_per_s: float  # variance that a bias gains


class BiasState(NamedTuple):
    """What is known of n biases, and the tracks that are followed."""

    estimate: FloatArray  # (n,)
    covariance: FloatArray  # (n, n)
    used: FloatArray  # (n,) what is taken off measurements
    time_ns: IntArray  # (2,) of the last scan, and of the last change of what is used
    subjects: Records  # (SUBJECTS,) SUBJECT
    # (SUBJECTS, 6, m + 6) V, and what is left of where the track was when it began to be followed
    sensitivity: FloatArray


def _work_rows(count: int) -> Records:
    return records(_WORK, count)


compiled_as(_work_rows, lambda count: np.empty(count, _WORK))


@bare_kernel
def _begin(work: Record, track: Record) -> None:
    work.square = work.components = 0.0
    for a in range(STATE):
        work.step[a] = 0.0
        for b in range(STATE):
            work.covariance[a, b] = track.covariance[a, b]


@bare_kernel
def _innovation(work: Record, sensor: Record, track: Record, look: Record, component: int) -> float:
    """Innovation of one component given those before it; its variance, H and P H' go into the work."""
    state = track.state
    offset_s = look.offset_s - travel_time(sensor, state)
    relative(sensor, state, offset_s, work.place)
    gradient(sensor, component, work.place, offset_s, work.local, work.direction)
    innovation = look.measured[component] - predicted(component, work.place, state, offset_s)
    if component in (AZIMUTH, ELEVATION):
        innovation = wrap(innovation)
    work.variance = look.sigma[component] ** 2
    for a in range(STATE):
        value = 0.0
        for b in range(STATE):
            value += work.covariance[a, b] * work.direction[b]
        work.column[a] = value
        work.variance += work.direction[a] * value
        innovation -= work.direction[a] * work.step[a]
    return float(innovation)


@bare_kernel
def _condition(work: Record, innovation: float) -> None:
    """The track given this component, too."""
    work.square += innovation * innovation / work.variance
    work.components += 1.0
    for a in range(STATE):
        gain = work.column[a] / work.variance
        work.step[a] += gain * innovation
        for b in range(STATE):
            work.covariance[a, b] -= gain * work.column[b]


@bare_kernel
def _reduce(model: BiasModel, driven: FloatArray, velocity: FloatArray, shown: FloatArray) -> None:
    """What columns like those of V, driven (m), say of the biases, into shown (n,)."""
    for p in range(len(shown)):
        c = model.driver[p]
        shown[p] = driven[c]
        if model.is_clock[p]:
            shown[p] = 0.0
            for a in range(3):
                shown[p] -= driven[c + a] * velocity[a]


@bare_kernel
def _show(
    work: Record,
    model: BiasModel,
    sensor: int,
    component: int,
    sensitivity: FloatArray,
    velocity: FloatArray,
    driven: FloatArray,
    shown: FloatArray,
) -> None:
    """S = C - H V of one component into driven (m + 6,), and for the biases into shown (n,)."""
    for c in range(len(driven)):
        value = 0.0
        for a in range(STATE):
            value -= work.direction[a] * sensitivity[a, c]
        driven[c] = value
    own, clock = -1, model.column[sensor, TIME]
    if component <= ELEVATION:
        own = model.column[sensor, component]
    elif EAST <= component <= UP:
        own = model.column[sensor, OFFSET_EAST + component - EAST]
    if own >= 0:
        driven[model.driver[own]] += model.sigma[own]
    if clock >= 0:
        for a in range(3):
            driven[model.driver[clock] + a] += model.sigma[clock] * work.direction[a]
    _reduce(model, driven, velocity, shown)


@bare_kernel
def _teach(
    state: BiasState, subject: Record, shown: FloatArray, spread: FloatArray, error: float, variance: float
) -> bool:
    """Kalman update of the biases with one scalar; False if it was beyond belief. spread (n,) is scratch.

    `error` is what is left with the biases that are used. A track whose innovations are larger than its
    filter thinks is mostly one that manoeuvres: they are alike in time, too, and teach less by the square.
    """
    total = variance
    for p in range(len(spread)):
        value = 0.0
        for q in range(len(spread)):
            value += state.covariance[p, q] * shown[q]
        spread[p] = value
        total += shown[p] * value
        error -= shown[p] * (state.estimate[p] - state.used[p])
    subject.unrest += NEWEST * (min(error * error / total, REFUSED**2) - subject.unrest)
    total += variance * (max(subject.unrest, 1.0) ** 2 - 1.0)
    size = abs(error) / math.sqrt(total)
    if not size <= REFUSED:  # so that what isn't a number is refused, too
        return False
    if size > HUBER:
        total += variance * (size / HUBER - 1.0)
    certainty = 1.0 / total
    for p in range(len(spread)):
        state.estimate[p] += spread[p] * error / total
        for q in range(len(spread)):
            state.covariance[p, q] -= certainty * (spread[p] * spread[q])
    return True


@bare_kernel
def _follow(
    work: Record, state: BiasState, slot: int, model: BiasModel, sensor: Record, track: Record, look: Record,
    driven: FloatArray, shown: FloatArray, spread: FloatArray, teaches: bool,
) -> None:  # fmt: skip
    """Takes one residual: what it shows of the biases, and what its detection did to the track."""
    subject, sensitivity = state.subjects[slot], state.sensitivity[slot]
    start = len(driven) - STATE
    weight = 1.0 if work.is_sure else work.probability
    for a in range(3):
        subject.velocity[a] = track.state[a + 3]
    _begin(work, track)
    for component in range(COMPONENTS):
        if not (look.mask >> component) & 1:
            continue
        innovation = _innovation(work, sensor, track, look, component)
        _show(work, model, sensor.number, component, sensitivity, subject.velocity, driven, shown)
        moved, noise = 0.0, work.variance
        for a in range(STATE):
            moved += work.direction[a] * subject.shift[a]
            noise += driven[start + a] ** 2 * subject.start_variance[a]
        if teaches:
            teaches = _teach(state, subject, shown, spread, innovation + moved, noise)
        for a in range(STATE):
            gain = weight * work.column[a] / work.variance
            subject.shift[a] -= gain * moved
            for c in range(len(driven)):
                sensitivity[a, c] += gain * driven[c]
        _condition(work, innovation)


@bare_kernel
def _predict(subject: Record, sensitivity: FloatArray, time_ns: int) -> None:
    """V <- F V: displaced velocities displace places."""
    dt_s = (time_ns - subject.time_ns) * 1e-9
    subject.time_ns = time_ns
    for a in range(3):
        subject.shift[a] += dt_s * subject.shift[a + 3]
        for c in range(sensitivity.shape[1]):
            sensitivity[a, c] += dt_s * sensitivity[a + 3, c]


@bare_kernel
def _start(
    work: Record, state: BiasState, slot: int, model: BiasModel, sensor: Record, track: Record, look: Record,
    driven: FloatArray, shown: FloatArray, time_ns: int,
) -> None:  # fmt: skip
    """Begins to follow a track, as if so far only this sensor had fed it.

    That may be wrong by as much as its biases can displace the track; what is left of it is followed, too.
    """
    subject, sensitivity = state.subjects[slot], state.sensitivity[slot]
    n, start = len(shown), len(driven) - STATE
    subject.track = track.name
    subject.time_ns, subject.other_ns = time_ns, time_ns - RECENT_NS
    subject.last_sensor, subject.unrest = sensor.number, 1.0
    for a in range(STATE):
        subject.shift[a] = 0.0
        for c in range(len(driven)):
            sensitivity[a, c] = 0.0
    for a in range(3):
        subject.velocity[a] = track.state[a + 3]
    _begin(work, track)
    for a in range(3):
        work.covariance[a, a] += _ANYWHERE_M2  # so that this detection alone places the track
    for component in range(COMPONENTS):
        if (look.mask >> component) & 1:
            innovation = _innovation(work, sensor, track, look, component)
            _show(work, model, sensor.number, component, sensitivity, subject.velocity, driven, shown)
            for a in range(3):
                for c in range(start):
                    sensitivity[a, c] += work.column[a] / work.variance * driven[c]
            _condition(work, innovation)
    variance = 0.0
    for a in range(3):
        _reduce(model, sensitivity[a], subject.velocity, shown)
        for p in range(n):
            for q in range(n):
                variance += shown[p] * state.covariance[p, q] * shown[q]
    for a in range(3):
        subject.start_variance[a], subject.start_variance[a + 3] = variance, variance / START_S**2
        sensitivity[a, start + a] = sensitivity[a + 3, start + a + 3] = 1.0


@bare_kernel
def _place_of(subjects: Records, track: int) -> int:
    """Where a track is followed; -1: nowhere."""
    for slot in range(SUBJECTS):
        if subjects[slot].track == track:
            return slot
    return -1


@bare_kernel
def _place_for(subjects: Records, model: BiasModel, perception: Records, i: int, sensor: int) -> int:
    """Where track i can be followed from now on; -1: nowhere.

    Only one that two sensors feed is worth it. One that reports itself takes the place of one that does not.
    """
    feeding, is_cooperative = 0, False
    for s in range(perception.shape[1]):
        if s == sensor or perception[i, s].support > FEEDS:
            feeding += 1
            is_cooperative = is_cooperative or model.is_anchor[s]
    if feeding < 2:
        return -1
    slot = _place_of(subjects, 0)
    for k in range(SUBJECTS):
        if slot < 0 and is_cooperative and not subjects[k].is_cooperative:
            slot = k
    if slot >= 0:
        subjects[slot].is_cooperative = is_cooperative
    return slot


@bare_kernel
def _is_fed_by_others(subject: Record, sensor: int, time_ns: int) -> bool:
    """Whether another sensor has fed the track lately; notes that this one does."""
    if subject.last_sensor != sensor:
        subject.other_ns, subject.last_sensor = subject.time_ns, sensor
    return bool(time_ns - subject.other_ns < RECENT_NS)


@bare_kernel
def _pass_time(state: BiasState, model: BiasModel, time_ns: int) -> None:
    """Biases wander and forget (Ornstein-Uhlenbeck, with the prior as its stationary distribution); tracks
    unseen for long are let go."""
    dt_s = (time_ns - state.time_ns[0]) * 1e-9 if state.time_ns[0] > 0 else 0.0
    state.time_ns[0] = time_ns
    keeps = math.exp(-0.5 * model.wander_per_s * max(dt_s, 0.0))
    for p in range(len(state.estimate)):
        state.estimate[p] *= keeps
        for q in range(len(state.estimate)):
            state.covariance[p, q] *= keeps * keeps
        state.covariance[p, p] += 1.0 - keeps * keeps
    for slot in range(SUBJECTS):
        if time_ns - state.subjects[slot].time_ns > RECENT_NS:
            state.subjects[slot].track = 0


@bare_kernel
def _is_due(state: BiasState, time_ns: int) -> bool:
    """Whether something is known that was not used yet, and the last change is long ago: if so, notes it."""
    if time_ns - state.time_ns[1] < _EVERY_NS:
        return False
    is_known = False
    for p in range(len(state.estimate)):
        is_known = is_known or state.estimate[p] != 0.0
    if is_known:
        state.time_ns[1] = time_ns
    return is_known


@bare_kernel
def _take_note(work: Record, sensor: Record, track: Record, look: Record) -> None:
    """An association of a track that isn't followed: only its innovations are of interest."""
    _begin(work, track)
    for component in range(COMPONENTS):
        if (look.mask >> component) & 1:
            _condition(work, _innovation(work, sensor, track, look, component))


@entry
def learn_biases(
    state: BiasState,
    model: BiasModel,
    number: int,
    time_ns: int,
    sensors: Records,
    tracks: Records,
    perception: Records,
    looks: Records,
) -> tuple[float, float, bool]:
    """Learns from one scan of sensor `number`; gives the sum of the normalised innovations squared of sure
    associations, of how many components, and whether what is used should follow what is learnt.

    tracks (n,) and perception (n, s) are the store's, whose state and covariance are those predicted to the
    scan; looks (d,) are the scan's and name their tracks.
    """
    n, works, sensor = len(state.estimate), _work_rows(1), sensors[number]
    driven, shown, spread = np.empty(state.sensitivity.shape[2]), np.empty(n), np.empty(n)
    _pass_time(state, model, time_ns)
    is_biased = model.column[number].max() >= 0
    squares, components, others = 0.0, 0.0, 0
    for j in range(len(looks)):
        # A compiled row does not keep its array alive: `works` lives as long as it is used here.
        look, work = looks[j], works[0]
        if look.share <= _PROBABLE or not tracks[look.track].confirmed:
            continue
        i = look.track
        track, work.probability = tracks[i], look.share
        work.is_sure = work.probability >= CONFIDENT
        slot = _place_of(state.subjects, track.name)
        if slot < 0 and work.is_sure and is_biased:
            slot = _place_for(state.subjects, model, perception, i, number)
            if slot >= 0:
                _start(work, state, slot, model, sensor, track, look, driven, shown, time_ns)
        if slot >= 0:
            is_shared = _is_fed_by_others(state.subjects[slot], number, time_ns)
            _predict(state.subjects[slot], state.sensitivity[slot], time_ns)
            teaches = work.is_sure and is_shared and (is_biased or model.is_anchor[number])
            _follow(work, state, slot, model, sensor, track, look, driven, shown, spread, teaches)
        elif others < OTHERS:
            others += 1
            _take_note(work, sensor, track, look)
        else:
            continue
        if work.is_sure:
            squares, components = squares + work.square, components + work.components
    return squares, components, _is_due(state, time_ns)


@entry
def take_off(looks: Records, bias: FloatArray, added: FloatArray, speed_mps: float) -> None:
    """Takes a sensor's biases (BIASES,) off the detections of a scan and adds to their variances, in place.

    While a clock is off, objects fly on, across the range as well as along it: by speed_mps on each axis.
    """
    moved_m2 = added[TIME] * speed_mps**2
    for j in range(len(looks)):
        look = looks[j]
        look.offset_s -= bias[TIME]
        for component in range(COMPONENTS):
            is_polar = component <= ELEVATION
            if not (look.mask >> component) & 1 or not (is_polar or EAST <= component <= UP):
                continue
            kind = component if is_polar else component - EAST + OFFSET_EAST
            variance = added[kind]
            if component in (RANGE, EAST, NORTH):
                variance += moved_m2
            elif component == AZIMUTH and (look.mask >> RANGE) & 1:
                variance += moved_m2 / max(look.measured[RANGE], 1.0) ** 2
            look.measured[component] -= bias[kind]
            look.sigma[component] = math.sqrt(look.sigma[component] ** 2 + variance)
        look.measured[RANGE] = max(look.measured[RANGE], 0.0)
