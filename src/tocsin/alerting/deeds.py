"""What each request does, or why it does not: one function a verb."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from tocsin.alerting.custody import Custody
from tocsin.alerting.editor import Editor
from tocsin.alerting.identity import short_name
from tocsin.alerting.marks import NOTHING, Cap, cap_of_mark
from tocsin.alerting.names import TEST_PREFIX, named
from tocsin.alerting.refusals import Refused, known, owned, still_open, who_did
from tocsin.alerting.wording import clock_time
from tocsin.config.site import Site
from tocsin.model.actions import Action, Outcome, Request, Verb
from tocsin.model.alerts import AlertMessage, Level, MessageType

_TEST_LASTS_NS = 300_000_000_000
_AFTER_THE_END = frozenset({Verb.CONFIRM, Verb.UNMARK})
"""The public is to hear of the end, too; and a mark may have ended the alert."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What a request does: an action to be kept, and what it changes in what goes out."""

    action: Action
    messages: tuple[AlertMessage, ...] = ()
    laid_on: Cap | None = None
    taken_off: tuple[Cap, ...] = ()


class _Case(NamedTuple):
    """All that a deed may look at."""

    request: Request
    now_ns: int
    site: Site
    editor: Editor

    def done(
        self, custody: Custody, answer: str, *, owner: str = "", message: str = "",
        until_ns: int | None = None, track_ids: tuple[str, ...] = (),
    ) -> Action:  # fmt: skip
        """What is kept of a deed."""
        return Action(
            self.now_ns, self.request, Outcome.DONE, answer, custody.latest.alert_id, message,
            owner or custody.owner, track_ids, until_ns,
        )  # fmt: skip

    @property
    def role(self) -> str:
        """As whom the operator's unit speaks to the public."""
        return next(unit.role for unit in self.site.units if unit.name == self.request.unit)


def deed_of(
    request: Request, custody: Custody | None, now_ns: int, site: Site, editor: Editor,
    open_names: Iterable[str],
) -> Deed:  # fmt: skip
    """What a request does. Raises Refused."""
    case = _Case(request, now_ns, site, editor)
    if request.verb is Verb.TEST:
        return _test(case)
    found = known(custody, request, open_names)
    if request.verb not in _AFTER_THE_END:
        still_open(found)
    return _DEEDS[request.verb](case, owned(found, request))


def _acknowledge(case: _Case, custody: Custody) -> Deed:
    if custody.acknowledged is not None:
        by = who_did(custody.acknowledged)
        raise Refused(Outcome.CONFLICT, f"alert {custody.latest.alert_id} was acknowledged by {by}")
    return Deed(case.done(custody, f"acknowledged; {custody.owner} answers for it"))


def _escalate(case: _Case, custody: Custody) -> Deed:
    if custody.next_unit is None:
        last = f"nobody comes after {custody.owner} in the chain of {custody.latest.zone}"
        raise Refused(Outcome.CONFLICT, f"{last}: {', '.join(custody.chain.units)}")
    return Deed(case.done(custody, f"{custody.next_unit} owns it now", owner=custody.next_unit))


def _hand_over(case: _Case, custody: Custody) -> Deed:
    wanted, units = case.request.to_unit, [unit.name for unit in case.site.units]
    to_unit = named(wanted, units)
    if to_unit is None:
        raise Refused(Outcome.INVALID, f"there is no unit {wanted!r}; known: {', '.join(units)}")
    if to_unit == custody.owner:
        raise Refused(Outcome.CONFLICT, f"{to_unit} owns it already")
    return Deed(case.done(custody, f"{to_unit} owns it now", owner=to_unit))


def _cancel(case: _Case, custody: Custody) -> Deed:
    if not case.request.note.strip():
        raise Refused(Outcome.INVALID, "say why it is cancelled, as a note: others will ask")
    latest = custody.latest
    source = case.editor.source(latest.alert_id) or latest
    until_ns = case.now_ns + round(case.site.service.cancel_holds_s * 1e9)
    cap = Cap(
        {latest.zone: NOTHING}, until_ns, f"cancelled by the {case.role} ({case.request.unit})",
        case.request.unit, source.alert_id, most_cancelled=source.level,
    )  # fmt: skip
    answer = "cancelled"
    if source.rule:
        louder = (
            "" if source.level is Level.WARNING else f", or once a rule raises it above {source.level.word}"
        )
        answer = f"cancelled; issued anew if rules still hold after {clock_time(until_ns)}{louder}"
    action = case.done(custody, answer, message=latest.identifier, until_ns=until_ns)
    return Deed(action, laid_on=cap)


def _confirm(case: _Case, custody: Custody) -> Deed:
    latest, wanted = custody.latest, case.request.message or custody.latest.identifier
    if case.site.site.status != "Actual":
        raise Refused(Outcome.CONFLICT, "the site file says Exercise: nothing of it can go to the public")
    if latest.is_test:
        raise Refused(Outcome.CONFLICT, "a test is sent as a test, and is never Actual")
    if wanted != latest.identifier:
        told = f"message {wanted} is not the latest of alert {latest.alert_id}, which is {latest.identifier}"
        raise Refused(Outcome.CONFLICT, f"{told}: read that one first")
    if (confirmed := custody.confirmed.get(wanted)) is not None:
        raise Refused(Outcome.CONFLICT, f"message {wanted} was confirmed by {who_did(confirmed)}")
    if latest.expires_ns <= case.now_ns:
        raise Refused(Outcome.GONE, f"message {wanted} was void at {clock_time(latest.expires_ns)}")
    return Deed(case.done(custody, f"message {wanted} goes out as Actual", message=wanted))


def _mark(case: _Case, custody: Custody) -> Deed:
    request, latest, site = case.request, custody.latest, case.site
    if request.marked_as is None:
        raise Refused(Outcome.INVALID, "say what it is: bird, balloon, light_aircraft or known_flight")
    source = case.editor.source(latest.alert_id) or latest
    if not source.track_ids:
        raise Refused(Outcome.CONFLICT, f"alert {latest.alert_id} is of no track: there is nothing to mark")
    if strange := [track_id for track_id in request.track_ids if track_id not in source.track_ids]:
        raise Refused(Outcome.INVALID, f"alert {latest.alert_id} is not of track {strange[0]!r}")
    longest_s = site.service.mark_holds_s
    holds_s = longest_s if request.holds_s is None else request.holds_s
    if not 0 < holds_s <= longest_s:
        raise Refused(Outcome.INVALID, f"a mark holds for up to {longest_s:g} s, not {holds_s:g}")
    until_ns, tracks = case.now_ns + round(holds_s * 1e9), request.track_ids or source.track_ids
    cap = _cap_of(request, site, until_ns, source.alert_id, tracks)
    told = f"{cap.words} until {clock_time(until_ns)}"
    return Deed(case.done(custody, told, track_ids=tracks, until_ns=until_ns), laid_on=cap)


def marks_of(actions: Iterable[Action], site: Site, now_ns: int) -> list[Cap]:
    """The marks that still hold of what was done, in its order."""
    caps: dict[str, list[Cap]] = {}
    for action in actions:
        request, until_ns = action.request, action.until_ns
        if action.is_done and request.verb is Verb.UNMARK:
            caps.pop(action.alert_id, None)
        elif action.is_done and request.verb is Verb.MARK and until_ns is not None and until_ns > now_ns:
            cap = _cap_of(request, site, until_ns, action.alert_id, action.track_ids)
            caps.setdefault(action.alert_id, []).append(cap)
    return [cap for laid_on in caps.values() for cap in laid_on]


def _cap_of(request: Request, site: Site, until_ns: int, alert_id: str, track_ids: Iterable[str]) -> Cap:
    assert request.marked_as is not None, "a mark says what it marks as"
    role = next((unit.role for unit in site.units if unit.name == request.unit), request.unit)
    words = f"marked as {request.marked_as.words} by the {role} ({request.unit})"
    zones = [zone.name for zone in site.zones]
    return cap_of_mark(
        request.marked_as, site.rules, zones, until_ns, words, request.unit, alert_id, track_ids
    )


def _unmark(case: _Case, custody: Custody) -> Deed:
    """Also of an alert that ended by the mark."""
    caps = case.editor.marks_on(custody.latest.alert_id)
    if not caps:
        raise Refused(Outcome.CONFLICT, f"alert {custody.latest.alert_id} has no mark that still holds")
    return Deed(case.done(custody, "marks taken back: the rules hold again"), taken_off=caps)


def _test(case: _Case) -> Deed:
    zones = [zone.name for zone in case.site.zones]
    if not zones:
        raise Refused(Outcome.INVALID, "the site file has no [[zones]]; a test needs one")
    wanted, now_ns = case.request.zone or zones[0], case.now_ns
    zone = named(wanted, zones)
    if zone is None:
        raise Refused(Outcome.INVALID, f"there is no zone {wanted!r}; known: {', '.join(zones)}")
    message = AlertMessage(
        alert_id=f"{TEST_PREFIX}{short_name('test', case.site.site.name, zone, now_ns)}",
        version=1,
        issued_ns=now_ns,
        expires_ns=now_ns + _TEST_LASTS_NS,
        level=Level.WARNING,
        zone=zone,
        track_ids=(),
        predicted_entry_ns=None,
        entry_probability=0.0,
        reason=f"test of the way to the receivers by the {case.role} ({case.request.unit})",
        message_type=MessageType.ALERT,
        is_test=True,
    )
    case.editor.add_alone(message)
    answer = f"test {message.alert_id} goes to all receivers, and ends at {clock_time(message.expires_ns)}"
    action = Action(now_ns, case.request, Outcome.DONE, answer, message.alert_id, message.identifier)
    return Deed(action, messages=(message,))


_DEEDS: dict[Verb, Callable[[_Case, Custody], Deed]] = {
    Verb.ACKNOWLEDGE: _acknowledge,
    Verb.ESCALATE: _escalate,
    Verb.HAND_OVER: _hand_over,
    Verb.CANCEL: _cancel,
    Verb.CONFIRM: _confirm,
    Verb.MARK: _mark,
    Verb.UNMARK: _unmark,
}
