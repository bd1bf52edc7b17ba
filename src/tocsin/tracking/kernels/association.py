"""Which detection is of which track: one connected cluster at a time, by marginals or by hypotheses."""

from __future__ import annotations

import numpy as np

from tocsin.jit import bare_kernel, kernel
from tocsin.tracking.kernels.clusters import nodes_by_cluster
from tocsin.tracking.kernels.copies import note_copy
from tocsin.tracking.kernels.hypotheses import MOST_DETECTIONS
from tocsin.tracking.kernels.layout import (
    CLUSTERS,
    MEMBERS,
    NOBODY,
    SPARE_CLUSTERS,
    SPARE_ROWS,
    Edges,
    Record,
    Records,
    Store,
)
from tocsin.tracking.kernels.marginals import marginals
from tocsin.tracking.kernels.merging import copy_hypothesis, miss
from tocsin.tracking.kernels.mixture import dissolve, resolve
from tocsin.tracking.kernels.perception import refresh
from tocsin.tracking.kernels.sharing import note_sharing, shared_edges
from tocsin.tracking.kernels.unresolved import (
    MOST_TOGETHER,
    company_of,
    has_cells,
    may_share,
    shared,
    ways_of,
)
from tocsin.tracking.kernels.update import note_edges, note_look, update_row
from tocsin.units import FloatArray, IntArray

# Where a track's share in detections that others may claim passes this, single Gaussians would do harm. Of
# one track alone, hypotheses were no better than moments, however many false detections there were.
_MOST_CONTESTED = 0.1
# Tracks that hardly exist are not worth hypotheses.
_WORTH_HYPOTHESES = 0.1
# Where fewer plots than this are of several tracks, in the mean, hypotheses do better.
_OFTEN_SHARED = 0.05
# Tracks that hardly exist get what these others leave.
_WORTH_COMPANY = 0.05


@kernel
def _tracks_of(nodes: Records, chosen: IntArray) -> IntArray:
    """The tracks that the chosen nodes are hypotheses of, each once; a track's nodes stand together."""
    tracks, count = np.empty(len(chosen), np.int64), 0
    for k in range(len(chosen)):
        if count == 0 or nodes[chosen[k]].track != tracks[count - 1]:
            tracks[count] = nodes[chosen[k]].track
            count += 1
    return tracks[:count]


@bare_kernel
def _number_detections(nodes: Records, chosen: IntArray, edges: Records, local: IntArray) -> tuple[int, int]:
    """Numbers the cluster's detections from 0 in local (d,), which holds NOBODY before; how many detections
    and edges there are."""
    count, connections = 0, 0
    for k in range(len(chosen)):
        node = nodes[chosen[k]]
        for e in range(node.first_edge, node.last_edge):
            connections += 1
            if local[edges[e].detection] == NOBODY:
                local[edges[e].detection] = count
                count += 1
    return count, connections


@bare_kernel
def _forget_numbers(nodes: Records, chosen: IntArray, edges: Records, local: IntArray) -> None:
    for k in range(len(chosen)):
        for e in range(nodes[chosen[k]].first_edge, nodes[chosen[k]].last_edge):
            local[edges[e].detection] = NOBODY


@bare_kernel
def _weigh_alone(node: Record, edges: Records) -> None:
    """Probability of every edge of a track that nothing else competes with."""
    total = 1.0
    for e in range(node.first_edge, node.last_edge):
        total += edges[e].weight
    for e in range(node.first_edge, node.last_edge):
        edges[e].probability = edges[e].weight / total


@kernel
def _weigh(nodes: Records, chosen: IntArray, edges: Records, local: IntArray, connections: int) -> None:
    """Probability of every edge of a cluster of tracks that are one hypothesis each."""
    if connections == 0:
        return
    if len(chosen) == 1:
        _weigh_alone(nodes[chosen[0]], edges)
        return
    track, detection = np.empty(connections, np.int64), np.empty(connections, np.int64)
    weight, probability = np.empty(connections), np.empty(connections)
    at = 0
    for k in range(len(chosen)):
        for e in range(nodes[chosen[k]].first_edge, nodes[chosen[k]].last_edge):
            track[at], detection[at], weight[at] = k, local[edges[e].detection], edges[e].weight
            at += 1
    marginals(track, detection, weight, probability)
    at = 0
    for k in range(len(chosen)):
        for e in range(nodes[chosen[k]].first_edge, nodes[chosen[k]].last_edge):
            edges[e].probability = probability[at]
            at += 1


@bare_kernel
def _is_ambiguous(store: Store, nodes: Records, chosen: IntArray, edges: Records, looks: Records) -> bool:
    """Whether one Gaussian for each track would do harm."""
    if len(chosen) == 1:
        return False
    for k in range(len(chosen)):
        node = nodes[chosen[k]]
        for e in range(node.first_edge, node.last_edge):
            looks[edges[e].detection].claimed = 0.0
    for k in range(len(chosen)):
        node = nodes[chosen[k]]
        for e in range(node.first_edge, node.last_edge):
            looks[edges[e].detection].claimed += edges[e].probability
    for k in range(len(chosen)):
        node = nodes[chosen[k]]
        if node.last_edge == node.first_edge:
            continue
        contested, total = 0.0, 0.0
        for e in range(node.first_edge, node.last_edge):
            edge = edges[e]
            contested += edge.probability * (looks[edge.detection].claimed - edge.probability)
            total += edge.probability
        if total + (1.0 - total) * store.tracks[node.row].existence < _WORTH_HYPOTHESES:
            continue
        if contested > _MOST_CONTESTED:
            return True
    return False


@kernel
def _heaviest(store: Store, nodes: Records, chosen: IntArray, tracks: IntArray) -> IntArray:
    """Of each track the node of its cluster's heaviest hypothesis; a track that this has not is left out."""
    kept, count = np.empty(len(tracks), np.int64), 0
    for k in range(len(chosen)):
        node = nodes[chosen[k]]
        is_kept = node.cluster == NOBODY
        if not is_kept:
            cluster = store.clusters[node.cluster]
            for member in range(cluster.members):
                is_kept = is_kept or cluster.row[0, member] == node.row
        if is_kept:
            kept[count] = chosen[k]
            count += 1
    return kept[:count]


@kernel
def _give_up(store: Store, nodes: Records, chosen: IntArray, tracks: IntArray) -> IntArray:
    """Where too many tracks meet for hypotheses, only the heaviest of each stays; its nodes."""
    kept = _heaviest(store, nodes, chosen, tracks)
    dissolve(store, tracks)
    for k in range(len(chosen)):
        node = nodes[chosen[k]]
        is_kept = False
        for q in range(len(kept)):
            is_kept = is_kept or kept[q] == chosen[k]
        if not is_kept:
            store.tracks[node.row].existence = 0.0
            node.last_edge = node.first_edge
    for t in range(len(tracks)):
        is_there = False
        for q in range(len(kept)):
            is_there = is_there or nodes[kept[q]].track == tracks[t]
        if not is_there:
            store.tracks[tracks[t]].existence = 0.0
    return kept


@bare_kernel
def _update_node(
    store: Store, node: Record, edges: Edges, sensor: Record, looks: Records, time_ns: int, work: Record
) -> None:
    """A row by the marginal probabilities of its edges, and the track that it is or stands for."""
    track, row = store.tracks[node.track], store.tracks[node.row]
    seen, first, last = store.perception[node.track, sensor.number], node.first_edge, node.last_edge
    if node.excused:
        refresh(track, seen, sensor, time_ns)
    visible, hit = seen.visible, 0.0
    for e in range(first, last):
        edge = edges.edges[e]
        look = looks[edge.detection]
        look.alone -= edge.probability
        hit += edge.probability
        if edge.probability > look.share and node.row == node.track:
            look.track, look.share = node.track, edge.probability
    node.hit = hit
    total = note_look(track, row, seen, hit, sensor, time_ns)
    if track.copied > 0.0:
        note_copy(track, row, visible, first, last, edges.edges, sensor, total)
    note_edges(
        track, store.evidence[node.track], first, last, edges.edges, total, sensor.number, looks, time_ns
    )
    update_row(row, visible, first, last, edges, work)
    if node.row != node.track:
        copy_hypothesis(row, track)
        row.existence = 0.0


@bare_kernel
def _update_missed(track: Record, seen: Record, sensor: Record, edges: Records, time_ns: int) -> None:
    """A track that nothing can be of."""
    visible = seen.visible
    total = note_look(track, track, seen, 0.0, sensor, time_ns)
    if track.copied > 0.0:
        note_copy(track, track, visible, 0, 0, edges, sensor, total)
    miss(track, visible)


@bare_kernel
def _update_alone(
    store: Store, nodes: Records, order: IntArray, start: IntArray, edges: Edges, sensor: Record,
    looks: Records, time_ns: int, work: Record,
) -> None:  # fmt: skip
    """Updates all tracks that nothing else competes with: most of a scan."""
    for c in range(len(start) - 1):
        node = nodes[order[start[c]]]
        if start[c + 1] != start[c] + 1 or node.cluster != NOBODY:
            continue
        if node.first_edge < node.last_edge:
            _weigh_alone(node, edges.edges)
            _update_node(store, node, edges, sensor, looks, time_ns, work)
        elif not node.excused:
            node.hit = 0.0
            seen = store.perception[node.row, sensor.number]
            _update_missed(store.tracks[node.row], seen, sensor, edges.edges, time_ns)


@bare_kernel
def _existence_of(store: Store, node: Record) -> float:
    """How probably the track is there that a node is, or is a hypothesis of."""
    if node.cluster == NOBODY:
        return float(store.tracks[node.row].existence)
    cluster, existence = store.clusters[node.cluster], 0.0
    for member in range(cluster.members):
        if cluster.track[member] == node.track:
            for h in range(cluster.hypotheses):
                if cluster.row[h, member] != NOBODY:
                    existence += cluster.weight[h] * store.tracks[cluster.row[h, member]].existence
    return existence


@kernel
def _first_nodes(nodes: Records, chosen: IntArray) -> IntArray:
    """Of each track the first of its nodes, which is what it is in the heaviest hypothesis that has it."""
    first, count = np.empty(len(chosen), np.int64), 0
    for k in range(len(chosen)):
        if count == 0 or nodes[chosen[k]].track != nodes[first[count - 1]].track:
            first[count] = chosen[k]
            count += 1
    return first[:count]


@bare_kernel
def _stand_alone(
    store: Store, nodes: Records, chosen: IntArray, first: IntArray, existence: FloatArray
) -> None:
    """Tracks become what their first nodes are, there as probably as by all hypotheses."""
    for k in range(len(chosen)):
        node = nodes[chosen[k]]
        if node.row != node.track:
            store.tracks[node.row].existence = 0.0
            node.last_edge = node.first_edge
    for t in range(len(first)):
        store.tracks[nodes[first[t]].row].existence = existence[t]


@kernel
def _company(first: IntArray, existence: FloatArray) -> IntArray:
    """Places (n,) of the tracks that are weighed together: those that probably exist, at most so many."""
    places, least = np.empty(MOST_TOGETHER, np.int64), _WORTH_COMPANY
    if len(first) > MOST_TOGETHER:
        least = max(least, existence[np.argsort(existence)[-MOST_TOGETHER]])
    count = 0
    for t in range(len(first)):
        if existence[t] >= least and count < MOST_TOGETHER:
            places[count] = t
            count += 1
    return places[:count]


@bare_kernel
def _weigh_behind(node: Record, edges: Records, looks: Records) -> None:
    """Probability of every edge of a track that gets what the company of others leaves."""
    total = 1.0
    for e in range(node.first_edge, node.last_edge):
        total += edges[e].weight * max(looks[edges[e].detection].alone, 0.0)
    for e in range(node.first_edge, node.last_edge):
        edges[e].probability = edges[e].weight * max(looks[edges[e].detection].alone, 0.0) / total


@kernel
def _share_plots(
    store: Store, nodes: Records, chosen: IntArray, tracks: IntArray, local: IntArray, detections: int,
    edges: Edges, sensor: Record, looks: Records, time_ns: int, work: Record,
) -> bool:  # fmt: skip
    """Updates a cluster in which plots may be of several tracks; False, and nothing is changed, where that is
    not probable."""
    if len(tracks) == 1 or detections == 0:
        return False
    first, existence = _first_nodes(nodes, chosen), np.empty(len(tracks))
    for t in range(len(tracks)):
        existence[t] = _existence_of(store, nodes[first[t]])
    places = _company(first, existence)
    company = company_of(store, nodes, first[places], edges, local, detections, sensor, looks)
    if not may_share(company):
        return False
    ways = ways_of(company, edges.edges, looks)
    if shared(ways) < _OFTEN_SHARED:
        return False
    _forget_numbers(nodes, chosen, edges.edges, local)
    dissolve(store, tracks)
    _stand_alone(store, nodes, chosen, first, existence)
    own = shared_edges(store, nodes, company, ways, edges, sensor, looks)
    for place in places:
        _update_node(store, nodes[first[place]], own, sensor, looks, time_ns, work)
        existence[place] = 0.0
    note_sharing(company, ways, looks)
    for t in range(len(first)):
        if existence[t] > 0.0:
            _weigh_behind(nodes[first[t]], edges.edges, looks)
            _update_node(store, nodes[first[t]], edges, sensor, looks, time_ns, work)
    return True


@kernel
def associate(
    store: Store, nodes: Records, edges: Edges, count: int, sensor: Record, looks: Records, time_ns: int,
    motion: Record, prune: float, work: Record,
) -> None:  # fmt: skip
    """Updates all tracks with the `count` edges of a scan, cluster by cluster."""
    order, start = nodes_by_cluster(nodes, edges.edges[:count], len(looks))
    _update_alone(store, nodes, order, start, edges, sensor, looks, time_ns, work)
    local, cursor, spare = np.full(len(looks), NOBODY), np.zeros(1, np.int64), SPARE_ROWS
    most_clusters, can_share = store.used[CLUSTERS] + SPARE_CLUSTERS, has_cells(sensor)
    for c in range(len(start) - 1):
        if start[c + 1] == start[c] + 1 and nodes[order[start[c]]].cluster == NOBODY:
            continue
        chosen = order[start[c] : start[c + 1]]
        tracks = _tracks_of(nodes, chosen)
        detections, connections = _number_detections(nodes, chosen, edges.edges, local)
        if can_share and _share_plots(
            store, nodes, chosen, tracks, local, detections, edges, sensor, looks, time_ns, work
        ):
            continue
        is_clear = True
        for k in range(len(chosen)):
            is_clear = is_clear and nodes[chosen[k]].cluster == NOBODY
        needed = len(chosen) + connections
        is_too_large = len(tracks) > MEMBERS or detections > MOST_DETECTIONS or needed > spare
        is_too_large = is_too_large or store.used[CLUSTERS] >= most_clusters
        if is_too_large and not is_clear:
            chosen = _give_up(store, nodes, chosen, tracks)
            _, connections = _number_detections(nodes, chosen, edges.edges, local)
        if is_clear or is_too_large:
            _weigh(nodes, chosen, edges.edges, local, connections)
        is_plain = is_too_large or (is_clear and not _is_ambiguous(store, nodes, chosen, edges.edges, looks))
        if not is_plain:
            spare -= needed
            is_plain = not resolve(
                store, nodes, chosen, tracks, local, edges, sensor, looks, motion, prune, work, cursor,
                time_ns, is_clear,
            )  # fmt: skip
        for k in range(len(chosen) if is_plain else 0):
            node = nodes[chosen[k]]
            if not node.excused or node.first_edge < node.last_edge:
                _update_node(store, node, edges, sensor, looks, time_ns, work)
        _forget_numbers(nodes, order[start[c] : start[c + 1]], edges.edges, local)
