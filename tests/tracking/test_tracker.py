from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tocsin.config.site import Sensor
from tocsin.model.tracks import Tracks
from tocsin.tracking import Tracker, place

RADAR: dict[str, Any] = {
    "name": "radar", "kind": "radar", "period_s": 1.0, "range_sigma_m": 20.0, "azimuth_sigma_deg": 0.3,
    "elevation_sigma_deg": 0.4, "detection_probability": 0.9, "false_detections_per_scan": 0.5,
    "max_range_m": 15_000.0,
}  # fmt: skip
LOCATOR: dict[str, Any] = {
    "name": "locator", "kind": "radar", "position_sigma_m": 15.0, "max_range_m": 20_000.0,
    "false_detections_per_scan": 0.1, "detection_probability": 0.8,
} | place(3000.0, -2000.0)  # fmt: skip


def polar(position: Any) -> dict[str, Any]:
    east, north, up = np.moveaxis(np.atleast_2d(position), 1, 0)
    ground = np.hypot(east, north)
    return {
        "range_m": np.hypot(ground, up),
        "azimuth_rad": np.arctan2(east, north),
        "elevation_rad": np.arctan2(up, ground),
    }


def fliers(time_s: float) -> Any:
    """Two that fly past each other."""
    start = np.array([[-3000.0, 4000.0, 500.0], [3000.0, 4300.0, 700.0]])
    return start + time_s * np.array([[40.0, 0.0, 0.0], [-45.0, -5.0, 0.0]])


def flown(tracker: Tracker, first: int, last: int) -> list[Tracks]:
    """Both sensors report by turns, with some errors and false plots; the same for the same times."""
    found = []
    for second in range(first, last):
        rng = np.random.default_rng(second)
        truth = fliers(second) + rng.normal(0.0, 10.0, (2, 3))
        if second % 2:
            found.append(tracker.update(float(second), "locator", position_m=truth[:, :2]))
        else:
            false = rng.uniform([-9e3, -9e3, 100.0], [9e3, 9e3, 900.0], (2, 3))
            found.append(tracker.update(float(second), "radar", **polar(np.vstack([truth, false]))))
    return found


def test_two_sensors_follow_two_objects_in_metres_about_the_origin() -> None:
    tracks = flown(Tracker([RADAR, LOCATOR]), 0, 40)[-1]
    assert len(tracks) == 2
    order = np.argsort(tracks.state[:, 0])
    truth = fliers(39.0)[np.argsort(fliers(39.0)[:, 0])]
    np.testing.assert_allclose(tracks.state[order, :2], truth[:, :2], atol=60.0)
    assert (tracks.existence > 0.99).all()


def test_sensors_may_be_models_or_mappings() -> None:
    with_models = Tracker([Sensor(**RADAR), Sensor(**LOCATOR)])
    one, other = flown(with_models, 0, 9)[-1], flown(Tracker([RADAR, LOCATOR]), 0, 9)[-1]
    np.testing.assert_array_equal(one.state, other.state)


def test_a_saved_tracker_goes_on_bit_for_bit(tmp_path: Path) -> None:
    whole = Tracker([RADAR, LOCATOR])
    flown(whole, 0, 20)
    whole.save(tmp_path / "state.npz")
    again = Tracker.load(tmp_path / "state.npz")
    for one, other in zip(flown(whole, 20, 60), flown(again, 20, 60), strict=True):
        assert one.track_id.tolist() == other.track_id.tolist()
        for name in ("state", "covariance", "existence", "support", "visible", "seen_ns"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    first, second = io.BytesIO(), io.BytesIO()
    whole.save(first)
    again.save(second)
    assert first.getvalue() == second.getvalue()


def test_identities_survive_saving(tmp_path: Path) -> None:
    tracker = Tracker([RADAR | {"name": "reports", "kind": "adsb"}])
    for second in range(5):
        position = [100.0 * second, 0.0, 500.0]
        tracker.update(second, "reports", position_m=[position], identity=["adsb:4B1234"])
    tracker.save(tmp_path / "state.npz")
    assert Tracker.load(tmp_path / "state.npz").tracks().identity.tolist() == ["adsb:4B1234"]


def test_the_order_of_a_scans_detections_changes_no_bit() -> None:
    places = np.random.default_rng(1).uniform([-8e3, -8e3, 500.0], [8e3, 8e3, 3e3], (40, 3))
    results = []
    for order in (np.arange(40), np.arange(40)[::-1]):
        tracker = Tracker([RADAR])
        for second in range(4):
            tracker.update(second, "radar", **polar(places[order]))
        results.append(tracker.components())
    np.testing.assert_array_equal(results[0].state, results[1].state)
    np.testing.assert_array_equal(results[0].existence, results[1].existence)


def test_a_row_that_is_repeated_counts_once() -> None:
    once, twice = Tracker([RADAR]), Tracker([RADAR])
    for second in range(5):
        values = polar(fliers(second)[:1])
        once.update(second, "radar", **values)
        twice.update(second, "radar", **polar(np.repeat(fliers(second)[:1], 3, axis=0)))
    np.testing.assert_array_equal(once.components().state, twice.components().state)


def test_looks_that_find_nothing_end_a_track() -> None:
    tracker = Tracker([RADAR | {"visible_probability": 1.0}])
    for second in range(10):
        tracker.update(second, "radar", **polar(fliers(second)[:1]))
    assert len(tracker.tracks()) == 1
    for second in range(10, 16):
        tracker.update(second, "radar")
    assert len(tracker.tracks()) == 0


def test_one_value_for_all_of_none_is_no_detection() -> None:
    tracker = Tracker([RADAR])
    tracker.update(0.0, "radar", range_m=np.zeros(0), azimuth_rad=[], elevation_rad=0.1)
    assert len(tracker.components().existence) == 0
    tracker.update(1.0, "radar", range_m=3000.0, azimuth_rad=0.1)
    assert len(tracker.components().existence) == 1


def test_any_arrays_are_taken_as_they_are() -> None:
    plots = polar(np.random.default_rng(3).uniform([-8e3, -8e3, 500.0], [8e3, 8e3, 3e3], (20, 3)))
    offsets = np.linspace(-0.5, 0.5, 20)
    usual, strange = Tracker([RADAR]), Tracker([RADAR])
    usual.update(0.0, "radar", **plots, offset_s=offsets)
    table = np.stack([*plots.values(), offsets], axis=1)
    table.flags.writeable = False
    columns = dict(zip(plots, table.T, strict=False))
    strange.update(0.0, "radar", **columns, offset_s=table[:, -1], identity=[""] * 20)
    np.testing.assert_array_equal(usual.components().state, strange.components().state)


def test_before_the_first_scan_there_is_nothing() -> None:
    tracker = Tracker([RADAR])
    assert len(tracker.tracks()) == 0
    assert len(tracker.components().existence) == 0


def test_a_scan_of_50000_detections_is_taken() -> None:
    rng = np.random.default_rng(2)
    tracker = Tracker([RADAR | {"false_detections_per_scan": 50_000.0}])
    for second in range(2):
        tracker.update(
            second, "radar", range_m=rng.uniform(100, 15e3, 50_000), azimuth_rad=rng.uniform(0, 6.28, 50_000)
        )
    assert len(tracker.tracks()) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            {"range_m": [1.0, math.nan], "azimuth_rad": [0.1, math.nan]},
            "detection 1: nothing was measured",
        ),
        ({"range_m": [1.0, math.inf], "azimuth_rad": 0.1}, "radar: detection 1: range_m can't be beyond 1e"),
        ({"range_m": [-5.0], "azimuth_rad": 0.1}, "radar: detection 0: range_m must be positive; it is -5.0"),
        (
            {"range_m": [1.0, 2.0, 3.0], "azimuth_rad": [0.1, 0.2]},
            "has 2 values for 3 detections",
        ),
        ({"azimuth_rad": [0.1], "range_m": ["far"]}, "range_m should be numbers"),
        ({"range_m": [1.0], "azimuth_rad": 0.1, "offset_s": "late"}, "radar: offset_s should be numbers"),
        ({"range_m": [1.0, 2.0], "azimuth_rad": 0.1, "offset_s": [1.0] * 3}, "offset_s has shape"),
        (
            {"position_m": [[1.0, 2.0], [1.0, 2e9], [3e9, 2.0]]},
            r"detection 1 \(and 1 more\): position_m can't be beyond 1e\+07; it is \[1\.e\+00 2\.e\+09\]",
        ),
        (
            {"range_m": [1.0, 2.0], "azimuth_rad": 0.1, "sigma": {"range_m": [1.0] * 3}},
            "sigma of range_m has 3 values for 2 detections",
        ),
        ({"position_m": [[1.0, 2.0, 3.0, 4.0]]}, r"position_m should be \(n, 2\) or \(n, 3\)"),
        (
            {"range_m": [1.0], "azimuth_rad": 0.1, "sigma": {"range_m": 0.0}},
            "error of range_m must be positive",
        ),
        (
            {"range_m": [1.0], "azimuth_rad": 0.1, "sigma": {"range_m": math.nan}},
            "positive and finite",
        ),
        ({"range_m": [1.0], "azimuth_rad": 0.1, "sigma": {"reach": 1.0}}, "no component is called 'reach'"),
        (
            {"range_m": [1.0], "azimuth_rad": 0.1, "identity": ["a", "b"]},
            "identity has 2 values for 1",
        ),
        ({"range_m": [1.0], "azimuth_rad": 0.1, "offset_s": 1e3}, "offset_s must be within a minute"),
        ({"range_m": np.ones(100_001), "azimuth_rad": 0.1}, "100001 detections in one scan; at most 100000"),
    ],
)
def test_what_can_not_be_used_is_refused_by_name_and_changes_nothing(
    arguments: dict[str, Any], words: str
) -> None:
    tracker = Tracker([RADAR])
    tracker.update(0.0, "radar", **polar(fliers(0.0)))
    before = tracker.components()
    with pytest.raises(ValueError, match=words):
        tracker.update(1.0, "radar", **arguments)
    np.testing.assert_array_equal(tracker.components().state, before.state)


def test_unknown_sensors_and_times_out_of_order_are_refused() -> None:
    tracker = Tracker([RADAR])
    tracker.update(5.0, "radar")
    with pytest.raises(ValueError, match="no sensor is called 'lidar'; known: 'radar'"):
        tracker.update(6.0, "lidar")
    with pytest.raises(ValueError, match=r"earlier than the latest, at 5\.0 s; tocsin\.tracking\.Timeline"):
        tracker.update(4.0, "radar")
    with pytest.raises(ValueError, match="time_s should be seconds"):
        tracker.update(math.nan, "radar")


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    tracker = Tracker([RADAR])
    tracker.save(tmp_path / "state.npz")
    with np.load(tmp_path / "state.npz") as arrays:
        np.savez(tmp_path / "other.npz", **{**arrays, "layout": np.array([1, 2, 3, 4])})
    with pytest.raises(ValueError, match="another version of tocsin"):
        Tracker.load(tmp_path / "other.npz")


def test_what_one_object_reports_of_itself_says_nothing_of_the_others() -> None:
    tracker = Tracker([{"name": "receiver", "kind": "remote_id", **place(0.0, 0.0)}])
    for second in range(20):
        for k in range(3):
            there = [[1000.0 * k, 2000.0 + 10.0 * second, 100.0]]
            tracks = tracker.update(second, "receiver", position_m=there, identity=[f"drone {k}"])
    assert sorted(tracks.identity.tolist()) == ["drone 0", "drone 1", "drone 2"]
    assert (tracks.existence > 0.999).all()


def test_it_tells_how_far_a_sensor_is_off_and_whether_its_errors_are_as_it_says() -> None:
    tracker = flown_with_a_turned_radar()
    assert tracker.bias("radar").is_off
    assert math.degrees(tracker.bias("radar").value[1]) == pytest.approx(1.0, abs=0.2)
    assert not tracker.bias("receiver").is_off
    assert tracker.health("radar").word == "ok"
    with pytest.raises(ValueError, match="'sonar'"):
        tracker.health("sonar")


def flown_with_a_turned_radar() -> Tracker:
    rng = np.random.default_rng(11)
    tracker = Tracker([RADAR | place(0.0, 0.0), {"name": "receiver", "kind": "adsb", **place(0.0, 0.0)}])
    for second in range(120):
        seen = polar(fliers(second))
        seen["azimuth_rad"] = seen["azimuth_rad"] + math.radians(1.0) + rng.normal(0.0, math.radians(0.3), 2)
        seen["range_m"] = seen["range_m"] + rng.normal(0.0, 20.0, 2)
        seen["elevation_rad"] = seen["elevation_rad"] + rng.normal(0.0, math.radians(0.4), 2)
        tracker.update(second, "radar", **seen)
        tracker.update(second, "receiver", position_m=fliers(second) + rng.normal(0.0, 40.0, (2, 3)))
    return tracker
