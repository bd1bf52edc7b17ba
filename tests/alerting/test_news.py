"""Which alerts have something to say: each by itself of many that are asked at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tocsin.alerting.case_story import Whereabouts
from tocsin.alerting.news import News, news_of
from tocsin.alerting.rule_table import RuleTable
from tocsin.alerting.summaries import Summaries
from tocsin.alerting.told_table import Told, ToldTable
from tocsin.config.grouping import Grouping
from tocsin.config.rules import Rule

SECOND_NS = 1_000_000_000
TABLE = RuleTable([Rule(level="watch", update_after_s=60.0, update_entry_change_s=60.0)], ["Kaldvik"])
TOLD = Told(
    number=1, rule=0, version=3, objects=1, issued_ns=0, renew_ns=600 * SECOND_NS,
    quiet_until_ns=60 * SECOND_NS, looked_ns=0, probability=0.8, entry_ns=500 * SECOND_NS,
    whereabouts=int(Whereabouts.APPROACHING),
)  # fmt: skip
SAME = Summaries(
    living=np.array([0]), bounds=np.array([0, 1]), alert=np.array([1]), rule=np.array([0]),
    whereabouts=np.array([int(Whereabouts.APPROACHING)]), probability=np.array([0.8]), named=np.array([1]),
    joins=np.array([False]), is_told=np.array([True]), is_renamed=np.array([False]),
    entry_ns=np.array([500 * SECOND_NS]),
)  # fmt: skip


def news(summaries: Summaries = SAME, told: Told = TOLD, now_s: int = 61, version: int = 3) -> News:
    table = ToldTable()
    table.add([1])
    table.rows[0] = told
    return news_of(summaries, table.rows, now_s * SECOND_NS, version, TABLE, Grouping())


@pytest.mark.parametrize(
    ("change", "is_due"),
    [
        ({}, False),
        ({"probability": np.array([0.5])}, True),
        ({"entry_ns": np.array([561 * SECOND_NS])}, True),
        ({"entry_ns": np.array([559 * SECOND_NS])}, False),
        ({"whereabouts": np.array([int(Whereabouts.LOST)])}, True),
        ({"whereabouts": np.array([int(Whereabouts.AWAY)]), "probability": np.array([0.1])}, False),
    ],
    ids=["nothing", "less likely", "later", "hardly later", "lost", "turns away"],
)
def test_what_changed_enough_is_said_once_the_last_message_is_old(
    change: dict[str, np.ndarray], is_due: bool
) -> None:
    assert news(replace(SAME, **change)).is_due.tolist() == [is_due]
    assert not news(replace(SAME, **change), now_s=59).is_due.any()


def test_a_message_is_renewed_when_most_of_its_time_is_over() -> None:
    assert not news(now_s=599).is_due.any()
    assert news(now_s=600).is_due.all()


def test_an_area_is_looked_at_every_ten_seconds_and_not_of_what_flies_elsewhere() -> None:
    assert news().may_be_elsewhere.all()
    looked = TOLD._replace(looked_ns=60 * SECOND_NS)
    assert [bool(news(told=looked, now_s=s).may_be_elsewhere) for s in (69, 70)] == [False, True]
    away = replace(SAME, whereabouts=np.array([int(Whereabouts.AWAY)]))
    assert not news(away).may_be_elsewhere.any()


def test_tracks_are_compared_only_where_they_may_be_others() -> None:
    renamed = replace(SAME, is_renamed=np.array([True]))
    assert news(renamed, version=4).may_name_others.all()
    assert not news(renamed, version=3).may_name_others.any()
    assert not news(SAME, version=4).may_name_others.any()
