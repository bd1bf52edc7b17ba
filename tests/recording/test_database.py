"""A database that can't be trusted is refused by name, and nothing half-written stays."""

import sqlite3
import stat

import pytest

from tocsin.errors import UnusableFile
from tocsin.recording.database import open_database, transaction

FIRST = """
CREATE TABLE one (x INTEGER);
CREATE TRIGGER kept BEFORE DELETE ON one
BEGIN
    SELECT RAISE(ABORT, 'kept');
END;
"""
SECOND = "ALTER TABLE one ADD COLUMN y INTEGER;\n"


def test_a_new_file_has_the_whole_schema_and_survives_a_power_cut(tmp_path):
    with open_database(tmp_path / "book", (FIRST, SECOND)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2  # FULL
        assert connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1
        assert connection.execute("SELECT x, y FROM one").fetchall() == []
        assert stat.S_IMODE((tmp_path / "book").stat().st_mode) == 0o600
    connection.close()


def test_an_older_file_is_brought_up_to_date_with_what_is_in_it(tmp_path):
    old = open_database(tmp_path / "book", (FIRST,))
    old.execute("INSERT INTO one VALUES (7)")
    old.close()
    new = open_database(tmp_path / "book", (FIRST, SECOND))
    assert new.execute("SELECT x, y FROM one").fetchall() == [(7, None)]
    new.close()


def test_a_file_of_a_newer_version_is_refused_and_left_alone(tmp_path):
    open_database(tmp_path / "book", (FIRST, SECOND)).close()
    with pytest.raises(UnusableFile, match="newer version of tocsin \\(schema 2, this one knows 1\\)"):
        open_database(tmp_path / "book", (FIRST,))
    open_database(tmp_path / "book", (FIRST, SECOND)).close()


def test_a_step_that_fails_leaves_the_file_as_it_was(tmp_path):
    open_database(tmp_path / "book", (FIRST,)).close()
    with pytest.raises(UnusableFile, match="syntax error"):
        open_database(tmp_path / "book", (FIRST, "CREATE TABLE two (x);\nNONSENSE;\n"))
    again = open_database(tmp_path / "book", (FIRST,))
    assert [name for (name,) in again.execute("SELECT name FROM sqlite_master WHERE type = 'table'")] == [
        "one"
    ]
    again.close()


def test_the_database_of_another_program_is_refused_and_left_alone(tmp_path):
    other = sqlite3.connect(tmp_path / "other")
    other.execute("CREATE TABLE theirs (x)")
    other.commit()
    other.close()
    before = (tmp_path / "other").read_bytes()
    with pytest.raises(UnusableFile, match="of another program"):
        open_database(tmp_path / "other", (FIRST,))
    assert (tmp_path / "other").read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"not a database at all, whatever its name says" * 40, b"SQLite format 3\0" + b"x" * 200]
)
def test_a_file_that_is_no_database_is_refused_by_name(tmp_path, content):
    (tmp_path / "book").write_bytes(content)
    with pytest.raises(UnusableFile, match="book"):
        open_database(tmp_path / "book", (FIRST,))
    assert (tmp_path / "book").read_bytes() == content


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UnusableFile, match="nowhere"):
        open_database(tmp_path / "nowhere" / "book", (FIRST,))


def test_what_fails_half_way_is_not_kept(tmp_path):
    connection = open_database(tmp_path / "book", (FIRST,))
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        write_and_fail(connection)
    assert connection.execute("SELECT count(*) FROM one").fetchone()[0] == 0
    connection.close()


def write_and_fail(connection: sqlite3.Connection) -> None:
    with transaction(connection):
        connection.execute("INSERT INTO one VALUES (1)")
        connection.execute("INSERT INTO none VALUES (1)")
