"""Reports of nodes that only hear, between the store's rows and `HeardField`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tocsin.jit import bare_kernel, entry
from tocsin.tracking.kernels.emission import note_report, surely_emits
from tocsin.tracking.kernels.layout import (
    EVIDENCE_PROBABILITY,
    NO_IDENTITY,
    NOBODY,
    ROWS,
    STATE,
    Record,
    Records,
    Store,
    Thresholds,
)
from tocsin.tracking.kernels.mixture import free_row
from tocsin.tracking.kernels.motion import predict
from tocsin.tracking.kernels.perception import may_see, refresh
from tocsin.tracking.kernels.scan import tidy
from tocsin.tracking.kernels.update import add_track, remember
from tocsin.units import FloatArray, IntArray

_SEEN_PROBABILITY = 0.5


class Heard(NamedTuple):
    """Tracks that some of l nodes may hear, room for all rows of the store."""

    row: IntArray  # (n,)
    state: FloatArray  # (n, 6) predicted to the time of the reports
    covariance: FloatArray  # (n, 6, 6)
    existence: FloatArray  # (n,)


@entry
def find_audible(
    store: Store, motions: Records, sensors: Records, works: Records, scratch: Records, number: IntArray,
    time_ns: int, out: Heard,
) -> int:  # fmt: skip
    """Predicts all tracks that nodes of these sensor numbers (l,) may hear; gives how many.

    A track that is several hypotheses is heard as it is published, and stays as it is.
    """
    count = 0
    for i in range(store.used[ROWS]):
        track, is_near = store.tracks[i], False
        if track.existence <= 0.0 or track.owner != NOBODY:
            continue
        for k in range(len(number)):
            is_near = is_near or may_see(track, sensors[number[k]], time_ns)
        if not is_near:
            continue
        for k in range(len(number)):
            refresh(store.tracks[i], store.perception[i, number[k]], sensors[number[k]], time_ns)
        if track.cluster != NOBODY:
            scratch[0] = store.tracks[i]
            track = scratch[0]
        predict(track, time_ns, motions[0], works[0])
        out.row[count], out.existence[count] = i, track.existence
        for a in range(STATE):
            out.state[count, a] = track.state[a]
            for b in range(STATE):
                out.covariance[count, a, b] = track.covariance[a, b]
        count += 1
    return count


@bare_kernel
def _carry_over(
    mode: Record, matrix: FloatArray, shift: FloatArray, mean: FloatArray, product: FloatArray
) -> None:
    """x <- A x + b, P <- A P A' of one mode, in place; mean (6,) and product (6, 6) are scratch."""
    for a in range(STATE):
        mean[a] = shift[a]
        for b in range(STATE):
            mean[a] += matrix[a, b] * mode.state[b]
            product[a, b] = 0.0
            for c in range(STATE):
                product[a, b] += matrix[a, c] * mode.covariance[c, b]
    for a in range(STATE):
        mode.state[a] = mean[a]
        for b in range(a, STATE):
            value = 0.0
            for c in range(STATE):
                value += product[a, c] * matrix[b, c]
            mode.covariance[a, b] = mode.covariance[b, a] = value


@entry
def write_heard(
    store: Store, sensors: Records, row: IntArray, existence: FloatArray, matrix: FloatArray,
    shift: FloatArray, visible: FloatArray, support: FloatArray, number: IntArray, detection: IntArray,
    time_ns: int,
) -> None:  # fmt: skip
    """What reports of l nodes made of n tracks: existence (n,), matrix (n, 6, 6) and shift (n, 6) of each
    mode, visible and support (n, l); detection (l,) is the number of each report."""
    mean, product = np.empty(STATE), np.empty((STATE, STATE))
    for n in range(len(row)):
        track = store.tracks[row[n]]
        if track.cluster != NOBODY:
            continue
        track.existence = existence[n]
        for m in range(track.modes):
            _carry_over(track.mode[m], matrix[n], shift[n], mean, product)
        for k in range(len(number)):
            seen = store.perception[row[n], number[k]]
            if sensors[number[k]].medium != NOBODY:
                note_report(track, seen, sensors[number[k]].medium, visible[n, k])
            else:
                seen.visible = visible[n, k]
            seen.support += support[n, k]
            if support[n, k] > _SEEN_PROBABILITY * existence[n]:
                seen.seen_ns = time_ns
            if support[n, k] >= EVIDENCE_PROBABILITY:
                remember(store.evidence[row[n]], detection[k], time_ns, number[k], support[n, k])


@entry
def add_heard(
    store: Store, sensors: Records, visible_prior: FloatArray, time_ns: int, state: FloatArray,
    covariance: FloatArray, existence: FloatArray, name: IntArray, number: IntArray, visible: FloatArray,
    support: FloatArray,
) -> None:  # fmt: skip
    """Adds n tracks that m nodes together have placed; visible and support are (n, m)."""
    cursor = np.zeros(1, np.int64)
    for n in range(len(existence)):
        i = free_row(store, cursor)
        add_track(
            store, i, existence[n], state[n], covariance[n], visible_prior, time_ns, name[n], NO_IDENTITY
        )
        for k in range(len(number)):
            seen = store.perception[i, number[k]]
            seen.visible, seen.support = visible[n, k], support[n, k]
            if sensors[number[k]].medium != NOBODY:
                surely_emits(store.tracks[i], seen, sensors[number[k]].medium, visible[n, k])
            if support[n, k] >= _SEEN_PROBABILITY:
                seen.seen_ns = time_ns


@entry
def tidy_up(store: Store, motions: Records, number: int, time_ns: int, thresholds: Thresholds) -> None:
    """Prunes, confirms and drops, as after a look of sensor `number`."""
    tidy(store, motions[0], number, time_ns, thresholds)
