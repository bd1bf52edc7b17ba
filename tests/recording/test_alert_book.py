"""What was said is kept once, whole and in order, whoever reads it and whenever."""

import sqlite3
from dataclasses import fields, replace

import pytest

from tocsin.errors import InvalidInput
from tocsin.model.alerts import AlertMessage, Level, MessageType
from tocsin.model.marked import MarkedTrack
from tocsin.recording.alert_book import AlertBook

SECOND = 1_000_000_000
FIRST = AlertMessage(
    alert_id="A-1", version=1, issued_ns=1_700_000_000 * SECOND + 1, expires_ns=1_700_000_900 * SECOND,
    level=Level.WARNING, zone="Dorf Ä", track_ids=("7", "9"), predicted_entry_ns=1_700_000_300 * SECOND,
    entry_probability=0.1 + 0.2, reason="because", message_type=MessageType.ALERT,
    object_class="delta_wing_drone", evidence=("seen by radar",), rule="warning",
)  # fmt: skip
LAST = replace(
    FIRST, version=2, issued_ns=FIRST.issued_ns + SECOND, message_type=MessageType.CANCEL, all_clear=True,
    lapsed=True, predicted_entry_ns=None, references=((FIRST.identifier, FIRST.issued_ns),),
)  # fmt: skip


def test_messages_come_back_whole_and_in_order_after_the_book_was_closed(tmp_path):
    with AlertBook(tmp_path / "book") as book:
        book.add([FIRST, replace(FIRST, alert_id="A-2")])
        book.add([LAST])
    with AlertBook(tmp_path / "book") as book:
        found = [entry.message for entry in book.messages()]
        assert found == [FIRST, replace(FIRST, alert_id="A-2"), LAST]
        assert [entry.message for entry in book.messages("A-1")] == [FIRST, LAST]
        number = book.messages()[1].number
        assert [entry.message for entry in book.messages(after=number)] == [LAST]


def test_every_field_of_a_message_is_kept(tmp_path):
    """A field that is added to the model later is kept without a change here."""
    unlike = {field.name for field in fields(AlertMessage)} - {
        field.name for field in fields(AlertMessage) if getattr(LAST, field.name) == field.default
    }
    with AlertBook(tmp_path / "book") as book:
        book.add([LAST])
        kept = book.messages()[0].message
    for name in unlike:
        assert getattr(kept, name) == getattr(LAST, name)
        assert type(getattr(kept, name)) is type(getattr(LAST, name))


def test_the_same_message_twice_is_one(tmp_path):
    with AlertBook(tmp_path / "book") as book:
        book.add([FIRST])
        book.add([FIRST, LAST])
        assert len(book.messages()) == 2


def test_another_message_under_the_same_name_and_time_is_refused_with_all_that_came_with_it(tmp_path):
    with AlertBook(tmp_path / "book") as book:
        book.add([FIRST])
        with pytest.raises(InvalidInput, match="A-1-1"):
            book.add([LAST, replace(FIRST, reason="another")])
        assert [entry.message for entry in book.messages()] == [FIRST]


@pytest.mark.parametrize("statement", ["UPDATE messages SET content = '{}'", "DELETE FROM messages"])
def test_nothing_unsays_a_message(tmp_path, statement):
    with AlertBook(tmp_path / "book") as book:
        book.add([FIRST])
        with pytest.raises(sqlite3.IntegrityError, match="never"):
            book.connection.execute(statement)


def test_one_writes_while_another_reads(tmp_path):
    with AlertBook(tmp_path / "book") as writer, AlertBook(tmp_path / "book") as reader:
        writer.add([FIRST])
        assert len(reader.messages()) == 1


def test_where_marked_tracks_are_is_kept_in_place_of_where_they_were(tmp_path):
    first = MarkedTrack("T1", 1, 2, (0.1,) * 6, (0.3,) * 36)
    moved = replace(first, time_ns=5, state=(1.0 / 3.0,) * 6)
    with AlertBook(tmp_path / "book") as book:
        book.keep_marked([first, replace(first, track_id="T2")])
        book.keep_marked([moved])
    with AlertBook(tmp_path / "book") as book:
        assert book.marked() == [moved, replace(first, track_id="T2")]
