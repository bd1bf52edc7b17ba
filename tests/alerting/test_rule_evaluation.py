from __future__ import annotations

from typing import Any

import pytest
from tests.alerting.pictures import Made, one_kind, picture

from tocsin.alerting.rule_evaluation import is_blocked, is_kept, is_satisfied, rules_for_zone
from tocsin.alerting.sights import Sight, sights_of
from tocsin.config.rules import Rule
from tocsin.model.alerts import Level


def sight(made: Made) -> Sight:
    return sights_of(picture(0, made))[0]


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
    here = rules_for_zone(rules, "Kaldvik")
    assert [(level, rule.label) for level, rule in here] == [
        (Level.WARNING, "warning"),
        (Level.ADVISORY, "b"),
        (Level.ADVISORY, "a"),
        (Level.WATCH, "watch"),
    ]


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
    assert is_satisfied(rule(**keys), sight(Made(entry_s=50.0).but(**at_limit)), 0)
    assert not is_satisfied(rule(**keys), sight(Made(entry_s=50.0).but(**beyond)), 0)


def test_only_the_classes_that_a_rule_calls_threats_stand_for_a_second_kind() -> None:
    keys: dict[str, Any] = {"min_kinds": 2, "or_class_probability": 0.9}
    sure = sight(one_kind(object_class="balloon", class_probability=0.95))
    assert not is_satisfied(rule(**keys), sure, 0)
    assert is_satisfied(rule(**keys, threat_classes=["balloon"]), sure, 0)


def test_what_an_object_says_of_itself_is_one_kind_by_whatever_radio() -> None:
    forged = sight(Made(kinds=frozenset({"remote_id", "adsb"})))
    seen_too = sight(Made(kinds=frozenset({"remote_id", "radar"})))
    assert not is_satisfied(rule(min_kinds=2), forged, 0)
    assert is_satisfied(rule(min_kinds=2), seen_too, 0)


def test_no_evidence_at_all_is_not_made_good_by_a_class() -> None:
    keys: dict[str, Any] = {"min_kinds": 1, "or_class_probability": 0.9}
    assert not is_satisfied(rule(**keys), sight(Made(kinds=frozenset(), object_class="multirotor",
                                                     class_probability=0.99)), 0)  # fmt: skip


def test_keeping_asks_for_probability_and_class_alone() -> None:
    lenient = rule(keep_probability=0.2, not_classes=["bird"])
    faint = Made(probability=0.2, existence=0.01, kinds=frozenset(), entry_s=float("nan"))
    assert is_kept(lenient, sight(faint), 0)
    assert not is_kept(lenient, sight(faint.but(probability=0.19)), 0)
    assert not is_kept(lenient, sight(faint.but(object_class="bird")), 0)


def test_what_raises_a_level_also_keeps_it_where_the_file_gives_a_low_minimum_alone() -> None:
    assert is_kept(rule(min_entry_probability=0.1), sight(Made(probability=0.12)), 0)


def test_the_most_probable_class_blocks_only_from_one_half_on() -> None:
    blocking = rule(not_classes=["bird"])
    assert is_blocked(blocking, sight(Made(object_class="bird", class_probability=0.5)))
    assert not is_blocked(blocking, sight(Made(object_class="bird", class_probability=0.49)))
