"""Reports of nodes that only say heard or not heard: what they make of tracks, and of what has no track.

Formulas of superposed sensors: the likelihood depends on prod_k (1 - r_k Pd_k) over all that flies. Existence
of tracks that share nodes is enumerated, and reports of one time are used jointly.
"""

from __future__ import annotations

import math

import numpy as np

from tocsin.jit import bare_kernel, entry, kernel
from tocsin.tracking.kernels.heard_layout import MOST_ENUMERATED, PLACES, Cells, Sounds, Unplaced
from tocsin.tracking.kernels.heard_moments import Events, Points, condition, heard_from, spread_points
from tocsin.tracking.kernels.heard_report import responsibility, still_visible, weigh
from tocsin.tracking.kernels.heard_unplaced import listen
from tocsin.tracking.kernels.layout import Record
from tocsin.units import FloatArray

# A track that a node hears with less than this probability is none of its business.
FAINT = 1e-3


@bare_kernel
def _may_hear(node: Record, track: Record) -> bool:
    """Whether a track can be within earshot, judged by five sigma of its place."""
    square, spread, speed = 0.0, 0.0, 0.0
    for a in range(3):
        away = track.state[a] - node.position[a]
        square += away * away
        spread += track.covariance[a, a]
        speed += track.state[a + 3] * track.state[a + 3]
    reach = node.step_m * (len(node.detection) - 1) * (1.0 + math.sqrt(speed) * node.slowness_spm)
    reach += 5.0 * math.sqrt(spread)
    return bool(square <= reach * reach)


@bare_kernel
def perceive(sounds: Sounds, points: Points) -> None:
    """Pd of each track at each node, averaged over the track's position, into the pairs."""
    for t in range(len(sounds.tracks)):
        track, count = sounds.tracks[t], 0
        for j in range(len(sounds.reports)):
            node, pair = sounds.nodes[sounds.reports[j].node], sounds.pairs[t, j]
            pair.seen, pair.support = 0.0, 0.0
            if _may_hear(node, track):
                if count == 0:
                    count = spread_points(track.covariance, points)
                seen = heard_from(node, track.state, points, count, j)
                pair.seen = seen if seen >= FAINT else 0.0
            pair.pd = pair.seen * pair.visible


@bare_kernel
def _cluster(sounds: Sounds) -> None:
    """Finds the first track of each cluster: of tracks that one node may hear, directly or through others."""
    tracks, pairs = sounds.tracks, sounds.pairs
    for t in range(len(tracks)):
        tracks[t].cluster = t
    for j in range(len(sounds.reports)):
        first = -1
        for t in range(len(tracks)):
            if pairs[t, j].pd > 0.0 and first < 0:
                first = t
            elif pairs[t, j].pd > 0.0 and tracks[t].cluster != tracks[first].cluster:
                # The first track of all has the least number.
                low, high = tracks[first].cluster, tracks[t].cluster
                if low > high:
                    low, high = high, low
                for u in range(len(tracks)):
                    if tracks[u].cluster == high:
                        tracks[u].cluster = low


@bare_kernel
def _others(sounds: Sounds, t: int, events: Events) -> int:
    """The other tracks of the cluster of track t; gives how many."""
    count = 0
    for u in range(len(sounds.tracks)):
        if u != t and sounds.tracks[u].cluster == sounds.tracks[t].cluster:
            events.others[count] = u
            count += 1
    return count


@bare_kernel
def _used(sounds: Sounds, t: int, others: int, events: Events) -> int:
    """The reports that matter to track t or to any other of its cluster; gives how many."""
    count = 0
    for j in range(len(sounds.reports)):
        matters = sounds.pairs[t, j].pd > 0.0
        for k in range(others):
            matters = matters or sounds.pairs[events.others[k], j].pd > 0.0
        if matters:
            events.used[count] = j
            count += 1
    return count


@bare_kernel
def _combine(sounds: Sounds, others: int, looks: int, are_enumerated: bool, events: Events) -> int:
    """Every combination of the other tracks existing, or one event in which each exists to the degree to
    which it is probable; gives how many."""
    count = 1 << others if are_enumerated else 1
    for e in range(count):
        events.weight[e, 0] = 1.0
        for u in range(looks):
            report = sounds.reports[events.used[u]]
            events.weight[e, 1 + u] = report.factor * report.silent
        for k in range(others):
            there = sounds.tracks[events.others[k]].before
            if are_enumerated:
                exists = (e >> k) & 1 == 1
                events.weight[e, 0] *= there if exists else 1.0 - there
                there = 1.0 if exists else 0.0
            for u in range(looks):
                events.weight[e, 1 + u] *= 1.0 - there * sounds.pairs[events.others[k], events.used[u]].pd
    return count


@bare_kernel
def _update_track(sounds: Sounds, t: int, only: int, events: Events, points: Points) -> None:
    """State and existence of track t after all reports at once or, where its cluster is large, after one."""
    if only >= 0 and sounds.pairs[t, only].pd == 0.0:
        return
    track, others = sounds.tracks[t], _others(sounds, t, events)
    is_large = others >= MOST_ENUMERATED
    if is_large != (only >= 0):
        return
    events.used[0] = only
    looks = 1 if is_large else _used(sounds, t, others, events)
    if looks == 0:
        return
    combinations, absent = _combine(sounds, others, looks, not is_large, events), 0.0
    for e in range(combinations):
        value = events.weight[e, 0]
        for u in range(looks):
            value *= sounds.reports[events.used[u]].constant + events.weight[e, 1 + u]
        absent += value
    there = track.before * condition(sounds, t, events, combinations, looks, points)
    track.existence = there / (there + (1.0 - track.before) * absent)


@bare_kernel
def _conclude(sounds: Sounds) -> None:
    """Whether each node can hear each track at all, and support."""
    for j in range(len(sounds.reports)):
        report, everything = sounds.reports[j], sounds.reports[j].silent
        for t in range(len(sounds.tracks)):
            everything *= 1.0 - sounds.tracks[t].prior * sounds.pairs[t, j].pd
        for t in range(len(sounds.tracks)):
            track, pair = sounds.tracks[t], sounds.pairs[t, j]
            others = everything / (1.0 - track.prior * pair.pd)
            factor = report.factor * others
            pair.visible = still_visible(pair.visible, pair.seen, report.constant, factor)
            if report.heard:
                false = sounds.nodes[report.node].false_probability
                pair.support = track.existence * responsibility(pair.pd, others, false)


@kernel
def _room_for_points(looks: int) -> Points:
    return Points(
        np.empty((6, 3)), np.empty((PLACES, 5)), np.empty((6, 3)), np.empty((looks, PLACES))
    )  # fmt: skip


@kernel
def _room_for_events(tracks: int, looks: int) -> Events:
    others = max(tracks - 1, 0)
    if others >= MOST_ENUMERATED:
        others = MOST_ENUMERATED - 1
    return Events(
        np.empty((1 << others, 1 + looks)), np.empty(tracks, np.int64), np.empty(looks, np.int64)
    )  # fmt: skip


@entry
def hear(sounds: Sounds, cells: Cells, unplaced: Unplaced, room: FloatArray) -> None:
    """Uses the reports of one time, in place: what is not placed, then tracks, visibility and support.

    room (3 + k, e): for the e cells near any node, and for as many numbers as unplaced has rows.
    """
    count, looks = len(sounds.tracks), len(sounds.reports)
    points, events = _room_for_points(looks), _room_for_events(count, looks)
    for j in range(looks):
        weigh(sounds.reports[j], sounds.nodes[sounds.reports[j].node])
    for t in range(count):
        sounds.tracks[t].prior = sounds.tracks[t].existence
    perceive(sounds, points)
    _cluster(sounds)
    listen(sounds, cells, unplaced, room[:3], room[3:])
    # First all reports for small clusters, then for large ones each alone.
    for only in range(-1, looks if count > MOST_ENUMERATED else 0):
        for t in range(count):
            sounds.tracks[t].before = sounds.tracks[t].existence
        for t in range(count):
            _update_track(sounds, t, only, events, points)
    _conclude(sounds)
