"""Whoever was told up to some frame is told what changed since, however long ago that was."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.alerting.test_editor import alert
from tests.outputs.web.shown import Frame, frame, moving, report, scene

from tocsin.model.alerts import Level
from tocsin.outputs.web import numbered
from tocsin.outputs.web.numbered import NOTHING, NumberedTracks
from tocsin.outputs.web.source import MovingTracks


def after(*skies: MovingTracks) -> NumberedTracks:
    tracks = NumberedTracks()
    for second, sky in enumerate(skies):
        tracks.update(scene(sky, second))
    return tracks


def numbers(made: Frame) -> list[int]:
    found: list[int] = made.records["number"].tolist()
    return found


def test_who_knows_nothing_gets_all_and_is_told_to_forget_what_it_had() -> None:
    made = frame(after(moving("a", "b"), moving("b", "c")).frame(NOTHING))
    assert (numbers(made), made.removed, made.flags, made.sequence) == ([2, 3], [], 1, 2)


def test_who_is_in_step_gets_what_changed_and_what_is_gone() -> None:
    there = moving("a", "b", "c")
    some = replace(there, altitude_m=np.array([500.0, 502.0, 502.0]))
    tracks = after(there, some.take([0, 1]))
    made = frame(tracks.frame(since=1))
    assert (numbers(made), made.removed, made.flags) == ([2], [3], 0)


def test_who_missed_frames_gets_the_newest_of_each_track_once() -> None:
    tracks = after(
        *(moving("a", "b", north_m=step) for step in (0.0, 50.0, 100.0)), moving("a", north_m=150.0)
    )
    made = frame(tracks.frame(since=1, is_degraded=True))
    assert (numbers(made), made.removed, made.flags) == ([1], [2], 2)
    assert made.records["latitude"][0] == round((-47.0 + 150.0 / 111_000.0) * 1e7)


def test_a_track_that_comes_back_has_a_new_number() -> None:
    tracks = after(moving("a"), moving(), moving("a"))
    assert numbers(frame(tracks.frame(NOTHING))) == [2]
    assert tracks.names(2) == {"2": ("a", "")} and tracks.names(3) == {}


def test_a_name_is_told_anew_when_the_track_says_who_it_is() -> None:
    tracks = after(moving("a"), moving("a"), moving("a", identity="icao:3c6444"))
    assert tracks.names(1) == tracks.names(2) == {"1": ("a", "icao:3c6444")}


def test_who_was_away_for_longer_than_is_remembered_gets_all_anew(monkeypatch) -> None:
    monkeypatch.setattr(numbered, "_MOST_REMOVED", 2)
    tracks = after(moving("a", "b", "c", "d"), moving("a", "b", "c"), moving("a", "b"), moving("a"))
    assert frame(tracks.frame(since=1)).flags == 1
    assert frame(tracks.frame(since=2)).removed == [2, 3]


def test_a_track_has_the_level_of_its_loudest_alert_and_says_that_it_was_marked() -> None:
    loud, quiet = alert(tracks=("a",)), alert(Level.WATCH, tracks=("a", "b"))
    tracks = NumberedTracks()
    alerts = (report(quiet, marked_tracks=("b",)), report(loud))
    tracks.update(scene(moving("a", "b", "c"), alerts=alerts))
    made = frame(tracks.frame(NOTHING)).records
    assert made["level"].tolist() == [3, 1, 0] and made["flags"].tolist() == [0, 2, 0]


def test_the_same_frame_is_made_once_for_all() -> None:
    tracks = after(moving("a"), moving("a", north_m=1.0))
    assert tracks.frame(1) is tracks.frame(1)
