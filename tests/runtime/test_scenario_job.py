"""Simulations through the whole line: who is warned, and what lies in the output directory."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree
from pydantic import TypeAdapter, ValidationError

from tocsin.config.site import Site
from tocsin.config.toml import load
from tocsin.errors import UnusableFile
from tocsin.evaluation.metrics_file import MetricsFile
from tocsin.model.alerts import Level
from tocsin.recording.recording import Recording
from tocsin.runtime.replay_job import replay_capture
from tocsin.runtime.scenario_job import run_scenario, simulate_to
from tocsin.runtime.summary import RunSummary


def test_a_drone_that_two_kinds_of_sensor_see_is_warned_of_in_time(small_run: RunSummary) -> None:
    metrics = small_run.metrics
    assert metrics is not None
    assert metrics["threats_entering"] == metrics["threats_warned"] == 1
    assert metrics["false_warnings"] == 0
    warning = next(message for message in small_run.messages if message.level is Level.WARNING)
    assert "seen by microphone and radar" in warning.reason


def test_the_output_directory_holds_what_the_contract_names(small_run: RunSummary) -> None:
    there = {path.name for path in small_run.directory.iterdir()}
    named = {"detections.parquet", "tracks.parquet", "alerts.parquet", "truth.parquet", "site.toml", "cap"}
    assert named | {"metrics.json"} <= there
    metrics = json.loads((small_run.directory / "metrics.json").read_text())
    assert metrics["run"]["detections"] == small_run.detections
    assert load(small_run.directory / "site.toml", Site).site.name == "Small"


def test_the_same_seed_gives_the_same_files_and_another_seed_another_night(
    small_run: RunSummary, scenario_file: str, tmp_path: Path
) -> None:
    run_scenario(scenario_file, 1, tmp_path / "again")
    run_scenario(scenario_file, 2, tmp_path / "other")
    for name in ("tracks.parquet", "alerts.parquet", "detections.parquet", "metrics.json"):
        first = (small_run.directory / name).read_bytes()
        assert (tmp_path / "again" / name).read_bytes() == first
        assert (tmp_path / "other" / name).read_bytes() != first


def test_cap_messages_are_valid_against_the_schema(small_run: RunSummary, shared_path) -> None:
    schema = etree.XMLSchema(etree.parse(str(shared_path("schemas/CAP-v1.2.xsd"))))
    files = sorted((small_run.directory / "cap").glob("*.xml"))
    assert len(files) == len(small_run.messages)
    for file in files:
        schema.assertValid(etree.parse(str(file)))


def test_evidence_of_every_track_is_named_by_rows_of_the_detections(small_run: RunSummary) -> None:
    recording = Recording(small_run.directory)
    associations, detections = recording.associations().to_pylist(), recording.detections().to_pylist()
    assert {row["track_id"] for row in recording.tracks().to_pylist()} == {
        a["track_id"] for a in associations
    }
    for row in associations:
        assert detections[row["detection"]]["sensor"] == row["sensor"]
    pairs = [(row["track_id"], row["detection"]) for row in associations]
    assert len(pairs) == len(set(pairs))


def test_predictions_are_kept_every_ten_seconds_and_with_every_message(small_run: RunSummary) -> None:
    recording = Recording(small_run.directory)
    table = recording.predictions()
    assert table is not None
    times = sorted(set(table["time_s"].to_pylist()))
    issued = {row["issued_s"] for row in recording.alerts().to_pylist()}
    assert issued <= set(times)
    between = [after - before for before, after in pairwise(times)]
    assert max(between) < 12.0
    plain = [after - before for before, after in pairwise(times) if after not in issued]
    assert min(plain) >= 10.0


def test_an_earlier_recording_is_replaced_only_when_told_so(
    small_run: RunSummary, scenario_file: str
) -> None:
    with pytest.raises(UnusableFile):
        run_scenario(scenario_file, 1, small_run.directory)


def test_radar_bytes_of_a_simulation_replayed_give_its_track_again(
    scenario_file: str, tmp_path: Path
) -> None:
    simulation = simulate_to(scenario_file, 1, tmp_path / "simulated", as_bytes=True)
    (capture,) = [file for file in simulation.files if file.suffix == ".pcap"]
    run = replay_capture(capture, tmp_path / "simulated" / "site.toml", tmp_path / "replayed")
    tracks = Recording(run.directory).tracks().to_pylist()
    truth = Recording(simulation.directory).truth()
    ((longest, _),) = Counter(row["track_id"] for row in tracks).most_common(1)
    last = [row for row in tracks if row["track_id"] == longest][-1]
    true = truth.state[abs(truth.time_ns / 1e9 - last["time_s"]).argmin()]
    assert abs(last["east_m"] - true[0]) < 100
    assert abs(last["north_m"] - true[1]) < 100


def test_metrics_hold_just_what_their_schema_declares(small_run: RunSummary) -> None:
    text = (small_run.directory / "metrics.json").read_text()
    declared = TypeAdapter(MetricsFile)
    schema, found = declared.json_schema(), json.loads(text)
    assert set(found) == set(schema["properties"])
    assert declared.validate_python(found).threats_warned == 1
    with pytest.raises(ValidationError):
        declared.validate_python(found | {"alerts": "many"})
