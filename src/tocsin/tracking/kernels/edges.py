"""Edges: every pair of a track and a detection within its gate."""

from __future__ import annotations

import math

import numpy as np

from tocsin.jit import bare_kernel, compiled_as, kernel
from tocsin.tracking.kernels.expectation import expect, innovations, is_alike
from tocsin.tracking.kernels.gate import DetectionGrid, candidates, components
from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    COMPONENTS,
    EDGE,
    ELEVATION,
    EXPECTATION,
    GREATEST_ODDS,
    HIT,
    IDENTITY_MATCH,
    IDENTITY_MISMATCH,
    LEAST_DENSITY,
    MODES,
    NEGLIGIBLE_EDGE,
    NO_IDENTITY,
    NOBODY,
    RANGE,
    STATE,
    Edges,
    Record,
    Records,
    Store,
    records,
)
from tocsin.tracking.kernels.measure import wrap
from tocsin.units import FloatArray, IntArray

# How many of each are in use.
EDGES, HITS, EXPECTATIONS = 0, 1, 2


def edge_rows(count: int) -> Records:
    """Room for so many."""
    return records(EDGE, count)


def hit_rows(count: int) -> Records:
    """Room for so many."""
    return records(HIT, count)


def expectation_rows(count: int) -> Records:
    """Room for so many."""
    return records(EXPECTATION, count)


# Compiled, each makes a structured array that is not even cleared.
compiled_as(edge_rows, lambda count: np.empty(count, EDGE))
compiled_as(hit_rows, lambda count: np.empty(count, HIT))
compiled_as(expectation_rows, lambda count: np.empty(count, EXPECTATION))


@kernel
def _grown(old: Edges, used: IntArray, near: int) -> Edges:
    """The same with room for one more track that so many detections are near to."""
    rows = near * MODES + MODES
    new = Edges(
        edge_rows(2 * used[EDGES] + near),
        hit_rows(2 * used[HITS] + rows),
        expectation_rows(2 * used[EXPECTATIONS] + rows),
    )
    for k in range(used[EDGES]):
        new.edges[k] = old.edges[k]
    for k in range(used[HITS]):
        new.hits[k] = old.hits[k]
    for k in range(used[EXPECTATIONS]):
        new.expectations[k] = old.expectations[k]
    return new


@bare_kernel
def _has_room(edges: Edges, used: IntArray, near: int) -> bool:
    rows = near * MODES + MODES
    return bool(
        used[EDGES] + near <= len(edges.edges)
        and used[HITS] + rows <= len(edges.hits)
        and used[EXPECTATIONS] + rows <= len(edges.expectations)
    )


@bare_kernel
def identity_ratio(track: int, detection: int) -> float:
    """Odds that an identity lends to an association, against that of an object not seen before."""
    if detection == NO_IDENTITY or track == NO_IDENTITY:
        return 1.0
    return IDENTITY_MATCH if track == detection else IDENTITY_MISMATCH


@bare_kernel
def _likelihood(
    hits: Records, hit: int, expectations: Records, first: int, track: Record,
    look: Record, gate: float,
) -> float:  # fmt: skip
    """sum_m mu_m Pd_m l_m of a detection, and the modes' shares in it; 0 outside the gate of every mode."""
    total = 0.0
    for m in range(track.modes):
        row, expectation = hits[hit + m], expectations[first + m]
        distance = innovations(expectation, look, gate, row)
        row.share = 0.0
        if distance <= gate:
            density = expectation.scale * math.exp(-0.5 * distance)
            row.share = track.mode[m].probability * track.pd[m] * density
            total += row.share
    if total > 0.0:
        for m in range(track.modes):
            hits[hit + m].share /= total
    return total


@bare_kernel
def probability_of_detection(track: Record) -> float:
    """Pd over all modes, if the sensor can perceive the track."""
    pd = 0.0
    for m in range(track.modes):
        pd += track.mode[m].probability * track.pd[m]
    return pd


@bare_kernel
def _may_hide_in(sensor: Record, expectation: Record, look: Record, gate: float) -> bool:
    """Whether a track that a plot is too far from may be inside this plot's resolution cell."""
    if sensor.resolution[AZIMUTH] <= 0.0:
        return False
    c = 0
    for component in range(COMPONENTS):
        if not (look.mask >> component) & 1:
            continue
        if component <= ELEVATION:
            apart = look.measured[component] - expectation.expected[c]
            if component != RANGE:
                apart = wrap(apart)
            variance = expectation.variance[c]
            for d in range(c):
                variance += expectation.coupling[c, d] ** 2 * expectation.variance[d]
            beyond = abs(apart) - sensor.resolution[component]
            if beyond > 0.0 and beyond * beyond > gate * variance:
                return False
        c += 1
    return True


@bare_kernel
def _connect_track(
    edges: Records,
    hits: Records,
    expectations: Records,
    used: IntArray,
    a: int,
    track: Record,
    visible: float,
    sensor: Record,
    looks: Records,
    is_uniform: bool,
    work: Record,
    found: IntArray,
    near: int,
) -> None:
    """Adds the edges of track i and those of the detections found[:near] that weigh anything."""
    seen = track.existence * visible * probability_of_detection(track)
    if seen <= 0.0:
        return
    least = NEGLIGIBLE_EDGE * (track.existence - seen) / (1.0 - seen)
    first, alike = -1, 0
    for k in range(near):
        j = found[k]
        look = looks[j]
        if first < 0 or not (is_uniform or is_alike(looks[alike], look)):
            first, alike = used[EXPECTATIONS], j
            for m in range(track.modes):
                mode = track.mode[m]
                expect(expectations[first + m], sensor, mode.state, mode.covariance, look, work)
            used[EXPECTATIONS] += track.modes
        gate = work.gates[components(look.mask)]
        likelihood = _likelihood(hits, used[HITS], expectations, first, track, look, gate)
        weight = track.existence * visible * likelihood / ((1.0 - seen) * look.new_weight)
        weight = min(weight * identity_ratio(track.identity, look.identity), GREATEST_ODDS)
        if likelihood <= 0.0 or weight < least:
            if not _may_hide_in(sensor, expectations[first], look, work.gates[1]):
                continue
            weight = max(weight, LEAST_DENSITY)
        edge = edges[used[EDGES]]
        edge.node, edge.detection, edge.weight = a, j, weight
        edge.hit, edge.expectation = used[HITS], first
        used[EDGES] += 1
        used[HITS] += track.modes


@bare_kernel
def _own_report(edges: Records, first: int, last: int, identity: int, looks: Records) -> int:
    """A detection of the track's own identity that none of edges first..last leads to; -1: there is none."""
    for j in range(len(looks)):
        if looks[j].identity != identity:
            continue
        is_connected = False
        for e in range(first, last):
            is_connected = is_connected or edges[e].detection == j
        if not is_connected:
            return j
    return -1


@bare_kernel
def _loosened(track: Record, seen: Record, time_ns: int, motion: Record, out: FloatArray) -> None:
    """Covariance (6, 6) of a track that names itself and may have flown anywhere since it was last seen."""
    gap_s = max((time_ns - max(seen.seen_ns, track.born_ns)) * 1e-9, 1.0)
    for a in range(STATE):
        for b in range(STATE):
            out[a, b] = track.covariance[a, b]
    for a in range(3):
        speed = motion.vertical_speed_sigma_mps if a == 2 else motion.speed_sigma_mps
        out[a, a] += (speed * gap_s) ** 2
        out[a + 3, a + 3] += speed**2


@bare_kernel
def _forget_course(track: Record, mode: Record, covariance: FloatArray) -> None:
    """From here on the track is known to this covariance, in one mode."""
    track.modes, mode.probability = 1, 1.0
    for a in range(STATE):
        mode.state[a] = track.state[a]
        for b in range(STATE):
            mode.covariance[a, b] = track.covariance[a, b] = covariance[a, b]


@bare_kernel
def _follow_own_report(
    store: Store, i: int, time_ns: int, motion: Record, sensor: Record, look: Record, scratch: Edges,
    used: IntArray, work: Record,
) -> bool:  # fmt: skip
    """Whether a track can be where it reports to be if it may have flown anywhere since; then it may."""
    track, loose = store.tracks[i], work.about[0]
    _loosened(track, store.perception[i, sensor.number], time_ns, motion, loose)
    expectation, hit = scratch.expectations[used[EXPECTATIONS]], scratch.hits[used[HITS]]
    expect(expectation, sensor, track.state, loose, look, work)
    gate = work.gates[components(look.mask)]
    if innovations(expectation, look, gate, hit) > gate:
        return False
    _forget_course(track, track.mode[0], loose)
    return True


@bare_kernel
def _connect_nodes(
    edges: Edges, used: IntArray, start: int, store: Store, nodes: Records, time_ns: int, motion: Record,
    sensor: Record, looks: Records, grid: DetectionGrid, work: Record, found: IntArray,
) -> tuple[int, int]:  # fmt: skip
    """Adds the edges of all nodes from `start` on; where room runs out, gives the node and how many
    detections are near to it, else the number of nodes."""
    for a in range(start, len(nodes)):
        node = nodes[a]
        i = node.row
        track, visible = store.tracks[i], store.perception[node.track, sensor.number].visible
        e, h, x = used[EDGES], used[HITS], used[EXPECTATIONS]
        is_first = True
        while True:
            near = candidates(grid, sensor, track, work, found)
            if not _has_room(edges, used, near):
                return a, near
            _connect_track(
                edges.edges, edges.hits, edges.expectations, used, a, track, visible,
                sensor, looks, grid.is_uniform, work, found, near,
            )  # fmt: skip
            # A track of several hypotheses is not let loose: any of them may be the right one.
            if track.identity == NO_IDENTITY or not is_first or node.cluster != NOBODY:
                break
            j = _own_report(edges.edges, e, used[EDGES], track.identity, looks)
            if j < 0 or not _follow_own_report(
                store, i, time_ns, motion, sensor, looks[j], edges, used, work
            ):
                break
            used[EDGES], used[HITS], used[EXPECTATIONS], is_first = e, h, x, False
        node.first_edge, node.last_edge = e, used[EDGES]
    return len(nodes), 0


@kernel
def connect(
    store: Store, nodes: Records, time_ns: int, motion: Record, sensor: Record, looks: Records,
    grid: DetectionGrid, edges: Edges, work: Record,
) -> tuple[Edges, int]:  # fmt: skip
    """All edges of a scan, in `edges` if these are enough, and how many there are.

    psi_ij = r_i sum_m mu_m Pd_m l^m_ij / ((1 - r_i sum_m mu_m Pd_m) w_new,j), times the identity's ratio. A
    track of which the scan has a report of its own outside the gate is looked for wherever it can be.
    """
    used, found, a = np.zeros(3, np.int64), np.empty(len(looks), np.int64), 0
    while a < len(nodes):
        a, near = _connect_nodes(
            edges, used, a, store, nodes, time_ns, motion, sensor, looks, grid, work, found
        )
        if a < len(nodes):
            edges = _grown(edges, used, near)
    return edges, int(used[EDGES])
