"""Who is who: the object, not the track, is alerted, so the tracks of one object share one identity.

What it does object by object, without columns, stands in `tests/alerting/one_by_one/identity.py`.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from tocsin.alerting.known_places import Known, KnownPlaces
from tocsin.alerting.level_life import NOT_THERE
from tocsin.alerting.same_object import (
    INHERIT_NS,
    Glimpse,
    Motion,
    are_twins,
    can_follow,
    have_parted,
    squared_distance,
)
from tocsin.model.assessments import Assessments
from tocsin.units import IntArray

STALE_NS = 10_000_000_000
"""An object unseen for longer may have been lost, and may come back as a new track."""

_NOBODY = 0
_READABLE = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ")


def short_name(*content: str | int) -> str:
    """A readable name made from content alone, as 'A-7K3QX2': the same content always has the same name.

    Six characters of Crockford's base 32 (no I, L, O, U), 30 bits of a SHA-256.
    """
    text = "\x1f".join(str(part) for part in content)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return "A-" + base64.b32encode(digest[:5])[:6].translate(_READABLE).decode("ascii")


class AirObject:
    """One thing in the air: all the tracks that it has had, and where those were that can still be it.

    `present` are its rows in this picture; `gone` is where its other tracks were last, by name.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self.track_ids: tuple[str, ...] = ()
        self.gone: dict[str, Glimpse] = {}
        self.present: list[int] = []


class Identities:
    """Gathers the tracks that any rule takes an interest in under objects, by number, oldest first."""

    def __init__(self, motion: Motion) -> None:
        self._motion = motion
        self._objects: dict[int, AirObject] = {}
        self._owner: dict[str, AirObject] = {}
        self._first_ns: dict[str, int] = {}
        self.version = 0
        """Counts up whenever the tracks of any object change."""
        self._changed: set[int] = set()
        self._count = 0
        self._names: list[str] = []
        self._number: IntArray = np.empty(0, np.int64)
        """Of each row of the picture the number of its object."""
        self._picture: Assessments | None = None
        self._places: KnownPlaces | None = None

    def __iter__(self) -> Iterator[AirObject]:
        return iter(list(self._objects.values()))

    def __getitem__(self, number: int) -> AirObject:
        return self._objects[number]

    def __contains__(self, number: int) -> bool:
        return number in self._objects

    def update(self, picture: Assessments, interesting: IntArray) -> None:
        """Takes in one picture: follows known tracks, parts what flies apart, places `interesting` ones."""
        names = [str(name) for name in picture.track_id.tolist()]
        self._come_and_go(names, picture.time_ns)
        self._picture = replace(
            picture,
            state=picture.state.copy(),
            covariance=picture.covariance.copy(),
            seen_ns=picture.seen_ns.copy(),
        )
        self._names, self._places = names, None
        for air_object in self._find_present():
            self._part(air_object)
        for row in interesting[self._number[interesting] == _NOBODY].tolist():
            owner = self._owner.get(names[row])
            if owner is None:
                self._place(row)
            else:
                self._number[row] = owner.number

    def take_changed(self) -> set[int]:
        """The numbers of the objects whose tracks have changed since this was last asked."""
        changed, self._changed = self._changed, set()
        return changed

    def first_ns(self, row: int) -> int:
        """Since when a track of this picture has been in all pictures."""
        return self._first_ns[self._names[row]]

    def numbers(self, rows: IntArray) -> IntArray:
        """Which objects tracks of this picture belong to; all of them must have one."""
        return self._number[rows]

    def rows(self, numbers: IntArray, zones: IntArray) -> IntArray:
        """For objects and zones (k,) the track that speaks for one to the other, `NOT_THERE` where none is.

        Seen ones before those that coast, then the likeliest.
        """
        there = np.flatnonzero(self._number != _NOBODY)
        if not len(there):
            return np.full(len(numbers), NOT_THERE)
        there = there[self._number[there].argsort(kind="stable")]
        known = self._number[there]
        place = np.minimum(np.searchsorted(known, numbers), len(known) - 1)
        found = np.where(known[place] == numbers, there[place], NOT_THERE)
        for number in np.unique(known[1:][known[1:] == known[:-1]]).tolist():
            cases = numbers == number
            found[cases] = self._leading(self._objects[number])[zones[cases]]
        return found

    def in_company(self, numbers: Sequence[int]) -> list[AirObject]:
        """Those of some objects that are near enough to another one to be compared with it."""
        asked = [self._objects[number] for number in numbers]
        rows = np.array([row for one in asked for row in one.present], dtype=np.int64)
        if not len(rows):
            return []
        near = self._all_known().have_company(rows, self._number[rows])
        return [self._objects[number] for number in np.unique(self._number[rows][near]).tolist()]

    def twin_of(self, air_object: AirObject) -> AirObject | None:
        """Another object that this one turns out to be, as far as its present tracks tell."""
        found = (self._known(row, other_than=air_object) for row in air_object.present)
        return next((other for other in found if other is not None), None)

    def merge(self, absorbed: AirObject, into: AirObject) -> None:
        """Gives all tracks of one object to another."""
        self.forget(absorbed)
        for track_id in absorbed.track_ids:
            self._add(into, track_id)
        into.gone |= absorbed.gone
        into.present += absorbed.present
        self._number[absorbed.present] = into.number
        self._places = None

    def forget(self, air_object: AirObject) -> None:
        """Drops an object that nothing is said about any more."""
        del self._objects[air_object.number]
        for track_id in air_object.track_ids:
            del self._owner[track_id]

    def forgettable(self) -> list[AirObject]:
        """Those that have been gone for so long that no new track could be taken for them."""
        assert self._picture is not None
        oldest_ns = self._picture.time_ns - INHERIT_NS
        absent = (air_object for air_object in self._objects.values() if not air_object.present)
        return [air_object for air_object in absent if self._seen_ns(air_object) < oldest_ns]

    def _seen_ns(self, air_object: AirObject) -> int:
        """When any sensor last saw any of its tracks."""
        return max(glimpse.seen_ns for glimpse in self._glimpses(air_object))

    def _leading(self, air_object: AirObject) -> IntArray:
        """The row of an object with several that speaks to each zone."""
        assert self._picture is not None
        rows = np.array(air_object.present)
        is_seen = self._picture.time_ns - self._picture.seen_ns[rows] <= STALE_NS
        rows = rows[is_seen] if is_seen.any() else rows
        leading: IntArray = rows[self._picture.entry_probability[rows].argmax(axis=0)]
        return leading

    def _come_and_go(self, names: list[str], now_ns: int) -> None:
        """Remembers where those tracks were that are not in this picture, and since when others are in it."""
        if names == self._names:
            return
        gone = set(self._names).difference(names)
        for row, name in enumerate(self._names) if gone else ():
            if name in gone:
                self._first_ns.pop(name, None)
                owner = self._owner.get(name)
                if owner is not None:
                    owner.gone[name] = self._glimpse(row)
        self._first_ns.update(dict.fromkeys(set(names).difference(self._names), now_ns))

    def _find_present(self) -> list[AirObject]:
        """Whose tracks are in the picture; gives the objects of several, oldest first."""
        for air_object in self._objects.values():
            air_object.present = []
        owners = [self._owner.get(name) for name in self._names]
        # Of two tracks that share a name, as one pair in 10^12 does, the first one speaks.
        first = dict(zip(reversed(self._names), range(len(self._names) - 1, -1, -1), strict=True))
        for row, owner in enumerate(owners):
            if owner is not None and first[self._names[row]] == row:
                owner.present.append(row)
                if owner.gone:
                    owner.gone.pop(self._names[row], None)
        numbers = [_NOBODY if owner is None else owner.number for owner in owners]
        self._number = np.array(numbers, dtype=np.int64)
        return [one for one in self._objects.values() if len(one.present) > 1]

    def _glimpse(self, row: int) -> Glimpse:
        picture = self._picture
        assert picture is not None
        seen_ns, state = int(picture.seen_ns[row]), picture.state[row].tolist()
        return Glimpse(picture.time_ns, seen_ns, state, picture.covariance[row].copy())

    def _glimpses(self, air_object: AirObject) -> list[Glimpse]:
        return [*air_object.gone.values(), *(self._glimpse(row) for row in air_object.present)]

    def _place(self, row: int) -> None:
        assert self._picture is not None
        owner = self._known(row, other_than=None)
        is_new = owner is None
        if owner is None:
            self._count += 1
            owner = self._objects[self._count] = AirObject(self._count)
        self._add(owner, self._names[row])
        oldest_ns = self._picture.time_ns - INHERIT_NS
        owner.gone = {name: old for name, old in owner.gone.items() if old.picture_ns >= oldest_ns}
        owner.present.append(row)
        self._number[row] = owner.number
        if is_new and self._places is not None:
            self._note(self._places, owner)
        else:
            self._places = None

    def _add(self, owner: AirObject, track_id: str) -> None:
        self.version += 1
        self._changed.add(owner.number)
        owner.track_ids = (*owner.track_ids, track_id)
        self._owner[track_id] = owner

    def _known(self, row: int, other_than: AirObject | None) -> AirObject | None:
        """The object that a track most probably is, if it can be any other than the given one."""
        best, least, found = None, float("inf"), self._glimpse(row)
        first_ns = self._first_ns[self._names[row]]
        for number, expected, newest_ns in self._near(found, other_than):
            is_lost = found.picture_ns - newest_ns >= STALE_NS and first_ns > newest_ns
            after_gap = is_lost and expected.seen_ns == newest_ns and can_follow(expected, found)
            if after_gap or are_twins(expected, found):
                distance = squared_distance(expected, found)
                if distance < least:
                    best, least = self._objects[number], distance
        return best

    def _near(self, glimpse: Glimpse, other_than: AirObject | None) -> list[Known]:
        """What a track is to be compared with."""
        return self._all_known().near(glimpse, _NOBODY if other_than is None else other_than.number)

    def _all_known(self) -> KnownPlaces:
        if self._places is None:
            self._places = self._all_places()
        return self._places

    def _all_places(self) -> KnownPlaces:
        picture = self._picture
        assert picture is not None
        places = KnownPlaces(picture.time_ns, STALE_NS, picture.state, picture.covariance, self._glimpse)
        objects = self._objects.values()
        single = [one for one in objects if len(one.present) == 1 and not one.gone]
        rows = np.array([one.present[0] for one in single], dtype=np.int64)
        seen_ns = picture.seen_ns[rows]
        recent = picture.time_ns - seen_ns <= INHERIT_NS
        numbers = np.array([one.number for one in single], dtype=np.int64)
        places.add_rows(numbers[recent], rows[recent], seen_ns[recent])
        for one in objects:
            if len(one.present) != 1 or one.gone:
                self._note(places, one)
        return places

    def _note(self, places: KnownPlaces, air_object: AirObject) -> None:
        assert self._picture is not None
        now_ns, glimpses = self._picture.time_ns, self._glimpses(air_object)
        newest_ns = max(glimpse.seen_ns for glimpse in glimpses)
        for glimpse in glimpses:
            if now_ns - glimpse.seen_ns <= INHERIT_NS:
                places.add(Known(air_object.number, self._motion.predicted(glimpse, now_ns), newest_ns))

    def _part(self, air_object: AirObject) -> None:
        """Lets go of tracks that are seen to fly elsewhere than the oldest one that is seen."""
        assert self._picture is not None
        picture, names = self._picture, self._names
        seen = [row for row in air_object.present if picture.time_ns - picture.seen_ns[row] <= STALE_NS]
        seen.sort(key=lambda row: air_object.track_ids.index(names[row]))
        for row in seen[1:]:
            if have_parted(self._glimpse(seen[0]), self._glimpse(row)):
                self.version += 1
                self._changed.add(air_object.number)
                air_object.present.remove(row)
                air_object.track_ids = tuple(name for name in air_object.track_ids if name != names[row])
                del self._owner[names[row]]
                self._number[row] = _NOBODY
