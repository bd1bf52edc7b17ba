"""Whether a rule of the site file raises, or keeps, its level for one track and one zone."""

from __future__ import annotations

from collections.abc import Sequence

from tests.alerting.one_by_one.sights import Sight

from tocsin.alerting.rule_table import LevelRule
from tocsin.config.rules import BLOCKING_PROBABILITY, SELF_REPORTS, Rule
from tocsin.model.alerts import Level


def rules_for_zone(rules: Sequence[Rule], zone: str) -> tuple[LevelRule, ...]:
    """The rules that hold for a zone, loudest first, and in the order of the file within a level."""
    here = (rule for rule in rules if not rule.zones or zone in rule.zones)
    levelled = (LevelRule(Level[rule.level.upper()], rule) for rule in here)
    return tuple(sorted(levelled, key=lambda level_rule: -level_rule.level))


def is_satisfied(rule: Rule, sight: Sight, zone: int) -> bool:
    """Whether all that a rule asks for, but `min_age_s`, holds in this picture; `zone` is an index."""
    return (
        sight.entry_probability[zone] >= rule.min_entry_probability
        and sight.entry_s[zone][1] <= rule.within_s  # false for NaN, which means no entry
        and sight.existence >= rule.min_existence
        and (independent_kinds(sight) >= rule.min_kinds or is_confirmed_threat(rule, sight))
        and not is_blocked(rule, sight)
    )


def is_kept(rule: Rule, sight: Sight, zone: int) -> bool:
    """Whether a level that this rule raised stays: neither existence nor kinds count, as they fall unseen."""
    keep_probability = min(rule.keep_probability, rule.min_entry_probability)
    return sight.entry_probability[zone] >= keep_probability and not is_blocked(rule, sight)


def loudest_kept(rules: Sequence[LevelRule], sight: Sight, zone: int) -> LevelRule | None:
    """The first of the rules that would keep its level."""
    for level_rule in rules:
        if is_kept(level_rule.rule, sight, zone):
            return level_rule
    return None


def independent_kinds(sight: Sight) -> int:
    """How many kinds of evidence there are; all that the object says of itself is one, by whatever radio."""
    return len(sight.kinds - SELF_REPORTS) + bool(sight.kinds & SELF_REPORTS)


def is_confirmed_threat(rule: Rule, sight: Sight) -> bool:
    """Whether one threat class is sure enough to stand for a second kind of evidence.

    What an object says of itself can be forged, so a class that rests on nothing else confirms nothing.
    """
    least = rule.or_class_probability
    if least is None or sight.kinds <= SELF_REPORTS:
        return False
    return any(sight.class_probabilities.get(name, 0.0) > least for name in rule.threat_classes)


def is_blocked(rule: Rule, sight: Sight) -> bool:
    """Whether the object is, as far as is known, one that this rule is not about."""
    return sight.class_probability >= BLOCKING_PROBABILITY and sight.object_class in rule.not_classes
