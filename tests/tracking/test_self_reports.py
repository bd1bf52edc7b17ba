"""Sensors whose rows are the word of one object each: what one says is no silence of the others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.tracking.made import SECOND_NS, START_NS, detections_of, make_site, radar_row

from tocsin.model.tracks import Picture
from tocsin.tracking import Timeline

pytestmark = pytest.mark.usefixtures("compiled_kernels")

RECEIVER: dict[str, Any] = {"kind": "remote_id", "period_s": 1.0, "position_sigma_m": 10.0}
PLACES = {"first": (300.0, 400.0), "second": (-500.0, 200.0), "third": (100.0, -600.0)}
PHASE_NS = {"first": 0, "second": 300_000_000, "third": 800_000_000}


def reports(until_s: dict[str, int]) -> list[dict[str, Any]]:
    """Each drone hovers and reports itself once a second at a phase of its own, until it falls silent."""
    frame = make_site(RECEIVER).frame
    rows: list[dict[str, Any]] = []
    for name, (east, north) in PLACES.items():
        latitude, longitude, altitude = (float(v) for v in frame.to_geodetic(np.array([east, north, 80.0])))
        place = {"latitude_rad": latitude, "longitude_rad": longitude, "altitude_m": altitude}
        times = [START_NS + second * SECOND_NS + PHASE_NS[name] for second in range(until_s[name])]
        rows += [{"time_ns": time_ns, "sensor": 0, "identity": name, **place} for time_ns in times]
    return sorted(rows, key=lambda row: row["time_ns"])


def pictures(rows: list[dict[str, Any]], *sensors: dict[str, Any]) -> list[Picture]:
    timeline = Timeline(make_site(*sensors))
    return [*timeline.push(detections_of(rows)), *timeline.finish()]


def existence(picture: Picture, identity: str) -> float:
    found = picture.tracks.existence[picture.tracks.identity == identity]
    return float(found[0]) if len(found) else 0.0


def test_drones_that_report_in_turn_do_not_talk_each_other_down() -> None:
    shown = pictures(reports(dict.fromkeys(PLACES, 30)), RECEIVER)
    assert len(shown[-1].tracks) == 3
    for picture in shown[10:]:
        assert min(existence(picture, name) for name in PLACES) > 0.98


def test_a_drone_that_falls_silent_is_missed_though_others_go_on() -> None:
    rows = reports({"first": 40, "second": 10, "third": 40})
    shown = pictures(rows, RECEIVER | {"visible_probability": 1.0})
    assert existence(shown[25], "second") > 0.9
    assert existence(shown[-1], "second") < 0.3
    assert existence(shown[-1], "first") > 0.98


def test_a_sensor_that_only_hears_has_looked_when_it_heard() -> None:
    ears = {"kind": "microphone", "period_s": 1.0, "detection_probability": 0.9, "visible_probability": 1.0}
    radar = {"kind": "radar", "period_s": 5.0, "detection_probability": 0.9, "max_range_m": 9000.0,
             "false_detections_per_scan": 0.1}  # fmt: skip
    place = np.array([1500.0, 1000.0, 300.0])
    plots = [radar_row(5.0 * k, place, sensor=0, with_elevation=False) for k in range(8)]
    heard = [{"time_ns": START_NS + k * SECOND_NS, "sensor": 1, "heard": 1} for k in range(36)]
    with_ears = pictures(sorted(plots + heard, key=lambda row: row["time_ns"]), radar, ears)
    without_a_word = pictures(plots, radar, ears)
    assert with_ears[-1].tracks.existence.max(initial=0.0) > 0.95
    assert without_a_word[-1].tracks.existence.max(initial=0.0) < with_ears[-1].tracks.existence.max()


def test_a_drone_that_names_itself_is_one_track_however_it_turns_and_brakes() -> None:
    frame = make_site(RECEIVER).frame
    corners = np.array([[0.0, 0.0, 60.0], [200.0, 0.0, 60.0], [200.0, 150.0, 60.0], [0.0, 150.0, 60.0]])
    legs = [np.linspace(corners[k], corners[(k + 1) % 4], 12, endpoint=False) for k in range(4)]
    places = np.concatenate(legs * 2)
    rows = []
    for second, place in enumerate(places):
        latitude, longitude, altitude = (float(value) for value in frame.to_geodetic(place))
        ahead = places[(second + 1) % len(places)] - place
        rows.append(
            {
                "time_ns": START_NS + second * SECOND_NS, "sensor": 0, "identity": "turner",
                "latitude_rad": latitude, "longitude_rad": longitude, "altitude_m": altitude,
                "velocity_east_mps": ahead[0], "velocity_north_mps": ahead[1], "velocity_up_mps": 0.0,
            }
        )  # fmt: skip
    shown = pictures(rows, RECEIVER)
    assert {name for picture in shown for name in picture.tracks.track_id} == set(shown[0].tracks.track_id)
    followed = np.array([picture.tracks.state[0, :2] for picture in shown])
    assert np.linalg.norm(followed - places[:, :2], axis=1).max() < 40.0
