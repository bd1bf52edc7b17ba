"""What plots of several objects make of their tracks: each hears of the middle of a plot's."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from tocsin.jit import bare_kernel, kernel
from tocsin.tracking.kernels.edges import edge_rows, expectation_rows, hit_rows
from tocsin.tracking.kernels.gate import components
from tocsin.tracking.kernels.layout import (
    ELEVATION,
    MEASURED,
    MODES,
    NOBODY,
    STATE,
    Edges,
    Record,
    Records,
    Store,
)
from tocsin.tracking.kernels.unresolved import Company, Ways, add_noise, density_of, expected_of
from tocsin.units import FloatArray

# Sets less probable than this are taken for the others that a track may be in.
_LEAST_SET = 5e-3
# Where less than this of a track is inside the cell, it is not held there: its moments would be noise.
_LEAST_INSIDE = 1e-6
_ROOT2, _NORMAL = math.sqrt(2.0), 1.0 / math.sqrt(2.0 * math.pi)


class Scratch(NamedTuple):
    """Residuals (MEASURED,) and their covariances (MEASURED, MEASURED)."""

    residual: FloatArray  # of the middle
    covariance: FloatArray
    one: FloatArray  # of the track in one mode
    about: FloatArray
    others: FloatArray  # of the others, in sum
    around: FloatArray
    column: FloatArray  # (MEASURED, STATE) the track's covariance with these
    along: FloatArray  # (MEASURED,)


@kernel
def _scratch() -> Scratch:
    square = MEASURED, MEASURED
    return Scratch(
        np.empty(MEASURED), np.empty(square), np.empty(MEASURED), np.empty(square), np.empty(MEASURED),
        np.empty(square), np.empty((MEASURED, STATE)), np.empty(MEASURED),
    )  # fmt: skip


@bare_kernel
def _is_kept(ways: Ways, j: int, s: int) -> bool:
    """Whether a plot is probably enough of just these several tracks."""
    return bool(s & (s - 1) and ways.probability[j, s] >= _LEAST_SET)


@bare_kernel
def _truncated(mean: float, variance: float, size: float) -> tuple[float, float]:
    """Mean and variance of a normal value that is known to lie within +- size."""
    sigma = math.sqrt(variance)
    low, high = (-size - mean) / sigma, (size - mean) / sigma
    inside = 0.5 * (math.erfc(low / _ROOT2) - math.erfc(high / _ROOT2))
    if inside < _LEAST_INSIDE:
        return mean, variance
    at_low, at_high = _NORMAL * math.exp(-0.5 * low * low), _NORMAL * math.exp(-0.5 * high * high)
    shift = (at_low - at_high) / inside
    narrowed = 1.0 + (low * at_low - high * at_high) / inside - shift * shift
    return mean + sigma * shift, variance * min(max(narrowed, 0.0), 1.0)


@bare_kernel
def _among(company: Company, i: int, j: int, s: int, kinds: int, work: Scratch) -> None:
    """Where the others of a set are expected, and how uncertainly: sums of residuals and spreads."""
    for c in range(kinds):
        work.others[c] = 0.0
        for e in range(kinds):
            work.around[c, e] = 0.0
    for k in range(len(company.node)):
        if k != i and (s >> k) & 1:
            for c in range(kinds):
                work.others[c] += company.residual[k, j, c]
                for e in range(kinds):
                    work.around[c, e] += company.spread[k, j, c, e]


@bare_kernel
def _columns(own: Record, kinds: int, column: FloatArray) -> None:
    """P H' of an expectation, into column (MEASURED, STATE)."""
    for c in range(kinds):
        for a in range(STATE):
            column[c, a] = own.gain[c, a] * own.variance[c]
            for d in range(c):
                column[c, a] += own.coupling[c, d] * own.variance[d] * own.gain[d, a]


@bare_kernel
def _hold_together(
    sensor: Record, look: Record, others: int, out: Record, hit: Record, work: Scratch
) -> int:  # fmt: skip
    """A track is inside one cell with the mean of the others: this narrows work.about, work.column and moves
    work.one, component by component, into the first rows of out and hit; gives how many there are."""
    kinds, rows, c = components(look.mask), 0, 0
    for component in range(ELEVATION + 1):
        if not (look.mask >> component) & 1:
            continue
        size = sensor.resolution[component]
        # The residual of the plot from the others, less that from the track.
        apart = work.others[c] / others - work.one[c]
        variance = work.about[c, c] + work.around[c, c] / others**2
        if size < math.inf and rows + kinds < MEASURED and variance > 0.0:
            mean, narrowed = _truncated(apart, variance, size)
            hit.innovation[rows], out.variance[rows] = mean - apart, variance - narrowed
            for e in range(kinds):
                work.along[e] = work.about[e, c] / variance
            for a in range(STATE):
                out.gain[rows, a] = work.column[c, a] / variance
            for e in range(kinds):
                work.one[e] -= work.along[e] * (mean - apart)
                for a in range(STATE):
                    work.column[e, a] -= (variance - narrowed) * work.along[e] * out.gain[rows, a]
                for d in range(kinds):
                    work.about[e, d] -= (variance - narrowed) * work.along[e] * work.along[d]
            rows += 1
        c += 1
    return rows


@bare_kernel
def _expect_middle(
    company: Company, i: int, j: int, s: int, own: Record, sensor: Record, look: Record, out: Record,
    hit: Record, work: Scratch,
) -> float:  # fmt: skip
    """A plot of the set s as a measurement of track i in the mode that `own` is the expectation of.

    It says that the track is inside one cell with the others, and measures h(x_i) / |s|, to which the others
    add error. Fills an expectation and its hit; gives the density.
    """
    residual, covariance = work.residual, work.covariance
    kinds, members = components(look.mask), components(s)
    expected_of(own, look, work.one, work.about)
    _among(company, i, j, s, kinds, work)
    _columns(own, kinds, work.column)
    for c in range(kinds):
        residual[c] = (work.one[c] + work.others[c]) / members
    # What moves the track towards the others moves these towards it: the middle stays where it was.
    first = _hold_together(sensor, look, members - 1, out, hit, work)
    for c in range(kinds):
        for e in range(kinds):
            covariance[c, e] = (work.about[c, e] + work.around[c, e]) / members**2
    add_noise(look, covariance)
    density = density_of(covariance, residual, kinds)
    for c in range(kinds):
        out.variance[first + c], hit.innovation[first + c] = covariance[c, c], residual[c]
        for a in range(STATE):
            gain = work.column[c, a] / members
            for d in range(c):
                gain -= out.gain[first + d, a] * covariance[c, d] * covariance[d, d]
            out.gain[first + c, a] = gain / covariance[c, c]
    out.count = first + kinds
    return density


@kernel
def _room_for(company: Company, ways: Ways) -> Edges:
    """Room for the plots of one track and of several."""
    count = 0
    for j in range(len(company.plot)):
        for i in range(len(company.node)):
            count += company.edge[i, j] != NOBODY
        for s in range(ways.probability.shape[1]):
            if _is_kept(ways, j, s):
                count += components(s)
    return Edges(edge_rows(count), hit_rows(count * MODES), expectation_rows(count * MODES))


@bare_kernel
def _own_probability(ways: Ways, i: int, j: int) -> tuple[float, float]:
    """Of a plot being of a track alone, and the factor for its sets that are kept: whatever a track shares
    with sets that are not, these sets take, or if there are none, the track alone."""
    kept, total, bit = 0.0, 0.0, 1 << i
    for s in range(ways.probability.shape[1]):
        if s & bit and s != bit:
            total += ways.probability[j, s]
            if _is_kept(ways, j, s):
                kept += ways.probability[j, s]
    alone = ways.probability[j, bit]
    return (alone, total / kept) if kept > 0.0 else (alone + total, 0.0)


@bare_kernel
def _share_modes(
    track: Record, company: Company, i: int, j: int, s: int, edges: Edges, sensor: Record,
    look: Record, out: Edges, first: int, work: Scratch,
) -> None:  # fmt: skip
    """What each mode of track i makes of plot j if it is of the set s, from rows `first` of out on."""
    old, bit, total = edges.edges[company.edge[i, j]], 1 << i, 0.0
    for m in range(track.modes):
        hit, own = out.hits[first + m], edges.expectations[old.expectation + m]
        if s == bit:
            out.expectations[first + m] = own
            out.hits[first + m] = edges.hits[old.hit + m]
            continue
        density = _expect_middle(company, i, j, s, own, sensor, look, out.expectations[first + m], hit, work)
        hit.share = track.mode[m].probability * track.pd[m] * density
        total += hit.share
    if total > 0.0:
        for m in range(track.modes):
            out.hits[first + m].share /= total


@kernel
def shared_edges(
    store: Store, nodes: Records, company: Company, ways: Ways, edges: Edges, sensor: Record, looks: Records
) -> Edges:
    """Edges with their probabilities, of each track alone and of it with others; the nodes now name these."""
    out, used, work = _room_for(company, ways), 0, _scratch()
    for i in range(len(company.node)):
        node, bit = nodes[company.node[i]], 1 << i
        node.first_edge = used
        for j in range(len(company.plot)):
            if company.edge[i, j] == NOBODY:
                continue
            alone, factor = _own_probability(ways, i, j)
            for s in range(ways.probability.shape[1]):
                if s == bit or (s & bit and _is_kept(ways, j, s)):
                    edge, first = out.edges[used], used * MODES
                    edge.node, edge.detection, edge.weight = company.node[i], company.plot[j], 0.0
                    edge.hit = edge.expectation = first
                    edge.as_copy = edges.edges[company.edge[i, j]].as_copy
                    edge.probability = alone if s == bit else factor * ways.probability[j, s]
                    track, look = store.tracks[node.row], looks[company.plot[j]]
                    _share_modes(track, company, i, j, s, edges, sensor, look, out, first, work)
                    used += 1
        node.last_edge = used
    return out


@bare_kernel
def note_sharing(company: Company, ways: Ways, looks: Records) -> None:
    """A plot of several tracks is taken once, and sure of none of them."""
    for j in range(len(company.plot)):
        if company.plot[j] == NOBODY:
            continue
        look, several = looks[company.plot[j]], 0.0
        alone = ways.probability[j, 0]
        for s in range(1, ways.probability.shape[1]):
            if s & (s - 1):
                several += ways.probability[j, s]
        look.alone = alone
        look.share = max(look.share - several, 0.0)
