"""Plots of several objects: what is inside one resolution cell of a sensor gives one plot, at their middle.

Each object is detected or not by itself; of two that are detected, `together` is the probability that they
are inside one cell. Cells chain: a plot is of a connected part of the graph that these pairs make. With
R(S) = prod (1 - together) over the pairs of a set S, and C(S) the probability that S is connected, a way to
give disjoint sets S_j of tracks to the plots j, so that just the set D is detected, weighs

    R(D) prod_j C(S_j) / R(S_j) L_j(S_j) / w_new,j prod_(i in S_j) r_i Pd_i / (1 - r_i Pd_i),

which is summed exactly over all ways, plot by plot. L_j(S) is the density of a plot at the mean of what is
expected of its objects, N(z; mean h(x_i), R + sum H_i P_i H_i' / |S|^2). (After Koch and van Keuk 1997, doi
10.1109/7.599309, who have pairs, and Svensson, Ulmke and Hammarstrand 2012, doi 10.1109/TSP.2012.2203127,
who have graphs.)
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from tocsin.jit import bare_kernel, kernel
from tocsin.tracking.kernels.coverage import below
from tocsin.tracking.kernels.edges import probability_of_detection
from tocsin.tracking.kernels.gate import components
from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    COMPONENTS,
    ELEVATION,
    LEAST_DENSITY,
    MEASURED,
    NO_IDENTITY,
    NOBODY,
    Edges,
    Record,
    Records,
    Store,
)
from tocsin.tracking.kernels.measure import wrap
from tocsin.units import FloatArray, IntArray

# So many tracks are taken together: each plot costs 3^n steps.
MOST_TOGETHER = 10
# No two are taken to be inside one cell more surely than this, so that no weight becomes infinite.
_SUREST = 0.999
# Two inside one cell are in different plots at least as probably as this: which of a row of objects a sensor
# takes together depends on where it begins.
_LEAST_SPLIT = 0.5
# Pairs less probably together than this do not matter.
_LEAST = 1e-3


class Company(NamedTuple):
    """n tracks of a cluster and its d plots, before a sensor with a resolution cell."""

    node: IntArray  # (n,)
    edge: IntArray  # (n, d) NOBODY: the plot is too far away
    plot: IntArray  # (d,) the detection
    odds: FloatArray  # (n,) r Pd / (1 - r Pd)
    residual: FloatArray  # (n, d, MEASURED) of the plot, from what is expected of the track over all modes
    spread: FloatArray  # (n, d, MEASURED, MEASURED) covariance of that, without the plot's own error
    together: FloatArray  # (n, n)


class Ways(NamedTuple):
    """Of each plot and set of tracks (bit i: the i-th of the company), both (d, 2^n)."""

    weight: FloatArray
    probability: FloatArray  # that the plot is of just this set


@bare_kernel
def has_cells(sensor: Record) -> bool:
    """Whether objects near each other give the sensor one plot."""
    return bool(sensor.resolution[AZIMUTH] > 0.0)


@bare_kernel
def expected_of(expectation: Record, look: Record, residual: FloatArray, spread: FloatArray) -> None:
    """Residual (MEASURED,) of a plot from an expectation, and this one's covariance without the plot's error.

    The expectation holds the factors L D L' of the innovation's covariance.
    """
    c = 0
    for component in range(COMPONENTS):
        if not (look.mask >> component) & 1:
            continue
        residual[c] = look.measured[component] - expectation.expected[c]
        if AZIMUTH <= component <= ELEVATION:
            residual[c] = wrap(residual[c])
        for e in range(c + 1):
            total = (1.0 if e == c else expectation.coupling[c, e]) * expectation.variance[e]
            for d in range(e):
                total += expectation.coupling[c, d] * expectation.variance[d] * expectation.coupling[e, d]
            spread[c, e] = spread[e, c] = total
        spread[c, c] -= look.sigma[component] ** 2
        c += 1


@bare_kernel
def _collapse(
    track: Record, expectations: Records, first: int, look: Record, residual: FloatArray, spread: FloatArray,
    one: FloatArray, about: FloatArray,
) -> None:  # fmt: skip
    """The same over all modes of a track, of which expectation `first` is the first one's; one (MEASURED,)
    and about (MEASURED, MEASURED) are scratch."""
    kinds = components(look.mask)
    for c in range(kinds):
        residual[c] = 0.0
        for e in range(kinds):
            spread[c, e] = 0.0
    for m in range(track.modes):
        share = track.mode[m].probability
        expected_of(expectations[first + m], look, one, about)
        for c in range(kinds):
            residual[c] += share * one[c]
            for e in range(kinds):
                spread[c, e] += share * (about[c, e] + one[c] * one[e])
    for c in range(kinds):
        for e in range(kinds):
            spread[c, e] -= residual[c] * residual[e]


@bare_kernel
def _inside(sensor: Record, look: Record, c: int, apart: float, variance: float) -> float:
    """Probability that two are inside one cell as to the c-th component that a plot has."""
    at = -1
    for component in range(COMPONENTS):
        at += (look.mask >> component) & 1
        if at == c:
            if component > ELEVATION:
                return 1.0
            size, sigma = sensor.resolution[component], math.sqrt(max(variance, 0.0))
            return below(size, apart, sigma) - below(-size, apart, sigma)
    return 1.0


@bare_kernel
def _pair(company: Company, sensor: Record, looks: Records, i: int, k: int) -> float:
    """Probability that two tracks are inside one cell, as the first plot that is near both shows them."""
    for j in range(len(company.plot)):
        if company.edge[i, j] == NOBODY or company.edge[k, j] == NOBODY:
            continue
        look, chance = looks[company.plot[j]], 1.0
        if look.identity != NO_IDENTITY:
            continue
        for c in range(components(look.mask)):
            apart = company.residual[i, j, c] - company.residual[k, j, c]
            variance = company.spread[i, j, c, c] + company.spread[k, j, c, c]
            chance *= _inside(sensor, look, c, apart, variance)
        return min(chance, _SUREST)
    return 0.0


@kernel
def company_of(
    store: Store, nodes: Records, kept: IntArray, edges: Edges, local: IntArray, detections: int,
    sensor: Record, looks: Records,
) -> Company:  # fmt: skip
    """The tracks whose nodes are kept, one each; local (d,) numbers the cluster's detections."""
    n = len(kept)
    company = Company(
        kept, np.full((n, detections), NOBODY), np.full(detections, NOBODY), np.empty(n),
        np.empty((n, detections, MEASURED)), np.empty((n, detections, MEASURED, MEASURED)),
        np.zeros((n, n)),
    )  # fmt: skip
    one, about = np.empty(MEASURED), np.empty((MEASURED, MEASURED))
    for i in range(n):
        node = nodes[kept[i]]
        row = store.tracks[node.row]
        seen = row.existence * store.perception[node.track, sensor.number].visible
        seen *= probability_of_detection(row)
        company.odds[i] = seen / max(1.0 - seen, 1e-9)
        for e in range(node.first_edge, node.last_edge):
            edge = edges.edges[e]
            j = local[edge.detection]
            company.edge[i, j], company.plot[j] = e, edge.detection
            _collapse(
                row, edges.expectations, edge.expectation, looks[edge.detection], company.residual[i, j],
                company.spread[i, j], one, about,
            )  # fmt: skip
    for i in range(n):
        for k in range(i):
            company.together[i, k] = company.together[k, i] = _pair(company, sensor, looks, i, k)
    return company


@bare_kernel
def may_share(company: Company) -> bool:
    """Whether any two that probably exist may have one plot."""
    for i in range(len(company.odds)):
        for k in range(i):
            both = min(company.odds[i], 1.0) * min(company.odds[k], 1.0)
            if company.together[i, k] * both > _LEAST:
                return True
    return False


@kernel
def _connected(together: FloatArray) -> tuple[FloatArray, FloatArray]:
    """R(S), and C(S) / R(S), of all sets (2^n,).

    What is not connected splits into the connected part with its first member, and any rest:
    C(S) = 1 - sum over parts T of C(T) prod (1 - together) over the pairs between T and S - T.
    """
    sets = 1 << len(together)
    apart, split, connected = np.ones(sets), np.ones(sets), np.zeros(sets)
    for s in range(1, sets):
        first = 0
        while not (s >> first) & 1:
            first += 1
        rest = s & ~(1 << first)
        apart[s], split[s] = apart[rest], split[rest]
        for k in range(first + 1, len(together)):
            if (rest >> k) & 1:
                apart[s] *= 1.0 - together[first, k]
                split[s] *= max(1.0 - together[first, k], _LEAST_SPLIT)
        total, other = 1.0, rest
        while other > 0:
            total -= connected[s & ~other] * apart[s] / (apart[s & ~other] * apart[other])
            other = (other - 1) & rest
        connected[s] = max(total, 0.0)
    for s in range(sets):
        connected[s] /= split[s]
    return split, connected


@bare_kernel
def density_of(covariance: FloatArray, residual: FloatArray, kinds: int) -> float:
    """N(residual; 0, covariance) of the first `kinds` components; both are overwritten: by the factors L and
    D of the covariance, and by the innovations, each given those before it."""
    distance, product = 0.0, 1.0
    for c in range(kinds):
        for e in range(c):
            value = covariance[c, e]
            for d in range(e):
                value -= covariance[c, d] * covariance[e, d] * covariance[d, d]
            covariance[c, e] = value / covariance[e, e]
        for d in range(c):
            covariance[c, c] -= covariance[c, d] ** 2 * covariance[d, d]
            residual[c] -= covariance[c, d] * residual[d]
        distance += residual[c] ** 2 / covariance[c, c]
        product *= 2.0 * math.pi * covariance[c, c]
    return math.exp(-0.5 * distance) / math.sqrt(product)


@bare_kernel
def add_noise(look: Record, covariance: FloatArray) -> None:
    """Adds the plot's own errors."""
    c = 0
    for component in range(COMPONENTS):
        if (look.mask >> component) & 1:
            covariance[c, c] += look.sigma[component] ** 2
            c += 1


@bare_kernel
def _shared_density(
    company: Company, j: int, s: int, look: Record, residual: FloatArray, covariance: FloatArray
) -> float:
    """Density of plot j, if it is of the set s of tracks."""
    kinds, members = components(look.mask), components(s)
    for c in range(kinds):
        residual[c] = 0.0
        for e in range(kinds):
            covariance[c, e] = 0.0
    for i in range(len(company.node)):
        if (s >> i) & 1:
            for c in range(kinds):
                residual[c] += company.residual[i, j, c] / members
                for e in range(kinds):
                    covariance[c, e] += company.spread[i, j, c, e] / members**2
    add_noise(look, covariance)
    return density_of(covariance, residual, kinds)


@kernel
def _weights(company: Company, connected: FloatArray, edges: Records, looks: Records) -> FloatArray:
    """Weight of each plot with each set of tracks, against that of one that is new or false, (d, 2^n)."""
    n, sets = len(company.node), len(connected)
    weight = np.zeros((len(company.plot), sets))
    residual, covariance = np.empty(MEASURED), np.empty((MEASURED, MEASURED))
    for j in range(len(company.plot)):
        weight[j, 0] = 1.0
        if company.plot[j] == NOBODY:
            continue
        look, near, highest = looks[company.plot[j]], 0, 1.0
        for i in range(n):
            if company.edge[i, j] != NOBODY:
                near |= 1 << i
                weight[j, 1 << i] = edges[company.edge[i, j]].weight
                highest = max(highest, weight[j, 1 << i])
        s = near if look.identity == NO_IDENTITY else 0
        while s > 0:
            if s & (s - 1) and connected[s] > 0.0:
                density = _shared_density(company, j, s, look, residual, covariance)
                weight[j, s] = connected[s] * density / max(look.new_weight, LEAST_DENSITY)
                for i in range(n):
                    if (s >> i) & 1:
                        weight[j, s] *= company.odds[i]
                highest = max(highest, weight[j, s])
            s = (s - 1) & near
        for s in range(sets):
            weight[j, s] /= highest
    return weight


@bare_kernel
def _scale(row: FloatArray) -> None:
    highest = 0.0
    for s in range(len(row)):
        highest = max(highest, row[s])
    for s in range(len(row)):
        row[s] /= highest


@kernel
def ways_of(company: Company, edges: Records, looks: Records) -> Ways:
    """How probably each plot is of each set of tracks, over all ways to give them out.

    forward[j, D]: weight of what the plots before j may be so that just the set D is detected;
    backward[j, D]: weight of what those from j on may be where D is detected already.
    """
    split, connected = _connected(company.together)
    weight = _weights(company, connected, edges, looks)
    plots, sets = weight.shape
    forward, backward = np.zeros((plots + 1, sets)), np.zeros((plots + 1, sets))
    forward[0, 0] = 1.0
    for s in range(sets):
        backward[plots, s] = split[s]
    for j in range(plots):
        for s in range(sets):
            if weight[j, s] > 0.0:
                rest = sets - 1 & ~s
                before = rest
                while before >= 0:
                    forward[j + 1, before | s] += forward[j, before] * weight[j, s]
                    before = (before - 1) & rest if before > 0 else -1
        _scale(forward[j + 1])
    probability = np.zeros((plots, sets))
    for j in range(plots - 1, -1, -1):
        total = 0.0
        for s in range(sets):
            if weight[j, s] > 0.0:
                rest = sets - 1 & ~s
                before = rest
                while before >= 0:
                    after = weight[j, s] * backward[j + 1, before | s]
                    backward[j, before] += after
                    probability[j, s] += forward[j, before] * after
                    before = (before - 1) & rest if before > 0 else -1
                total += probability[j, s]
        for s in range(sets):
            probability[j, s] /= total
        _scale(backward[j])
    return Ways(weight, probability)


@bare_kernel
def shared(ways: Ways) -> float:
    """How many plots are of several tracks, in the mean."""
    total = 0.0
    for j in range(len(ways.probability)):
        for s in range(ways.probability.shape[1]):
            if s & (s - 1):
                total += ways.probability[j, s]
    return total
