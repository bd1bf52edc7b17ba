"""Ambiguous clusters: a small multi-Bernoulli mixture in place of one moment-matched track for each object.

Where tracks compete for the same detections, the moment-matched mean of 'it was this one' and 'it was that
one' lies where no object is, and after a crossing the names are lost. So a few global hypotheses are kept for
such a cluster until it is clear again. Each says of every track which row of the store it is, if it is there.
"""

from __future__ import annotations

import math

import numpy as np

from tocsin.jit import bare_kernel, kernel
from tocsin.tracking.kernels.copies import note_copy
from tocsin.tracking.kernels.edges import probability_of_detection
from tocsin.tracking.kernels.fusion import (
    Mixture,
    collapse_tracks,
    fuse,
    fuse_equal,
    held,
    prune_light,
)
from tocsin.tracking.kernels.hypotheses import Children, Options, children_of, options_of
from tocsin.tracking.kernels.layout import (
    CLUSTERS,
    HYPOTHESES,
    LEAST_DENSITY,
    MEMBERS,
    MISSED,
    NOBODY,
    ROWS,
    Edges,
    Record,
    Records,
    Store,
)
from tocsin.tracking.kernels.merging import copy_hypothesis, hit, merge, miss
from tocsin.tracking.kernels.motion import collapse
from tocsin.tracking.kernels.update import note_edges, note_look
from tocsin.units import FloatArray, IntArray

# Where the heaviest hypotheses hold less of the weight than this, marginals do better.
_TOO_LITTLE = 0.85
# What a track makes of one detection is one row, unless it exists much more probably in one case.
_LIKE_EXISTENCE = 0.5


@bare_kernel
def free_row(store: Store, cursor: IntArray) -> int:
    """The next free row from the cursor (1,) on, which is moved behind it."""
    i = cursor[0]
    while store.tracks[i].existence > 0.0:
        i += 1
    cursor[0] = i + 1
    store.used[ROWS] = max(store.used[ROWS], i + 1)
    return int(i)


@bare_kernel
def _place_of(nodes: Records, chosen: IntArray, row: int) -> int:
    """Which of the chosen nodes is this row."""
    for k in range(len(chosen)):
        if nodes[chosen[k]].row == row:
            return k
    return NOBODY


@kernel
def _parents(
    store: Store, nodes: Records, chosen: IntArray, tracks: IntArray, best: FloatArray
) -> tuple[IntArray, FloatArray]:
    """Joint hypotheses of all clusters and tracks that met, the heaviest: places of nodes (p, MEMBERS), and
    logarithms of their weights with each node at its best."""
    parents, scores = np.full((1, MEMBERS), NOBODY), np.zeros(1)
    t = 0
    while t < len(tracks):
        c = store.tracks[tracks[t]].cluster
        if c == NOBODY:
            place = _place_of(nodes, chosen, tracks[t])
            parents[:, t] = place
            scores += best[place]
            t += 1
            continue
        cluster, before = store.clusters[c], len(scores)
        joint = before * cluster.hypotheses
        more, added = np.full((joint, MEMBERS), NOBODY), np.empty(joint)
        for p in range(before):
            for h in range(cluster.hypotheses):
                q = p * cluster.hypotheses + h
                added[q] = scores[p] + math.log(cluster.weight[h])
                for k in range(t):
                    more[q, k] = parents[p, k]
                for k in range(cluster.members):
                    if cluster.row[h, k] != NOBODY:
                        more[q, t + k] = _place_of(nodes, chosen, cluster.row[h, k])
                        added[q] += best[more[q, t + k]]
        keep = np.argsort(-added)[: 2 * HYPOTHESES]
        parents, scores = more[keep], added[keep]
        t += cluster.members
    return parents, scores


@bare_kernel
def _assigned(
    store: Store, node: Record, option_edge: int, visible: float, edges: Edges,
    work: Record, cursor: IntArray,
) -> int:  # fmt: skip
    """A new row: what one option makes of a node."""
    i = free_row(store, cursor)
    row = store.tracks[i]
    copy_hypothesis(store.tracks[node.row], row)
    row.owner, row.cluster, row.confirmed, row.assigned = node.track, NOBODY, False, MISSED
    if option_edge != MISSED:
        edge = edges.edges[option_edge]
        row.assigned = edge.detection
        hit(row, edge, edges, work)
    elif not node.excused:
        miss(row, visible)
    collapse(row, work)
    return i


@bare_kernel
def _like(
    store: Store, nodes: Records, chosen: IntArray, k: int, options: Options, o: int, became: IntArray
) -> int:
    """An option of an earlier node of the same track with the same detection, whose row is much the same."""
    for earlier in range(k - 1, -1, -1):
        if nodes[chosen[earlier]].track != nodes[chosen[k]].track:
            break
        for q in range(options.first[earlier], options.first[earlier + 1]):
            if became[q] == NOBODY or options.detection[q] != options.detection[o]:
                continue
            # A track that hardly exists any more and one that does are not alike.
            if abs(store.tracks[became[q]].existence - store.tracks[became[o]].existence) < _LIKE_EXISTENCE:
                return q
    return NOBODY


@kernel
def _grow(
    store: Store, nodes: Records, chosen: IntArray, tracks: IntArray, options: Options, children: Children,
    edges: Edges, sensor: Record, motion: Record, prune: float, work: Record,
    cursor: IntArray,
) -> tuple[Mixture, IntArray]:  # fmt: skip
    """New rows for all that the children make of the nodes, and the rows that each option became (o,).

    What one track makes of one detection, or of none, is one row, whatever the track was before.
    """
    carried = np.zeros(len(options.cost))
    for h in range(children.found):
        for t in range(len(tracks)):
            if children.option[h, t] != NOBODY:
                carried[children.option[h, t]] += children.weight[h]
    became, leader = np.full(len(options.cost), NOBODY), np.arange(len(options.cost))
    for k in range(len(chosen)):
        node = nodes[chosen[k]]
        visible = store.perception[node.track, sensor.number].visible
        for o in range(options.first[k], options.first[k + 1]):
            if carried[o] <= 0.0:
                continue
            became[o] = _assigned(store, node, options.edge[o], visible, edges, work, cursor)
            like = _like(store, nodes, chosen, k, options, o, became)
            if like == NOBODY:
                continue
            first = leader[like]
            one, other = store.tracks[became[like]], store.tracks[became[o]]
            merge(one, carried[first], other, carried[o], motion, work)
            other.existence = 0.0
            became[o], leader[o] = became[like], first
            carried[first] += carried[o]
    rows = np.full((children.found, len(tracks)), NOBODY)
    mixture = Mixture(tracks, children.weight.copy(), children.taken.copy(), rows)
    for h in range(children.found):
        for t in range(len(tracks)):
            o = children.option[h, t]
            if o != NOBODY and store.tracks[became[o]].existence >= prune:
                mixture.row[h, t] = became[o]
    return mixture, became


@bare_kernel
def _publish(store: Store, mixture: Mixture, count: int, t: int) -> None:
    """The track's own row: it is what it is in the heaviest hypothesis that has it, and there by all."""
    i, existence = NOBODY, 0.0
    for h in range(count):
        row = mixture.row[h, t]
        if row != NOBODY:
            existence += mixture.weight[h] * store.tracks[row].existence
            if i == NOBODY:
                i = row
    if i == NOBODY:
        store.tracks[mixture.track[t]].existence = 0.0
        return
    copy_hypothesis(store.tracks[i], store.tracks[mixture.track[t]])
    store.tracks[mixture.track[t]].existence = existence


@bare_kernel
def _free_cluster(store: Store) -> int:
    c = 0
    while c < store.used[CLUSTERS] and store.clusters[c].members > 0:
        c += 1
    store.used[CLUSTERS] = max(store.used[CLUSTERS], c + 1)
    return c


@bare_kernel
def _settle(store: Store, mixture: Mixture, count: int, prune: float) -> None:
    """Tracks that are one row in all hypotheses stand alone again; the others keep the mixture."""
    c, members = NOBODY, 0
    for t in range(len(mixture.track)):
        track = store.tracks[mixture.track[t]]
        _publish(store, mixture, count, t)
        track.cluster = NOBODY
        if track.existence < prune:
            track.existence, track.confirmed = 0.0, False
            continue
        is_alone = True
        for h in range(count):
            is_alone = is_alone and mixture.row[h, t] == mixture.row[0, t]
        if is_alone:
            continue
        if c == NOBODY:
            c = _free_cluster(store)
        cluster = store.clusters[c]
        cluster.track[members] = mixture.track[t]
        for h in range(count):
            cluster.row[h, members] = mixture.row[h, t]
        track.cluster = c
        members += 1
    if c != NOBODY:
        cluster = store.clusters[c]
        cluster.members, cluster.hypotheses = members, count
        for h in range(count):
            cluster.weight[h] = mixture.weight[h]


@bare_kernel
def _release(store: Store, mixture: Mixture, count: int, became: IntArray) -> None:
    """Frees those of the new rows that no cluster holds."""
    for o in range(len(became)):
        if became[o] == NOBODY:
            continue
        row, is_held = store.tracks[became[o]], False
        if row.existence > 0.0 and store.tracks[row.owner].cluster != NOBODY:
            for h in range(count):
                for t in range(len(mixture.track)):
                    is_held = is_held or mixture.row[h, t] == became[o]
        if not is_held:
            row.existence = 0.0


@bare_kernel
def dissolve(store: Store, tracks: IntArray) -> None:
    """Frees the clusters of these tracks."""
    for t in range(len(tracks)):
        c = store.tracks[tracks[t]].cluster
        if c != NOBODY:
            store.clusters[c].members = 0
            store.tracks[tracks[t]].cluster = NOBODY


@kernel
def _missed(store: Store, nodes: Records, chosen: IntArray, sensor: Record) -> FloatArray:
    """Logarithm of the weight of a miss of each node."""
    missed = np.zeros(len(chosen))
    for k in range(len(chosen)):
        node = nodes[chosen[k]]
        if not node.excused:
            visible = store.perception[node.track, sensor.number].visible
            pd = visible * probability_of_detection(store.tracks[node.row])
            missed[k] = math.log(max(1.0 - store.tracks[node.row].existence * pd, LEAST_DENSITY))
    return missed


@bare_kernel
def _note_children(edges: Records, options: Options, children: Children, tracks: int, looks: Records) -> None:
    """How probable the children make each edge, and what is left of each detection for something new."""
    for o in range(len(options.cost)):
        if options.edge[o] != MISSED:
            edges[options.edge[o]].probability = 0.0
    for h in range(children.found):
        for t in range(tracks):
            o = children.option[h, t]
            if o != NOBODY and options.edge[o] != MISSED:
                edge = edges[options.edge[o]]
                edge.probability += children.weight[h]
                looks[edge.detection].alone -= children.weight[h]


@bare_kernel
def _note_tracks(
    store: Store, nodes: Records, chosen: IntArray, edges: Records, sensor: Record, looks: Records,
    time_ns: int,
) -> None:  # fmt: skip
    """Perception and evidence of every track; its nodes stand together, the heaviest hypothesis first."""
    first = 0
    while first < len(chosen):
        node, last, hit, connections = nodes[chosen[first]], first, 0.0, 0
        while last < len(chosen) and nodes[chosen[last]].track == node.track:
            for e in range(nodes[chosen[last]].first_edge, nodes[chosen[last]].last_edge):
                hit += edges[e].probability
                connections += 1
            last += 1
        if connections > 0 or not node.excused:
            seen = store.perception[node.track, sensor.number]
            node.hit, visible = hit, seen.visible
            total = note_look(store.tracks[node.track], store.tracks[node.row], seen, hit, sensor, time_ns)
            if store.tracks[node.track].copied > 0.0:
                note_copy(
                    store.tracks[node.track], store.tracks[node.row], visible, node.first_edge,
                    nodes[chosen[last - 1]].last_edge, edges, sensor, total,
                )  # fmt: skip
            for k in range(first, last):
                note_edges(
                    store.tracks[node.track], store.evidence[node.track], nodes[chosen[k]].first_edge,
                    nodes[chosen[k]].last_edge, edges, total, sensor.number, looks, time_ns,
                )  # fmt: skip
        first = last


@kernel
def resolve(
    store: Store, nodes: Records, chosen: IntArray, tracks: IntArray, local: IntArray, edges: Edges,
    sensor: Record, looks: Records, motion: Record, prune: float, work: Record, cursor: IntArray,
    time_ns: int, is_clear: bool,
) -> bool:  # fmt: skip
    """Updates an ambiguous cluster: its best global hypotheses, fused where they say the same of the sky.

    chosen (n,) are its nodes, tracks (t,) those that they are hypotheses of, local (d,) the number of each
    detection in the cluster; cursor (1,) is from where to look for free rows. False, and nothing is changed,
    where the few hypotheses would hold too little, and each track was one row before (is_clear).
    """
    options = options_of(nodes, chosen, edges.edges, _missed(store, nodes, chosen, sensor), local)
    parents, scores = _parents(store, nodes, chosen, tracks, options.best)
    children = children_of(options, parents, scores, len(tracks))
    mixture, became = _grow(
        store, nodes, chosen, tracks, options, children, edges, sensor, motion, prune, work, cursor
    )
    count = fuse(store, mixture, children.found)
    is_too_much = held(mixture, count) < _TOO_LITTLE
    if is_too_much and is_clear:
        _release(store, mixture, 0, became)
        return False
    _note_children(edges.edges, options, children, len(tracks), looks)
    _note_tracks(store, nodes, chosen, edges.edges, sensor, looks, time_ns)
    dissolve(store, tracks)
    if not is_too_much:
        count = prune_light(mixture, count)
    collapse_tracks(store, mixture, count, is_too_much, motion, work)
    count = fuse_equal(mixture, count)
    _settle(store, mixture, count, prune)
    _release(store, mixture, count, became)
    for k in range(len(chosen)):
        if nodes[chosen[k]].row != nodes[chosen[k]].track:
            store.tracks[nodes[chosen[k]].row].existence = 0.0
    return True
