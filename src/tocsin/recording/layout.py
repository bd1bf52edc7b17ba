"""What lies where in an output directory, and who may write into one.

The marker `recording.json` says that tocsin made the directory and whether the run came to its end. A run
that was killed leaves `"complete": false` and tables that still end in `.partial`, or `.arrows` of a service:
none can be mistaken for a whole recording. A directory without the marker may still be read, for the contract
asks for none.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from tocsin.errors import UnusableFile
from tocsin.model.tables import TABLES
from tocsin.whole_file import PARTIAL, write_whole

MARKER, SITE, METRICS, CAP = "recording.json", "site.toml", "metrics.json", "cap"
FORMAT = 1

Ending = Literal["done", "interrupted", "failed", "killed"]
JOURNAL = ".arrows"
"""Ending of a table that a running service writes, see journal.py."""


def table_path(directory: Path, table: str) -> Path:
    """Where a table of the contract lies."""
    return directory / f"{table}.parquet"


def is_recording(directory: Path) -> bool:
    """Whether a recording lies there; a site file alone, beside which people keep theirs, is none."""
    if not (directory / SITE).is_file():
        return False
    tables = (f"{name}{ending}" for name in TABLES for ending in (".parquet", f".parquet{PARTIAL}", JOURNAL))
    return any((directory / name).is_file() for name in (MARKER, *tables))


def cap_message(directory: Path, cap_file: str) -> bytes | None:
    """The CAP message at the `cap_file` of an alert's row, or None where it isn't there."""
    path = directory / cap_file
    inside = path.resolve().is_relative_to(directory.resolve())
    return path.read_bytes() if inside and path.is_file() else None


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Writes JSON for people and programs; NaN and infinity, which JSON doesn't have, are a ValueError."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    write_whole(path, (text + "\n").encode())


def write_marker(directory: Path, ending: Ending | None, first_detection: int = 0) -> None:
    """Marks the directory as a recording under way (None) or as complete, however the run came to its end.

    `first_detection` is the number of its first detection, where it is one of several parts of a run.
    """
    content = {"tocsin_recording": FORMAT, "complete": ending is not None, "ended": ending}
    part = {"first_detection": first_detection} if first_detection else {}
    write_json(directory / MARKER, content | part)


def read_marker(directory: Path) -> dict[str, Any] | None:
    """What the marker says; None where there is none, or what is there isn't ours."""
    try:
        content = json.loads((directory / MARKER).read_bytes())
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) and "tocsin_recording" in content else None


def prepare(directory: Path, overwrite: bool, first_detection: int = 0) -> None:
    """Makes an empty place for a recording and marks it as under way.

    Raises `UnusableFile` where there is something that is no recording, or an earlier one and `overwrite`
    isn't given. Of an earlier recording only what tocsin wrote is removed.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        _empty(directory, overwrite)
        (directory / CAP).mkdir(exist_ok=True)
    except UnusableFile:
        raise
    except FileExistsError:
        raise UnusableFile(directory, "is a file; give a directory to write into") from None
    except OSError as error:
        raise UnusableFile(directory, f"cannot be written into ({error.strerror})") from error
    write_marker(directory, None, first_detection)


def _empty(directory: Path, overwrite: bool) -> None:
    if not any(directory.iterdir()):
        return
    if read_marker(directory) is None:
        raise UnusableFile(directory, "holds other files and no recording; give an empty or a new directory")
    if not overwrite:
        raise UnusableFile(
            directory, "holds an earlier recording; give a new directory, or overwrite it (--overwrite)"
        )
    # Marked as under way first: if this is killed half-way, what is left doesn't look whole.
    write_marker(directory, None)
    names = [SITE, METRICS, *(table_path(directory, table).name for table in TABLES)]
    for name in names:
        (directory / name).unlink(missing_ok=True)
        (directory / (name + PARTIAL)).unlink(missing_ok=True)
        (directory / name).with_suffix(JOURNAL).unlink(missing_ok=True)
    for earlier in sorted(directory.glob(f"{Path(SITE).stem}.*.toml")):
        earlier.unlink()
    for message in sorted((directory / CAP).glob("*.xml*")):
        message.unlink()
