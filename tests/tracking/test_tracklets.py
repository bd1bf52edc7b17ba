"""Reports of another tracker through the whole of ours: fused, saved, late, forgotten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks.other_trackers import CASES, WAYS, Way, one_sky
from tests.tracking.made import (
    RADAR_3D,
    SECOND_NS,
    START_NS,
    detections_of,
    looks_of,
    make_site,
    mask_of,
    radar_row,
)

from tocsin.config.site import Site
from tocsin.tracking import Timeline, Tracker
from tocsin.tracking.kernels.layout import EAST, NORTH, UP, VELOCITY_EAST, VELOCITY_NORTH, Records
from tocsin.tracking.settings import motion_of
from tocsin.tracking.tracklets import NOT_REPORTS, Tracklets

pytestmark = pytest.mark.usefixtures("compiled_kernels")

MASK = mask_of(EAST, NORTH, UP, VELOCITY_EAST, VELOCITY_NORTH)
OTHER: dict[str, Any] = {"kind": "tracks", "position_sigma_m": 25.0, "period_s": 1.0}
SITE = make_site(RADAR_3D, OTHER, {"kind": "adsb"})
ALONE, STATED_AS_PLOTS, STATED, UNSTATED_AS_PLOTS, UNSTATED = WAYS
TWICE = (CASES[0], CASES[2])


def tracklets(site: Site = SITE) -> Tracklets:
    return Tracklets(site, motion_of(site.prior, site.frame)[0])


def reports(*identities: int) -> Records:
    looks = looks_of(np.zeros((len(identities), 10)), 20.0, MASK, identity=identities)
    looks.stated = MASK
    return looks


def squared_and_nees(way: Way) -> list[tuple[float, float]]:
    """Of two seeds of two cases: mean square of the error [m2], and ANEES."""
    found = [[one_sky((case, way, seed))[0] for seed in (1, 2)] for case in TWICE]
    return [(float(square), float(nees)) for square, nees, _ in np.mean(found, axis=1)]


def test_fused_with_reports_a_track_is_as_sure_as_it_should_be_and_near_the_bound() -> None:
    bounds = [np.mean([one_sky((case, ALONE, seed))[1][0] for seed in (1, 2)]) for case in TWICE]
    for (square, nees), bound in zip(squared_and_nees(STATED), bounds, strict=True):
        assert 0.6 < nees < 1.3
        assert square < 1.1**2 * bound
    assert min(nees for _, nees in squared_and_nees(STATED_AS_PLOTS)) > 3.0


def test_where_no_errors_are_stated_reports_still_help_and_do_not_make_a_track_too_sure() -> None:
    alone = squared_and_nees(ALONE)
    for (square, nees), (square_alone, _) in zip(squared_and_nees(UNSTATED), alone, strict=True):
        assert 0.6 < nees < 1.3
        assert square < square_alone
    assert min(nees for _, nees in squared_and_nees(UNSTATED_AS_PLOTS)) > 5.0


def test_sensors_that_measure_themselves_are_left_alone() -> None:
    assert tracklets().equivalents(0, START_NS, reports(5)) is NOT_REPORTS
    assert tracklets().equivalents(2, START_NS, reports(5)) is NOT_REPORTS
    assert len(tracklets().equivalents(1, START_NS, reports(5, 6))) == 2


def test_what_was_told_before_a_checkpoint_is_known_again_after_going_back() -> None:
    told = tracklets()
    told.equivalents(1, START_NS, reports(5, 6))
    kept = told.checkpoint()
    first = told.equivalents(1, START_NS + SECOND_NS, reports(5, 7, 0))
    told.equivalents(1, START_NS + 9 * SECOND_NS, reports(4, 5, 6))
    told.go_back_to(kept)
    assert told.equivalents(1, START_NS + SECOND_NS, reports(5, 7, 0)).tobytes() == first.tobytes()
    assert kept[0]["identity"].tolist() == [5, 6]
    assert kept[0]["time_ns"].tolist() == [START_NS] * 2


def test_tracks_that_are_told_of_no_more_are_forgotten() -> None:
    told = tracklets()
    for minute in range(20):
        told.equivalents(
            1, START_NS + minute * 61 * SECOND_NS, reports(*range(100 * minute, 100 * minute + 50))
        )
    assert len(told.checkpoint()[0]) == 50


def fed(tracker: Tracker, first: int, last: int) -> bytes:
    """One object that both tell of, from second to second; gives what is known of it at the end."""
    for second in range(first, last):
        rng = np.random.default_rng(second)
        place = np.array([3000.0 + 20.0 * second, 2000.0, 500.0]) + rng.normal(0.0, 15.0, 3)
        tracker.update(second, "radar", position_m=place[None])
        tracker.update(
            second + 0.4, "other", position_m=place[None], velocity_mps=[[20.0, 0.0]], identity=["T1"],
            sigma={"position_m": [[20.0] * 3], "velocity_mps": [[4.0] * 2]},
        )  # fmt: skip
    tracks = tracker.tracks()
    assert len(tracks) == 1
    return tracks.state.tobytes() + tracks.covariance.tobytes()


def test_a_saved_tracker_remembers_what_was_told(tmp_path: Path) -> None:
    sensors = [RADAR_3D | {"name": "radar"}, OTHER | {"name": "other"}]
    whole = Tracker(sensors)
    fed(whole, 0, 20)
    whole.save(tmp_path / "state.npz")
    again = Tracker.load(tmp_path / "state.npz")
    assert fed(again, 20, 30) == fed(whole, 20, 30)


def rows(seconds: int) -> list[dict[str, Any]]:
    """What a radar and another tracker say of one object, in order of time."""
    found, rng = [], np.random.default_rng(3)
    for second in range(seconds):
        place = np.array([3000.0 + 20.0 * second, 2000.0, 500.0])
        found.append(radar_row(second, place + rng.normal(0.0, 10.0, 3)))
        latitude, longitude, altitude = SITE.frame.to_geodetic(place + rng.normal(0.0, 10.0, 3))
        found.append({
            "time_ns": START_NS + second * SECOND_NS + 400_000_000, "sensor": 1, "identity": "1/2/3",
            "latitude_rad": float(latitude), "longitude_rad": float(longitude), "altitude_m": float(altitude),
            "velocity_east_mps": 20.0, "velocity_north_mps": 0.0, "velocity_up_mps": 0.0,
            "position_sigma_m": 20.0, "velocity_sigma_mps": 4.0,
        })  # fmt: skip
    return found


def last_of(site: Site, given: list[dict[str, Any]]) -> tuple[bytes, int]:
    timeline = Timeline(site)
    pictures = [picture for row in given for picture in timeline.push(detections_of([row]))]
    pictures += timeline.finish()
    tracks = pictures[-1].tracks
    assert len(tracks) == 1
    return tracks.state.tobytes() + tracks.covariance.tobytes(), timeline.replays


def test_reports_that_come_late_tell_what_they_would_have_told_in_time() -> None:
    given = rows(20)
    late = [
        row | {"received_ns": row["time_ns"] + (6 * SECOND_NS if row["sensor"] and k % 3 == 0 else 0)}
        for k, row in enumerate(given[:-16])
    ]
    late += [row | {"received_ns": row["time_ns"]} for row in given[-16:]]
    site = make_site(*(sensor | {"period_s": None} for sensor in (RADAR_3D, OTHER)))  # no looks in vain
    in_time, never = last_of(site, given)
    too_late, often = last_of(site, sorted(late, key=lambda row: int(row["received_ns"])))
    assert too_late == in_time
    assert (never, often > 3) == (0, True)
