"""A recording in parts: each is a whole recording in a directory of its own, and old ones are removed.

A part ends where an hour, or what else is its length, ends on the clock. Its directory is named for when it
began. Detections are numbered through all parts of a run; the marker of each tells its first number.
"""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from tocsin.config.recording import Kept
from tocsin.recording import layout
from tocsin.recording.recorder import Recorder
from tocsin.units import NANOSECONDS_PER_SECOND

_HOUR_NS = 3600 * NANOSECONDS_PER_SECOND
_AGAIN_NS = 60 * NANOSECONDS_PER_SECOND
_NAME = "%Y-%m-%dT%H%M%SZ"


class Series:
    """A context manager around the recording of one run; `recorder` takes what flows now.

    `make` makes the recorder of a directory, given the number of its first detection. With parts, `directory`
    holds them, those of earlier runs included; without, it is the recording. A part is closed beside the run,
    which does not wait for it; what went wrong with that is raised by the next step.
    """

    def __init__(self, directory: Path, kept: Kept, make: Callable[[Path, int], Recorder]) -> None:
        self._directory, self._kept, self._make = directory, kept, make
        self._closer = ThreadPoolExecutor(1, "parts")
        self._closing: Future[None] | None = None
        self._ends_ns: int | None = None
        self.directories: list[Path] = []
        """Of this run, in order."""

    def begin(self, now_ns: int) -> Recorder:
        """The first part."""
        self.recorder = self._open(now_ns, 0)
        return self.recorder

    def roll(self, now_ns: int, detections: int) -> Recorder | None:
        """The recorder of the next part where one begins; so many detections came before it.

        Raises `UnusableFile` where the part before could not be finished or none can begin: then the last one
        goes on, and a next one is tried a minute later.
        """
        if self._ends_ns is None or now_ns < self._ends_ns:
            return None
        self._ends_ns = now_ns + _AGAIN_NS
        if self._closing is not None:
            closing, self._closing = self._closing, None
            closing.result()
        before = self.recorder
        self.recorder = self._open(now_ns, detections)
        self._closing = self._closer.submit(self._close, before, now_ns)
        return self.recorder

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closer.shutdown()  # waits for the part before
        self.recorder.__exit__(kind, error, trace)
        if self._closing is not None and kind is None:
            self._closing.result()

    def _open(self, now_ns: int, detections: int) -> Recorder:
        directory, ends_ns = self._directory, None
        if self._kept.part_hours is not None:
            part_ns = max(round(self._kept.part_hours * _HOUR_NS), 1)
            ends_ns = (now_ns // part_ns + 1) * part_ns
            directory = _unused(directory / _moment(now_ns).strftime(_NAME))
        recorder = self._make(directory, detections).__enter__()
        self.directories.append(directory)
        self._ends_ns = ends_ns
        return recorder

    def _close(self, recorder: Recorder, now_ns: int) -> None:
        recorder.__exit__(None, None, None)
        self._remove_old(now_ns)

    def _remove_old(self, now_ns: int) -> None:
        """Whole parts, oldest first, of this and of earlier runs; never one that was not finished."""
        parts = [path for path in sorted(self._directory.iterdir()) if _is_whole_part(path)]
        sizes = {path: _bytes_of(path) for path in parts}
        total = sum(sizes.values())
        days, gigabytes = self._kept.keep_days, self._kept.keep_gigabytes
        for path in parts:
            is_old = days is not None and _moment(now_ns) - _began(path) > datetime.timedelta(days)
            is_too_much = gigabytes is not None and total > gigabytes * 1e9
            if not is_old and not is_too_much:
                break
            shutil.rmtree(path, ignore_errors=True)
            total -= sizes[path]


def _moment(time_ns: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(time_ns // NANOSECONDS_PER_SECOND, datetime.UTC)


def _began(part: Path) -> datetime.datetime:
    """By its name; ValueError for any other directory."""
    return datetime.datetime.strptime(part.name[:18], _NAME).replace(tzinfo=datetime.UTC)


def _is_whole_part(path: Path) -> bool:
    try:
        _began(path)
    except ValueError:
        return False
    marker = layout.read_marker(path)
    return marker is not None and bool(marker.get("complete", False))


def _bytes_of(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


def _unused(path: Path) -> Path:
    """The same, or with a number behind it where two parts began in one second."""
    others = (path.with_name(f"{path.name}-{number}") for number in range(2, 1000))
    return path if not path.exists() else next(other for other in others if not other.exists())
