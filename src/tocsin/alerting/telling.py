"""What the outside was told of one alert, which is what the rules say of it unless people know better."""

from __future__ import annotations

from dataclasses import replace

from tocsin.alerting.marks import NOTHING, Cap
from tocsin.alerting.wording import clock_time
from tocsin.model.alerts import AlertMessage, Level, MessageType


class Telling:
    """Follows one alert of the rules: as long as nothing holds it down, its messages go out as they are.

    Once something did, the messages that go out have an own count of versions, in the same alert. After an
    all-clear that people brought about the alert is told anew, under another identity, when the rules still
    hold: a CAP alert that was cancelled is over for all who heard of it.
    """

    def __init__(self, source: AlertMessage | None = None, told: AlertMessage | None = None) -> None:
        self.source = source
        """The latest message of the rules; None where they know nothing of it (test, before a restart)."""
        self.told = told
        """The latest message that went out."""
        self.held_by: Cap | None = None
        """What made the latest message quieter than its rules."""
        self._is_news = source is not None
        self._is_diverged = told is not None
        self._alerts = 1

    @property
    def is_open(self) -> bool:
        """Whether an alert was told and not yet its end."""
        return self.told is not None and self.told.message_type is not MessageType.CANCEL

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        is_ended = self.source is None or self.source.message_type is MessageType.CANCEL
        return is_ended and not self.is_open and not self._is_news

    def take(self, source: AlertMessage) -> None:
        """The next message of the rules."""
        self.source, self._is_news = source, True

    def settle(self, now_ns: int, cap: Cap | None) -> AlertMessage | None:
        """The message that is called for, if any; `cap` is what holds the alert down now."""
        if self.source is None:
            return self._settle_alone(now_ns, cap)
        source, is_news, self._is_news = self.source, self._is_news, False
        if source.message_type is MessageType.CANCEL:
            return self._tell(source, now_ns, MessageType.CANCEL, source.level, "") if self.is_open else None
        most = int(Level.WARNING) if cap is None else cap.most_in(source.zone)
        held_by, self.held_by = self.held_by, cap if most < source.level else None
        wanted = min(int(source.level), most)
        if wanted == NOTHING:
            assert cap is not None
            return self._end(source, now_ns, cap.words) if self.is_open else None
        if not self.is_open:
            return self._begin(source, now_ns, Level(wanted), held_by)
        assert self.told is not None
        if is_news or wanted != self.told.level:
            remark = self._remark(Level(wanted), source, held_by)
            return self._tell(source, now_ns, MessageType.UPDATE, Level(wanted), remark)
        return None

    def retract(self, now_ns: int, words: str) -> AlertMessage | None:
        """The end of an alert that was told, for a reason that is nobody's rule."""
        return self._end(self.told, now_ns, words) if self.told is not None and self.is_open else None

    def _settle_alone(self, now_ns: int, cap: Cap | None) -> AlertMessage | None:
        """An alert that no rule follows ends when someone ends it, or when it is void."""
        if not self.is_open:
            return None
        assert self.told is not None
        if cap is not None and cap.most_in(self.told.zone) == NOTHING:
            return self._end(self.told, now_ns, cap.words)
        if now_ns < self.told.expires_ns:
            return None
        since = clock_time(self.told.issued_ns)
        why = "end of the test" if self.told.is_test else "open before a restart, and not renewed"
        reason = f"all-clear for {self.told.zone}: {why} since {since}; lapses by rule"
        return self._tell(self.told, now_ns, MessageType.CANCEL, self.told.level, "", reason, lapsed=True)

    def _begin(
        self, source: AlertMessage, now_ns: int, level: Level, held_by: Cap | None
    ) -> AlertMessage | None:
        remark = ""
        if self.told is not None:
            self._alerts += 1
            over = "what held it down is over" if held_by is None else f"no longer {held_by.words}"
            remark = f"issued again, {over}: the rules still hold"
        if level < source.level and self.held_by is not None:
            remark = f"held at {level.word}: {self.held_by.words}"
        return self._tell(source, now_ns, MessageType.ALERT, level, remark)

    def _end(self, base: AlertMessage, now_ns: int, words: str) -> AlertMessage:
        reason = f"retracted for {base.zone}: {words}"
        level = self.told.level if self.told is not None else base.level
        return self._tell(base, now_ns, MessageType.CANCEL, level, "", reason)

    def _remark(self, level: Level, source: AlertMessage, held_by: Cap | None) -> str:
        assert self.told is not None
        if level < source.level and self.held_by is not None:
            verb = f"lowered to {level.word}" if level < self.told.level else f"held at {level.word}"
            return f"{verb}: {self.held_by.words}"
        if level > self.told.level and held_by is not None:
            return f"raised from {self.told.level.word} to {level.word}, no longer {held_by.words}"
        return ""

    def _tell(
        self, base: AlertMessage, now_ns: int, kind: MessageType, level: Level, remark: str,
        reason: str = "", lapsed: bool = False,
    ) -> AlertMessage:  # fmt: skip
        """The base message as it is where it fits what was told before, else one made from it."""
        is_plain = not (remark or reason) and kind is base.message_type and level is base.level
        if is_plain and not self._is_diverged:
            self.told = base
            return base
        self._is_diverged = True
        self.told = self._made(base, now_ns, kind, level, remark, reason, lapsed)
        return self.told

    def _made(
        self, base: AlertMessage, now_ns: int, kind: MessageType, level: Level, remark: str, reason: str,
        lapsed: bool,
    ) -> AlertMessage:  # fmt: skip
        """A message in the thread of what was told: never before the one before it."""
        before = None if kind is MessageType.ALERT else self.told
        issued_ns = max(now_ns, base.issued_ns if before is None else before.issued_ns)
        is_end = kind is MessageType.CANCEL
        return replace(
            base,
            alert_id=self._alert_id(base) if before is None else before.alert_id,
            version=1 if before is None else before.version + 1,
            issued_ns=issued_ns,
            expires_ns=issued_ns + base.expires_ns - base.issued_ns,
            level=level,
            message_type=kind,
            reason=reason or (f"{remark}; {base.reason}" if remark else base.reason),
            evidence=(*base.evidence, remark) if remark else base.evidence,
            predicted_entry_ns=None if is_end else base.predicted_entry_ns,
            all_clear=is_end,
            area=() if is_end else base.area,  # the end is for all who were told, wherever
            lapsed=lapsed or (base.lapsed and is_end),
            references=() if before is None else (*before.references, (before.identifier, before.issued_ns)),
        )

    def _alert_id(self, base: AlertMessage) -> str:
        return base.alert_id if self._alerts == 1 else f"{base.alert_id}.{self._alerts}"
