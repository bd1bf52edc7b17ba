"""What a scan makes of each track: hits and misses weighed by their probabilities, and new tracks."""

from __future__ import annotations

from tocsin.jit import bare_kernel
from tocsin.tracking.kernels.emission import note_emission
from tocsin.tracking.kernels.expectation import add_hit
from tocsin.tracking.kernels.layout import (
    EVIDENCE_PROBABILITY,
    MEDIA,
    NEVER,
    NO_IDENTITY,
    NOBODY,
    NOT_KNOWN,
    REMEMBERED,
    STATE,
    Edges,
    Record,
    Records,
    Store,
)
from tocsin.units import FloatArray

_SEEN_PROBABILITY = 0.5


@bare_kernel
def remember(evidence: Record, number: int, time_ns: int, sensor: int, probability: float) -> None:
    """Keeps a detection as evidence of a track until it is published, once if several hypotheses claim it."""
    for back in range(1, min(evidence.count, REMEMBERED) + 1):
        slot = (evidence.count - back) % REMEMBERED
        if evidence.time_ns[slot] != time_ns:
            break
        if evidence.number[slot] == number:
            evidence.probability[slot] += probability
            return
    slot = evidence.count % REMEMBERED
    evidence.number[slot] = number
    evidence.probability[slot] = probability
    evidence.time_ns[slot] = time_ns
    evidence.sensor[slot] = sensor
    evidence.count += 1


@bare_kernel
def _update_mode(
    mode: Record,
    m: int,
    missed: float,
    first: int,
    last: int,
    edges: Edges,
    work: Record,
) -> float:
    """Moment-matches one mode over the miss, of this weight, and its hits; gives the sum of their weights.

    The weights are p_0 r_0 mu_m (1 - Pd_m) / (1 - Pd) for the miss and p_j times the mode's share for hit j.
    """
    total = missed
    for e in range(first, last):
        total += edges.edges[e].probability * edges.hits[edges.edges[e].hit + m].share
    if total <= 0.0 or total == missed:
        return total
    shift, column, covariance = work.direction, work.column, mode.covariance
    for a in range(STATE):
        shift[a] = 0.0
    for e in range(first, last):
        edge = edges.edges[e]
        hit, expectation = edges.hits[edge.hit + m], edges.expectations[edge.expectation + m]
        weight = edge.probability * hit.share / total
        if weight > 0.0:
            add_hit(expectation, hit, weight, mode, shift, column)
    for a in range(STATE):
        mode.state[a] += shift[a]
        for b in range(STATE):
            covariance[a, b] -= shift[a] * shift[b]
    return total


@bare_kernel
def note_look(track: Record, row: Record, seen: Record, hit: float, sensor: Record, time_ns: int) -> float:
    """What a look tells of whether the sensor perceives a track, which it found with probability `hit`; gives
    how probably the track then exists. row is the track, or what it is in its heaviest hypothesis."""
    perceived = 0.0
    for m in range(row.modes):
        perceived += row.mode[m].probability * row.pd[m]
    bar = perceived * seen.visible
    missed = max(1.0 - hit, 0.0) * row.existence * (1.0 - bar) / (1.0 - row.existence * bar)
    total = missed + hit
    if total > 0.0:
        # By what is hidden: else each miss blows up the rounding of 1 by 1 / (1 - Pd).
        hidden = missed / max(1.0 - bar, 1e-12) / total
        seen.visible = 1.0 - hidden * (1.0 - seen.visible)
        if sensor.medium != NOBODY:
            note_emission(track, seen, sensor.medium, hidden)
        seen.support += hit / total
        if hit > _SEEN_PROBABILITY * total:
            seen.seen_ns = time_ns
    return float(total)


@bare_kernel
def note_edges(
    track: Record, evidence: Record, first: int, last: int, edges: Records, total: float, sensor: int,
    looks: Records, time_ns: int,
) -> None:  # fmt: skip
    """Which detections made a track, and what it calls itself if one of them is probably of it."""
    for e in range(first, last):
        look, probability = looks[edges[e].detection], edges[e].probability
        if probability >= EVIDENCE_PROBABILITY:
            remember(evidence, look.number, time_ns, sensor, probability)
        if track.identity == NO_IDENTITY and probability > _SEEN_PROBABILITY * total:
            track.identity = look.identity


@bare_kernel
def update_row(track: Record, visible: float, first: int, last: int, edges: Edges, work: Record) -> None:
    """Moment-matches what edges first..last say of a track.

    r+ = p_0 r_0 + sum p_j, weights p_0 r_0 / r+ for the miss and p_j / r+ for the detections, with the spread
    of the means (tracking page, 'Update').
    """
    # 1 - Pd as a sum over the modes: 1 less a sum would let their probabilities drift from 1, miss by miss.
    unseen, hit = 0.0, 0.0
    for m in range(track.modes):
        unseen += track.mode[m].probability * (1.0 - visible * track.pd[m])
    for e in range(first, last):
        hit += edges.edges[e].probability
    missed = max(1.0 - hit, 0.0) * track.existence * unseen / (1.0 - track.existence * (1.0 - unseen))
    total = missed + hit
    if total <= 0.0:
        track.existence = 0.0
        return
    for m in range(track.modes):
        mode = track.mode[m]
        share = missed * mode.probability * (1.0 - visible * track.pd[m]) / max(unseen, 1e-12)
        mode.probability = _update_mode(mode, m, share, first, last, edges, work) / total
    track.existence = min(total, 1.0)


@bare_kernel
def add_track(
    store: Store,
    i: int,
    existence: float,
    state: FloatArray,
    covariance: FloatArray,
    visible_prior: FloatArray,
    time_ns: int,
    name: int,
    identity: int,
) -> None:
    """Writes a new track into row i; visible_prior (s,) of all sensors. None has seen it yet."""
    track = store.tracks[i]
    mode = track.mode[0]
    for a in range(STATE):
        mode.state[a] = track.state[a] = state[a]
        for b in range(STATE):
            mode.covariance[a, b] = track.covariance[a, b] = covariance[a, b]
    mode.probability, track.modes, track.steady = 1.0, 1, 0.0
    track.existence = existence
    track.time_ns = track.born_ns = time_ns
    track.name, track.identity, track.confirmed, track.copied = name, identity, False, 0.0
    track.owner, track.cluster = NOBODY, NOBODY
    for k in range(MEDIA):
        track.emits[k], track.emits_ns[k] = NOT_KNOWN, time_ns
    for k in range(len(visible_prior)):
        seen = store.perception[i, k]
        seen.visible, seen.support = visible_prior[k], 0.0
        seen.touched_ns, seen.seen_ns, seen.clear = time_ns, NEVER, NOT_KNOWN
    evidence = store.evidence[i]
    evidence.count = evidence.published = 0
