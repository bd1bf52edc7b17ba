"""An open alert: the messages of one group for one zone, and which of its members they are about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tocsin.alerting.case_story import Whereabouts
from tocsin.alerting.case_table import NEVER, CaseRows
from tocsin.alerting.companions import Shared
from tocsin.alerting.kind_sets import KindSets
from tocsin.alerting.message_thread import MessageThread
from tocsin.alerting.rule_table import RuleTable
from tocsin.alerting.situation import Situation
from tocsin.alerting.wording import raised_by
from tocsin.model.alerts import Level
from tocsin.model.assessments import Assessments
from tocsin.units import IntArray


@dataclass(slots=True)
class OpenAlert:
    """What is to be remembered of an alert beside its cases.

    `gone` members have left it, `unseen` of them without being seen to leave. What it said last is in the row
    of its number in `ToldTable`.
    """

    number: int
    zone: int
    thread: MessageThread
    next_check_ns: int
    parted_from: str = ""
    gone: int = 0
    unseen: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """What messages of one instant are written from: open cases (k,), the track `row` that speaks for each
    (below 0: none is there), their whereabouts and predicted entries, and who lends evidence to whom."""

    assessments: Assessments
    cases: CaseRows
    row: IntArray
    whereabouts: IntArray
    entry_ns: IntArray
    table: RuleTable
    kind_sets: KindSets
    shared: Shared

    @property
    def now_ns(self) -> int:
        """When this is."""
        return self.assessments.time_ns

    @property
    def classes(self) -> tuple[str, ...]:
        """What classes are called."""
        return self.assessments.classes


def situation(
    alert: OpenAlert,
    members: list[Member],
    quieter: int,
    track_ids: tuple[str, ...],
    zone_name: str,
    picture: Picture,
    activity: str = "",
) -> Situation:
    """What is known of members of an alert, of which the first speaks for all.

    `activity` names the sensors where it is not an object that the alert is about.
    """
    speaker = members[0]
    alike = [one for one in members if one.whereabouts == speaker.whereabouts]
    inside_ns = [one.inside_since_ns for one in alike if one.inside_since_ns != NEVER]
    comers = [one.told_entry_ns for one in alike if one.told_entry_ns[1] != NEVER]
    last_entry_ns = max(one.entry_ns for one in members)
    return Situation(
        now_ns=picture.now_ns,
        zone=zone_name,
        standing=picture.table.rules[speaker.standing],
        raised_by=_raised_by(speaker, picture),
        track_ids=track_ids,
        beside=_beside(members, track_ids, picture),
        whereabouts=Whereabouts(speaker.whereabouts),
        seen_ns=max(one.seen_ns for one in members),
        kinds=frozenset().union(
            *(picture.kind_sets.sets[code] for code in {one.told_kinds for one in members})
        ),
        existence=speaker.existence,
        object_class="unknown" if activity else picture.classes[speaker.told_class],
        class_probability=speaker.told_class_probability,
        is_blocked=speaker.told_blocked,
        entry_probability=speaker.told_probability,
        entry_ns=min(comers, key=_median) if comers else None,
        inside_since_ns=min(inside_ns, default=None),
        has_been_inside=any(one.has_been_inside for one in members),
        objects=len(members),
        inside=len(inside_ns),
        quieter=quieter,
        gone=alert.gone,
        unseen=alert.unseen,
        last_entry_ns=last_entry_ns if len(members) > 1 and last_entry_ns != NEVER else None,
        parted_from=alert.parted_from,
        reach_m=max(one.told_fastest_mps * (picture.now_ns - one.seen_ns) for one in members) / 1e9,
        activity=activity,
    )


class Member(NamedTuple):
    """What a message says of one case, in plain numbers: columns take longer for the few of an alert."""

    object: int
    standing: int
    seen_ns: int
    told_probability: float
    told_class: int
    told_class_probability: float
    told_kinds: int
    told_blocked: bool
    told_fastest_mps: float
    existence: float
    inside_since_ns: int
    has_been_inside: bool
    raised_ns: int
    raised_rule: int
    raised_kinds: int
    raised_shared_kinds: int
    raised_class: int
    raised_class_probability: float
    told_entry_ns: tuple[int, int, int]
    whereabouts: int
    entry_ns: int
    row: int


_OF_CASES = Member._fields[:-4]


def members_of(named: IntArray, picture: Picture) -> list[Member]:
    """What a message says of each of k cases."""
    columns = [picture.cases[name][named].tolist() for name in _OF_CASES]
    told_ns = map(tuple, picture.cases["told_entry_ns"][named].tolist())
    more = (picture.whereabouts, picture.entry_ns, picture.row)
    others = (column[named].tolist() for column in more)
    return [Member._make(values) for values in zip(*columns, told_ns, *others, strict=True)]


def _median(entry_ns: tuple[int, int, int]) -> int:
    return entry_ns[1]


def in_order_of_weight(cases: CaseRows, some: IntArray, where: IntArray, table: RuleTable) -> IntArray:
    """The order of some of the cases, by alert; of one the loudest first, then the nearest, the likeliest.

    `some` (k,) are their indices, `where` the whereabouts of all.
    """
    level, kinds = table.level[cases["standing"][some]], len(Whereabouts)
    rank = (cases["alert"][some] * (len(Level) + 1) - level) * kinds - where[some]
    return np.lexsort((-cases["told_probability"][some], rank))


def _beside(members: list[Member], track_ids: tuple[str, ...], picture: Picture) -> tuple[str, ...]:
    """The tracks without whose evidence the level of these cases would not have been raised just now."""
    shared = picture.shared
    borrowers = [
        one.row
        for one in members
        if one.raised_ns == picture.now_ns and one.raised_kinds != one.raised_shared_kinds
    ]
    if not borrowers:
        return ()
    lenders = shared.lender[np.isin(shared.borrower, borrowers)]
    return tuple(sorted({*picture.assessments.track_id[lenders].tolist()}.difference(track_ids)))


def _raised_by(member: Member, picture: Picture) -> str:
    sets = picture.kind_sets.sets
    return raised_by(
        member.raised_ns,
        picture.table.rules[member.raised_rule],
        sets[member.raised_kinds],
        sets[member.raised_shared_kinds],
        f"{picture.classes[member.raised_class]} {member.raised_class_probability:.2f}",
    )
