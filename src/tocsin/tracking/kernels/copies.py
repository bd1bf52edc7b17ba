"""Copies by multipath: echoes that came by a longer way appear behind an object, in its direction.

A copy moves with its object and stays for many scans: whatever starts a track at it will find it again, as
sure as a real object. So a track that may have begun as a copy carries the probability that it is one, and is
confirmed by the rest. It begins with the copies' share in what a detection can be that is of nothing known:

    r_k Pd p_copy Exp(z_range - range_k; mean excess) N(z_direction - direction_k) for each track k nearer,

against the intensity of undetected objects. From then on a copy is found where the track expects it as well
as an object would be, but only with p_copy, only in the direction of the track that it is of, and with its
Doppler, and only when that one is found.
"""

from __future__ import annotations

import math

import numpy as np

from tocsin.jit import bare_kernel, kernel
from tocsin.tracking.kernels.edges import probability_of_detection
from tocsin.tracking.kernels.gate import DetectionGrid, between
from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    ELEVATION,
    LEAST_DENSITY,
    NO_IDENTITY,
    NOBODY,
    PARENTS,
    RANGE,
    RANGE_RATE,
    Record,
    Records,
    Store,
)
from tocsin.tracking.kernels.measure import (
    gradient,
    is_static,
    predicted,
    project,
    relative,
    travel_time,
    wrap,
)
from tocsin.units import NANOSECONDS_PER_SECOND, FloatArray, IntArray

# Farther behind than so many mean excesses nothing is taken for a copy.
_LONGEST = 7.0
_SIGMAS = 4.0
# How fast the way of a copy becomes longer or shorter (assumed: reflections from what the object flies over).
_DRIFT_MPS = 5.0
# A copy without its object, or beside its direction, is at least as probable as this against an object there.
_LEAST_RATIO = 0.02
# A confirmed track less probably a copy than this is none.
_NO_COPY = 0.01
# What began with the track that it is a copy of, or before that one was seen, shows it only later. A track
# that was taken for an object for longer than this stays one.
_YOUNG_NS = 10 * NANOSECONDS_PER_SECOND
# What hardly exists has no copies that matter.
_LEAST_PARENT = 1e-3


@bare_kernel
def has_copies(sensor: Record) -> bool:
    """Whether the sensor may report copies."""
    return bool(sensor.multipath_probability > 0.0)


@bare_kernel
def genuine(track: Record) -> float:
    """How probably a track is of an object, and not of a copy."""
    return float(track.existence * (1.0 - track.copied))


@bare_kernel
def _expected(
    sensor: Record, track: Record, component: int, look: Record, work: Record
) -> tuple[float, float]:
    """Mean and variance of a component that a detection of the track has, without its error."""
    offset_s = look.offset_s - travel_time(sensor, track.state)
    relative(sensor, track.state, offset_s, work.place)
    gradient(sensor, component, work.place, offset_s, work.local, work.direction)
    variance = project(track.covariance, work.direction, is_static(component, offset_s), work.column)
    return predicted(component, work.place, track.state, offset_s), variance


@bare_kernel
def _likeness(sensor: Record, track: Record, look: Record, drift_mps: float, work: Record) -> float:
    """Density of a detection's direction and Doppler, if these are a track's."""
    density = 1.0
    for component in range(AZIMUTH, RANGE_RATE + 1):
        if (look.mask >> component) & 1:
            mean, variance = _expected(sensor, track, component, look, work)
            apart = look.measured[component] - mean
            variance += look.sigma[component] ** 2
            if component <= ELEVATION:
                apart = wrap(apart)
            else:
                variance += drift_mps * drift_mps
            density *= math.exp(-0.5 * apart * apart / variance) / math.sqrt(2.0 * math.pi * variance)
    return density


@bare_kernel
def _behind(sensor: Record, track: Record, look: Record, work: Record) -> float:
    """Density of a detection's range, if it is of a copy of a track: exponential, with normal errors."""
    mean, variance = _expected(sensor, track, RANGE, look, work)
    variance += look.sigma[RANGE] ** 2
    excess, usual = look.measured[RANGE] - mean, sensor.multipath_excess_m
    sigma = math.sqrt(variance)
    if excess < -_SIGMAS * sigma or excess > _LONGEST * usual + _SIGMAS * sigma:
        return 0.0
    # Where errors exceed the mean excess, the product of a huge and a tiny number is bounded.
    power = min(0.5 * variance / usual**2 - excess / usual, 300.0)
    inside = 0.5 * math.erfc((variance / usual - excess) / (sigma * math.sqrt(2.0)))
    return float(min(math.exp(power) * inside / usual, 1.0 / sigma))


@bare_kernel
def _keep(look: Record, best: FloatArray, copies: float, parent: int, likeness: float) -> None:
    """Puts a track among those that a detection most probably is a copy of, the likeliest first."""
    for p in range(PARENTS):
        if copies > best[p]:
            for later in range(PARENTS - 1, p, -1):
                best[later], look.parent[later] = best[later - 1], look.parent[later - 1]
                look.likeness[later] = look.likeness[later - 1]
            best[p], look.parent[p], look.likeness[p] = copies, parent, likeness
            return


@kernel
def expect_copies(
    store: Store, nodes: Records, sensor: Record, looks: Records, grid: DetectionGrid, work: Record
) -> None:
    """Adds copies to what each detection can be that is of nothing known.

    Only detections in the directions of tracks are looked at, by the grid.
    """
    found, best = np.empty(len(looks), np.int64), np.zeros((len(looks), PARENTS))
    for j in range(len(looks)):
        for p in range(PARENTS):
            looks[j].parent[p], looks[j].likeness[p] = NOBODY, 0.0
    if grid.axes[0] != AZIMUTH or grid.axes[1] != RANGE:
        return
    for a in range(len(nodes)):
        node = nodes[a]
        if a > 0 and nodes[a - 1].track == node.track:
            continue
        track = store.tracks[node.row]
        seen = track.existence * (1.0 - store.tracks[node.track].copied) * probability_of_detection(track)
        seen *= store.perception[node.track, sensor.number].visible
        if seen < _LEAST_PARENT:
            continue
        for k in range(_near(grid, sensor, track, looks[0], work, found)):
            look = looks[found[k]]
            if look.identity != NO_IDENTITY:
                continue
            likeness = _likeness(sensor, track, look, _DRIFT_MPS, work)
            copies = seen * sensor.multipath_probability * likeness * _behind(sensor, track, look, work)
            look.copies += copies
            _keep(look, best[found[k]], copies, a, likeness)
    for j in range(len(looks)):
        look = looks[j]
        if look.copies > 0.0:
            new = look.new_weight * look.new_existence + look.copies
            look.new_weight += look.copies
            look.new_existence = new / look.new_weight
            look.copies /= max(new, LEAST_DENSITY)


@bare_kernel
def _near(
    grid: DetectionGrid, sensor: Record, track: Record, look: Record, work: Record, found: IntArray
) -> int:
    """Detections behind a track into found (d,); gives how many."""
    azimuth, variance = _expected(sensor, track, AZIMUTH, look, work)
    beside = _SIGMAS * math.sqrt(variance + grid.widest_sigma[0] ** 2)
    slant, variance = _expected(sensor, track, RANGE, look, work)
    before = _SIGMAS * math.sqrt(variance + grid.widest_sigma[1] ** 2)
    last = slant + before + _LONGEST * sensor.multipath_excess_m
    return between(grid, azimuth - beside, azimuth + beside, slant - before, last, found)


@bare_kernel
def _distance(sensor: Record, track: Record) -> float:
    square = 0.0
    for a in range(3):
        square += (track.state[a] - sensor.position[a]) ** 2
    return math.sqrt(square)


@bare_kernel
def _may_be_of(store: Store, sensor: Record, parent: Record, node: Record) -> bool:
    """Whether a track can be a copy of another: none was there before it, nor is nearer."""
    if parent.track == node.track:
        return False
    if store.tracks[parent.track].born_ns > store.tracks[node.track].born_ns:
        return False
    own, other = store.tracks[node.row], store.tracks[parent.row]
    return _distance(sensor, own) > _distance(sensor, other)


@bare_kernel
def _found(node: Record, edges: Records) -> float:
    """How probably a scan finds a track, as if nothing competed with it."""
    total = 0.0
    for e in range(node.first_edge, node.last_edge):
        total += edges[e].weight
    return total / (1.0 + total)


@bare_kernel
def weigh_copies(
    store: Store, nodes: Records, edges: Records, sensor: Record, looks: Records, work: Record
) -> None:
    """How much better each edge fits a copy than an object, for tracks that may be copies; and whether a
    track that began when its parent did may be one."""
    for a in range(len(nodes)):
        node = nodes[a]
        owner, row = store.tracks[node.track], store.tracks[node.row]
        if owner.confirmed and owner.copied <= 0.0 and row.time_ns - owner.born_ns > _YOUNG_NS:
            continue
        for e in range(node.first_edge, node.last_edge):
            edge, look = edges[e], looks[edges[e].detection]
            edge.as_copy = _LEAST_RATIO
            own = _likeness(sensor, row, look, 0.0, work)
            seen = probability_of_detection(row)
            for p in range(PARENTS):
                if look.parent[p] == NOBODY or not _may_be_of(store, sensor, nodes[look.parent[p]], node):
                    continue
                chance = sensor.multipath_probability * _found(nodes[look.parent[p]], edges)
                chance *= look.likeness[p]
                edge.as_copy = max(chance / max(seen * own, LEAST_DENSITY), edge.as_copy)
                if owner.copied <= 0.0:
                    owner.copied = look.copies


@bare_kernel
def _if_copy(copy: float, ratio: float) -> float:
    """Probability of a copy after what fits it so much better than an object."""
    return copy * ratio / (copy * ratio + 1.0 - copy)


@bare_kernel
def note_copy(
    track: Record, row: Record, visible: float, first: int, last: int, edges: Records, sensor: Record,
    total: float,
) -> None:  # fmt: skip
    """What a scan tells of whether a track, which exists with probability `total` after it, is a copy. row is
    the track, or what it is in its heaviest hypothesis, before the update; visible is that before it, too."""
    copy, hit, after = track.copied, 0.0, 0.0
    for e in range(first, last):
        ratio = edges[e].as_copy if has_copies(sensor) else _LEAST_RATIO
        hit += edges[e].probability
        after += edges[e].probability * _if_copy(copy, ratio)
    pd = probability_of_detection(row)
    missed = max(total - hit, 0.0)
    ratio = (1.0 - sensor.multipath_probability * pd * visible) / max(1.0 - pd * visible, LEAST_DENSITY)
    after += missed * _if_copy(copy, ratio)
    track.copied = min(after / max(missed + hit, LEAST_DENSITY), 1.0)


@bare_kernel
def settle_copy(track: Record) -> None:
    """A confirmed track that is hardly a copy is none; a young one keeps that it was weighed."""
    if track.confirmed and track.copied < _NO_COPY and track.time_ns - track.born_ns > _YOUNG_NS:
        track.existence *= 1.0 - track.copied
        track.copied = 0.0
