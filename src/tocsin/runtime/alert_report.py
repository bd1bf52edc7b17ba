"""The evidence of an alert of a running service, out of all recordings beside it that reach so far back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tocsin.alerting.names import alert_named
from tocsin.assessment.classes import CLASSES
from tocsin.clock import WallClock
from tocsin.errors import InvalidInput, UnusableFile
from tocsin.outputs.refusal import Refusal
from tocsin.outputs.web.details import Attachment
from tocsin.recording.alert_book import AlertBook
from tocsin.recording.book_views import alert_story, without_names
from tocsin.recording.excerpt import LEAD_S, packed
from tocsin.recording.past import PastRecording
from tocsin.units import nanoseconds_to_seconds


class AlertReports:
    """Packs reports; `flush` puts on the disk what the line has taken, `directories` are the latest first."""

    def __init__(
        self, book: Path, directories: Callable[[], list[Path]], flush: Callable[[], None], clock: WallClock
    ) -> None:
        self._book, self._directories, self._flush, self._clock = book, directories, flush, clock

    def report(self, alert_id: str) -> Attachment:
        """A ZIP. Raises Refusal where the book has no such alert, or no recording has."""
        with AlertBook(self._book) as book:
            name = alert_named(alert_id, book.alert_ids(alert_id)) or alert_id
            messages = [entry.message for entry in book.messages(name)]
            story = alert_story(book, name)
        if not messages or story is None:
            raise Refusal(404, f"there is no alert {alert_id!r}")
        self._flush()
        since_s = nanoseconds_to_seconds(messages[0].issued_ns) - LEAD_S
        try:
            content = packed(self._recordings(since_s), name, without_names(story))
        except InvalidInput as error:
            raise Refusal(404, f"{error}: a test has no evidence, and old recordings are removed") from None
        return Attachment(f"report-{name}.zip", content)

    def _recordings(self, since_s: float) -> list[PastRecording]:
        """In the order of time."""
        found = []
        for directory in self._directories():
            try:
                recording = PastRecording(directory, CLASSES, self._clock)
            except (InvalidInput, UnusableFile):
                continue
            if 0.0 < recording.span_s[1] < since_s:
                break
            found.append(recording)
        return found[::-1]
