"""A recording with a clock of its own: one for each who watches it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from tocsin.assessment.classes import CLASSES
from tocsin.clock import WallClock
from tocsin.config.site import Site
from tocsin.outputs.refusal import Refusal
from tocsin.outputs.web.source import Mode, Scene, SceneClock
from tocsin.runtime.past_scenes import PastScenes

SLOWEST, FASTEST = 0.1, 1000.0


class PastSource:
    """A `ConsoleSource`: paused at first; stands still at the end."""

    def __init__(self, scenes: PastScenes, time_ns: int | None, clock: WallClock) -> None:
        self._scenes, self._clock = scenes, clock
        self._lock = threading.Lock()
        self._speed, self._playing = 1.0, False
        self._from_ns = scenes.start_ns if time_ns is None else self._within(time_ns)
        self._since_ns = clock.now_ns()
        self._made_for: tuple[bool, SceneClock] | None = None
        self._latest: Scene | None = None

    @property
    def mode(self) -> Mode:
        """What is shown."""
        return "recording"

    @property
    def site(self) -> Site:
        """The site file as it was used."""
        return self._scenes.site

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes."""
        return CLASSES

    @property
    def demo(self) -> Mapping[str, Any] | None:
        """A recording of a demo is a recording."""
        return None

    def scene(self) -> Scene:
        """What is to be seen now; the same object while it stands still."""
        with self._lock:
            wanted = (self._scenes.is_read, self._now())
            if self._latest is None or self._made_for != wanted:
                self._latest, self._made_for = self._scenes.at(wanted[1]), wanted
            return self._latest

    def play(self, speed: float) -> None:
        """Goes on; from the beginning where it stood at the end."""
        if not SLOWEST <= speed <= FASTEST:
            raise Refusal(422, f"speed {speed:g}: a recording plays from {SLOWEST:g} to {FASTEST:g} times")
        with self._lock:
            now_ns = self._now().time_ns
            self._set(self._scenes.start_ns if now_ns >= self._scenes.end_ns else now_ns)
            self._speed, self._playing = speed, True

    def pause(self) -> None:
        """Stands still."""
        with self._lock:
            self._set(self._now().time_ns)
            self._playing = False

    def seek(self, time_ns: int) -> None:
        """Goes on from another time; one outside is taken for the nearest end."""
        with self._lock:
            self._set(self._within(time_ns))

    def close(self) -> None:
        """The recording stays open for others."""

    def _set(self, time_ns: int) -> None:
        self._from_ns, self._since_ns = time_ns, self._clock.now_ns()

    def _within(self, time_ns: int) -> int:
        return min(max(time_ns, self._scenes.start_ns), self._scenes.end_ns)

    def _now(self) -> SceneClock:
        time_ns = self._from_ns
        if self._playing:
            time_ns += round(self._speed * (self._clock.now_ns() - self._since_ns))
            if time_ns >= self._scenes.end_ns:
                time_ns, self._playing = self._scenes.end_ns, False
                self._set(time_ns)
        return SceneClock(time_ns, self._speed, self._playing, self._scenes.start_ns, self._scenes.end_ns)
