"""A recording on the console: with a clock of its own, and the same answers as its tables give."""

from __future__ import annotations

import json
import re
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.sensors.live.clocks import SetClock

from tocsin.assessment.classes import CLASSES
from tocsin.model.actions import Action, Outcome, Request, Verb
from tocsin.outputs.refusal import Refusal
from tocsin.recording.alert_book import AlertBook
from tocsin.recording.recording import Recording
from tocsin.recording.unpacking import unpacked
from tocsin.recording.why import evidence_of, why
from tocsin.runtime.alert_report import AlertReports
from tocsin.runtime.past_archive import PastArchive
from tocsin.runtime.past_source import PastSource
from tocsin.runtime.summary import RunSummary

SECOND_NS = 1_000_000_000


@pytest.fixture(scope="module")
def archive(small_run: RunSummary) -> PastArchive:
    return PastArchive(small_run.directory, SetClock(0))


@pytest.fixture
def clock() -> SetClock:
    return SetClock(5 * SECOND_NS)


@pytest.fixture
def source(archive: PastArchive, clock: SetClock) -> PastSource:
    scenes = archive.scenes("out")
    scenes.await_reading()
    return PastSource(scenes, None, clock)


def rows(run: RunSummary, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(run.directory / f"{table}.parquet").to_pylist()
    return found


def test_it_begins_at_its_start_and_stands_still(source: PastSource, clock: SetClock) -> None:
    first = source.scene()
    clock.time_ns = 9 * SECOND_NS
    assert source.scene() is first
    assert (source.mode, first.clock.playing, first.time_ns) == ("recording", False, first.clock.start_ns)


def test_it_plays_as_fast_as_asked_goes_where_it_is_sent_and_stops_at_its_end(
    source: PastSource, clock: SetClock
) -> None:
    start_ns = source.scene().time_ns
    source.play(10.0)
    clock.time_ns = 7 * SECOND_NS
    assert source.scene().time_ns == start_ns + 20 * SECOND_NS
    source.seek(start_ns + 100 * SECOND_NS)
    clock.time_ns = 8 * SECOND_NS
    assert source.scene().time_ns == start_ns + 110 * SECOND_NS
    source.pause()
    clock.time_ns = 9 * SECOND_NS
    assert source.scene().time_ns == start_ns + 110 * SECOND_NS
    source.play(1000.0)
    clock.time_ns = 10 * SECOND_NS
    at_end = source.scene().clock
    assert (at_end.time_ns, at_end.playing) == (at_end.end_ns, False)
    source.play(1.0)
    assert source.scene().time_ns == start_ns


@pytest.mark.parametrize("speed", [0.0, -1.0, 1e9, float("nan"), float("inf")])
def test_a_speed_that_is_none_is_refused(source: PastSource, speed: float) -> None:
    with pytest.raises(Refusal, match="plays from"):
        source.play(speed)


def test_a_time_outside_is_its_nearest_end(source: PastSource) -> None:
    clock = source.scene().clock
    source.seek(0)
    assert source.scene().time_ns == clock.start_ns
    source.seek(10 * clock.start_ns)
    assert source.scene().time_ns == clock.end_ns


def test_a_scene_has_the_tracks_and_alerts_of_its_time(source: PastSource, small_run: RunSummary) -> None:
    warning = next(row for row in rows(small_run, "alerts") if row["level"] == "warning")
    source.seek(round(warning["issued_s"] * 1e9) + 1000)
    scene = source.scene()
    (report,) = scene.alerts
    assert (report.message.identifier, report.owner) == (f"{warning['alert_id']}-{warning['version']}", "")
    there = [row for row in rows(small_run, "tracks") if row["time_s"] <= warning["issued_s"]]
    newest = [row for row in there if row["time_s"] == there[-1]["time_s"]]
    assert report.message.objects == len(warning["track_ids"])
    classes = {row["track_id"]: row["class"] for row in newest}
    assert report.message.object_class == classes[report.message.track_ids[0]]
    assert report.message.area == (), "all of the zone"
    assert scene.tracks.track_id.tolist() == [row["track_id"] for row in newest]
    assert [CLASSES[k] for k in scene.tracks.class_number] == [row["class"] for row in newest]
    assert scene.health["sensors"]["live"] >= 1
    assert {name.name for name in scene.sensors} == {"radar", "array"}


def test_who_was_warned_is_as_the_cap_file_has_it(small_run: RunSummary, tmp_path: Path) -> None:
    shutil.copytree(small_run.directory, tmp_path / "night")
    warning = next(row for row in rows(small_run, "alerts") if row["level"] == "warning")
    cap = tmp_path / "night" / warning["cap_file"]
    part = "37.5,127 37.5,127.01 37.51,127.01 37.5,127"
    cap.write_text(re.sub("<polygon>[^<]*", f"<polygon>{part}", cap.read_text()))
    (told,) = (
        PastArchive(tmp_path, SetClock(0)).stories("night", round(warning["issued_s"] * 1e9) + 1000).alerts()
    )
    assert told["area"] == [[37.5, 127.0], [37.5, 127.01], [37.51, 127.01]]


def test_the_same_picture_is_the_same_object_at_whatever_time(source: PastSource) -> None:
    middle_ns = source.scene().clock.start_ns + 60 * SECOND_NS
    source.seek(middle_ns)
    tracks = source.scene().tracks
    source.seek(middle_ns + 1_000_000)
    assert source.scene().tracks is tracks


def test_an_alert_that_ended_is_told_for_ten_minutes(source: PastSource, small_run: RunSummary) -> None:
    messages = rows(small_run, "alerts")
    scene_ends = [row for row in messages if row["message_type"] == "Cancel"]
    source.seek(10**19)
    assert len(source.scene().ended) == len(scene_ends)


def test_details_of_a_track_are_those_of_its_rows(archive: PastArchive, small_run: RunSummary) -> None:
    warning = next(row for row in rows(small_run, "alerts") if row["level"] == "warning")
    track_id, now_s = warning["track_ids"][0], warning["issued_s"]
    known = archive.details("out", round(now_s * 1e9) + 1000).track(track_id)
    mine = [row for row in rows(small_run, "tracks") if row["track_id"] == track_id]
    row = max((row for row in mine if row["time_s"] <= now_s), key=lambda row: row["time_s"])
    assert known["latitude_deg"] == row["latitude_deg"] and known["born_s"] == mine[0]["time_s"]
    assert known["classes"] == [{"name": row["class"], "probability": row["class_probability"]}]
    assert known["entries"][0]["zone"] == "Hamlet"
    assert known["entries"][0]["probability"] == pytest.approx(warning["entry_probability"], abs=0.01)
    assert {one["sensor"] for one in known["seen_by"]} <= {"radar", "array"}
    assert known["trail"][-1][3] == row["time_s"] and len(known["trail"]) <= 300
    assert known["path"][0]["after_s"] == 0.0 and len(known["path"]) == 13
    north = [point["latitude_deg"] for point in known["path"]]
    assert north == sorted(north, reverse=True)  # it flies south


def test_why_a_track_is_taken_for_what_it_is_is_what_was_told_last(
    archive: PastArchive, small_run: RunSummary
) -> None:
    warning = next(row for row in rows(small_run, "alerts") if row["level"] == "warning")
    then_ns = round(warning["issued_s"] * 1e9) + 1000
    (track,) = archive.stories("out", then_ns).why(warning["alert_id"], warning["version"])["tracks"]
    said = archive.details("out", then_ns).track(track["track_id"])["class_evidence"]
    assert said == [*track["class_evidence"]]
    assert {"kinematics", "together"} <= {one["evidence"] for one in said}


def test_a_recording_whose_tables_lack_a_column_that_came_later_is_shown(
    small_run: RunSummary, tmp_path: Path
) -> None:
    shutil.copytree(small_run.directory, tmp_path / "night")
    path = tmp_path / "night" / "detections.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["label"]), path)
    assert PastArchive(tmp_path, SetClock(0)).recordings()[0]["trouble"] is None


def test_a_track_that_was_not_there_then_is_refused(archive: PastArchive) -> None:
    with pytest.raises(Refusal, match="no track") as refusal:
        archive.details("out", None).track("nobody")
    assert refusal.value.status == 404


def test_the_story_and_why_are_those_until_then(archive: PastArchive, small_run: RunSummary) -> None:
    messages = rows(small_run, "alerts")
    first = messages[0]
    then = archive.stories("out", round(first["issued_s"] * 1e9) + 1000)
    assert [one["version"] for one in then.alert(first["alert_id"].lower())["messages"]] == [1]
    assert len(archive.stories("out", None).alert(first["alert_id"])["messages"]) == len(
        [row for row in messages if row["alert_id"] == first["alert_id"]]
    )
    wanted = why(evidence_of(Recording(small_run.directory)), first)
    answer = then.why(first["alert_id"], None)
    assert [one["detections"] for one in answer["sensors"]] == [one.detections for one in wanted.sensors]
    with pytest.raises(Refusal, match="no version 9"):
        then.why(first["alert_id"], 9)
    with pytest.raises(Refusal, match="no alert"):
        archive.stories("out", 0).alert(first["alert_id"])


def test_events_are_in_order_and_name_what_happened(archive: PastArchive, small_run: RunSummary) -> None:
    events = archive.events("out")
    assert [event["time_s"] for event in events] == sorted(event["time_s"] for event in events)
    assert len(events) == len(rows(small_run, "alerts"))
    assert {event["level"] for event in events} <= {"watch", "advisory", "warning"}


def test_a_report_says_why_as_the_recording_does(
    archive: PastArchive, small_run: RunSummary, tmp_path: Path
) -> None:
    warning = next(row for row in rows(small_run, "alerts") if row["level"] == "warning")
    name, content = archive.details("out", None).report(warning["alert_id"])
    (tmp_path / name).write_bytes(content)
    with unpacked(tmp_path / name) as found:
        after = why(evidence_of(Recording(found)), warning)
        story = json.loads((found / "story.json").read_bytes())
    before = why(evidence_of(Recording(small_run.directory)), warning)
    assert after.tracks == before.tracks and after.steps == before.steps
    assert story["alert_id"] == warning["alert_id"]


def test_a_book_beside_it_tells_who_answered(small_run: RunSummary, tmp_path: Path) -> None:
    shutil.copytree(small_run.directory, tmp_path / "night")
    first = rows(small_run, "alerts")[0]
    issued_ns = round(first["issued_s"] * 1e6) * 1000
    with AlertBook(tmp_path / "alerts.sqlite") as book:
        done = Request(Verb.ACKNOWLEDGE, "anna", "duty", first["alert_id"])
        book.add((), [Action(issued_ns + SECOND_NS, done, Outcome.DONE, "hers", first["alert_id"])])
    archive = PastArchive(tmp_path, SetClock(0))
    before, after = (archive.stories("night", issued_ns + k * SECOND_NS).alerts()[0] for k in (0, 1))
    assert (before["owner"], before["acknowledged_s"]) == ("duty", None)
    assert after["acknowledged_s"] == pytest.approx(first["issued_s"] + 1.0)
    shift = archive.details("night", issued_ns + 2 * SECOND_NS).shift(None)
    assert [one["who"] for one in shift["happened"]] == ["tocsin", "anna (duty)"]
    assert [one["alert_id"] for one in shift["open"]] == [first["alert_id"]]
    _, content = archive.details("night", None).report(first["alert_id"])
    (tmp_path / "r.zip").write_bytes(content)
    with unpacked(tmp_path / "r.zip") as found:
        assert "anna" not in (found / "story.json").read_text()
        assert '"duty"' in (found / "story.json").read_text()


def test_a_folder_that_has_a_site_file_beside_its_recordings_is_no_recording(
    small_run: RunSummary, tmp_path: Path
) -> None:
    shutil.copytree(small_run.directory, tmp_path / "night")
    shutil.copy(small_run.directory / "site.toml", tmp_path)
    assert PastArchive(tmp_path, SetClock(0)).names() == ["night"]


def test_a_folder_has_the_latest_first_and_tells_what_can_not_be_shown(
    small_run: RunSummary, tmp_path: Path
) -> None:
    for name in ("2026-11-22T140000Z", "2026-11-22T150000Z"):
        shutil.copytree(small_run.directory, tmp_path / name)
    (tmp_path / "2026-11-22T140000Z" / "site.toml").write_text("[site]\n")
    (tmp_path / "notes").mkdir()
    archive = PastArchive(tmp_path, SetClock(0))
    later, earlier = archive.recordings()
    assert (later["name"], later["trouble"]) == ("2026-11-22T150000Z", None)
    assert later["alerts"] == 1 and later["end_s"] > later["start_s"]
    assert "can't be shown" in earlier["trouble"]
    for name in ("notes", "..", "../out", ""):
        with pytest.raises(Refusal, match="no recording"):
            archive.open(name, None)


def test_a_recording_that_grew_is_opened_anew(small_run: RunSummary, tmp_path: Path) -> None:
    shutil.copytree(small_run.directory, tmp_path / "night")
    archive = PastArchive(tmp_path, SetClock(0))
    assert archive.recordings()[0]["trouble"] is None
    (tmp_path / "night" / "tracks.parquet").unlink()
    assert archive.recordings()[0]["trouble"] == "no tracks.parquet"


def test_coverage_is_a_ring_around_each_sensor_with_its_state(archive: PastArchive) -> None:
    features = archive.details("out", None).coverage()["features"]
    radar = next(one for one in features if one["id"] == "radar")
    ring = radar["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    assert max(latitude for _, latitude in ring) == pytest.approx(-40.0 + 15_000 / 111_000, abs=0.01)
    assert radar["properties"]["max_range_m"] == 15_000.0


def test_the_way_of_what_is_warned_of_is_recorded_with_each_message_and_every_ten_seconds(
    small_run: RunSummary,
) -> None:
    points = rows(small_run, "paths")
    told = {(row["time_s"], row["track_id"]) for row in points}
    messages = rows(small_run, "alerts")
    there = {(row["time_s"], row["track_id"]) for row in rows(small_run, "tracks")}
    named = {(row["issued_s"], name) for row in messages for name in row["track_ids"]}
    assert named & there and named & there <= told
    times = sorted({time_s for time_s, _ in told})
    assert max(later - earlier for earlier, later in pairwise(times)) < 13.0  # radar looks every two seconds
    assert all(point["sigma_along_m"] >= 0.0 and 0.0 <= point["course_deg"] <= 360.0 for point in points)


def test_the_report_of_a_running_line_and_of_its_recording_hold_the_same_tracks(
    archive: PastArchive, small_run: RunSummary, tmp_path: Path
) -> None:
    alert_id = rows(small_run, "alerts")[0]["alert_id"]
    with AlertBook(tmp_path / "alerts.sqlite") as book:
        book.add(archive.scenes("out").alerts.messages)
    reports = AlertReports(tmp_path / "alerts.sqlite", archive.directories, lambda: None, SetClock(0))
    name, content = reports.report(alert_id.lower())
    assert name == f"report-{alert_id}.zip"
    (tmp_path / name).write_bytes(content)
    (tmp_path / "past.zip").write_bytes(archive.details("out", None).report(alert_id).content)
    with unpacked(tmp_path / name) as one, unpacked(tmp_path / "past.zip") as other:
        assert pq.read_table(one / "tracks.parquet").equals(pq.read_table(other / "tracks.parquet"))
    with pytest.raises(Refusal, match="no alert 'A-0'"):
        reports.report("A-0")
