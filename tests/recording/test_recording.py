import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.recording.samples import FRAME, SENSORS, SITE_TOML, some_truth

from tocsin.errors import InvalidTable, UnusableFile
from tocsin.recording.recorder import Recorder
from tocsin.recording.recording import Recording


@pytest.fixture
def directory(tmp_path):
    with Recorder(tmp_path / "r", SITE_TOML, SENSORS, FRAME) as to:
        to.truth(some_truth(5))
    return tmp_path / "r"


def one_line(refusal):
    return "\n" not in str(refusal.value)


def test_a_missing_directory_and_one_without_a_recording_are_refused_in_one_line(tmp_path):
    for path, said in ((tmp_path / "none", "is no directory"), (tmp_path, "holds no recording")):
        with pytest.raises(UnusableFile, match=said) as refusal:
            Recording(path)
        assert one_line(refusal)


def test_a_missing_and_a_damaged_table_are_refused_in_one_line(directory):
    (directory / "alerts.parquet").unlink()
    (directory / "tracks.parquet").write_bytes((directory / "tracks.parquet").read_bytes()[:-9])
    recording = Recording(directory)
    for read, said in ((recording.alerts, "no such file"), (recording.tracks, "damaged or incomplete")):
        with pytest.raises(UnusableFile, match=said) as refusal:
            read()
        assert one_line(refusal)


def test_the_files_of_the_contract_are_a_recording_without_the_marker(directory):
    (directory / "recording.json").unlink()
    assert len(Recording(directory).truth()) == 15


def test_truth_without_a_position_is_refused_with_its_row(directory):
    table = pq.read_table(directory / "truth.parquet")
    north = table["north_m"].to_pylist()
    north[3] = None
    position = table.column_names.index("north_m")
    pq.write_table(table.set_column(position, "north_m", pa.array(north)), directory / "truth.parquet")
    with pytest.raises(InvalidTable, match="column 'north_m', row 4"):
        Recording(directory).truth()


def test_a_cap_file_outside_the_directory_is_not_read(directory, tmp_path):
    (tmp_path / "secret.xml").write_text("<x/>")
    assert Recording(directory).cap("../secret.xml") is None
    assert Recording(directory).cap("cap/../../secret.xml") is None


def test_metrics_are_put_beside_what_they_were_found_in(directory):
    Recording(directory).write_metrics({"gospa_m": None})
    assert (directory / "metrics.json").read_text() == '{\n  "gospa_m": null\n}\n'
