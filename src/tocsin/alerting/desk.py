"""The desk: people acknowledge, escalate, hand over, cancel, confirm, mark and test, each in its turn.

It has no clock: time comes with what is asked and with `advance`. What is asked comes one after the other, so
that of two who do the same the second is told what the first did.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from tocsin.alerting.custody import Custody, opened
from tocsin.alerting.deeds import Deed, deed_of
from tocsin.alerting.editor import Editor
from tocsin.alerting.refusals import Refused, refuse_strangers
from tocsin.config.site import Site
from tocsin.model.actions import Action, Outcome, Request, Verb
from tocsin.model.alert_report import AlertReport
from tocsin.model.alerts import AlertMessage

_MOST_ENDED = 1000
"""Alerts that ended and still give a good answer; what is older is in the book."""


class Desk:
    """Who answers for the alerts of one site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.editor = Editor(self._owner_of)
        self._open: dict[str, Custody] = {}
        self._ended: OrderedDict[str, Custody] = OrderedDict()

    def rezone(self, site: Site) -> None:
        """Goes on with other zones; units and chains are the same."""
        self._site = site

    def take(self, messages: Iterable[AlertMessage]) -> None:
        """Messages that go out, in their order."""
        for message in messages:
            custody = self._open.get(message.alert_id)
            if custody is None:
                custody = self._open[message.alert_id] = opened(self._site.chain(message.zone), message)
            custody.take(message)
            if not custody.is_open:
                self._ended[message.alert_id] = self._open.pop(message.alert_id)
                if len(self._ended) > _MOST_ENDED:
                    self._ended.popitem(last=False)

    def advance(self, now_ns: int) -> list[Action]:
        """Timers that ran out: the alert goes to the next unit, or it is said that nobody answered."""
        actions = []
        for custody in self._open.values():
            if custody.due_ns is None or now_ns < custody.due_ns:
                continue
            action = _overdue(custody, now_ns)
            custody.apply(action)
            actions.append(action)
        return actions

    def ask(self, request: Request, now_ns: int) -> tuple[Action, list[AlertMessage]]:
        """What comes of a request, and the messages that it makes, which are yet to be taken."""
        custody = self._custody(request.alert_id)
        try:
            refuse_strangers(request, self._site)
            deed = deed_of(request, custody, now_ns, self._site, self.editor, self._open)
        except Refused as refused:
            owner = "" if custody is None else custody.owner
            return Action(now_ns, request, refused.outcome, str(refused), request.alert_id, owner=owner), []
        if custody is not None:
            custody.apply(deed.action)
        return deed.action, self._done(deed, now_ns)

    def reports(self) -> tuple[AlertReport, ...]:
        """Every open alert, the loudest first, then by the time of entry."""
        never = max((custody.latest.expires_ns for custody in self._open.values()), default=0)
        ordered = sorted(
            self._open.values(),
            key=lambda c: (-c.latest.level, c.latest.predicted_entry_ns or never, c.latest.alert_id),
        )
        return tuple(_report(custody) for custody in ordered)

    def ended(self, since_ns: int) -> tuple[AlertReport, ...]:
        """Every alert that ended at a time or later, the latest first."""
        lately = [custody for custody in self._ended.values() if custody.latest.issued_ns >= since_ns]
        return tuple(_report(custody) for custody in reversed(lately))

    def restore(self, history: Iterable[AlertMessage | Action], now_ns: int) -> None:
        """What the book has of alerts that were open when the service ended, in the order of the book.

        They are of unknown state until the rules renew them. Whoever has to answer has the whole time again.
        """
        self.follow(history)
        for custody in self._open.values():
            custody.is_from_before = True
            if custody.due_ns is not None:
                custody.wind_up(now_ns)
            self.editor.add_alone(custody.latest)

    def follow(self, history: Iterable[AlertMessage | Action]) -> None:
        """What was told and done, in its order, as the book has it; nothing comes of it."""
        for event in history:
            if isinstance(event, AlertMessage):
                self.take([event])
            elif event.is_done and (custody := self._open.get(event.alert_id)) is not None:
                custody.apply(event)

    def _done(self, deed: Deed, now_ns: int) -> list[AlertMessage]:
        messages = list(deed.messages)
        for cap in deed.taken_off:
            messages += self.editor.take_off(now_ns, cap)
        if deed.laid_on is not None:
            messages += self.editor.lay_on(now_ns, deed.laid_on)
        return messages

    def _custody(self, alert_id: str) -> Custody | None:
        return self._open.get(alert_id) or self._ended.get(alert_id)

    def _owner_of(self, alert_id: str) -> str:
        custody = self._custody(alert_id)
        return "" if custody is None else custody.owner


def _overdue(custody: Custody, now_ns: int) -> Action:
    """What tocsin does itself; neither an operator nor a unit stands behind it."""
    alert_id, owner, following = custody.latest.alert_id, custody.owner, custody.next_unit
    level = custody.latest.level
    wait = f"{custody.chain.acknowledge_s(level):g} s"
    if following is None:
        answer = f"nobody of {owner}, the last of its chain, acknowledged the {level.word} within {wait}"
        return Action(now_ns, Request(Verb.UNANSWERED, "", "", alert_id), Outcome.DONE, answer, alert_id,
                      owner=owner)  # fmt: skip
    answer = f"nobody of {owner} acknowledged the {level.word} within {wait}: {following} owns it now"
    request = Request(Verb.OVERDUE, "", "", alert_id, to_unit=following)
    return Action(now_ns, request, Outcome.DONE, answer, alert_id, owner=following)


def _report(custody: Custody) -> AlertReport:
    latest, acknowledged = custody.latest, custody.acknowledged
    return AlertReport(
        message=latest,
        owner=custody.owner,
        owned_since_ns=custody.since_ns,
        next_unit=custody.next_unit,
        acknowledged_ns=None if acknowledged is None else acknowledged.time_ns,
        acknowledge_by_ns=custody.due_ns,
        is_unanswered=custody.is_unanswered,
        is_confirmed=latest.identifier in custody.confirmed,
        is_from_before=custody.is_from_before,
        marks=tuple(action.answer for action in custody.marks),
        marked_tracks=tuple(sorted({name for action in custody.marks for name in action.track_ids})),
    )
