"""Who is who: the object, not the track, is alerted, so the tracks of one object share one identity."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.alerting.one_by_one.sights import Sight

from tocsin.alerting.identity import STALE_NS
from tocsin.alerting.same_object import (
    INHERIT_NS,
    Glimpse,
    Motion,
    are_twins,
    can_follow,
    have_parted,
    squared_distance,
)


class AirObject:
    """One thing in the air: all the tracks that it has had, and where those were that can still be it."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.track_ids: tuple[str, ...] = ()
        self.glimpses: dict[str, Glimpse] = {}
        self.present: list[Sight] = []

    @property
    def seen_ns(self) -> int:
        """When any sensor last saw any of its tracks."""
        return max(glimpse.seen_ns for glimpse in self.glimpses.values())

    def leading(self, zone: int) -> Sight | None:
        """The sight that speaks for it to a zone: seen ones before those that coast, then the likeliest."""
        if len(self.present) <= 1:
            return self.present[0] if self.present else None
        return max(
            self.present,
            key=lambda sight: (sight.picture_ns - sight.seen_ns <= STALE_NS, sight.entry_probability[zone]),
        )


class Identities:
    """Gathers the tracks that any rule takes an interest in under objects."""

    def __init__(self, motion: Motion) -> None:
        self._motion = motion
        self._objects: dict[int, AirObject] = {}
        self._owner: dict[str, AirObject] = {}
        self._first_ns: dict[str, int] = {}
        self._count = 0

    def __iter__(self) -> Iterator[AirObject]:
        return iter(list(self._objects.values()))

    def update(self, now_ns: int, sights: list[Sight], interesting: Callable[[Sight], bool]) -> None:
        """Takes in one picture: follows known tracks, parts those that fly apart, places new ones."""
        self._first_ns = {sight.track_id: self._first_ns.get(sight.track_id, now_ns) for sight in sights}
        for air_object in self._objects.values():
            air_object.present = []
        for sight in sights:
            owner = self._owner.get(sight.track_id)
            if owner is not None:
                owner.present.append(sight)
                owner.glimpses[sight.track_id] = _glimpse(sight)
        for air_object in self._objects.values():
            if len(air_object.present) > 1:
                self._part(now_ns, air_object)
        for sight in sights:
            if sight.track_id not in self._owner and interesting(sight):
                self._place(now_ns, sight)

    def twin_of(self, now_ns: int, air_object: AirObject) -> AirObject | None:
        """Another object that this one turns out to be, as far as its present tracks tell."""
        found = (self._known(now_ns, sight, other_than=air_object) for sight in air_object.present)
        return next((other for other in found if other is not None), None)

    def merge(self, absorbed: AirObject, into: AirObject) -> None:
        """Gives all tracks of one object to another."""
        self.forget(absorbed)
        for track_id in absorbed.track_ids:
            self._add(into, track_id)
        into.glimpses |= absorbed.glimpses
        into.present += absorbed.present

    def forget(self, air_object: AirObject) -> None:
        """Drops an object that nothing is said about any more."""
        del self._objects[air_object.number]
        for track_id in air_object.track_ids:
            del self._owner[track_id]

    def is_forgettable(self, now_ns: int, air_object: AirObject) -> bool:
        """Whether it has been gone for so long that no new track could be taken for it."""
        return not air_object.present and now_ns - air_object.seen_ns > INHERIT_NS

    def _place(self, now_ns: int, sight: Sight) -> None:
        owner = self._known(now_ns, sight, other_than=None)
        if owner is None:
            self._count += 1
            owner = self._objects[self._count] = AirObject(self._count)
        self._add(owner, sight.track_id)
        recent = {name: old for name, old in owner.glimpses.items() if now_ns - old.picture_ns <= INHERIT_NS}
        owner.glimpses = recent
        owner.glimpses[sight.track_id] = _glimpse(sight)
        owner.present.append(sight)

    def _add(self, owner: AirObject, track_id: str) -> None:
        owner.track_ids = (*owner.track_ids, track_id)
        self._owner[track_id] = owner

    def _known(self, now_ns: int, sight: Sight, other_than: AirObject | None) -> AirObject | None:
        """The object that a track most probably is, if it can be any other than the given one."""
        best, least = None, float("inf")
        found = _glimpse(sight)
        for air_object in self._objects.values():
            if air_object is other_than:
                continue
            newest_ns = air_object.seen_ns
            is_lost = now_ns - newest_ns >= STALE_NS and self._first_ns[sight.track_id] > newest_ns
            for glimpse in air_object.glimpses.values():
                if now_ns - glimpse.seen_ns > INHERIT_NS:
                    continue
                expected = self._motion.predicted(glimpse, now_ns)
                after_gap = is_lost and glimpse.seen_ns == newest_ns and can_follow(expected, found)
                if after_gap or are_twins(expected, found):
                    distance = squared_distance(expected, found)
                    if distance < least:
                        best, least = air_object, distance
        return best

    def _part(self, now_ns: int, air_object: AirObject) -> None:
        """Lets go of tracks that are seen to fly elsewhere than the oldest one that is seen."""
        seen = [sight for sight in air_object.present if now_ns - sight.seen_ns <= STALE_NS]
        seen.sort(key=lambda sight: air_object.track_ids.index(sight.track_id))
        for sight in seen[1:]:
            if have_parted(air_object.glimpses[seen[0].track_id], air_object.glimpses[sight.track_id]):
                air_object.present.remove(sight)
                air_object.track_ids = tuple(name for name in air_object.track_ids if name != sight.track_id)
                del air_object.glimpses[sight.track_id], self._owner[sight.track_id]


def _glimpse(sight: Sight) -> Glimpse:
    return Glimpse(sight.picture_ns, sight.seen_ns, sight.state, sight.covariance.copy())
