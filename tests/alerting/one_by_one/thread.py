"""What is news enough for another message of one alert."""

from __future__ import annotations

from tocsin.alerting.case_story import Whereabouts
from tocsin.alerting.message_thread import MessageThread
from tocsin.alerting.news import LOOK_EVERY_NS
from tocsin.config.rules import Rule


class Thread(MessageThread):
    """The messages of one alert, and when its area was last looked at."""

    looked_ns = 0

    def is_expiring(self, now_ns: int) -> bool:
        """Whether two thirds of the last message's validity are over."""
        assert self._last is not None
        return 3 * (now_ns - self._last.issued_ns) >= 2 * (self._last.expires_ns - self._last.issued_ns)

    def may_tell(self, now_ns: int, rule: Rule) -> bool:
        """Whether the last message is old enough for news of the same level."""
        return self._last is not None and now_ns - self._last.issued_ns >= rule.update_after_s * 1e9

    def has_news(
        self, rule: Rule, whereabouts: Whereabouts, probability: float, predicted_entry_ns: int | None
    ) -> bool:
        """Whether whereabouts, likelihood or entry changed enough since the last message."""
        assert self._last is not None
        # That it flies elsewhere is said when the alert ends: one look may be wrong.
        is_elsewhere = whereabouts is Whereabouts.AWAY
        if whereabouts is not self._last_whereabouts and not is_elsewhere:
            return True
        change = probability - self._last.entry_probability
        if abs(change) > rule.update_probability_change and not is_elsewhere:
            return True
        told = self._last.predicted_entry_ns
        if predicted_entry_ns is None or told is None:
            return False
        return abs(predicted_entry_ns - told) > rule.update_entry_change_s * 1e9

    def looks(self, now_ns: int) -> bool:
        """Whether its area is looked at now, every ten seconds at most."""
        assert self._last is not None
        if now_ns - max(self.looked_ns, self._last.issued_ns) < LOOK_EVERY_NS:
            return False
        self.looked_ns = now_ns
        return True
