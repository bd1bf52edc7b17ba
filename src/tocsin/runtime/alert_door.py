"""What people may ask of alerts through the API: words, and the answer in good time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import TimeoutError as NotInTime
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from tocsin.alerting.names import TEST_PREFIX, alert_named, no_alert
from tocsin.errors import InvalidInput
from tocsin.model.actions import Action, MarkedAs, Request, Verb
from tocsin.model.alert_report import AlertReport
from tocsin.outputs.refusal import Refusal
from tocsin.outputs.web.gate import Visitor
from tocsin.recording.alert_book import AlertBook
from tocsin.recording.book_views import alert_evidence, alert_story, done_json
from tocsin.runtime.alert_office import AlertOffice, TooBusy

_ANSWERS_WITHIN_S = 5.0
_BY_PEOPLE = frozenset(Verb) - {Verb.OVERDUE, Verb.UNANSWERED, Verb.ZONES}


class Wanted(BaseModel):
    """The body of a request, all of it optional; who asks is told by the gate alone."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    message: str = Field("", max_length=200)
    to_unit: str = Field("", max_length=200)
    zone: str = Field("", max_length=200)
    marked_as: MarkedAs | None = None
    track_ids: tuple[str, ...] = Field((), max_length=1000)
    holds_s: float | None = None
    note: str = Field("", max_length=1000)


_WANTED = TypeAdapter(Wanted)


class AlertDoor:
    """Answers in the API's threads; what changes something is applied in the line's thread."""

    def __init__(self, office: AlertOffice, reports: Callable[[], tuple[AlertReport, ...]]) -> None:
        self._office, self._reports = office, reports

    def alerts(self) -> list[dict[str, Any]]:
        """Every open alert with who answers for it, loudest first."""
        return [report.as_json() for report in self._reports()]

    def alert(self, alert_id: str) -> dict[str, Any]:
        """All messages of an alert and all that was done about it. Raises Refusal."""
        with AlertBook(self._office.book_path) as book:
            story = alert_story(book, _named(book, alert_id))
        if story is None:
            raise self._unknown(alert_id)
        return story

    def why(self, alert_id: str, version: int | None) -> dict[str, Any]:
        """Why a message was sent, as it was known then. Raises Refusal."""
        self._office.await_evidence()
        with AlertBook(self._office.book_path) as book:
            try:
                name = _named(book, alert_id)
                if not book.messages(name):
                    raise self._unknown(alert_id)
                answer = alert_evidence(book, name, version)
            except InvalidInput as error:
                raise Refusal(404, str(error)) from None
        if answer is None:
            raise Refusal(404, f"of alert {alert_id!r} nothing is kept that would say why")
        return answer

    def act(self, visitor: Visitor, verb: str, alert_id: str, payload: bytes) -> dict[str, Any]:
        """Does what an operator asks. Raises Refusal, which says why it is not done."""
        request = self._as_named(_request(visitor, verb, alert_id, payload))
        action = self._done(request)
        if not action.is_done:
            raise Refusal(int(action.outcome), action.answer)
        return done_json(action)

    def _as_named(self, request: Request) -> Request:
        """With the alert, and its message, under the names that they have."""
        if not request.alert_id:
            return request
        with AlertBook(self._office.book_path) as book:
            name = _named(book, request.alert_id)
        of_alert, _, version = request.message.rpartition("-")
        is_of_it = of_alert.casefold() == request.alert_id.casefold()
        message = f"{name}-{version}" if is_of_it else request.message
        return replace(request, alert_id=name, message=message)

    def _unknown(self, alert_id: str) -> Refusal:
        return Refusal(404, no_alert(alert_id, [report.message.alert_id for report in self._reports()]))

    def _done(self, request: Request) -> Action:
        try:
            answer = self._office.ask(request)
        except TooBusy as error:
            raise Refusal(429, f"{error}; nothing was done, try again") from None
        try:
            return answer.result(_ANSWERS_WITHIN_S)
        except NotInTime:
            if answer.cancel():
                raise Refusal(503, "the service is busy; nothing was done, try again") from None
            return answer.result()


def _named(book: AlertBook, asked: str) -> str:
    """The name of the alert that is meant, as typed where there is none."""
    return alert_named(asked, book.alert_ids(asked, f"{TEST_PREFIX}{asked}")) or asked


def _request(visitor: Visitor, verb: str, alert_id: str, payload: bytes) -> Request:
    known = sorted(known.value for known in _BY_PEOPLE)
    if verb not in known:
        raise Refusal(404, f"there is no {verb!r}; what can be done: {', '.join(known)}")
    try:
        wanted = _WANTED.validate_json(payload or b"{}")
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "body"
        raise Refusal(422, f"{where}: {first['msg']}") from None
    given = {name: getattr(wanted, name) for name in Wanted.model_fields}
    return Request(Verb(verb), visitor.name, visitor.unit, alert_id[:200], **given)
