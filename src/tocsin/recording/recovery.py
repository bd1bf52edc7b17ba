"""What a run left that was killed: its journals become the tables that it would have had."""

from __future__ import annotations

from pathlib import Path

from tocsin.clock import WallClock
from tocsin.errors import UnusableFile
from tocsin.model.tables import TABLES
from tocsin.recording import layout
from tocsin.recording.journal import finish, journal_path
from tocsin.units import NANOSECONDS_PER_SECOND

QUIET_S = 30.0
"""A running service touches its journals every few seconds: after so long without, it is gone."""


def cut_recordings(directory: Path) -> list[Path]:
    """The recordings in a directory, itself included, that were never finished; in order of their names."""
    if not directory.is_dir():
        raise UnusableFile(directory, "is no directory; give the output directory of a run")
    found = [path for path in (directory, *sorted(directory.iterdir())) if _is_cut(path)]
    if not found and layout.read_marker(directory) is None and not _has_parts(directory):
        raise UnusableFile(directory, "holds no recording")
    return found


def recover(directory: Path, clock: WallClock) -> dict[str, int]:
    """Makes a cut recording whole as far as its rows reached the disk; the number of rows by table.

    Raises `UnusableFile` where its run still goes on, or where the disk says no.
    """
    paths = {name: layout.table_path(directory, name) for name in TABLES}
    cut = [name for name, path in paths.items() if journal_path(path).is_file()]
    if is_written_to(directory, clock):
        raise UnusableFile(directory, f"was written to less than {QUIET_S:.0f} s ago: its run goes on")
    rows = {name: finish(paths[name], TABLES[name]) for name in cut}
    marker = layout.read_marker(directory) or {}
    layout.write_marker(directory, "killed", marker.get("first_detection", 0))
    return rows


def is_written_to(directory: Path, clock: WallClock) -> bool:
    """Whether a service writes into it now."""
    journals = [journal_path(layout.table_path(directory, name)) for name in TABLES]
    newest_s = max((path.stat().st_mtime for path in journals if path.is_file()), default=0.0)
    return clock.now_ns() / NANOSECONDS_PER_SECOND - newest_s < QUIET_S


def _is_cut(path: Path) -> bool:
    marker = layout.read_marker(path) if path.is_dir() else None
    return marker is not None and not marker.get("complete", False)


def _has_parts(directory: Path) -> bool:
    return any(layout.read_marker(path) is not None for path in directory.iterdir() if path.is_dir())
