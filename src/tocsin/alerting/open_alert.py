"""An open alert: the messages of one group for one zone, and which of its members they are about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.alerting.case_story import Whereabouts
from tocsin.alerting.case_table import NEVER, CaseRows
from tocsin.alerting.companions import Shared
from tocsin.alerting.kind_sets import KindSets
from tocsin.alerting.message_thread import MessageThread
from tocsin.alerting.rule_table import NO_RULE, RuleTable
from tocsin.alerting.situation import Situation
from tocsin.alerting.wording import raised_by
from tocsin.model.assessments import Assessments
from tocsin.units import IntArray


@dataclass(slots=True)
class OpenAlert:
    """What is to be remembered of an alert beside its cases.

    `gone` members have left it, `unseen` of them without being seen to leave; `told_version` and
    `told_count` are the state of identities, and how many it named, when its tracks were last compared with
    those of the last message. Unless the rule is another than `told_rule` or members join, nothing is to be
    said before `quiet_until_ns`. Since `held_since_ns` its level is that of members that have left.
    """

    number: int
    zone: int
    thread: MessageThread
    next_check_ns: int
    parted_from: str = ""
    gone: int = 0
    unseen: int = 0
    told_version: int = NEVER
    told_count: int = 0
    told_rule: int = NO_RULE
    quiet_until_ns: int = NEVER
    held_since_ns: int = NEVER


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
    named: IntArray,
    quieter: int,
    track_ids: tuple[str, ...],
    zone_name: str,
    picture: Picture,
    activity: str = "",
) -> Situation:
    """What is known of the cases `named`, of which the first speaks for all.

    `activity` names the sensors where it is not an object that the alert is about.
    """
    cases, where = picture.cases[named], picture.whereabouts[named]
    speaker = cases[0]
    inside_ns = cases["inside_since_ns"][(cases["inside_since_ns"] != NEVER) & (where == where[0])]
    is_comer = (cases["told_entry_ns"][:, 1] != NEVER) & (where == where[0])
    comers = cases["told_entry_ns"][is_comer]
    entries_ns = picture.entry_ns[named]
    return Situation(
        now_ns=picture.now_ns,
        zone=zone_name,
        standing=picture.table.rules[int(speaker["standing"])],
        raised_by=_raised_by(speaker, picture),
        track_ids=track_ids,
        beside=_beside(named, track_ids, picture),
        whereabouts=Whereabouts(int(where[0])),
        seen_ns=int(cases["seen_ns"].max()),
        kinds=frozenset().union(
            *(picture.kind_sets.sets[code] for code in set(cases["told_kinds"].tolist()))
        ),
        existence=float(speaker["existence"]),
        object_class="unknown" if activity else picture.classes[int(speaker["told_class"])],
        class_probability=float(speaker["told_class_probability"]),
        is_blocked=bool(speaker["told_blocked"]),
        entry_probability=float(speaker["told_probability"]),
        entry_ns=tuple(comers[comers[:, 1].argmin()].tolist()) if len(comers) else None,
        inside_since_ns=int(inside_ns.min()) if len(inside_ns) else None,
        has_been_inside=bool(cases["has_been_inside"].any()),
        objects=len(named),
        inside=len(inside_ns),
        quieter=quieter,
        gone=alert.gone,
        unseen=alert.unseen,
        last_entry_ns=int(entries_ns.max()) if len(named) > 1 and entries_ns.max() != NEVER else None,
        parted_from=alert.parted_from,
        reach_m=float((cases["told_fastest_mps"] * (picture.now_ns - cases["seen_ns"])).max()) / 1e9,
        activity=activity,
    )


def in_order_of_weight(cases: CaseRows, where: IntArray, table: RuleTable) -> IntArray:
    """Indices of cases by alert; within one the loudest first, then the nearest, then the likeliest."""
    level = table.level[cases["standing"]]
    return np.lexsort((-cases["told_probability"], -where, -level, cases["alert"]))


def _beside(named: IntArray, track_ids: tuple[str, ...], picture: Picture) -> tuple[str, ...]:
    """The tracks without whose evidence the level of these cases would not have been raised just now."""
    cases = picture.cases[named]
    is_lent = (cases["raised_ns"] == picture.now_ns) & (cases["raised_kinds"] != cases["raised_shared_kinds"])
    lenders = picture.shared.lender[np.isin(picture.shared.borrower, picture.row[named][is_lent])]
    return tuple(sorted({*picture.assessments.track_id[lenders].tolist()}.difference(track_ids)))


def _raised_by(case: np.void, picture: Picture) -> str:
    sets = picture.kind_sets.sets
    return raised_by(
        int(case["raised_ns"]),
        picture.table.rules[int(case["raised_rule"])],
        sets[int(case["raised_kinds"])],
        sets[int(case["raised_shared_kinds"])],
        f"{picture.classes[int(case['raised_class'])]} {case['raised_class_probability']:.2f}",
    )
