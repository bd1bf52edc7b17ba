"""Order, batching, lateness and silence: what the timeline makes of detections as they arrive."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tracking.made import RADAR_3D, SECOND_NS, START_NS, detections_of, make_site, radar_row

from tocsin.config.site import Site
from tocsin.model.tracks import Associations, Picture, Tracks
from tocsin.tracking import Timeline

pytestmark = pytest.mark.usefixtures("compiled_kernels")

Rows = list[dict[str, Any]]
NEAR_RADAR = RADAR_3D | {"max_range_m": 4500.0, "false_detections_per_scan": 0.5}
EASTWARD = np.array([20.0, 0.0, 0.0])
FINDER = {"kind": "direction_finder", "azimuth_sigma_deg": 3.0, "period_s": 2.0}
RECEIVER = {"kind": "remote_id", "position_sigma_m": 15.0}


def the_site(**changes: Any) -> Site:
    """A radar that sees only the near part, a radar that sees all, a direction finder and a receiver."""
    return make_site(NEAR_RADAR | changes, RADAR_3D | {"period_s": 2.0} | changes, FINDER | changes, RECEIVER)


@functools.cache
def a_recording(seconds: int = 24) -> tuple[dict[str, Any], ...]:
    """Two flyers that cross, with misses and false detections; each row has its true time."""
    rng = np.random.default_rng(12)
    frame = the_site().frame
    starts = np.array([[2500.0, 2000.0, 500.0], [3500.0, 2100.0, 520.0]])
    speeds = np.array([[40.0, 5.0, 0.0], [-40.0, 2.0, 0.0]])
    rows: Rows = []
    for second in range(seconds):
        for place in starts + second * speeds:
            for sensor, period_s in ((0, 1), (1, 2)):
                if second % period_s == 0 and rng.random() < 0.9:
                    row = radar_row(second + 0.1 * sensor, place + rng.normal(0.0, 15.0, 3), sensor)
                    rows.append(row | {"scan": second})
            if second % 2 == 0 and rng.random() < 0.7:
                azimuth = np.arctan2(place[0], place[1]) + rng.normal(0.0, 0.05)
                rows.append(
                    {
                        "time_ns": START_NS + second * SECOND_NS + 400_000_000,
                        "sensor": 2,
                        "azimuth_rad": azimuth,
                    }
                )
        latitude, longitude, altitude = frame.to_geodetic(
            (starts + second * speeds)[0] + rng.normal(0.0, 10.0, 3)
        )
        rows.append({
            "time_ns": START_NS + second * SECOND_NS + 700_000_000, "sensor": 3, "identity": "first",
            "latitude_rad": float(latitude), "longitude_rad": float(longitude), "altitude_m": float(altitude),
        })  # fmt: skip
        false = rng.uniform([-4000.0, -4000.0, 100.0], [4000.0, 4000.0, 900.0])
        rows.append(radar_row(second, false, 0) | {"scan": second})
    return tuple(rows)


def received(rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: int(({"received_ns": row["time_ns"]} | row)["received_ns"]))


def delayed(rows: tuple[dict[str, Any], ...], seed: int, share: float, most_s: float = 9.9) -> Rows:
    """The same rows, of which some are received late; one scan's rows stay together unless it has none."""
    rng = np.random.default_rng(seed)
    late: dict[Any, float] = {}
    result = []
    for row in rows:
        key = (row["sensor"], row.get("scan", row["time_ns"]))
        delay_s = late.setdefault(key, rng.uniform(0.0, most_s) if rng.random() < share else 0.0)
        result.append(row | {"received_ns": row["time_ns"] + round(delay_s * 1e9)})
    return received(result)


def pictures_of(site: Site, *batches: Rows) -> list[Picture]:
    timeline = Timeline(site)
    found = [picture for batch in batches for picture in timeline.push(detections_of(batch))]
    return found + list(timeline.finish())


def bits_of_tracks(tracks: Tracks) -> list[Any]:
    return [
        array.tolist() if array.dtype == object else array.tobytes() for array in tracks.arrays().values()
    ]


def bits(picture: Picture) -> list[Any]:
    evidence = [
        array.tolist() if array.dtype == object else array.tobytes()
        for array in picture.associations.arrays().values()
    ]
    return [picture.time_ns, *bits_of_tracks(picture.tracks), *evidence]


def pairs(associations: Associations) -> list[tuple[str, int]]:
    return list(zip(associations.track_id.tolist(), associations.detection.tolist(), strict=True))


RECORDING = received(list(a_recording()))
LATE = delayed(a_recording(), seed=5, share=0.2)


@functools.cache
def at_once(late: bool) -> tuple[Picture, ...]:
    return tuple(pictures_of(the_site(), LATE if late else RECORDING))


def test_the_recording_is_a_test_at_all() -> None:
    last = at_once(False)[-1].tracks
    assert len(last) == 2
    assert sorted(last.identity) == ["", "first"]
    timeline = Timeline(the_site())
    for _ in timeline.push(detections_of(LATE)):
        pass
    assert timeline.replays > 5


@pytest.mark.parametrize("late", [False, True])
@settings(max_examples=15)
@given(cuts=st.sets(st.integers(1, len(RECORDING) - 1), max_size=30).map(sorted))
def test_any_batching_gives_the_same_pictures_bit_for_bit(late: bool, cuts: list[int]) -> None:
    rows = LATE if late else RECORDING
    ends = [*cuts, len(rows)]
    batches = [rows[a:b] for a, b in zip([0, *cuts], ends, strict=True)]
    assert [bits(p) for p in pictures_of(the_site(), *batches)] == [bits(p) for p in at_once(late)]


def test_one_row_at_a_time_gives_the_same_pictures_bit_for_bit() -> None:
    assert [bits(p) for p in pictures_of(the_site(), *([row] for row in LATE))] == [
        bits(p) for p in at_once(True)
    ]


def every_two_seconds(rows: Rows) -> Rows:
    """Everything of two seconds is received together, so that sensors take turns in it."""
    step_ns = 2 * SECOND_NS
    return [row | {"received_ns": (row["time_ns"] // step_ns + 1) * step_ns} for row in rows]


@settings(max_examples=10)
@given(seed=st.integers(0, 2**31))
def test_the_order_of_what_is_received_together_changes_nothing(seed: int) -> None:
    rows = every_two_seconds(RECORDING)
    order = np.random.default_rng(seed).permutation(len(rows))
    order = order[np.argsort([rows[k]["received_ns"] for k in order], kind="stable")]
    shuffled = pictures_of(the_site(), [rows[k] for k in order])
    straight = pictures_of(the_site(), rows)
    assert [bits_of_tracks(p.tracks) for p in shuffled] == [bits_of_tracks(p.tracks) for p in straight]
    for mixed, plain in zip(shuffled, straight, strict=True):
        named = [(track, int(order[j])) for track, j in pairs(mixed.associations)]
        assert sorted(named) == sorted(pairs(plain.associations))


def test_what_is_received_together_is_used_in_order_of_time() -> None:
    site = the_site(period_s=None)
    timeline = Timeline(site)
    pictures = [*timeline.push(detections_of(every_two_seconds(RECORDING))), *timeline.finish()]
    assert timeline.replays == 0
    assert [picture.time_ns for picture in pictures] == sorted({row["time_ns"] for row in RECORDING})


def test_equal_positions_of_two_identities_are_told_apart_in_any_order() -> None:
    rows = [row for row in RECORDING if row["sensor"] == 3]
    twins = [row | {"identity": name} for row in rows for name in ("first", "second")]
    swapped = [row | {"identity": name} for row in rows for name in ("second", "first")]
    for one, other in zip(pictures_of(the_site(), twins), pictures_of(the_site(), swapped), strict=True):
        assert bits_of_tracks(one.tracks) == bits_of_tracks(other.tracks)


def test_no_two_tracks_share_a_name_even_where_rows_are_doubled() -> None:
    place = np.array([2000.0, 1500.0, 400.0])
    rows = [radar_row(second, place + second * EASTWARD) for second in range(8) for _ in range(2)]
    names = pictures_of(make_site(RADAR_3D), rows)[-1].tracks.track_id.tolist()
    assert len(names) == len(set(names)) == 2


@pytest.mark.parametrize("seed", range(6))
def test_late_data_end_in_the_same_state_as_if_they_had_come_in_time(seed: int) -> None:
    rows = delayed(a_recording(), seed, share=0.3)
    # What comes last must be in time, so that both end with a picture of the same moment.
    end = radar_row(36.0, np.array([3000.0, 2000.0, 500.0]), 1) | {"scan": 99}
    site = the_site(period_s=None)
    in_time, late = pictures_of(site, [*RECORDING, end]), pictures_of(site, [*rows, end])
    assert late[-1].time_ns == in_time[-1].time_ns
    assert bits_of_tracks(late[-1].tracks) == bits_of_tracks(in_time[-1].tracks)


def test_late_scans_that_are_received_together_are_used_in_one_go_back() -> None:
    site = the_site(period_s=None)
    end = radar_row(36.0, np.array([3000.0, 2000.0, 500.0]), 1) | {"scan": 99}
    late_ns = {row["time_ns"] for row in RECORDING if 12.0 < (row["time_ns"] - START_NS) / SECOND_NS < 17.0}
    together_ns = START_NS + 20 * SECOND_NS
    rows = received(
        [row | ({"received_ns": together_ns} if row["time_ns"] in late_ns else {}) for row in RECORDING]
    )
    assert len(late_ns) > 3
    timeline = Timeline(site)
    shown = [picture for row in [*rows, end] for picture in timeline.push(detections_of([row]))]
    shown += timeline.finish()
    assert timeline.replays == 1
    in_time = pictures_of(site, [*RECORDING, end])
    assert bits_of_tracks(shown[-1].tracks) == bits_of_tracks(in_time[-1].tracks)
    assert late_ns <= {picture.time_ns for picture in shown}


def test_going_back_changes_nothing_for_tracks_that_the_sensors_in_between_do_not_reach() -> None:
    site = make_site(NEAR_RADAR | {"period_s": None}, RADAR_3D | {"period_s": None})
    rows = []
    for second in range(25):
        rows.append(radar_row(second, np.array([1000.0 + 30.0 * second, 2000.0, 400.0]), 0))
        if second % 4 == 0:
            rows.append(radar_row(second + 0.1, np.array([9000.0 + 30.0 * second, 3000.0, 400.0]), 1))
    late = [
        row | {"received_ns": row["time_ns"] + (8 * SECOND_NS if k == 15 else 0)}
        for k, row in enumerate(rows)
    ]
    in_time, delayed_rows = pictures_of(site, rows), pictures_of(site, received(late))
    assert len(in_time[-1].tracks) == 2
    assert bits_of_tracks(in_time[-1].tracks) == bits_of_tracks(delayed_rows[-1].tracks)


def test_pictures_go_forward_and_none_is_repeated() -> None:
    in_time, late = ([picture.time_ns for picture in at_once(is_late)] for is_late in (False, True))
    assert in_time == sorted(set(in_time))
    assert len(late) == len(set(late))


def test_every_scan_time_gets_its_picture_also_where_the_scan_came_late() -> None:
    site = make_site(RADAR_3D | {"period_s": 1.0})
    place = np.array([2000.0, 1500.0, 400.0])
    rng = np.random.default_rng(4)
    rows = [
        radar_row(float(second), place + second * EASTWARD)
        | {"received_ns": START_NS + second * SECOND_NS + int(rng.uniform(0.0, 9.9) * 1e9)}
        for second in range(60)
    ]
    scans = {row["time_ns"] for row in rows}
    shown = pictures_of(site, sorted(rows, key=lambda row: row["received_ns"]))
    assert scans <= {picture.time_ns for picture in shown}
    times = [picture.time_ns for picture in shown]
    assert times != sorted(times), "some of the pictures are of the past"


def test_late_data_leave_published_pictures_as_they_were() -> None:
    split_ns = START_NS + 14 * SECOND_NS
    early = [row for row in LATE if row["received_ns"] < split_ns]
    before = pictures_of(the_site(), early)
    for known, again in zip(before, at_once(True), strict=False):
        assert bits(known) == bits(again)


@pytest.mark.parametrize("late", [False, True])
def test_each_piece_of_evidence_is_published_once(late: bool) -> None:
    told = [pair for picture in at_once(late) for pair in pairs(picture.associations)]
    assert len(told) > 60
    assert len(told) == len(set(told))


def test_late_rows_of_a_scan_are_joined_to_it() -> None:
    site = the_site(period_s=None)
    rows = [row for row in RECORDING if row["sensor"] == 0]
    moved = [
        row | {"received_ns": row["time_ns"] + (3 * SECOND_NS if k % 3 == 0 else 0)}
        for k, row in enumerate(rows)
    ]
    end = radar_row(30.0, np.array([3000.0, 2000.0, 500.0]), 1) | {"scan": 99}
    together, apart = pictures_of(site, [*rows, end]), pictures_of(site, received([*moved, end]))
    assert len(together[-1].tracks) == 2
    assert bits_of_tracks(apart[-1].tracks) == bits_of_tracks(together[-1].tracks)


def a_steady_track(site: Site) -> tuple[Timeline, float]:
    """A timeline with one sure track after 10 s, and its existence."""
    timeline = Timeline(site)
    place = np.array([2000.0, 1500.0, 400.0])
    rows = [radar_row(second, place + second * EASTWARD, 0) for second in range(11)]
    found = [*timeline.push(detections_of(rows)), *timeline.advance(START_NS + 10 * SECOND_NS + 1)]
    assert len(found[-1].tracks) == 1
    return timeline, float(found[-1].tracks.existence[0])


def test_silence_of_a_sensor_with_a_period_ends_a_track() -> None:
    timeline, existence = a_steady_track(make_site(RADAR_3D))
    assert existence > 0.99
    silent = list(timeline.advance(START_NS + 22 * SECOND_NS))
    assert len(silent[-1].tracks) == 0
    counts = [len(picture.tracks) for picture in silent]
    assert counts == sorted(counts, reverse=True)


def test_silence_of_a_sensor_without_a_period_says_nothing() -> None:
    timeline, existence = a_steady_track(make_site(RADAR_3D | {"period_s": None}))
    assert list(timeline.advance(START_NS + 22 * SECOND_NS)) == []
    late = timeline.push(detections_of([radar_row(23.0, np.array([-3000.0, -3000.0, 400.0]), 0)]))
    assert [*late, *timeline.finish()][-1].tracks.existence[0] > 0.05 * existence


def test_a_look_is_not_called_empty_before_half_a_period_is_over() -> None:
    timeline, _ = a_steady_track(make_site(RADAR_3D))
    assert list(timeline.advance(START_NS + 11 * SECOND_NS + 400_000_000)) == []
    empty = list(timeline.advance(START_NS + 11 * SECOND_NS + 600_000_000))
    assert [picture.time_ns for picture in empty] == [START_NS + 11 * SECOND_NS]


def test_an_empty_look_that_a_late_report_contradicts_is_taken_back() -> None:
    place, end = np.array([2000.0, 1500.0, 400.0]), radar_row(14.0, np.array([2280.0, 1500.0, 400.0]))
    rows = [radar_row(second, place + second * EASTWARD, 0) for second in range(14)]
    on_time = pictures_of(make_site(RADAR_3D), [*rows, end])
    late = [
        row | {"received_ns": row["time_ns"] + (5 * SECOND_NS if k == 8 else 0)} for k, row in enumerate(rows)
    ]
    timeline = Timeline(make_site(RADAR_3D))
    pictures = [*timeline.push(detections_of(received([*late, end]))), *timeline.finish()]
    assert timeline.replays == 1
    by_time = {picture.time_ns: picture.tracks.existence[0] for picture in pictures}
    assert by_time[START_NS + 8 * SECOND_NS] < 0.99 < by_time[START_NS + 14 * SECOND_NS]
    assert bits_of_tracks(pictures[-1].tracks) == bits_of_tracks(on_time[-1].tracks)


def test_the_end_of_a_file_completes_the_last_scan_and_nothing_more() -> None:
    timeline = Timeline(make_site(RADAR_3D))
    rows = [radar_row(second, np.array([2000.0, 1500.0, 400.0])) for second in range(3)]
    assert [p.time_ns for p in timeline.push(detections_of(rows))] == [START_NS, START_NS + SECOND_NS]
    assert [p.time_ns for p in timeline.finish()] == [START_NS + 2 * SECOND_NS]
    assert list(timeline.finish()) == []


def test_nothing_in_gives_nothing_out() -> None:
    timeline = Timeline(make_site(RADAR_3D))
    assert [*timeline.push(detections_of([])), *timeline.advance(START_NS), *timeline.finish()] == []
