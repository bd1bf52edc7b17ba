"""Which tracks are shown, in which order, and what is told of them."""

from __future__ import annotations

import numpy as np
from tests.tracking.made import START_NS
from tests.tracking.plain import plain

from tocsin.tracking.confirmed import Confirmed
from tocsin.tracking.kernels.layout import ROWS, Store
from tocsin.tracking.kernels.showing import NAME_LENGTH, Shown, find_confirmed
from tocsin.tracking.store import new_store
from tocsin.units import IntArray

ROOM = 40
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def shown_of() -> Shown:
    length, numbers = np.zeros(1, np.int64), np.zeros((4, ROOM), np.int64)
    text = np.zeros((ROOM, NAME_LENGTH), np.uint32)
    return Shown(length, numbers[0], numbers[1], numbers[2], numbers[3], text)


def changed_at_random(rng: np.random.Generator, store: Store) -> None:
    """Some tracks go, some come where others have been, some only stop or begin to be confirmed."""
    for i in range(ROOM):
        track = store.tracks[i]
        if rng.random() < 0.3:
            track.confirmed = rng.random() < 0.6
        if rng.random() < 0.2:
            track.name, track.identity = rng.integers(-(2**62), 2**62), rng.integers(0, 2)
            track.born_ns = START_NS + rng.integers(0, 3)
    store.used[ROWS] = rng.integers(0, ROOM + 1)


def in_order(store: Store) -> IntArray:
    """Rows of the confirmed, by birth and name."""
    tracks = store.tracks[: store.used[ROWS]]
    rows = np.flatnonzero(tracks.confirmed)
    return rows[np.lexsort((tracks.name[rows], tracks.born_ns[rows]))]


def test_the_confirmed_come_in_the_order_of_their_births_whatever_was_before() -> None:
    rng, store, shown = np.random.default_rng(1), new_store(ROOM, 1), shown_of()
    find = plain("showing").find_confirmed
    for _ in range(60):
        changed_at_random(rng, store)
        before = shown.rows[: shown.length[0]].tolist()
        count, news, are_others = find(store, shown)
        assert are_others == (news > 0 or before != shown.rows[:count].tolist())
        assert not find(store, shown)[2]
        np.testing.assert_array_equal(shown.rows[:count], in_order(store))
        afresh = shown_of()
        assert find(store, afresh)[0] == count
        np.testing.assert_array_equal(afresh.rows[:count], shown.rows[:count])


def test_only_what_is_new_is_told() -> None:
    rng, store, shown = np.random.default_rng(2), new_store(ROOM, 1), shown_of()
    find, known = plain("showing").find_confirmed, dict.fromkeys(range(ROOM), (0, 0))
    for _ in range(60):
        changed_at_random(rng, store)
        _, news, _ = find(store, shown)
        now = {i: (store.tracks[i].name, store.tracks[i].identity) for i in in_order(store).tolist()}
        assert sorted(shown.news[:news].tolist()) == [i for i in sorted(now) if now[i] != known[i]]
        known |= now
    assert find(store, shown)[1] == 0


def test_texts_are_those_of_names_and_identities() -> None:
    rng, store, confirmed = np.random.default_rng(3), new_store(ROOM, 1), Confirmed(ROOM)
    plain_store = Store._make(np.asarray(rows) for rows in store)
    for _ in range(30):
        changed_at_random(rng, store)
        rows, names, identities = confirmed.find(plain_store, {0: "", 1: "adsb:4B1234"})
        np.testing.assert_array_equal(rows, in_order(store))
        assert names.tolist() == [spelled(int(store.tracks[i].name)) for i in rows]
        assert identities.tolist() == [["", "adsb:4B1234"][store.tracks[i].identity] for i in rows]


def spelled(number: int) -> str:
    """The last 40 bits, five at a time, the highest first."""
    bits = format(number % 2**40, "040b")
    return "".join(LETTERS[int(bits[k : k + 5], 2)] for k in range(0, 40, 5))


def test_find_confirmed_is_the_same_compiled() -> None:
    rng, store, shown, compiled = np.random.default_rng(4), new_store(ROOM, 1), shown_of(), shown_of()
    for _ in range(10):
        changed_at_random(rng, store)
        plain_store = Store._make(np.asarray(rows) for rows in store)
        assert plain("showing").find_confirmed(store, shown) == find_confirmed(plain_store, compiled)
        for one, other in zip(shown, compiled, strict=True):
            np.testing.assert_array_equal(one, other)
