"""Why is answered for every message, from what was recorded, and the same while it runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from tocsin.config.writing import to_toml
from tocsin.model.alerts import AlertMessage
from tocsin.model.validation import in_canonical_order, validate
from tocsin.recording.recent import RecentEvidence
from tocsin.recording.recorder import Recorder
from tocsin.recording.recording import Recording
from tocsin.recording.rows import Taken
from tocsin.recording.why import Why, evidence_of, why
from tocsin.runtime.line import Line
from tocsin.runtime.summary import RunSummary
from tocsin.simulation.library import load_scenario
from tocsin.simulation.run import simulate


def answers(directory: Path) -> list[Why]:
    recording = Recording(directory)
    evidence = evidence_of(recording)
    return [why(evidence, row) for row in recording.alerts().to_pylist()]


def test_every_message_of_a_recording_is_answered_from_its_rule_to_what_was_measured(
    small_run: RunSummary,
) -> None:
    found = answers(small_run.directory)
    assert len(found) == len(small_run.messages) >= 3
    for answer, message in zip(found, small_run.messages, strict=True):
        assert answer.rule["label"] == message.rule and answer.rule["within_s"] > 0
        assert [track.track_id for track in answer.tracks] == list(message.track_ids)
        assert any(track.existence is not None for track in answer.tracks)
        assert {one.sensor for one in answer.sensors} <= {"radar", "array"} and answer.sensors
        steps = answer.steps
        assert steps.measured_s is not None and steps.received_s is not None and steps.used_s is not None
        assert steps.measured_s <= min(steps.received_s, steps.used_s) and steps.used_s <= steps.issued_s
        assert steps.decided_s is None, "a simulation has no clock of its own"


def test_what_a_message_says_is_what_its_evidence_shows(small_run: RunSummary) -> None:
    for answer, message in zip(answers(small_run.directory), small_run.messages, strict=True):
        if "not seen" in message.reason or message.message_type == "Cancel":
            continue
        predicted = [track.entry_probability for track in answer.tracks if track.entry_probability]
        assert any(math.isclose(p, message.entry_probability, abs_tol=1e-9) for p in predicted)
        kinds = {one.kind for one in answer.sensors}
        said = {
            word for word in ("radar", "microphone") if f"{word}" in message.reason.partition("seen by")[2]
        }
        assert said <= kinds


def test_the_detections_that_are_named_are_those_of_the_sensor(small_run: RunSummary) -> None:
    detections = Recording(small_run.directory).detections().to_pylist()
    for answer in answers(small_run.directory):
        for one in answer.sensors:
            rows = [detections[row] for row in one.rows]
            assert {row["sensor"] for row in rows} == {one.sensor}
            assert max(row["time_s"] for row in rows) <= one.last_measured_s


@pytest.mark.parametrize("seed", [1, 2])
def test_a_running_line_answers_as_its_recording_does(scenario_file: str, tmp_path: Path, seed: int) -> None:
    simulated = simulate(load_scenario(scenario_file), seed)
    site, told, recent = simulated.site, list[Why](), RecentEvidence(simulated.site)

    def issued(messages: Sequence[AlertMessage], taken: Taken) -> None:
        told.extend(recent.why(messages, taken)())

    detections = in_canonical_order(validate(simulated.detections)[0])
    with Recorder(tmp_path / "out", to_toml(site), site.sensor_names, site.frame) as recorder:
        line = Line(site, recorder, issued=issued, recent=recent)
        for start in range(0, len(detections), 50):
            line.push(detections.take(slice(start, start + 50)))
        line.finish()
    recorded = {answer.message["cap_file"]: answer for answer in answers(tmp_path / "out")}
    assert len(told) == len(recorded) >= 3
    for answer in told:
        if "not seen" not in answer.message["reason"]:  # what was long ago is no longer at hand
            assert answer == recorded[answer.message["cap_file"]]
