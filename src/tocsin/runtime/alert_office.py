"""The desk of a running service: its book, its queue of requests, and its timers, in the line's thread."""

from __future__ import annotations

import queue
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import structlog

from tocsin.alerting.desk import Desk
from tocsin.config.site import Site
from tocsin.model.actions import Action, Request, Verb
from tocsin.model.alert_report import AlertReport
from tocsin.model.alerts import AlertMessage
from tocsin.recording.alert_book import AlertBook
from tocsin.recording.recent import RecentEvidence
from tocsin.recording.rows import Taken
from tocsin.recording.why import Why
from tocsin.runtime.line import Line

_MOST_WAITING = 100
_log = structlog.get_logger()


class TooBusy(RuntimeError):
    """More is waiting to be done than anybody could ask for."""


class AlertOffice:
    """Applies what people ask one after the other, and keeps all of it before it answers.

    Any thread may `ask`; everything else is the line's thread's.
    """

    def __init__(self, site: Site, book: Path) -> None:
        self._site = site
        self.desk = Desk(site)
        self.recent = RecentEvidence(site)
        self.book_path = book
        self._book, self._evidence = AlertBook(book), AlertBook(book)
        self._answering = ThreadPoolExecutor(1, "why")  # a wave's answers would hold up the line
        self._asked: queue.Queue[tuple[Request, Future[Action]]] = queue.Queue(_MOST_WAITING)

    def ask(self, request: Request) -> Future[Action]:
        """What will have come of a request; a future that is cancelled in time is as if never asked."""
        answer: Future[Action] = Future()
        try:
            self._asked.put_nowait((request, answer))
        except queue.Full:
            raise TooBusy(f"{_MOST_WAITING} requests are waiting") from None
        return answer

    def reopen(self, line: Line, now_ns: int) -> None:
        """Takes up the alerts that were open when the service ended."""
        self.desk.restore(self._book.open_alerts(), now_ns)
        line.alerts.take([report.message for report in self.desk.reports() if not report.message.is_test])
        for report in self.desk.reports():
            _log.warning(
                "alert", alert=report.message.alert_id, owner=report.owner, zone=report.message.zone,
                state="open before the restart, state unknown",
            )  # fmt: skip

    def issued(self, messages: Sequence[AlertMessage], taken: Taken) -> None:
        """Messages that go out: kept with why, and followed until somebody acknowledged them."""
        self._book.add(messages)
        answering = self._answering.submit(self._keep_why, self.recent.why(messages, taken))
        answering.add_done_callback(_tell_defect)
        self.desk.take(messages)

    def step(self, line: Line, now_ns: int) -> None:
        """What was asked, then what time alone calls for."""
        while not self._asked.empty():
            request, answer = self._asked.get_nowait()
            if answer.set_running_or_notify_cancel():
                self._answer(line, request, answer, now_ns)
        line.issue(self.desk.editor.advance(now_ns))
        overdue = self.desk.advance(now_ns)
        if overdue:
            self._book.add((), overdue)
        for action in overdue:
            _log.warning("alert", alert=action.alert_id, owner=action.owner, state=_state(action))

    def rezone(self, site: Site) -> None:
        """Goes on with other zones; in the line's thread."""
        self._site = site
        self.desk.rezone(site)
        self.recent.rezone(site)

    def note(self, action: Action) -> None:
        """Keeps what was done that is about no alert; in the line's thread."""
        self._book.add((), [action])
        _tell_action(action)

    def await_evidence(self) -> None:
        """Returns when why is kept of all that was issued before; from any thread."""
        self._answering.submit(_nothing).result()

    def reports(self) -> tuple[AlertReport, ...]:
        """Every open alert with who answers for it."""
        return self.desk.reports()

    def ended(self, since_ns: int) -> tuple[AlertReport, ...]:
        """Every alert that ended at a time or later, the latest first."""
        return self.desk.ended(since_ns)

    def close(self) -> None:
        """Ends it; nobody can ask any more."""
        self._answering.shutdown()
        self._evidence.close()
        self._book.close()

    def _answer(self, line: Line, request: Request, answer: Future[Action], now_ns: int) -> None:
        try:
            answer.set_result(self._apply(line, request, now_ns))
        except BaseException as error:
            answer.set_exception(error)
            raise

    def _apply(self, line: Line, request: Request, now_ns: int) -> Action:
        action, messages = self.desk.ask(request, now_ns)
        self._book.add(messages, [action])
        line.issue(messages)
        if action.is_done and request.verb is Verb.CONFIRM:
            line.confirm(self._book.message(action.message), self._role(request.unit))
        _tell_action(action)
        return action

    def _keep_why(self, answers: Callable[[], list[Why]]) -> None:
        self._evidence.add_evidence(answers())

    def _role(self, unit: str) -> str:
        return next(known.role for known in self._site.units if known.name == unit)


def _tell_action(action: Action) -> None:
    request = action.request
    _log.info(
        "action", what=request.verb.value, alert=action.alert_id, operator=request.operator,
        unit=request.unit, outcome=action.outcome.name.lower(), answer=action.answer,
    )  # fmt: skip


def _state(action: Action) -> str:
    """What the log says of a timer that ran out; the words that the list of alerts has, too."""
    return f"NOBODY ANSWERED: {action.answer}" if action.request.verb is Verb.UNANSWERED else action.answer


def _nothing() -> None:
    """Comes to its turn when all before it is done."""


def _tell_defect(answering: Future[None]) -> None:
    """That why is not kept stops no alert."""
    if (error := answering.exception()) is not None:
        _log.error("why", trouble=f"not kept: {type(error).__name__}: {error}")
