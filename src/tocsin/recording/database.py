"""The one way in which a SQLite file is opened: it survives a crash, and says whose it is and how old.

WAL lets one writer and many readers work at once; synchronous=FULL makes what was committed survive a power
cut. `application_id` tells a file of tocsin from any other, `user_version` counts the steps of its schema
(sqlite.org/pragma.html), which only ever go forward.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tocsin.errors import UnusableFile

_APPLICATION_ID = 0x746F6373  # 'tocs'
_BUSY_S = 5.0


def open_database(path: Path, steps: Sequence[str]) -> sqlite3.Connection:
    """Opens, or makes, a file whose schema is `steps`, SQL scripts of which none may change once released.

    The connection begins no transaction by itself: write within `transaction`. It may be used by any thread,
    by one at a time. Only this user may read a file that is made. Raises `UnusableFile` where it is no
    database of tocsin, was written by a newer version, is damaged, or can't be had.
    """
    try:
        path.touch(mode=0o600)  # it names people: what SQLite makes, everybody could read
        connection = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
    except (sqlite3.Error, OSError) as error:
        raise UnusableFile(path, f"cannot be opened as a database ({error})") from error
    try:
        _refuse_foreign(connection, path)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        _bring_up_to_date(connection, path, steps)
    except sqlite3.Error as error:
        connection.close()
        raise UnusableFile(path, f"cannot be used as a database of tocsin ({error})") from error
    except UnusableFile:
        connection.close()
        raise
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All that is written within it, or nothing; holds off other writers from the beginning."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # where a disk is full SQLite may have ended it by itself
            connection.execute("ROLLBACK")
        raise


def _refuse_foreign(connection: sqlite3.Connection, path: Path) -> None:
    """Before anything is changed: a database of some other program stays as it is."""
    found = _pragma(connection, "application_id")
    is_new = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if found != _APPLICATION_ID and not (is_new and found == 0):
        raise UnusableFile(path, "is a database of another program; give another path")


def _bring_up_to_date(connection: sqlite3.Connection, path: Path, steps: Sequence[str]) -> None:
    if _pragma(connection, "user_version") == len(steps):
        return  # nothing to write: a book is read on a full disk, too
    with transaction(connection):
        done = _pragma(connection, "user_version")
        if done > len(steps):
            raise UnusableFile(
                path,
                f"was written by a newer version of tocsin (schema {done}, this one knows {len(steps)}); "
                "run that version, or give another path",
            )
        for step in steps[done:]:
            for statement in _statements(step):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(steps)}")


def _statements(script: str) -> Iterator[str]:
    """One statement after the other: `executescript` would end the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
