"""What reports of another system's tracks change: only by what is new in them.

Which track a report is of is judged by the report as it stands; only then its edges get the innovations of
the measurement that tells what is new. One without news so says that its track exists, and nothing else.
"""

from __future__ import annotations

import math

from tocsin.jit import bare_kernel, kernel
from tocsin.tracking.kernels.edges import expectation_rows
from tocsin.tracking.kernels.expectation import expect_component, innovations
from tocsin.tracking.kernels.layout import COMPONENTS, EAST, VELOCITY_EAST, Edges, Record, Records, Store
from tocsin.tracking.kernels.measure import relative
from tocsin.units import FloatArray


@bare_kernel
def expect_equivalent(
    expectation: Record, sensor: Record, state: FloatArray, covariance: FloatArray, equivalent: Record,
    work: Record,
) -> None:  # fmt: skip
    """As `expect`, of a measurement whose place on each axis is of another time."""
    look, product, c = equivalent.look, 1.0, 0
    relative(sensor, state, look.offset_s, work.place)
    for component in range(COMPONENTS):
        if not (look.mask >> component) & 1:
            continue
        at_s = look.offset_s
        if EAST <= component < VELOCITY_EAST:
            at_s += equivalent.lead_s[component - EAST]
        variance = expect_component(
            expectation, c, component, sensor, state, covariance, look.sigma[component], at_s, work
        )
        product *= 2.0 * math.pi * variance
        c += 1
    expectation.scale, expectation.count = 1.0 / math.sqrt(product), c


@bare_kernel
def _revise_edge(
    edges: Edges, e: int, expectations: Records, track: Record, sensor: Record, equivalent: Record,
    work: Record,
) -> None:  # fmt: skip
    """Innovations of an edge, and the modes' shares in it, by what is new."""
    edge, total, nearest = edges.edges[e], 0.0, math.inf
    for m in range(track.modes):
        mode, hit, expectation = track.mode[m], edges.hits[edge.hit + m], expectations[edge.hit + m]
        expect_equivalent(expectation, sensor, mode.state, mode.covariance, equivalent, work)
        hit.share = innovations(expectation, equivalent.look, math.inf, hit)  # for now its squared distance
        nearest = min(nearest, hit.share)
    for m in range(track.modes):
        hit = edges.hits[edge.hit + m]
        # Beside the nearest mode, for else all may be too small for a number.
        density = expectations[edge.hit + m].scale * math.exp(-0.5 * (hit.share - nearest))
        hit.share = track.mode[m].probability * track.pd[m] * density
        total += hit.share
    for m in range(track.modes):
        edges.hits[edge.hit + m].share /= total
    edge.expectation = edge.hit


@kernel
def revise(
    store: Store, nodes: Records, edges: Edges, count: int, sensor: Record, equivalents: Records, work: Record
) -> Edges:
    """The same `count` edges, whose weights stay, with innovations by the equivalents (d,) of the looks."""
    hits = 0
    for e in range(count):
        edge = edges.edges[e]
        hits = max(hits, edge.hit + store.tracks[nodes[edge.node].row].modes)
    revised = Edges(edges.edges, edges.hits, expectation_rows(hits))
    for e in range(count):
        edge = edges.edges[e]
        track = store.tracks[nodes[edge.node].row]
        _revise_edge(revised, e, revised.expectations, track, sensor, equivalents[edge.detection], work)
    return revised
