"""One object and one zone: what is known of the two, how loud that is, and what has been said about it."""

from __future__ import annotations

import numpy as np
from tests.alerting.one_by_one.life_cycle import Change, LevelLife
from tests.alerting.one_by_one.rule_evaluation import is_blocked
from tests.alerting.one_by_one.sights import Sight
from tests.alerting.one_by_one.thread import Thread

from tocsin.alerting import wording
from tocsin.alerting.area import Areas
from tocsin.alerting.case_story import Whereabouts
from tocsin.alerting.rule_table import LevelRule
from tocsin.alerting.situation import Situation
from tocsin.model.alerts import AlertMessage


class Case:
    """Follows one object for one zone; at most one alert of it is open at any time."""

    def __init__(self, rules: tuple[LevelRule, ...], zone: int, zone_name: str, areas: Areas) -> None:
        self._rules = rules
        self._areas = areas
        self._zone = zone
        self._zone_name = zone_name
        self._close()

    def _close(self) -> None:
        """Starts from nothing, as at first and after an all-clear."""
        self.life = LevelLife(self._rules, self._zone)
        self.thread: Thread | None = None
        self._told: Sight | None = None
        self._existence = 0.0
        self._inside_since_ns: int | None = None
        self._has_been_inside = False
        self._raised_by = ""

    @property
    def is_open(self) -> bool:
        """Whether an alert has been issued that is not yet all-clear."""
        return self.thread is not None

    def is_opening(self, now_ns: int, sight: Sight | None) -> bool:
        """Whether this picture would issue the first message of an alert."""
        return self.thread is None and self.life.matured(now_ns, sight) is not None

    def open(self, alert_id: str) -> None:
        """Begins an alert under a name of its own; the picture that called for it is the next step."""
        self.thread = Thread(alert_id)

    def step(self, now_ns: int, sight: Sight | None, track_ids: tuple[str, ...]) -> AlertMessage | None:
        """Takes in one picture of an open case; gives the message that it calls for."""
        before_ns = self.life.seen_ns
        change = self.life.step(now_ns, sight)
        standing, thread = self.life.standing, self.thread
        assert standing is not None and thread is not None
        if sight is not None:
            is_raised = change is Change.RAISED
            self._learn(now_ns, sight, is_decisive=is_raised or self.life.seen_ns != before_ns)
            if is_raised:
                likeliest = f"{sight.object_class} {sight.class_probability:.2f}"
                self._raised_by = wording.raised_by(now_ns, standing, sight.kinds, sight.kinds, likeliest)
        if change is Change.ENDED:
            message = thread.cancel(self._situation(now_ns, track_ids), self.life.is_seen_away)
            self._close()
            return message
        if change is not Change.NONE or thread.last_level is None or thread.is_expiring(now_ns):
            return thread.report(self._situation(now_ns, track_ids))
        if not thread.may_tell(now_ns, standing.rule):
            return None
        told = self._situation(now_ns, track_ids)
        is_news = not thread.names(track_ids) or thread.has_news(
            standing.rule, told.whereabouts, told.entry_probability, told.predicted_entry_ns
        )
        is_news = is_news or self._is_elsewhere(now_ns, thread, sight)
        return thread.report(told) if is_news else None

    def _is_elsewhere(self, now_ns: int, thread: Thread, sight: Sight | None) -> bool:
        """Whether the area of the last message no longer fits; not asked once the object flies elsewhere."""
        if sight is None or self.life.is_away or not thread.looks(now_ns):
            return False
        states, covariances = np.array([sight.state]), np.array([sight.covariance])
        return self._areas.is_outdated(thread.alert_id, self._zone_name, states, covariances)

    def _learn(self, now_ns: int, sight: Sight, is_decisive: bool) -> None:
        """Keeps what the last sighting or raise rests on; coasting can make it more probable, never less."""
        self._existence = sight.existence
        probability = sight.entry_probability[self._zone]
        if (
            not is_decisive
            and self._told is not None
            and probability <= self._told.entry_probability[self._zone]
        ):
            return
        self._told = sight
        if sight.entry_s[self._zone][1] != 0:
            self._inside_since_ns = None
        elif self._inside_since_ns is None:
            self._inside_since_ns = now_ns
            self._has_been_inside = True

    def _situation(self, now_ns: int, track_ids: tuple[str, ...]) -> Situation:
        told, standing, seen_ns = self._told, self.life.standing, self.life.seen_ns
        assert told is not None and standing is not None and seen_ns is not None
        return Situation(
            now_ns=now_ns,
            zone=self._zone_name,
            standing=standing,
            raised_by=self._raised_by,
            track_ids=track_ids,
            whereabouts=self._whereabouts(now_ns, standing, seen_ns),
            seen_ns=seen_ns,
            kinds=told.kinds,
            existence=self._existence,
            object_class=told.object_class,
            class_probability=told.class_probability,
            is_blocked=is_blocked(standing.rule, told),
            entry_probability=told.entry_probability[self._zone],
            entry_ns=_entry_ns(told.picture_ns, *told.entry_s[self._zone]),
            inside_since_ns=self._inside_since_ns,
            has_been_inside=self._has_been_inside,
        )

    def _whereabouts(self, now_ns: int, standing: LevelRule, seen_ns: int) -> Whereabouts:
        if self.life.is_away:
            return Whereabouts.AWAY
        if now_ns - seen_ns >= standing.rule.lost_after_s * 1e9:
            return Whereabouts.LOST
        return Whereabouts.APPROACHING if self._inside_since_ns is None else Whereabouts.INSIDE


def _entry_ns(told_ns: int, early_s: float, middle_s: float, late_s: float) -> tuple[int, int, int] | None:
    if early_s >= 0 and middle_s >= 0 and late_s >= 0:  # NaN compares false: no entry
        return told_ns + round(early_s * 1e9), told_ns + round(middle_s * 1e9), told_ns + round(late_s * 1e9)
    return None
