"""The confirmed tracks as columns, predicted to one time: what is published."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from tocsin.jit import bare_kernel, entry
from tocsin.tracking.kernels.copies import genuine
from tocsin.tracking.kernels.layout import ROWS, STATE, SUPPORT_SECONDS, Records, Store
from tocsin.tracking.kernels.motion import predict
from tocsin.tracking.kernels.ordering import sort_rows
from tocsin.units import AnyArray, FloatArray, IntArray

# Crockford's: none is misheard or misread for another.
_LETTERS = np.frombuffer(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ", np.uint8)
NAME_LENGTH = 8  # 40 bits: among 10,000 tracks two share a name once in 20,000 recordings


class Shown(NamedTuple):
    """Which tracks are confirmed, as of the last time, of a store of n rows."""

    length: IntArray  # (1,)
    rows: IntArray  # (n,) of which `length` are theirs, in the order of their births
    name: IntArray  # (n,) by row, as it was when it was last told
    identity: IntArray  # (n,) likewise
    news: IntArray  # (n,) rows whose name or identity is told for the first time
    text: AnyArray  # (n, NAME_LENGTH) uint32: names of these, as people say them


class Columns(NamedTuple):
    """Room for n tracks and s sensors."""

    state: FloatArray  # (n, 6)
    covariance: FloatArray  # (n, 6, 6)
    existence: FloatArray  # (n,)
    born_ns: IntArray  # (n,)
    seen_ns: IntArray  # (n, s)
    support: FloatArray  # (n, s)
    visible: FloatArray  # (n, s)


@bare_kernel
def _spell(name: int, text: AnyArray) -> None:
    for k in range(NAME_LENGTH):
        text[NAME_LENGTH - 1 - k] = _LETTERS[(name >> 5 * k) & 31]


@entry
def find_confirmed(store: Store, shown: Shown) -> tuple[int, int, bool]:
    """Every confirmed track, in the order of births and, of those born together, of names; gives how many
    they are, how many news, and whether they are others than last time.

    It starts from last time's order, in which few have changed.
    """
    used = store.used[ROWS]
    born_ns, name = np.empty(used, np.int64), np.empty(used, np.int64)
    is_confirmed = np.zeros(used, np.bool_)
    news = 0
    for i in range(used):
        track = store.tracks[i]
        if track.confirmed:
            is_confirmed[i], born_ns[i], name[i] = True, track.born_ns, track.name
            if track.name != shown.name[i] or track.identity != shown.identity[i]:
                shown.name[i], shown.identity[i] = track.name, track.identity
                _spell(track.name, shown.text[news])
                shown.news[news], news = i, news + 1
    count = 0
    for k in range(shown.length[0]):
        i = shown.rows[k]
        if i < used and is_confirmed[i]:
            is_confirmed[i] = False
            shown.rows[count], count = i, count + 1
    are_new = False
    for i in range(used):
        if is_confirmed[i]:
            shown.rows[count], count, are_new = i, count + 1, True
    are_others = news > 0 or count != shown.length[0] or are_new
    shown.length[0] = count
    if are_others:
        sort_rows(shown.rows[:count], born_ns, name, np.empty(count, np.int64))
    return count, news, are_others


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
        out.existence[k], out.born_ns[k] = genuine(track), track.born_ns
        for a in range(STATE):
            out.state[k, a] = track.state[a]
            for b in range(STATE):
                out.covariance[k, a, b] = track.covariance[a, b]
        for s in range(store.perception.shape[1]):
            seen = store.perception[rows[k], s]
            age_s = (time_ns - seen.touched_ns) * 1e-9
            out.seen_ns[k, s], out.visible[k, s] = seen.seen_ns, seen.visible
            out.support[k, s] = seen.support * math.exp(-age_s / SUPPORT_SECONDS)
