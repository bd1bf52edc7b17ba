"""The text frames of the websocket: the latest of each kind, so that who is slow skips what is old."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from enum import Enum, auto
from typing import Any, NamedTuple

from tocsin.model.sensor_report import SensorReport
from tocsin.model.sensors import UNASSIGNED
from tocsin.outputs.web.source import Mode, Scene, SceneClock
from tocsin.outputs.web.wire import VERSION
from tocsin.units import nanoseconds_to_seconds

_SLOW_EVERY_NS = 1_000_000_000
"""Counts and clocks change with every look; nobody reads them more often than this."""


class Kind(Enum):
    """What is told, in the order in which it is told."""

    CLOCK = auto()
    STATUS = auto()
    STATUS_DEGRADED = auto()
    ZONES = auto()
    ALERTS = auto()
    SENSORS = auto()
    SENSOR_SUMMARY = auto()


class Note(NamedTuple):
    """What was told last of a kind; `version` counts up."""

    version: int
    text: str


class Board:
    """Notes of one source; `update` with each new scene."""

    def __init__(self) -> None:
        self._notes: dict[Kind, Note] = {}
        self._told: dict[Kind, Any] = {}
        self._slow_ns = 0
        self._is_other = False

    def note(self, kind: Kind) -> Note | None:
        """The latest of a kind; None while there is none."""
        return self._notes.get(kind)

    def update(self, scene: Scene, clients: int, now_ns: int) -> bool:
        """Writes down what is other than before, and says whether anything is. `now_ns` is the wall's.

        The status is told once a second even where nothing happens, so that silence means a broken link.
        """
        self._is_other = False
        time_s = nanoseconds_to_seconds(scene.time_ns)
        # Reports are compared before they are made JSON of: most often nothing changed.
        if self._is_new(Kind.ALERTS, (scene.alerts, scene.ended)):
            alerts, ended = ([report.as_json() for report in some] for some in (scene.alerts, scene.ended))
            self._write(Kind.ALERTS, "alerts", time_s, alerts=alerts, ended=ended)
        if self._is_new(Kind.ZONES, scene.zones_version):
            self._write(Kind.ZONES, "zones", time_s)
        is_slow_due = now_ns - self._slow_ns >= _SLOW_EVERY_NS
        if self._is_new(Kind.CLOCK, scene.clock._replace(time_ns=0)) or is_slow_due:
            self._write(Kind.CLOCK, "clock", time_s, clock=clock_json(scene.clock))
        if is_slow_due:
            self._slow_ns = now_ns
            self._write_slow(scene, clients, time_s)
        return self._is_other

    def _write_slow(self, scene: Scene, clients: int, time_s: float) -> None:
        for kind, degraded in ((Kind.STATUS, False), (Kind.STATUS_DEGRADED, True)):
            self._write(kind, "status", time_s, health=scene.health, clients=clients, degraded=degraded)
        if self._is_new(Kind.SENSORS, scene.sensors):
            summary = summary_of(scene.sensors)
            sensors = [report.as_json() for report in scene.sensors]
            self._write(Kind.SENSORS, "sensors", time_s, sensors=sensors, summary=summary)
            if self._is_new(Kind.SENSOR_SUMMARY, summary):
                self._write(Kind.SENSOR_SUMMARY, "sensors", time_s, sensors=None, summary=summary)

    def _is_new(self, kind: Kind, what: Any) -> bool:
        if kind in self._told and self._told[kind] == what:
            return False
        self._told[kind] = what
        return True

    def _write(self, kind: Kind, word: str, time_s: float, **values: Any) -> None:
        self._is_other = True
        last = self._notes.get(kind)
        text = message(word, time_s, **values)
        self._notes[kind] = Note(1 if last is None else last.version + 1, text)


def message(word: str, time_s: float, **values: Any) -> str:
    """A text frame."""
    return json.dumps({"type": word, "time_s": time_s, **values}, ensure_ascii=False, separators=(",", ":"))


def hello(mode: Mode, scene: Scene) -> str:
    """The first frame of all."""
    time_s = nanoseconds_to_seconds(scene.time_ns)
    return message("hello", time_s, wire=VERSION, mode=mode, clock=clock_json(scene.clock))


def clock_json(clock: SceneClock) -> Mapping[str, Any]:
    """As the contract has it."""
    return {
        "time_s": nanoseconds_to_seconds(clock.time_ns),
        "speed": clock.speed,
        "playing": clock.playing,
        "start_s": nanoseconds_to_seconds(clock.start_ns),
        "end_s": None if clock.end_ns is None else nanoseconds_to_seconds(clock.end_ns),
    }


def summary_of(sensors: Iterable[SensorReport]) -> dict[str, int]:
    """How many sensors are in each state."""
    return dict(Counter(report.state for report in sensors if report.state != UNASSIGNED))
