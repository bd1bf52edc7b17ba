from __future__ import annotations

from pathlib import Path

import pytest

from tocsin.assessment.classes import CLASSES, THREAT_CLASSES
from tocsin.config.rules import default_rules
from tocsin.config.site import Site
from tocsin.config.toml import parse
from tocsin.errors import InvalidFile

SITE = '[site]\nname = "Nordmark"\nlatitude_deg = 10.0\nlongitude_deg = 20.0\n[[rules]]\nlevel = "warning"\n'


@pytest.mark.parametrize(
    ("keys", "complaint"),
    [
        ("min_kinds = 1", "warning needs min_kinds of 2"),
        ("", "warning needs min_kinds of 2"),
        ("min_kinds = 2\nor_class_probability = 0.8", "or_class_probability of 0.9"),
        ("min_kinds = 2\nkeep_probability = 0.6", "keep_probability must not be above min_entry_probability"),
        ("min_kinds = 2\nlost_after = 3", "Did you mean 'lost_after_s'"),
    ],
)
def test_a_rule_that_breaks_a_promise_is_refused_with_its_line(keys: str, complaint: str) -> None:
    with pytest.raises(InvalidFile, match=complaint) as refused:
        parse(SITE + keys, Path("site.toml"), Site)
    assert refused.value.problems[0].line is not None


def test_a_rule_without_a_name_is_called_by_its_level() -> None:
    site = parse(
        SITE + 'min_kinds = 3\n[[rules]]\nlevel = "watch"\nname = "look out"', Path("site.toml"), Site
    )
    assert [rule.label for rule in site.rules] == ["warning", "look out"]


def test_the_default_rules_have_each_level_once_and_grow_stricter() -> None:
    watch, advisory, warning = default_rules()
    assert [rule.level for rule in (watch, advisory, warning)] == ["watch", "advisory", "warning"]
    assert watch.min_entry_probability < advisory.min_entry_probability < warning.min_entry_probability
    assert set(watch.not_classes) <= set(advisory.not_classes) <= set(warning.not_classes)


def test_rules_and_assessment_speak_of_the_same_classes() -> None:
    for rule in default_rules():
        assert set(rule.threat_classes) == THREAT_CLASSES
        assert set(rule.not_classes) <= set(CLASSES) - THREAT_CLASSES
