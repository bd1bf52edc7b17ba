"""Why is answered for every message, from what was recorded, and the same while it runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tocsin.config.site import Site
from tocsin.config.writing import to_toml
from tocsin.model.alerts import AlertMessage
from tocsin.model.detections import Detections
from tocsin.model.labels import NO_LABEL, label_code
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

    detections = in_canonical_order(validate(_remarked(simulated.detections, site))[0])
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
    said = {
        (row.evidence, row.sensor)
        for answer in told
        for track in answer.tracks
        for row in track.class_evidence
    }
    for_all = {(kind, None) for kind in ("prior", "kinematics", "size", "together")}
    assert said == {*for_all, ("label", "array")}


def test_the_probability_of_a_class_is_what_all_its_evidence_comes_to(small_run: RunSummary) -> None:
    told = 0
    for answer in answers(small_run.directory):
        for track in answer.tracks:
            by_kind = {row.evidence: row.log_likelihood for row in track.class_evidence}
            if "together" not in by_kind or answer.message["message_type"] == "Cancel":
                continue
            told += 1
            together = by_kind.pop("together")
            assert sum(math.exp(log) for log in together.values()) == pytest.approx(1.0)
            added = {name: sum(said[name] for said in by_kind.values()) for name in together}
            likeliest = max(set(added) - {"unknown"}, key=lambda name: added[name])
            # Of what is not doubted: all but 'unknown', to which doubt is added.
            assert together[likeliest] - together["bird"] == pytest.approx(added[likeliest] - added["bird"])
    assert told >= 3


def _remarked(detections: Detections, site: Site) -> Detections:
    """Arrays call all that they hear a drone, and the radar tells a cross section."""
    is_radar = detections.sensor == site.sensor_names.index("radar")
    return replace(
        detections,
        label=np.where(is_radar, NO_LABEL, label_code("drone")).astype(np.int8),
        radar_cross_section_m2=np.where(is_radar, 0.1, np.nan),
    )
