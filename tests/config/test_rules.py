"""Rules: the package's own are sound, and none can be written that would cry out on thin evidence."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tocsin.config.rules import Rule, default_rules


def rule(**keys: Any) -> Rule:
    return Rule.model_validate(keys)


def test_the_rules_that_come_with_tocsin_have_one_of_each_level() -> None:
    assert [own.level for own in default_rules()] == ["watch", "advisory", "warning"]


def test_a_louder_level_asks_for_more() -> None:
    watch, advisory, warning = default_rules()
    assert watch.min_entry_probability <= advisory.min_entry_probability <= warning.min_entry_probability
    assert watch.min_existence <= advisory.min_existence <= warning.min_existence
    assert advisory.min_kinds < warning.min_kinds


@pytest.mark.parametrize(
    ("keys", "complaint"),
    [
        ({"min_kinds": 1}, "min_kinds of 2 or more"),
        ({"min_kinds": 2, "or_class_probability": 0.8}, "0.9 or more"),
    ],
)
def test_a_warning_on_one_kind_of_evidence_cannot_be_written(keys: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        rule(level="warning", **keys)
    assert rule(level="advisory", **keys).level == "advisory"


def test_a_level_that_would_flap_is_refused() -> None:
    with pytest.raises(ValidationError, match="would flap"):
        rule(level="watch", min_entry_probability=0.3, keep_probability=0.4)


def test_keeping_below_raising_is_allowed_and_may_be_left_out() -> None:
    assert rule(level="watch", min_entry_probability=0.1).min_entry_probability == 0.1
    assert rule(level="watch", min_entry_probability=0.4, keep_probability=0.4).keep_probability == 0.4


@pytest.mark.parametrize("keys", [{"level": "alarm"}, {"level": "watch", "min_existance": 0.5}])
def test_an_unknown_level_or_key_is_refused(keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        rule(**keys)


def test_a_rule_is_called_by_its_level_unless_it_has_a_name() -> None:
    assert rule(level="watch").label == "watch"
    assert rule(level="watch", name="coast").label == "coast"
