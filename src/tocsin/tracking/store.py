"""Room for the tracks: rows that grow, and copies of them to go back to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from tocsin.tracking.kernels.layout import (
    CLUSTER,
    CLUSTERS,
    EDGE,
    EVIDENCE,
    EXPECTATION,
    HIT,
    MODE,
    MODES,
    PERCEPTION,
    ROWS,
    SPARE_CLUSTERS,
    TRACK,
    Edges,
    Store,
    plain_rows,
    records,
)
from tocsin.units import AnyArray, IntArray

Rows = TypeVar("Rows", Store, Edges)


@dataclass(frozen=True, slots=True, eq=False)
class SavedRows:
    """A copy of all rows up to the last one that is taken."""

    tracks: AnyArray  # (rows, bytes), up to and with the first mode
    perception: AnyArray
    evidence: AnyArray
    with_modes: IntArray  # rows that use more than the first mode
    other_modes: AnyArray  # (those, bytes)
    clusters: AnyArray


def new_store(capacity: int, sensors: int, clusters: int = SPARE_CLUSTERS) -> Store:
    """An empty store for so many tracks, and clusters of them that share hypotheses."""
    return Store(
        records(TRACK, capacity),
        records(PERCEPTION, capacity, sensors),
        records(EVIDENCE, capacity),
        records(CLUSTER, clusters),
        np.zeros(2, np.int64),
    )


def new_edges(count: int) -> Edges:
    """Room for so many edges of tracks that use all modes."""
    return Edges(records(EDGE, count), records(HIT, count * MODES), records(EXPECTATION, count * MODES))


def as_plain(rows: Rows) -> Rows:
    """The same as plain arrays, which a kernel takes in less time."""
    return type(rows)._make(plain_rows(array) if array.dtype.names else array for array in rows)


def with_room(store: Store, free: int) -> Store:
    """The same store or, if not so many rows, or clusters for a scan, are free behind the last that is taken,
    a larger one."""
    last, clusters = store.used.tolist()
    if clusters + SPARE_CLUSTERS > len(store.clusters):
        more = plain_rows(records(CLUSTER, 2 * len(store.clusters) + SPARE_CLUSTERS))
        more[:clusters] = store.clusters[:clusters]
        store = store._replace(clusters=more)
    capacity = len(store.tracks)
    if last + free <= capacity:
        return store
    larger = as_plain(new_store(max(last + free, 2 * capacity), store.perception.shape[1]))
    for old, new in zip(store[:3], larger[:3], strict=True):
        new[:last] = old[:last]
    return larger._replace(clusters=store.clusters, used=store.used)


# Most components use one mode: the bytes behind it need no copy.
_FIRST_MODE_ENDS = TRACK.fields["mode"][1] + MODE.itemsize  # type: ignore[index]


def _bytes(store: Store) -> AnyArray:
    """(n, bytes) of the rows of tracks, not copied."""
    return np.asarray(store.tracks).view(np.uint8).reshape(len(store.tracks), TRACK.itemsize)


def copied(store: Store) -> SavedRows:
    """All that the store holds."""
    last, clusters = store.used.tolist()
    with_modes = np.flatnonzero(np.asarray(store.tracks)["modes"][:last] > 1)
    content = _bytes(store)
    return SavedRows(
        content[:last, :_FIRST_MODE_ENDS].copy(),
        np.asarray(store.perception)[:last].copy(),
        np.asarray(store.evidence)[:last].copy(),
        with_modes,
        content[with_modes, _FIRST_MODE_ENDS:],
        store.clusters[:clusters].copy(),
    )


def restored(store: Store, saved: SavedRows) -> Store:
    """A store that holds the saved rows and no others; it is written over if it has the room."""
    last, clusters = len(saved.tracks), len(saved.clusters)
    if len(store.tracks) < last or len(store.clusters) < clusters:
        store = as_plain(new_store(last, saved.perception.shape[1], clusters + SPARE_CLUSTERS))
    np.asarray(store.tracks)["existence"][: store.used[ROWS]] = 0.0
    np.asarray(store.clusters)["members"][: store.used[CLUSTERS]] = 0
    content = _bytes(store)
    content[:last, :_FIRST_MODE_ENDS] = saved.tracks
    content[saved.with_modes, _FIRST_MODE_ENDS:] = saved.other_modes
    store.perception[:last], store.evidence[:last] = saved.perception, saved.evidence
    store.clusters[:clusters] = saved.clusters
    store.used[:] = last, clusters
    return store
