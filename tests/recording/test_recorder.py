import json
import os
import signal
import subprocess
import sys
import textwrap
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.recording.samples import (
    EPOCH_NS,
    FRAME,
    SECOND_NS,
    SENSORS,
    SITE_TOML,
    a_message,
    a_path,
    a_picture,
    assessed,
    names,
    some_detections,
    some_origins,
    some_truth,
)

from tocsin.errors import InvalidInput, UnusableFile
from tocsin.formats.tables.casting import arrow_schema
from tocsin.model.alerts import Level, MessageType
from tocsin.model.detections import Detections
from tocsin.model.tables import TABLES
from tocsin.model.validation import in_canonical_order, validate
from tocsin.recording.detections_file import read_detections
from tocsin.recording.recorder import Recorder, tracks_writer
from tocsin.recording.recording import Recording
from tocsin.recording.rows import TrackRows
from tocsin.whole_file import PARTIAL


def recorder(directory, **options):
    return Recorder(directory, SITE_TOML, SENSORS, FRAME, **options)


def same(one, other):
    for name, array in one.arrays().items():
        np.testing.assert_array_equal(array, getattr(other, name), err_msg=name, strict=True)


def record(directory, cuts, rows_per_group):
    """The same rows, handed over in portions that end at `cuts`."""
    detections, truth, origins = some_detections(200), some_truth(60), some_origins(200)
    portions = [slice(a, b) for a, b in pairwise([0, *sorted(cuts), 200])]
    with recorder(directory, rows_per_group=rows_per_group) as to:
        for portion in portions:
            to.detections(detections.take(portion))
            to.truth(truth.take(portion))
            to.origins(origins.take(portion))
        for second in range(30):
            to.tracks(a_picture(second), assessed(a_picture(second)))
            to.associations(a_picture(second).associations)
            to.predictions(assessed(a_picture(second), entry=(0.5, 0.0)))
            to.paths(a_path(second))
            to.presence(EPOCH_NS + second * SECOND_NS, {"radar": "live", "ear": "stale"})
        messages = [a_message(version) for version in range(1, 9)]
        for portion in portions:
            to.alerts(messages[portion])
    return {path.name: path.read_bytes() for path in sorted(directory.glob("*.parquet"))}


@pytest.mark.parametrize("rows_per_group", [7, 50, 1000])
def test_the_same_rows_in_any_batching_give_the_same_bytes(tmp_path, rows_per_group):
    whole = record(tmp_path / "whole", [], rows_per_group)
    assert set(whole) == {f"{name}.parquet" for name in TABLES}
    for number, cuts in enumerate(([1], [7, 8, 9], [0, 50, 50, 100], range(1, 200))):
        assert record(tmp_path / str(number), cuts, rows_per_group) == whole


def test_row_groups_are_cut_by_number_of_rows(tmp_path):
    record(tmp_path / "r", [3, 190], 50)
    metadata = pq.ParquetFile(tmp_path / "r" / "truth.parquet").metadata
    assert [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)] == [50, 50, 50, 30]
    assert metadata.row_group(0).column(0).compression == "ZSTD"


def test_tables_are_typed_as_the_contract_says(tmp_path):
    record(tmp_path / "r", [], 1000)
    for name, schema in TABLES.items():
        assert pq.read_schema(tmp_path / "r" / f"{name}.parquet").equals(arrow_schema(schema))


def test_detections_come_back_to_the_bit(tmp_path):
    detections = some_detections(2000)
    with recorder(tmp_path / "r") as to:
        to.detections(detections)
    found = read_detections(tmp_path / "r" / "detections.parquet", SENSORS)
    assert not found.refused
    same(detections, found.detections)


_columns = {
    "range_m": st.floats(0, 1e6),
    "azimuth_rad": st.floats(-6.28, 6.28),
    "elevation_rad": st.floats(-1.57, 1.57),
    "range_rate_mps": st.floats(-2000, 2000),
    "latitude_rad": st.floats(-1.57, 1.57),
    "longitude_rad": st.floats(-3.14, 3.14),
    "altitude_m": st.floats(-1000, 1e5),
    "velocity_up_mps": st.floats(-2000, 2000),
    "azimuth_sigma_rad": st.floats(1e-5, 3.14),
    "position_sigma_m": st.floats(1e-3, 1e5),
}


@st.composite
def _batches(draw):
    count = draw(st.integers(1, 5))

    def column(values):
        return np.array(draw(st.lists(values, min_size=count, max_size=count)))

    columns = {
        name: column(st.one_of(st.just(float("nan")), values))
        for name, values in _columns.items()
        if draw(st.booleans())
    }
    return Detections.of(
        time_ns=column(st.integers(0, 8 * 10**18)).astype(np.int64),
        received_ns=column(st.integers(0, 8 * 10**18)).astype(np.int64),
        sensor=column(st.integers(0, 2)),
        scan=column(st.integers(-1, 2**62)).astype(np.int64),
        heard=column(st.integers(-1, 1)),
        identity=names(draw(st.lists(st.text(), min_size=count, max_size=count))),
        **columns,
    )


@settings(max_examples=60)
@given(batch=_batches())
def test_whatever_validation_lets_in_comes_back_to_the_bit(tmp_path_factory, batch):
    directory = tmp_path_factory.mktemp("round") / "trip"
    detections = in_canonical_order(validate(batch)[0])
    with recorder(directory) as to:
        to.detections(detections)
    same(detections, read_detections(directory / "detections.parquet", SENSORS).detections)


def test_truth_comes_back_to_the_bit(tmp_path):
    with recorder(tmp_path / "r") as to:
        to.truth(some_truth())
    same(some_truth(), Recording(tmp_path / "r").truth())


def test_a_track_row_says_where_it_is_how_sure_and_who_saw_it(tmp_path):
    picture = a_picture(5)
    with recorder(tmp_path / "r") as to:
        to.tracks(picture, assessed(picture))
    rows = Recording(tmp_path / "r").tracks().to_pylist()
    assert [row["track_id"] for row in rows] == ["T1", "T2", "T3"]
    last, state = rows[2], picture.tracks.state[0]
    assert last["time_s"] == EPOCH_NS / 1e9 + 5
    assert [last["east_m"], last["north_m"], last["up_m"]] == state[:3].tolist()
    assert [last[f"velocity_{axis}_mps"] for axis in ("east", "north", "up")] == state[3:].tolist()
    assert [last[f"sigma_{axis}_m"] for axis in ("east", "north", "up")] == [2.0, 3.0, 4.0]
    latitude, longitude, altitude = FRAME.to_geodetic(state[:3])
    assert last["latitude_deg"] == pytest.approx(np.degrees(latitude), abs=1e-12)
    assert last["longitude_deg"] == pytest.approx(np.degrees(longitude), abs=1e-12)
    assert last["altitude_m"] == pytest.approx(float(altitude), abs=1e-6)
    assert (last["class"], last["class_probability"], last["existence"]) == ("bird", 0.75, 0.9)
    assert last["sensors"] == ["radar"]


def test_a_sensor_that_saw_a_track_a_minute_ago_is_still_named(tmp_path):
    picture = a_picture(5)
    picture.tracks.seen_ns[0, 1] += 1_000_000_000
    with recorder(tmp_path / "r") as to:
        to.tracks(picture)
    assert Recording(tmp_path / "r").tracks()["sensors"].to_pylist() == [
        ["radar"],
        ["radar"],
        ["radar", "finder"],
    ]


def test_a_track_that_is_not_assessed_is_unknown(tmp_path):
    with recorder(tmp_path / "r") as to:
        to.tracks(a_picture(1, count=3), assessed(a_picture(1, count=2)))
    rows = Recording(tmp_path / "r").tracks().to_pylist()
    assert [row["class"] for row in rows] == ["bird", "bird", "unknown"]
    assert rows[2]["class_probability"] is None


def test_an_alert_row_names_its_cap_file_and_the_file_is_there(tmp_path):
    first, last = a_message(), a_message(2, Level.ADVISORY, 20, MessageType.CANCEL, entry_second=None)
    with recorder(tmp_path / "r") as to:
        to.alerts([first])
        to.alerts([last])
        to.cap(first.cap_file, b"<alert/>")
    recording = Recording(tmp_path / "r")
    rows = recording.alerts().to_pylist()
    assert [(row["version"], row["level"], row["message_type"]) for row in rows] == [
        (1, "warning", "Alert"),
        (2, "advisory", "Cancel"),
    ]
    assert rows[0]["track_ids"] == ["T1", "T2"]
    assert [row["predicted_entry_s"] for row in rows] == [EPOCH_NS / 1e9 + 200, None]
    assert recording.cap(rows[0]["cap_file"]) == b"<alert/>"
    assert recording.cap(rows[1]["cap_file"]) is None


def test_associations_name_track_detection_and_sensor(tmp_path):
    with recorder(tmp_path / "r") as to:
        to.associations(a_picture(0).associations)
    row = Recording(tmp_path / "r").associations().to_pylist()[1]
    assert row == {"time_s": 1.7e9, "track_id": "T2", "detection": 1, "sensor": "radar", "probability": 0.8}


def test_predictions_have_a_row_for_each_track_and_zone_that_is_possible_at_all(tmp_path):
    with recorder(tmp_path / "r") as to:
        to.predictions(assessed(a_picture(0, count=2), entry=(0.5, 0.0)))
    rows = Recording(tmp_path / "r").predictions().to_pylist()
    assert [(row["track_id"], row["zone"]) for row in rows] == [("T2", "Zone 0"), ("T1", "Zone 0")]
    points = ("earliest_entry_s", "predicted_entry_s", "latest_entry_s")
    assert [rows[0][name] for name in points] == [1.7e9 + 80, 1.7e9 + 100, 1.7e9 + 120]
    assert rows[0]["entry_probability"] == 0.5


def test_origins_read_back_and_are_none_where_there_are_none(tmp_path):
    with recorder(tmp_path / "r") as to:
        to.origins(some_origins(5))
    table = Recording(tmp_path / "r").origins()
    assert table["object_id"].to_pylist() == some_origins(5).object_id.tolist()
    assert (table["received_s"].to_numpy() - table["time_s"].to_numpy()).tolist() == [1.0] * 5
    with recorder(tmp_path / "s"):
        pass
    assert Recording(tmp_path / "s").origins() is None


def test_a_quiet_run_leaves_empty_tables_and_no_truth(tmp_path):
    with recorder(tmp_path / "r"):
        pass
    recording = Recording(tmp_path / "r")
    assert [table.num_rows for table in (recording.detections(), recording.tracks(), recording.alerts())] == [
        0,
        0,
        0,
    ]
    assert not recording.has_truth()
    assert recording.site_toml == SITE_TOML


def test_a_simulation_leaves_no_tables_that_it_does_not_give(tmp_path):
    with recorder(tmp_path / "r", tables=("detections",)) as to:
        to.truth(some_truth(2))
    assert {path.name for path in (tmp_path / "r").glob("*.parquet")} == {
        "detections.parquet",
        "truth.parquet",
    }


@pytest.mark.parametrize("path", ["../x.xml", "cap/../../x.xml", "/cap/x.xml", "cap/x.txt", "x.xml"])
def test_a_cap_message_stays_in_its_folder(tmp_path, path):
    with recorder(tmp_path / "r") as to, pytest.raises(InvalidInput, match=r"cap/NAME\.xml"):
        to.cap(path, b"")


@pytest.mark.parametrize(("error", "ended"), [(KeyboardInterrupt, "interrupted"), (ValueError, "failed")])
def test_what_was_recorded_before_an_interrupt_is_complete_and_readable(tmp_path, error, ended):
    def run():
        with recorder(tmp_path / "r", rows_per_group=100) as to:
            to.detections(some_detections(250))
            to.tracks(a_picture(0))
            raise error

    with pytest.raises(error):
        run()
    recording = Recording(tmp_path / "r")
    assert recording.detections().num_rows == len(some_detections(250))
    assert recording.tracks().num_rows == 3
    assert json.loads((tmp_path / "r" / "recording.json").read_text())["ended"] == ended
    assert not list((tmp_path / "r").glob("*" + PARTIAL))


def test_a_killed_run_leaves_nothing_that_looks_whole(tmp_path):
    program = textwrap.dedent(
        f"""
        import os, signal
        from pathlib import Path
        from tests.recording.test_recorder import recorder, some_detections
        with recorder(Path({str(tmp_path / "r")!r}), rows_per_group=10) as to:
            to.detections(some_detections(25))
            os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    root = Path(__file__).resolve().parents[2]
    environment = os.environ | {"PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}"}
    killed = subprocess.run([sys.executable, "-c", program], cwd=root, env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not list((tmp_path / "r").glob("*.parquet"))
    with pytest.raises(UnusableFile, match="never finished"):
        Recording(tmp_path / "r")
    with recorder(tmp_path / "r", overwrite=True) as to:
        to.detections(some_detections(5))
    assert not list((tmp_path / "r").glob("*" + PARTIAL))


def test_an_earlier_recording_is_replaced_only_when_asked(tmp_path):
    with recorder(tmp_path / "r") as to:
        to.truth(some_truth(2))
        to.metrics({"gospa": 1.0})
        to.cap("cap/A-1-1.xml", b"<alert/>")
    (tmp_path / "r" / "notes.txt").write_text("mine")
    with pytest.raises(UnusableFile, match="overwrite it"), recorder(tmp_path / "r"):
        pass
    assert Recording(tmp_path / "r").has_truth()
    with recorder(tmp_path / "r", overwrite=True):
        pass
    assert not Recording(tmp_path / "r").has_truth()
    assert not (tmp_path / "r" / "metrics.json").exists()
    assert not list((tmp_path / "r" / "cap").iterdir())
    assert (tmp_path / "r" / "notes.txt").read_text() == "mine"


def test_a_directory_with_other_files_is_never_written_into(tmp_path):
    (tmp_path / "thesis.tex").write_text("")
    with (
        pytest.raises(UnusableFile, match="give an empty or a new directory"),
        recorder(tmp_path, overwrite=True),
    ):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_file_in_the_place_of_the_directory_is_refused(tmp_path):
    (tmp_path / "r").write_text("")
    with pytest.raises(UnusableFile, match="is a file"), recorder(tmp_path / "r"):
        pass


def test_tracks_can_be_written_to_a_file_alone(tmp_path):
    with recorder(tmp_path / "r") as to, tracks_writer(tmp_path / "t.parquet", FRAME, SENSORS) as alone:
        to.tracks(a_picture(0))
        alone.write(TrackRows.of(a_picture(0), None))
    assert (tmp_path / "t.parquet").read_bytes() == (tmp_path / "r" / "tracks.parquet").read_bytes()


def test_a_table_in_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UnusableFile, match="cannot be written"):
        tracks_writer(tmp_path / "none" / "t.parquet", FRAME, SENSORS)
