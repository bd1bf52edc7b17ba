"""Recordings that can be watched: one directory, or all below a folder, by name."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

import structlog

from tocsin.clock import WallClock
from tocsin.errors import InvalidInput, UnusableFile
from tocsin.outputs.refusal import Refusal
from tocsin.recording import layout
from tocsin.runtime.past_details import PastDetails
from tocsin.runtime.past_scenes import PastScenes
from tocsin.runtime.past_source import PastSource
from tocsin.runtime.past_stories import PastStories

_MOST_OPEN = 4
_MOST_LISTED = 1000
_log = structlog.get_logger()


class PastArchive:
    """A `Library` of the recordings in `folder`, which may be one itself; any thread may ask.

    One that is written to, or was, is opened anew where its files changed.
    """

    def __init__(self, folder: Path, clock: WallClock) -> None:
        self._folder, self._clock = folder, clock
        self._lock = threading.Lock()
        self._open: OrderedDict[str, tuple[int, PastScenes]] = OrderedDict()
        self._listed: dict[str, tuple[int, dict[str, Any]]] = {}

    def names(self) -> list[str]:
        """The latest first."""
        return list(self._directories())

    def recordings(self) -> list[dict[str, Any]]:
        """What each holds, the latest first; what can't be opened is told, too."""
        return [self._info(name, directory) for name, directory in self._directories().items()]

    def open(self, name: str, time_ns: int | None) -> PastSource:
        """One to watch, with a clock of its own. Raises Refusal."""
        return PastSource(self.scenes(name), time_ns, self._clock)

    def stories(self, name: str, time_ns: int | None) -> PastStories:
        """Its alerts. Raises Refusal."""
        return PastStories(self.scenes(name), time_ns)

    def details(self, name: str, time_ns: int | None) -> PastDetails:
        """All else of it. Raises Refusal."""
        return PastDetails(self.scenes(name), time_ns)

    def events(self, name: str) -> list[dict[str, Any]]:
        """What happened in it. Raises Refusal."""
        return self.scenes(name).events()

    def scenes(self, name: str) -> PastScenes:
        """One of them, opened. Raises Refusal where there is none, or where it can't be read."""
        directory = self._directories().get(name)
        if directory is None:
            raise Refusal(404, f"there is no recording {name[:80]!r}; /v1/recordings lists them")
        stamp = _stamp(directory)
        with self._lock:
            kept = self._open.get(name)
            if kept is None or kept[0] != stamp:
                try:
                    kept = (stamp, PastScenes(directory, self._clock))
                except (InvalidInput, UnusableFile, OSError) as error:
                    raise Refusal(409, f"recording {name} can't be shown: {error}") from None
                self._open[name] = kept
                if len(self._open) > _MOST_OPEN:
                    self._open.popitem(last=False)
            self._open.move_to_end(name)
            return kept[1]

    def _info(self, name: str, directory: Path) -> dict[str, Any]:
        stamp = _stamp(directory)
        with self._lock:
            known = self._listed.get(name)
        if known is None or known[0] != stamp:
            known = (stamp, self._read(name))
            with self._lock:
                self._listed[name] = known
        return known[1]

    def _read(self, name: str) -> dict[str, Any]:
        try:
            recording = self.scenes(name).recording
        except Refusal as refusal:
            return {"name": name, "start_s": 0.0, "end_s": 0.0, "alerts": 0, "trouble": str(refusal)}
        start_s, end_s = recording.span_s
        alerts = len({row["alert_id"] for row in recording.alert_rows})
        return {"name": name, "start_s": start_s, "end_s": end_s, "alerts": alerts,
                "trouble": recording.trouble, "lacks": recording.lacks}  # fmt: skip

    def directories(self) -> list[Path]:
        """Where they lie, the latest first."""
        return list(self._directories().values())

    def _directories(self) -> dict[str, Path]:
        """By name: the latest first, which names of parts and runs begin with."""
        if layout.is_recording(self._folder):
            return {self._folder.resolve().name: self._folder}
        try:
            found = [path for path in self._folder.iterdir() if layout.is_recording(path)]
        except OSError as error:
            _log.warning("recordings", folder=str(self._folder), trouble=str(error))
            return {}
        return {path.name: path for path in sorted(found, reverse=True)[:_MOST_LISTED]}


def _stamp(directory: Path) -> int:
    """Changes with what lies there."""
    newest = 0
    for path in (directory, *directory.iterdir()):
        try:
            newest = max(newest, path.stat().st_mtime_ns)
        except OSError:
            continue
    return newest
