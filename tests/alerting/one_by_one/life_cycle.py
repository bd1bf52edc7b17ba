"""The life of a level: raised by rules, held with hysteresis, lowered by sightings alone, ended by rule."""

from __future__ import annotations

from enum import Enum

from tests.alerting.one_by_one.rule_evaluation import is_satisfied, loudest_kept
from tests.alerting.one_by_one.sights import Sight

from tocsin.alerting.rule_table import LevelRule

_NEVER = -1


class Change(Enum):
    """What one picture did to the level of one object for one zone."""

    NONE = "none"
    RAISED = "raised"
    LOWERED = "lowered"
    ENDED = "ended"


class LevelLife:
    """The level of one object for one zone.

    Raising asks every picture; lowering asks only pictures after a new sighting, because a probability that
    falls while nothing is seen says that less is known, not that the object turned away.
    """

    def __init__(self, rules: tuple[LevelRule, ...], zone: int) -> None:
        self._rules = rules
        self._zone = zone
        self._held_since_ns = [_NEVER] * len(rules)
        self.standing: LevelRule | None = None
        self.seen_ns: int | None = None
        self._kept_ns = _NEVER
        self._below_since_ns: int | None = None
        self._away_since_ns: int | None = None
        self._latest_entry_ns = _NEVER

    @property
    def is_away(self) -> bool:
        """Whether no rule held when the object was last seen, nor since."""
        return self._away_since_ns is not None

    @property
    def is_seen_away(self) -> bool:
        """Whether sightings over the lowering time all say that no rule holds any more."""
        if self.standing is None or self.seen_ns is None or self._away_since_ns is None:
            return False
        rule = self.standing.rule
        return self.seen_ns - self._away_since_ns >= min(rule.lower_after_s, rule.end_after_s) * 1e9

    def matured(self, now_ns: int, sight: Sight | None) -> LevelRule | None:
        """The loudest rule above the present level satisfied, in every picture, for its `min_age_s`."""
        loudest = None
        for index, level_rule in enumerate(self._rules):
            if self.standing is not None and level_rule.level <= self.standing.level:
                break
            if sight is None or not is_satisfied(level_rule.rule, sight, self._zone):
                self._held_since_ns[index] = _NEVER
                continue
            if self._held_since_ns[index] == _NEVER:
                self._held_since_ns[index] = now_ns
            if loudest is None and now_ns - self._held_since_ns[index] >= level_rule.rule.min_age_s * 1e9:
                loudest = level_rule
        return loudest

    def inherit_age(self, other: LevelLife) -> None:
        """Takes over for how long the rules have been satisfied by what turned out to be the same object."""
        pairs = zip(self._held_since_ns, other._held_since_ns, strict=True)
        self._held_since_ns = [
            max(mine, its) if _NEVER in (mine, its) else min(mine, its) for mine, its in pairs
        ]  # fmt: skip

    def step(self, now_ns: int, sight: Sight | None) -> Change:
        """Takes in one picture from that on in which a rule has first matured.

        `sight` is None where the picture holds no track of the object.
        """
        loudest = self.matured(now_ns, sight)
        is_new = sight is not None and (self.seen_ns is None or sight.seen_ns > self.seen_ns)
        kept = self._note(now_ns, sight, is_new) if sight is not None else None
        if loudest is not None:
            self._stand(loudest)
            return Change.RAISED
        if is_new and self._falls(kept):
            return Change.LOWERED
        return Change.ENDED if self._is_over(now_ns) else Change.NONE

    def _note(self, now_ns: int, sight: Sight, is_new: bool) -> LevelRule | None:
        """Remembers when rules held and what was predicted; gives the loudest rule that keeps its level."""
        if is_new:
            self.seen_ns = sight.seen_ns
        kept = loudest_kept(self._rules, sight, self._zone)
        if kept is not None:
            self._kept_ns = now_ns
            self._away_since_ns = None
            latest_s = sight.entry_s[self._zone][2]
            if is_new and latest_s >= 0:
                self._latest_entry_ns = now_ns + round(latest_s * 1e9)
        elif is_new and self._away_since_ns is None:
            self._away_since_ns = sight.seen_ns
        return kept

    def _falls(self, kept: LevelRule | None) -> bool:
        """Lowers to what is still kept, or to the zone's lowest level until the all-clear."""
        assert self.standing is not None and self.seen_ns is not None
        if kept is not None and kept.level >= self.standing.level:
            self._below_since_ns = None
            return False
        if self._below_since_ns is None:
            self._below_since_ns = self.seen_ns
        target = kept or self._rules[-1]
        is_ripe = self.seen_ns - self._below_since_ns >= self.standing.rule.lower_after_s * 1e9
        if not is_ripe or target.level >= self.standing.level:
            return False
        self._stand(target)
        return True

    def _stand(self, level_rule: LevelRule) -> None:
        self.standing = level_rule
        self._below_since_ns = None
        self._held_since_ns = [_NEVER] * len(self._rules)

    def _is_over(self, now_ns: int) -> bool:
        assert self.standing is not None
        rule, unkept_ns = self.standing.rule, now_ns - self._kept_ns
        if self.is_seen_away and unkept_ns >= rule.end_after_s * 1e9:
            return True
        lapse_ns = rule.lapse_after_s * 1e9
        return unkept_ns >= lapse_ns and now_ns - self._latest_entry_ns >= lapse_ns
