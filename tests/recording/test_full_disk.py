"""On a full disk books and recordings go on from memory, and hold all of it once there is room again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.full_disk import full_disk
from tests.outputs.messages import ISSUED_NS, MESSAGE, UPDATE
from tests.recording.samples import FRAME, SENSORS, SITE_TOML, a_message, a_picture, some_detections

from tocsin.errors import InvalidInput, UnusableFile
from tocsin.model.actions import Action, Outcome, Request, Verb
from tocsin.model.deliveries import Delivery, DeliveryState
from tocsin.recording.alert_book import AlertBook
from tocsin.recording.delivery_book import DeliveryBook
from tocsin.recording.recorder import Recorder
from tocsin.recording.waiting import Waiting

NOW_NS = ISSUED_NS + 500_000_000_000
CONFIRMED = Action(
    NOW_NS, Request(Verb.CONFIRM, "anna", "duty"), Outcome.DONE, "done", MESSAGE.alert_id, UPDATE.identifier
)
TRIED = Delivery(2, "sirens", "Exercise", DeliveryState.TRIED, 1, NOW_NS)
CAP = b"<alert/>"
DELIVERED = Delivery(2, "sirens", "Exercise", DeliveryState.CONFIRMED, 2, NOW_NS)


def test_a_book_goes_on_from_memory_and_writes_all_of_it_under_the_same_numbers(tmp_path: Path) -> None:
    path, waiting = tmp_path / "book", Waiting()
    with AlertBook(path, waiting) as book, DeliveryBook(path, NOW_NS, {"duty": "officer"}, waiting) as ledger:
        book.add([MESSAGE])
        assert [one.number for one in ledger.issued()] == [1]
        with full_disk():
            book.add([UPDATE])
            assert waiting.trouble and len(waiting) == 1
            assert [one.number for one in ledger.issued()] == [2] and ledger.issued() == []
            ledger.keep(TRIED)
            ledger.keep(DELIVERED)
            book.add([], [CONFIRMED])
            with AlertBook(path, waiting) as other:
                assert [entry.number for entry in other.messages(MESSAGE.alert_id)] == [1, 2]
                assert other.message(UPDATE.identifier) == UPDATE
                assert other.actions(MESSAGE.alert_id) == [CONFIRMED]
            assert [(one.number, one.confirmed_by) for one in ledger.issued()] == [(2, "officer")]
            book.retry()
            assert waiting.trouble
        book.retry()
        assert not waiting.trouble and not len(waiting)
        assert ledger.issued() == [], "nothing is told twice"
    with AlertBook(path) as book, DeliveryBook(path, NOW_NS, {}) as ledger:
        assert [(entry.number, entry.message) for entry in book.messages()] == [(1, MESSAGE), (2, UPDATE)]
        assert book.actions(MESSAGE.alert_id) == [CONFIRMED] and ledger.deliveries() == [DELIVERED]


def test_what_waits_is_not_taken_twice_and_no_other_of_its_name(tmp_path: Path) -> None:
    with AlertBook(tmp_path / "book") as book, full_disk():
        book.add([MESSAGE])
        book.add([MESSAGE])
        assert len(book.messages()) == 1
        with pytest.raises(InvalidInput, match="another of this name"):
            book.add([replace(MESSAGE, zone="elsewhere")])


def test_a_book_is_read_on_a_full_disk(tmp_path: Path) -> None:
    with AlertBook(tmp_path / "book") as book:
        book.add([MESSAGE])
        with full_disk(), AlertBook(tmp_path / "book") as reader:
            assert [entry.message for entry in reader.messages()] == [MESSAGE]


@pytest.mark.parametrize("room_bytes", [0, 700])
def test_a_recording_holds_all_that_came_while_the_disk_was_full(tmp_path: Path, room_bytes: int) -> None:
    rows = some_detections(300)
    with Recorder(tmp_path / "r", SITE_TOML, SENSORS, FRAME, is_journaled=True) as to:
        to.detections(rows.take(slice(0, 100)))
        to.flush()
        size = (tmp_path / "r" / "detections.arrows").stat().st_size
        with full_disk(size + room_bytes if room_bytes else 0):  # half a batch, or nothing
            to.detections(rows.take(slice(100, 200)))
            to.tracks(a_picture(1))
            to.alerts([a_message()])
            to.cap("cap/A-1-1.xml", CAP)
            to.flush()
            assert "make room" in to.trouble and "MB" in to.trouble
            to.flush()
        to.detections(rows.take(slice(200, 300)))
        to.flush()
        assert to.trouble == ""
    with Recorder(tmp_path / "whole", SITE_TOML, SENSORS, FRAME) as whole:
        whole.detections(rows)
    one, other = (pq.read_table(tmp_path / folder / "detections.parquet") for folder in ("r", "whole"))
    assert one.equals(other)
    assert (tmp_path / "r" / "cap" / "A-1-1.xml").read_bytes() == CAP


def test_where_too_much_waits_no_table_goes_on_without_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tocsin.recording.recorder.MOST_WAITING_BYTES", 1000)
    rows = some_detections(100)
    with Recorder(tmp_path / "r", SITE_TOML, SENSORS, FRAME, is_journaled=True) as to:
        with full_disk():
            to.detections(rows)
            to.flush()
            assert "nothing more is taken" in to.trouble
            to.detections(some_detections(50))
            to.tracks(a_picture(1))
        to.flush()
    assert pq.read_table(tmp_path / "r" / "detections.parquet").num_rows == len(rows)
    assert pq.read_table(tmp_path / "r" / "tracks.parquet").num_rows == 0


def test_a_recording_that_ends_on_a_full_disk_says_so_and_can_be_recovered(tmp_path: Path) -> None:
    to = Recorder(tmp_path / "r", SITE_TOML, SENSORS, FRAME, is_journaled=True).__enter__()
    to.detections(some_detections(100))
    to.flush()
    with full_disk(), pytest.raises(UnusableFile, match="cannot be written"):
        to.__exit__(None, None, None)
    assert (tmp_path / "r" / "detections.arrows").stat().st_size > 1000
