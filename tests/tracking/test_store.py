"""Room for tracks: rows that grow, and copies to go back to, to the last bit of what counts."""

from __future__ import annotations

import numpy as np
from tests.tracking.made import START_NS, random_track, store_of
from tests.tracking.twin_motion import Bernoulli

from tocsin.tracking.kernels.layout import CLUSTERS, MODES, ROWS, SPARE_CLUSTERS, SPARE_ROWS, Store
from tocsin.tracking.store import copied, new_store, restored, with_room


def some_tracks(seed: int, count: int = 6) -> list[Bernoulli]:
    """Of one mode and of all in turn."""
    rng = np.random.default_rng(seed)
    return [random_track(rng, rng.normal(0.0, 1e3, 6), (1, MODES)[k % 2]) for k in range(count)]


def what_counts(store: Store) -> list[bytes]:
    """Rows that are taken, modes that are in use and clusters that are there, as bytes."""
    last, clusters = store.used.tolist()
    found = []
    for i in range(last):
        track = np.asarray(store.tracks)[i]
        if track["existence"] > 0.0:
            fields = [track[name].tobytes() for name in track.dtype.names or () if name != "mode"]
            rows = store.perception[i].tobytes(), store.evidence[i].tobytes()
            found.append(b"".join([bytes([i]), *fields, track["mode"][: track["modes"]].tobytes(), *rows]))
    return [*found, *(cluster.tobytes() for cluster in store.clusters[:clusters] if cluster["members"])]


def test_a_new_store_is_free() -> None:
    store = new_store(10, 3)
    assert store.perception.shape == (10, 3)
    assert not (store.tracks.existence > 0.0).any()
    assert not store.used.any()


def test_a_store_with_room_stays_and_one_without_grows_and_keeps_its_rows() -> None:
    tracks = some_tracks(1)
    store = store_of(tracks, START_NS, room=10, sensors=2)
    free = len(store.tracks) - len(tracks)
    assert with_room(store, free) is store
    larger = with_room(store, free + 1)
    assert len(larger.tracks) >= 2 * len(store.tracks)
    assert what_counts(larger) == what_counts(store)
    assert not np.asarray(larger.tracks)["existence"][len(tracks) :].any()


def test_rows_behind_the_last_that_is_taken_are_room_whatever_is_free_before() -> None:
    store = store_of(some_tracks(2), START_NS, room=4)
    store.tracks.existence[:3] = 0.0
    free = len(store.tracks) - int(store.used[ROWS])
    assert with_room(store, free) is store
    assert len(with_room(store, free + 1).tracks) > len(store.tracks)


def test_clusters_have_room_for_one_more_scan() -> None:
    store = store_of(some_tracks(3), START_NS, sensors=2)
    store.clusters[0].members, store.clusters[0].track[:2], store.used[CLUSTERS] = 2, (0, 1), 1
    larger = with_room(store, 1)
    assert len(larger.clusters) >= 1 + SPARE_CLUSTERS
    assert what_counts(larger) == what_counts(store)
    assert not larger.clusters["members"][1:].any()
    assert with_room(larger, 1) is larger
    assert what_counts(restored(new_store(3, 2), copied(larger))) == what_counts(store)


def test_a_copy_is_restored_over_fewer_and_over_more_rows() -> None:
    store = store_of(some_tracks(3), START_NS, sensors=2)
    store.tracks.existence[2] = 0.0
    store.clusters[0].members, store.clusters[0].track[:2], store.used[CLUSTERS] = 2, (0, 1), 1
    saved, before = copied(store), what_counts(store)
    fewer = store_of(some_tracks(4, 2), START_NS, sensors=2)
    more = store_of(some_tracks(5, 12), START_NS, sensors=2)
    more.clusters[:3].members, more.used[CLUSTERS] = 1, 3
    for other in (fewer, more, new_store(3, 2)):
        again = restored(other, saved)
        assert what_counts(again) == before
        assert again.used.tolist() == store.used.tolist()
        existence = np.asarray(again.tracks)["existence"]
        assert existence[2] == 0.0 and not existence[6:].any()
        assert not np.asarray(again.clusters)["members"][1:].any()


def test_a_copy_does_not_change_with_the_store() -> None:
    store = store_of(some_tracks(6), START_NS)
    saved, before = copied(store), what_counts(store)
    for rows in store[:3]:
        np.asarray(rows).view(np.uint8)[:] = 7
    store.used[:] = 9
    assert what_counts(restored(new_store(SPARE_ROWS, 1), saved)) == before
