"""The messages of one alert: one identity, versions that count up, and what is news enough for another."""

from __future__ import annotations

from tocsin.alerting import wording
from tocsin.alerting.situation import Situation, Whereabouts
from tocsin.config.rules import Rule
from tocsin.model.alerts import AlertMessage, Level, MessageType


class MessageThread:
    """Writes the messages of one alert, from Alert through Updates to Cancel."""

    def __init__(self, alert_id: str) -> None:
        self.alert_id = alert_id
        self._last: AlertMessage | None = None
        self._last_whereabouts = Whereabouts.APPROACHING

    @property
    def last_level(self) -> Level | None:
        """The level that people know of; None before the first message."""
        return None if self._last is None else self._last.level

    def report(self, situation: Situation) -> AlertMessage:
        """An Alert, or an Update where there was one before."""
        was_lost = self._last_whereabouts is Whereabouts.LOST
        is_seen_again = was_lost and situation.whereabouts is not Whereabouts.LOST
        reason = wording.reason(situation, self.last_level, is_seen_again)
        return self._write(situation, MessageType.ALERT if self._last is None else MessageType.UPDATE, reason)

    def cancel(self, situation: Situation, is_seen_away: bool) -> AlertMessage:
        """The all-clear, which is the last message."""
        reason = wording.all_clear(situation, is_seen_away)
        return self._write(situation, MessageType.CANCEL, reason, lapsed=not is_seen_away)

    def is_expiring(self, now_ns: int) -> bool:
        """Whether two thirds of the last message's validity are over."""
        if self._last is None:
            return False
        return 3 * (now_ns - self._last.issued_ns) >= 2 * (self._last.expires_ns - self._last.issued_ns)

    def may_tell(self, now_ns: int, rule: Rule) -> bool:
        """Whether the last message is old enough for news of the same level."""
        return self._last is not None and now_ns - self._last.issued_ns >= rule.update_after_s * 1e9

    def has_news(self, situation: Situation) -> bool:
        """Whether tracks, whereabouts, likelihood or entry changed enough since the last message."""
        if self._last is None or situation.track_ids != self._last.track_ids:
            return True
        # That it flies elsewhere is said when the level is lowered: one look may be wrong.
        is_elsewhere = situation.whereabouts is Whereabouts.AWAY
        if situation.whereabouts is not self._last_whereabouts and not is_elsewhere:
            return True
        change = situation.entry_probability - self._last.entry_probability
        if abs(change) > situation.standing.rule.update_probability_change and not is_elsewhere:
            return True
        now_told, told = situation.predicted_entry_ns, self._last.predicted_entry_ns
        if now_told is None or told is None:
            return False
        return abs(now_told - told) > situation.standing.rule.update_entry_change_s * 1e9

    def _write(
        self, situation: Situation, message_type: MessageType, reason: str, lapsed: bool = False
    ) -> AlertMessage:
        last, standing = self._last, situation.standing
        is_cancel = message_type is MessageType.CANCEL
        message = AlertMessage(
            alert_id=self.alert_id,
            version=1 if last is None else last.version + 1,
            issued_ns=situation.now_ns,
            expires_ns=situation.now_ns + round(standing.rule.expires_after_s * 1e9),
            level=standing.level,
            zone=situation.zone,
            track_ids=situation.track_ids,
            predicted_entry_ns=None if is_cancel else situation.predicted_entry_ns,
            entry_probability=situation.entry_probability,
            reason=reason,
            message_type=message_type,
            object_class=situation.object_class,
            evidence=wording.evidence(situation),
            rule=standing.rule.label,
            all_clear=is_cancel,
            lapsed=lapsed,
            references=() if last is None else (*last.references, (last.identifier, last.issued_ns)),
        )
        self._last = message
        self._last_whereabouts = situation.whereabouts
        return message
