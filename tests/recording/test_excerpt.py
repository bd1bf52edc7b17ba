"""A report: an alert's evidence as a recording that others open."""

import io
import json
import zipfile

import pyarrow.parquet as pq
import pytest
from tests.recording.samples import EPOCH_NS
from tests.recording.test_past import opened, recorded

from tocsin.config.sharing import to_share
from tocsin.config.site import Sensor, Site
from tocsin.errors import InvalidInput, UnusableFile
from tocsin.recording.excerpt import packed
from tocsin.recording.recording import Recording
from tocsin.recording.unpacking import unpacked
from tocsin.recording.why import evidence_of, why


@pytest.fixture
def directory(tmp_path):
    to = recorded(tmp_path / "r")
    to.cap("cap/A-1-1.xml", b"<alert/>")
    to.__exit__(None, None, None)
    return tmp_path / "r"


def kept(tmp_path, content):
    path = tmp_path / "report.zip"
    path.write_bytes(content)
    return path


def test_a_report_says_why_as_the_recording_does(directory, tmp_path):
    message = Recording(directory).alerts().to_pylist()[0]
    before = why(evidence_of(Recording(directory)), message)
    with unpacked(kept(tmp_path, packed([opened(directory)], "A-1"))) as found:
        after = why(evidence_of(Recording(found)), message)
        assert (found / "cap" / "A-1-1.xml").read_bytes() == b"<alert/>"
        assert opened(found).trouble is None
    assert after.tracks == before.tracks
    assert [(one.sensor, one.detections, one.expected) for one in after.sensors] == [
        (one.sensor, one.detections, one.expected) for one in before.sensors
    ]
    assert after.steps == before.steps


def test_it_holds_the_tracks_of_the_alert_and_no_others(directory, tmp_path):
    with unpacked(kept(tmp_path, packed([opened(directory)], "A-1"))) as found:
        for table in ("tracks", "associations"):
            names = pq.read_table(found / f"{table}.parquet")["track_id"].to_pylist()
            assert set(names) == {"T1", "T2"}
        used = pq.read_table(found / "associations.parquet")["detection"].to_pylist()
        assert max(used) < pq.read_table(found / "detections.parquet").num_rows


def test_the_same_evidence_gives_the_same_bytes(directory):
    assert packed([opened(directory)], "A-1") == packed([opened(directory)], "A-1")


def test_an_alert_that_no_recording_has_is_refused(directory):
    with pytest.raises(InvalidInput, match="A-9"):
        packed([opened(directory)], "A-9")


def test_parts_of_a_run_are_joined_and_detections_numbered_anew(tmp_path):
    recorded(tmp_path / "one").__exit__(None, None, None)
    recorded(tmp_path / "two", first_detection=200).__exit__(None, None, None)
    table = pq.read_table(tmp_path / "two" / "associations.parquet")
    place = table.column_names.index("detection")
    moved = table.set_column(place, "detection", [[one + 200 for one in table["detection"].to_pylist()]])
    pq.write_table(moved, tmp_path / "two" / "associations.parquet")
    content = packed([opened(tmp_path / "one"), opened(tmp_path / "two")], "A-1")
    with unpacked(kept(tmp_path, content)) as found:
        assert set(pq.read_table(found / "associations.parquet")["detection"].to_pylist()) == {0, 1, 2, 3}
        assert pq.read_table(found / "detections.parquet").num_rows == 4


def test_of_a_sensor_only_numbers_are_given_away():
    secret = "no-one-elses"
    texts = {
        name: secret for name, field in Sensor.model_fields.items()
        if field.annotation is str and name not in ("name", "input", "node_id")
    }  # fmt: skip
    sensor = {"name": "Hill", "kind": "radar", "latitude_deg": 1.0, "longitude_deg": 2.0, "period_s": 3.0}
    given = Sensor.model_construct(**(Sensor(**sensor).__dict__ | texts | {"input": f"tcp://{secret}:1"}))
    place = {"name": "S", "latitude_deg": 1.0, "longitude_deg": 2.0, "identity_secret_file": secret}
    site = Site.model_construct(**(Site(site=place).__dict__ | {"sensors": (given,)}))
    shared = to_share(site)
    assert secret not in repr(shared)
    assert shared.sensors == (Sensor(**sensor),)


@pytest.mark.parametrize("name", ["../site.toml", "/etc/site.toml", "a/../../site.toml", "c:/site.toml"])
def test_a_report_that_reaches_outside_is_refused(tmp_path, name):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "x")
    with pytest.raises(UnusableFile, match="reaches outside"), unpacked(kept(tmp_path, out.getvalue())):
        pass


def test_what_is_no_report_is_refused_in_a_line(tmp_path, monkeypatch):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("story.json", json.dumps({"at": EPOCH_NS}))
    for content, said in ((b"PK no", "no ZIP"), (out.getvalue(), "no one recording")):
        with pytest.raises(UnusableFile, match=said) as refusal, unpacked(kept(tmp_path, content)):
            pass
        assert "\n" not in str(refusal.value)
    monkeypatch.setattr("tocsin.recording.unpacking.MOST_BYTES", 3)
    with pytest.raises(UnusableFile, match="larger"), unpacked(kept(tmp_path, out.getvalue())):
        pass
