"""The messages of one alert: one identity, versions that count up, and what is news enough for another."""

from __future__ import annotations

from dataclasses import replace

from tocsin.alerting import wording
from tocsin.alerting.case_story import Whereabouts
from tocsin.alerting.situation import Situation
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
        lapsed = not is_seen_away or situation.unseen > 0
        return self._write(situation, MessageType.CANCEL, reason, lapsed)

    def retract(self, now_ns: int, words: str) -> AlertMessage:
        """The end, without a rule that calls for it and without a word on what flies."""
        assert self._last is not None
        last = self._last
        self._last = replace(
            last,
            version=last.version + 1,
            issued_ns=max(now_ns, last.issued_ns),
            expires_ns=max(now_ns, last.issued_ns) + last.expires_ns - last.issued_ns,
            message_type=MessageType.CANCEL,
            reason=f"retracted for {last.zone}: {words}",
            predicted_entry_ns=None,
            last_entry_ns=None,
            all_clear=True,
            area=(),
            references=(*last.references, (last.identifier, last.issued_ns)),
        )
        return self._last

    @property
    def renew_ns(self) -> int:
        """When two thirds of the last message's validity are over."""
        assert self._last is not None
        validity_ns = self._last.expires_ns - self._last.issued_ns
        return self._last.issued_ns - (-2 * validity_ns // 3)

    def quiet_until_ns(self, rule: Rule) -> int:
        """Until when neither news of the same level nor the renewal are due."""
        assert self._last is not None
        return min(self._last.issued_ns + round(rule.update_after_s * 1e9), self.renew_ns)

    def names(self, track_ids: tuple[str, ...]) -> bool:
        """Whether the last message named just these tracks."""
        return self._last is not None and self._last.track_ids == track_ids

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
            objects=situation.objects,
            seen_ns=situation.seen_ns,
            beside=situation.beside,
            last_entry_ns=None if is_cancel else situation.last_entry_ns,
            references=() if last is None else (*last.references, (last.identifier, last.issued_ns)),
        )
        self._last = message
        self._last_whereabouts = situation.whereabouts
        return message
