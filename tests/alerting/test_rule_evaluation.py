from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.alerting.pictures import Made, make_site, one_kind, picture, run

from tocsin.alerting.alerter import Alerter
from tocsin.alerting.kind_sets import KindSets
from tocsin.alerting.rule_table import RuleTable, first_true
from tocsin.alerting.sights import sights_of
from tocsin.config.grouping import Grouping
from tocsin.config.rules import Rule
from tocsin.model.alerts import Level

HERE = np.zeros(1, np.int64)


def is_satisfied(one: Rule, made: Made) -> bool:
    table = RuleTable([one], ["Kaldvik"])
    sights = sights_of(picture(0, made), table, KindSets(), Grouping())
    raising = len(sights.raising(table).row) == 1
    assert sights.satisfied(table, HERE, HERE).tolist() == [[raising]]
    return raising


def is_kept(one: Rule, made: Made) -> bool:
    table = RuleTable([one], ["Kaldvik"])
    return bool(sights_of(picture(0, made), table, KindSets(), Grouping()).kept(table, HERE, HERE)[0, 0])


def rule(level: str = "advisory", **keys: Any) -> Rule:
    return Rule.model_validate({"level": level, **keys})


def test_the_loudest_rule_comes_first_and_the_order_of_the_file_decides_within_a_level() -> None:
    rules = [
        rule("watch"),
        rule(name="b"),
        rule("warning", min_kinds=2),
        rule(name="a"),
        rule(zones=["Sund"]),
    ]
    table = RuleTable(rules, ["Kaldvik", "Sund"])
    assert [(level, rule.label) for level, rule in table.rules] == [
        (Level.WARNING, "warning"),
        (Level.ADVISORY, "b"),
        (Level.ADVISORY, "a"),
        (Level.ADVISORY, "advisory"),
        (Level.WATCH, "watch"),
    ]
    assert table.applies[:, 0].tolist() == [True, True, True, False, True]
    assert first_true(table.applies[3:]).tolist() == [1, 0]
    assert table.quietest.tolist() == [4, 4]


def test_a_site_without_rules_says_nothing_and_breaks_nothing() -> None:
    alerter = Alerter(make_site(rules=[]))
    assert run(alerter, range(30), Made()) == []


@pytest.mark.parametrize(
    ("keys", "at_limit", "beyond"),
    [
        ({"min_entry_probability": 0.6}, {"probability": 0.6}, {"probability": 0.59}),
        ({"within_s": 100}, {"entry_s": 100.0}, {"entry_s": 101.0}),
        ({"min_existence": 0.7}, {"existence": 0.7}, {"existence": 0.69}),
        ({"min_kinds": 2}, {}, {"kinds": frozenset({"radar"})}),
        ({"not_classes": ["bird"]}, {"object_class": "bird", "class_probability": 0.49},
         {"object_class": "bird", "class_probability": 0.5}),
    ],
)  # fmt: skip
def test_each_key_is_a_limit_that_is_itself_enough(
    keys: dict[str, Any], at_limit: dict[str, Any], beyond: dict[str, Any]
) -> None:
    assert is_satisfied(rule(**keys), Made(entry_s=50.0).but(**at_limit))
    assert not is_satisfied(rule(**keys), Made(entry_s=50.0).but(**beyond))


def test_only_the_classes_that_a_rule_calls_threats_stand_for_a_second_kind() -> None:
    keys: dict[str, Any] = {"min_kinds": 2, "or_class_probability": 0.9}
    sure = one_kind(object_class="balloon", class_probability=0.95)
    assert not is_satisfied(rule(**keys), sure)
    assert is_satisfied(rule(**keys, threat_classes=["balloon"]), sure)


def test_what_an_object_says_of_itself_is_one_kind_by_whatever_radio() -> None:
    forged = Made(kinds=frozenset({"remote_id", "adsb"}))
    seen_too = Made(kinds=frozenset({"remote_id", "radar"}))
    assert not is_satisfied(rule(min_kinds=2), forged)
    assert is_satisfied(rule(min_kinds=2), seen_too)


def test_no_evidence_at_all_is_not_made_good_by_a_class() -> None:
    keys: dict[str, Any] = {"min_kinds": 1, "or_class_probability": 0.9}
    assert not is_satisfied(rule(**keys), Made(kinds=frozenset(), object_class="multirotor",
                                                     class_probability=0.99))  # fmt: skip


def test_keeping_asks_for_probability_and_class_alone() -> None:
    lenient = rule(keep_probability=0.2, not_classes=["bird"])
    faint = Made(probability=0.2, existence=0.01, kinds=frozenset(), entry_s=float("nan"))
    assert is_kept(lenient, faint)
    assert not is_kept(lenient, faint.but(probability=0.19))
    assert not is_kept(lenient, faint.but(object_class="bird"))


def test_what_raises_a_level_also_keeps_it_where_the_file_gives_a_low_minimum_alone() -> None:
    assert is_kept(rule(min_entry_probability=0.1), Made(probability=0.12))


def test_the_most_probable_class_blocks_only_from_one_half_on() -> None:
    blocking = rule(not_classes=["bird"])
    assert not is_kept(blocking, Made(object_class="bird", class_probability=0.5))
    assert is_kept(blocking, Made(object_class="bird", class_probability=0.49))
