"""Room for the tracks: arrays that grow, and copies of them to go back to."""

from __future__ import annotations

import numpy as np

from tocsin.tracking.kernels.layout import REMEMBERED, STATE, Store
from tocsin.units import AnyArray


def new_store(capacity: int, sensors: int) -> Store:
    """An empty store for so many tracks."""
    per_sensor, ring = (capacity, sensors), (capacity, REMEMBERED)
    return Store(
        state=np.zeros((capacity, STATE)),
        covariance=np.zeros((capacity, STATE, STATE)),
        existence=np.zeros(capacity),
        time_ns=np.zeros(capacity, np.int64),
        born_ns=np.zeros(capacity, np.int64),
        name=np.zeros(capacity, np.int64),
        identity=np.zeros(capacity, np.int64),
        confirmed=np.zeros(capacity, np.bool_),
        visible=np.zeros(per_sensor),
        support=np.zeros(per_sensor),
        touched_ns=np.zeros(per_sensor, np.int64),
        seen_ns=np.zeros(per_sensor, np.int64),
        evidence_number=np.zeros(ring, np.int64),
        evidence_probability=np.zeros(ring),
        evidence_time_ns=np.zeros(ring, np.int64),
        evidence_sensor=np.zeros(ring, np.int64),
        evidence_count=np.zeros(capacity, np.int64),
        evidence_published=np.zeros(capacity, np.int64),
    )


def with_room(store: Store, count: int, needed: int) -> Store:
    """The same store, or a larger one with the first `count` tracks, so that `needed` fit."""
    if needed <= len(store.existence):
        return store
    larger = new_store(max(needed, 2 * len(store.existence)), store.visible.shape[1])
    for old, new in zip(store, larger, strict=True):
        new[:count] = old[:count]
    return larger


def copied(store: Store, count: int) -> tuple[AnyArray, ...]:
    """The first `count` rows of every array."""
    return tuple(array[:count].copy() for array in store)


def restored(store: Store, saved: tuple[AnyArray, ...]) -> Store:
    """Writes saved rows back."""
    count = len(saved[0])
    store = with_room(store, 0, count)
    for target, source in zip(store, saved, strict=True):
        target[:count] = source
    return store
