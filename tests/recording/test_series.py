"""A recording in parts: cut by the clock, whole each, and old ones are removed."""

import json

import pytest
from pydantic import ValidationError
from tests.recording.samples import EPOCH_NS, FRAME, SENSORS, SITE_TOML, some_detections

from tocsin.config.recording import Kept
from tocsin.recording.recorder import Recorder
from tocsin.recording.recording import Recording
from tocsin.recording.series import Series

HOUR_NS = 3600 * 10**9


def make(directory, first):
    return Recorder(directory, SITE_TOML, SENSORS, FRAME, is_journaled=True, first_detection=first)


def hours(folder, count, **kept):
    """A run that records ten detections in each of so many hours."""
    rows = some_detections(20).take(slice(0, 10))
    with Series(folder, Kept(**kept), make) as series:
        series.begin(EPOCH_NS)
        for hour in range(count):
            series.roll(EPOCH_NS + hour * HOUR_NS, 10 * hour)
            series.recorder.detections(rows)
    return series.directories


def test_each_part_is_a_whole_recording_and_tells_its_first_detection(tmp_path):
    parts = hours(tmp_path, 3, part_hours=1.0)
    # 2023-11-14 22:13:20, and then on the hour
    assert [part.name for part in parts] == ["2023-11-14T221320Z", "2023-11-14T231320Z", "2023-11-15T001320Z"]
    for number, part in enumerate(parts):
        assert Recording(part).detections().num_rows == 10
        assert json.loads((part / "recording.json").read_text()).get("first_detection", 0) == 10 * number


def test_parts_end_where_the_hour_does(tmp_path):
    with Series(tmp_path, Kept(part_hours=1.0), make) as series:
        series.begin(EPOCH_NS)
        to_the_hour_ns = HOUR_NS - EPOCH_NS % HOUR_NS
        assert series.roll(EPOCH_NS + to_the_hour_ns - 1, 0) is None
        assert series.roll(EPOCH_NS + to_the_hour_ns, 0) is not None


def test_two_parts_of_one_second_have_two_names(tmp_path):
    parts = hours(tmp_path, 1, part_hours=1.0) + hours(tmp_path, 1, part_hours=1.0)
    assert [part.name for part in parts] == ["2023-11-14T221320Z", "2023-11-14T221320Z-2"]


def test_without_parts_the_directory_is_the_recording(tmp_path):
    assert hours(tmp_path / "r", 3) == [tmp_path / "r"]
    assert Recording(tmp_path / "r").detections().num_rows == 30


def test_old_parts_are_removed_and_what_is_not_ours_is_not(tmp_path):
    (tmp_path / "2001-01-01T000000Z").mkdir()
    (tmp_path / "notes").mkdir()
    with make(tmp_path / "2001-01-02T000000Z", 0) as cut:
        earlier = hours(tmp_path, 1, part_hours=1.0)
        parts = hours(tmp_path, 6, part_hours=1.0, keep_days=2.5 / 24)
    assert [part.is_dir() for part in earlier + parts] == [False] * 4 + [True] * 3
    assert (tmp_path / "2001-01-01T000000Z").is_dir() and (tmp_path / "notes").is_dir()
    assert cut.directory.is_dir()


def test_the_oldest_parts_are_removed_while_all_are_too_large(tmp_path):
    size = sum(path.stat().st_size for path in hours(tmp_path / "one", 1)[0].rglob("*") if path.is_file())
    parts = hours(tmp_path / "all", 6, part_hours=1.0, keep_gigabytes=2.5 * size / 1e9)
    assert [part.is_dir() for part in parts] == [False] * 3 + [True] * 3  # the last is never counted


def test_what_is_not_in_parts_is_not_removed():
    with pytest.raises(ValidationError, match="give part_hours"):
        Kept(keep_days=1.0)
