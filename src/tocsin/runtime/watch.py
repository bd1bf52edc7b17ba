"""What a run tells those who watch it while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tocsin.model.alerts import AlertMessage
from tocsin.model.assessments import Assessments
from tocsin.model.sensors import SensorStatus
from tocsin.model.tracks import Tracks
from tocsin.model.zones import Zone


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """The state of a line at one time of the scenario or recording.

    `alerts` are the latest messages of the alerts that are open, loudest first; `ended` those that ended;
    `new_messages` came since the last moment. `assessments` are at most a second older than the tracks.
    """

    time_ns: int
    tracks: Tracks
    assessments: Assessments | None
    alerts: tuple[AlertMessage, ...]
    ended: tuple[AlertMessage, ...]
    new_messages: tuple[AlertMessage, ...]
    statuses: tuple[SensorStatus, ...]
    zones: tuple[Zone, ...]
    share_done: float | None


Watch = Callable[[Moment], None]
"""Called about once a second of the scenario's time."""

Progress = Callable[[str, float], None]
"""Called with what is being done and how much of it is done, from 0 to 1."""


def no_progress(what: str, share: float) -> None:
    """For those who don't want to know."""
