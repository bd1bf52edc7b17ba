"""What the console shows, wherever it comes from: the running service, a demo, or a recording.

Who shows something implements `ConsoleSource`; who keeps recordings implements `Archive`. All methods are
called in threads, never in the event loop, so they may read files and compute.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from tocsin.config.site import Site
from tocsin.model.alert_report import AlertReport
from tocsin.model.columns import Columns
from tocsin.model.sensor_report import SensorReport
from tocsin.units import BoolArray, FloatArray, IntArray

Mode = Literal["live", "demo", "recording"]

ENDED_FOR_S = 600.0
"""So long alerts that ended are told."""


class SceneClock(NamedTuple):
    """The clock of what is shown; `speed` 1 is real time, `end_ns` None where the end is not known."""

    time_ns: int
    speed: float
    playing: bool
    start_ns: int
    end_ns: int | None


@dataclass(frozen=True, slots=True, eq=False)
class MovingTracks(Columns):
    """Confirmed tracks at one time, on the Earth; all (n,) but `velocity_mps`.

    Positions are WGS-84 degrees and metres above the ellipsoid. `velocity_mps` is (n, 3): towards east, north
    and up where the track is. `sigma_m` is the larger half axis of the horizontal one-sigma ellipse.
    `class_number` counts in the classes of the source. `unseen_s` is since a sensor last saw it.
    `identity` is one that may be told (`told_identity`), or ''.
    """

    track_id: npt.NDArray[np.object_]
    latitude_deg: FloatArray
    longitude_deg: FloatArray
    altitude_m: FloatArray
    velocity_mps: FloatArray
    sigma_m: FloatArray
    class_number: IntArray
    class_probability: FloatArray
    existence: FloatArray
    unseen_s: FloatArray
    is_cooperative: BoolArray
    is_lost: BoolArray
    identity: npt.NDArray[np.object_]

    @classmethod
    def empty(cls) -> MovingTracks:
        """A sky without tracks."""
        names, zeros, no = np.empty(0, dtype=object), np.zeros(0), np.zeros(0, dtype=np.bool_)
        whole = np.zeros(0, np.int64)
        return cls(names, zeros, zeros, zeros, np.zeros((0, 3)), zeros, whole, zeros, zeros, zeros, no, no,
                   names)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """All that is shown at one time; a new one takes its place, none is ever changed.

    `alerts` are open, loudest first; `ended` ended in the last `ENDED_FOR_S`, the latest first. `health` is
    as in `GET /v1/health`. `zones_version` counts up when the zones are other than before.
    """

    time_ns: int
    tracks: MovingTracks
    alerts: tuple[AlertReport, ...]
    ended: tuple[AlertReport, ...]
    sensors: tuple[SensorReport, ...]
    health: Mapping[str, Any]
    clock: SceneClock
    zones_version: int = 0


class ConsoleSource(Protocol):
    """One picture with a clock of its own. All watchers of the running service share one source; each who
    watches a recording has one of their own, closed when they leave."""

    @property
    def mode(self) -> Mode:
        """What is shown."""

    @property
    def site(self) -> Site:
        """The site file of it."""

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes that `class_number` counts in; the last one is 'unknown'."""

    @property
    def demo(self) -> Mapping[str, Any] | None:
        """Of a demo `scenario` and `seed`."""

    def scene(self) -> Scene:
        """The latest, asked for several times a second; the same object while nothing changed."""

    def play(self, speed: float) -> None:
        """Goes on, so many times as fast as real time. Raises Refusal where that can't be."""

    def pause(self) -> None:
        """Stands still. Raises Refusal where that can't be."""

    def seek(self, time_ns: int) -> None:
        """Goes on from another time. Raises Refusal where that can't be."""

    def close(self) -> None:
        """Nobody watches any more."""


class AlertStories(Protocol):
    """Alerts as they are asked for by path."""

    def alerts(self) -> list[dict[str, Any]]:
        """Every open alert."""

    def alert(self, alert_id: str) -> dict[str, Any]:
        """All of one alert. Raises Refusal."""

    def why(self, alert_id: str, version: int | None) -> dict[str, Any]:
        """Why a message was sent. Raises Refusal."""


class Archive(Protocol):
    """Recordings that can be watched, by name."""

    def names(self) -> list[str]:
        """The latest first."""

    def open(self, name: str, time_ns: int | None) -> ConsoleSource:
        """One to watch, paused at a time, by default its start. Raises Refusal for one that can't be."""

    def stories(self, name: str, time_ns: int | None) -> AlertStories:
        """Alerts of one as they were at a time, by default its end. Raises Refusal."""
