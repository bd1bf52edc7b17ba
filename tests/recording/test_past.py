"""A recording is watched at any time: what it shows is what its tables hold, whole or cut short."""

import shutil

import numpy as np
import pyarrow.parquet as pq
import pytest
from tests.recording.samples import (
    EPOCH_NS,
    FRAME,
    SECOND_NS,
    SENSORS,
    SITE_TOML,
    a_message,
    a_picture,
    assessed,
    some_detections,
)

from tocsin.clock import WallClock
from tocsin.errors import InvalidFile, UnusableFile
from tocsin.recording.past import PastRecording
from tocsin.recording.recorder import Recorder

EPOCH_S = EPOCH_NS / 1e9
CLASSES = ("bird", "unknown")
SITE = SITE_TOML + "".join(
    f'[[sensors]]\nname = "{name}"\nkind = "radar"\nlatitude_deg = 30.0\nlongitude_deg = -40.0\n'
    for name in SENSORS
)


def recorded(directory, seconds=40, **options):
    """Three tracks a second in row groups that cut through pictures."""
    options = {"rows_per_group": 7} | options
    to = Recorder(directory, SITE, SENSORS, FRAME, **options)
    to.__enter__()
    to.detections(some_detections(200))
    for second in range(seconds):
        picture = a_picture(second)
        to.tracks(picture, assessed(picture))
        to.associations(picture.associations)
    to.alerts([a_message()])
    to.presence(EPOCH_NS, {"radar": "live", "ear": "live"})
    to.presence(EPOCH_NS + 20 * SECOND_NS, {"radar": "stale"})
    return to


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    directory = tmp_path_factory.mktemp("once") / "r"
    recorded(directory).__exit__(None, None, None)
    return directory


@pytest.fixture
def directory(once, tmp_path):
    return shutil.copytree(once, tmp_path / "r")


def opened(directory):
    return PastRecording(directory, CLASSES, WallClock())


@pytest.mark.parametrize("after_s", [0.0, 0.5, 17.0, 39.0, 45.0])
def test_at_any_time_the_newest_picture_until_then_is_shown_whole(directory, after_s):
    past = opened(directory)
    rows = past.tracks.at(EPOCH_S + after_s)
    wanted = pq.read_table(directory / "tracks.parquet").to_pylist()
    newest_s = max(row["time_s"] for row in wanted if row["time_s"] <= EPOCH_S + after_s)
    wanted = [row for row in wanted if row["time_s"] == newest_s]
    assert past.tracks.texts(rows.name).tolist() == [row["track_id"] for row in wanted]
    assert rows.latitude_deg.tolist() == [row["latitude_deg"] for row in wanted]
    assert set(rows.class_number.tolist()) == {0}


def test_before_the_first_picture_and_long_after_the_last_nothing_is_there(directory):
    past = opened(directory)
    assert len(past.tracks.at(EPOCH_S - 1.0)) == 0
    assert len(past.tracks.at(EPOCH_S + 60.0)) == 0


def test_a_class_that_the_console_does_not_know_is_unknown(directory):
    past = PastRecording(directory, ("kite", "unknown"), WallClock())
    assert set(past.tracks.at(EPOCH_S).class_number.tolist()) == {1}


def test_when_a_track_was_last_seen_comes_from_its_likely_associations(directory):
    table = pq.read_table(directory / "associations.parquet")
    kept = [row for row in table.to_pylist() if row["track_id"] != "T1" or row["time_s"] <= EPOCH_S + 10]
    pq.write_table(table.from_pylist(kept, schema=table.schema), directory / "associations.parquet")
    past = opened(directory)
    rows = past.tracks.at(EPOCH_S + 30.0)
    unseen = dict(zip(past.tracks.texts(rows.name).tolist(), rows.unseen_s.tolist(), strict=True))
    assert unseen == pytest.approx({"T3": 0.0, "T2": 0.0, "T1": 20.0})


def test_a_trail_is_thinned_and_ends_at_the_time_that_is_asked_for(directory):
    trail = opened(directory).tracks.trail("T2", EPOCH_S + 20.0)
    assert trail[:, 3].tolist() == pytest.approx([EPOCH_S + second for second in range(21)])
    assert opened(directory).tracks.births() == pytest.approx({f"T{k}": EPOCH_S for k in (1, 2, 3)})


def test_sensors_are_what_was_recorded_of_them(directory):
    sensors = opened(directory).sensors
    assert [then.state for then in sensors.at(EPOCH_S + 10.0)] == ["live", "waiting", "live"]
    assert [then.state for then in sensors.at(EPOCH_S + 30.0)] == ["stale", "waiting", "live"]
    assert [change.state for change in sensors.changes] == ["live", "live", "stale"]


def test_without_that_a_sensor_is_quiet_and_silence_is_no_event(directory):
    (directory / "presence.parquet").unlink()
    past = opened(directory)
    assert [then.state for then in past.sensors.at(EPOCH_S + 3600.0)] == ["quiet"] * 3
    assert past.sensors.changes == []
    assert past.lacks == ["presence"]
    assert past.trouble is None


def test_detections_are_counted_until_the_time_that_is_asked_for(directory):
    rows = pq.read_table(directory / "detections.parquet").to_pylist()
    counted = opened(directory).sensors.at(EPOCH_S + 3600.0)
    assert [then.detections for then in counted] == [
        sum(row["sensor"] == name for row in rows) for name in SENSORS
    ]
    last = max(row["time_s"] for row in rows if row["sensor"] == "radar")
    assert counted[0].last_s == pytest.approx(last)


def test_the_identity_of_a_track_is_what_most_of_its_detections_told(directory):
    rows = pq.read_table(directory / "detections.parquet").to_pylist()
    told = opened(directory).identities
    # Tracks T3, T2 and T1 are of detections 0, 1 and 2 in every picture.
    wanted = {f"T{3 - k}": rows[k]["identity"] for k in range(3) if rows[k]["identity"]}
    assert told == wanted


def test_a_killed_run_is_shown_as_far_as_it_reached_the_disk(tmp_path, monkeypatch):
    to = recorded(tmp_path / "r", is_journaled=True)
    to.flush()
    past = opened(tmp_path / "r")
    assert "goes on" in past.trouble
    assert len(past.tracks.at(EPOCH_S + 39.0)) == 3
    monkeypatch.setattr("tocsin.recording.recovery.QUIET_S", 0.0)
    journal = tmp_path / "r" / "tracks.arrows"
    journal.write_bytes(journal.read_bytes()[:-1000])
    past = opened(tmp_path / "r")
    assert "killed" in past.trouble
    assert "tocsin recover" in past.trouble
    assert [row["alert_id"] for row in past.alert_rows] == ["A-1"]
    to.__exit__(None, None, None)


@pytest.mark.parametrize("table", ["tracks", "detections", "associations", "alerts"])
def test_a_table_that_is_cut_short_or_missing_is_named_and_the_others_are_shown(directory, table):
    path = directory / f"{table}.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    assert f"{table}.parquet is" in opened(directory).trouble
    path.unlink()
    past = opened(directory)
    assert past.trouble == f"no {table}.parquet"
    assert len(past.tracks.at(EPOCH_S + 20.0)) == (0 if table == "tracks" else 3)
    assert len(past.sensors.at(EPOCH_S + 20.0)) == 3
    assert past.span_s[1] >= EPOCH_S


def test_what_is_no_recording_is_refused_in_a_line(tmp_path, directory):
    with pytest.raises(UnusableFile, match=r"there is no site\.toml"):
        opened(tmp_path)
    (directory / "site.toml").write_text("[site]\n")
    with pytest.raises(InvalidFile, match="name"):
        opened(directory)


def test_opening_reads_no_rows(directory, monkeypatch):
    monkeypatch.setattr(pq.ParquetFile, "read_row_group", None)
    past = opened(directory)
    assert past.span_s == pytest.approx((EPOCH_S, past.span_s[1]))
    assert len(past.track_blocks) == 120


def test_rows_of_a_table_are_those_of_its_times_in_whatever_blocks(directory):
    past = opened(directory)
    rows = past.track_blocks.rows(EPOCH_S + 3.0, EPOCH_S + 9.0, ("track_id",), ["T1"])
    assert rows["time_s"].to_pylist() == pytest.approx([EPOCH_S + second for second in range(3, 10)])
    assert np.all(past.track_blocks.spans_s[:, 0] <= past.track_blocks.spans_s[:, 1])
