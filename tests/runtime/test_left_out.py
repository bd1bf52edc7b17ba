"""What a part of the line is worth shows without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tocsin.config.kinds import SensorKind
from tocsin.recording.recording import Recording
from tocsin.runtime.left_out import LeftOut
from tocsin.runtime.scenario_job import run_scenario


def test_every_kind_of_sensor_can_be_left_out() -> None:
    kinds = {part.kind for part in LeftOut if part.kind is not None}
    assert kinds == set(SensorKind)
    assert {part.value for part in LeftOut if part.kind is None} == {"model_free", "classifier", "tracker"}


def test_without_the_tracker_the_model_free_path_warns_alone(scenario_file: str, tmp_path: Path) -> None:
    summary = run_scenario(scenario_file, 1, tmp_path / "run", without=LeftOut.TRACKER)
    assert summary.tracks_confirmed == 0
    assert Recording(tmp_path / "run").tracks().num_rows == 0
    assert summary.messages
    assert {message.track_ids for message in summary.messages} == {()}
    metrics = summary.metrics
    assert metrics is not None
    assert metrics["measures"]["zones_warned"] == 1.0
    assert metrics["measures"]["warnings_without_track"] >= 1
    assert metrics["threats_warned"] == 0  # the contract asks for a track


@pytest.mark.parametrize("part", [LeftOut.MODEL_FREE, LeftOut.CLASSIFIER])
def test_without_another_part_there_are_tracks(part: LeftOut, scenario_file: str, tmp_path: Path) -> None:
    summary = run_scenario(scenario_file, 1, tmp_path / "run", without=part)
    assert summary.tracks_confirmed > 0
    if part is LeftOut.MODEL_FREE:
        assert all(message.track_ids for message in summary.messages)
