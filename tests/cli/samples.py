"""A hand-made moment of a run: alerts, tracks and sensors that tests know by heart."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import replace

import numpy as np
from rich.console import Console, RenderableType

from tocsin.model.alerts import AlertMessage, Level, MessageType
from tocsin.model.assessments import Assessments
from tocsin.model.sensors import SensorStatus
from tocsin.model.tracks import NEVER_NS, Tracks
from tocsin.runtime.watch import Moment

SECOND_NS = 1_000_000_000
NOW_NS = 1_925_028_600 * SECOND_NS
CLASSES = ("multirotor", "bird", "unknown")


def an_alert(
    level: Level = Level.WARNING, entry_s: float | None = 250.0, number: int = 1, zone: str = "Town"
) -> AlertMessage:
    return AlertMessage(
        alert_id=f"A-{number:06d}",
        version=1,
        issued_ns=NOW_NS - 30 * SECOND_NS,
        expires_ns=NOW_NS + 900 * SECOND_NS,
        level=level,
        zone=zone,
        track_ids=("T1",),
        predicted_entry_ns=None if entry_s is None else NOW_NS + int(entry_s * SECOND_NS),
        entry_probability=0.83,
        reason="warning: multirotor (0.91) heading for Town; seen by microphone and radar; rule warning",
        message_type=MessageType.ALERT,
        object_class="multirotor",
    )


def cancelled(alert: AlertMessage) -> AlertMessage:
    return replace(
        alert,
        version=alert.version + 1,
        issued_ns=NOW_NS,
        message_type=MessageType.CANCEL,
        all_clear=True,
        reason="all-clear for Town: has left",
    )


def some_tracks(count: int = 2) -> Tracks:
    """Tracks T1 ... that fly north-east at 36 km/h, seen 5 s ago by the radar and never by the microphone."""
    names = np.array([f"T{number}" for number in range(1, count + 1)], dtype=object)
    state = np.tile([1000.0, 2000.0, 1234.0, 7.0710678, 7.0710678, 0.0], (count, 1))
    seen = np.tile(np.array([NOW_NS - 5 * SECOND_NS, NEVER_NS]), (count, 1))
    return Tracks(
        names,
        state,
        np.tile(np.eye(6), (count, 1, 1)),
        np.full(count, 0.98),
        np.full(count, NOW_NS - 60 * SECOND_NS),
        seen,
        np.ones((count, 2)),
        np.ones((count, 2)),
        np.full(count, "", dtype=object),
    )


def some_assessments(tracks: Tracks, entry_probabilities: list[float]) -> Assessments:
    count = len(tracks)
    return Assessments(
        time_ns=NOW_NS,
        track_id=tracks.track_id,
        classes=CLASSES,
        class_probability=np.tile([0.91, 0.05, 0.04], (count, 1)),
        zones=("Town",),
        entry_probability=np.array(entry_probabilities)[:, np.newaxis],
        entry_s=np.full((count, 1, 3), 250.0),
        kinds=(frozenset({"radar"}),) * count,
        state=tracks.state,
        covariance=tracks.covariance,
        existence=tracks.existence,
        seen_ns=tracks.seen_ns.max(axis=1),
    )


def some_statuses() -> tuple[SensorStatus, ...]:
    return (
        SensorStatus(
            "Hill radar", "radar", 130, 120, 60, NOW_NS, NOW_NS - 3 * SECOND_NS, Counter({"late": 7})
        ),
        SensorStatus("Microphone array 1", "microphone"),
    )


def a_moment(alerts: tuple[AlertMessage, ...] = (), tracks: int = 2) -> Moment:
    made = some_tracks(tracks)
    likely = [0.1 * (number + 1) for number in range(tracks)]
    return Moment(
        time_ns=NOW_NS,
        tracks=made,
        assessments=some_assessments(made, likely),
        alerts=alerts,
        ended=(),
        new_messages=alerts,
        statuses=some_statuses(),
        zones=(),
        share_done=0.5,
    )


def drawn(what: RenderableType, width: int = 80, height: int = 24) -> list[str]:
    """The lines that a terminal of this size shows."""
    console = Console(
        file=io.StringIO(), width=width, height=height, markup=False, emoji=False, highlight=False
    )
    console.print(what)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()
