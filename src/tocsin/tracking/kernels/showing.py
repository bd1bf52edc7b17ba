"""The confirmed tracks as columns, predicted to one time: what is published."""

from __future__ import annotations

import math
from typing import NamedTuple

from tocsin.jit import entry
from tocsin.tracking.kernels.layout import ROWS, STATE, SUPPORT_SECONDS, Records, Store
from tocsin.tracking.kernels.motion import predict
from tocsin.units import FloatArray, IntArray


class Columns(NamedTuple):
    """Room for n tracks and s sensors."""

    state: FloatArray  # (n, 6)
    covariance: FloatArray  # (n, 6, 6)
    existence: FloatArray  # (n,)
    born_ns: IntArray  # (n,)
    seen_ns: IntArray  # (n, s)
    support: FloatArray  # (n, s)
    visible: FloatArray  # (n, s)


@entry
def find_confirmed(store: Store, found: IntArray) -> int:
    """Row, time of birth, name and identity of every confirmed track into found (4, rows); how many."""
    count = 0
    for i in range(store.used[ROWS]):
        track = store.tracks[i]
        if track.confirmed:
            found[0, count], found[1, count] = i, track.born_ns
            found[2, count], found[3, count] = track.name, track.identity
            count += 1
    return count


@entry
def show(
    store: Store,
    rows: IntArray,
    time_ns: int,
    motions: Records,
    works: Records,
    scratch: Records,
    out: Columns,
) -> None:
    """Rows (n,) as columns.

    A copy is predicted, in scratch (1,): what is published must not round differently from what is not.
    """
    for k in range(len(rows)):
        scratch[0] = store.tracks[rows[k]]
        track = scratch[0]
        predict(track, time_ns, motions[0], works[0])
        out.existence[k], out.born_ns[k] = track.existence, track.born_ns
        for a in range(STATE):
            out.state[k, a] = track.state[a]
            for b in range(STATE):
                out.covariance[k, a, b] = track.covariance[a, b]
        for s in range(store.perception.shape[1]):
            seen = store.perception[rows[k], s]
            age_s = (time_ns - seen.touched_ns) * 1e-9
            out.seen_ns[k, s], out.visible[k, s] = seen.seen_ns, seen.visible
            out.support[k, s] = seen.support * math.exp(-age_s / SUPPORT_SECONDS)
