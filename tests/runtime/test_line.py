"""The line: the same recording whatever the batches, and a record of all that flowed."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from lxml import etree
from tests.certificates import Authority, needs_openssl

from tocsin.config.signing import Signing
from tocsin.config.writing import to_toml
from tocsin.model.validation import in_canonical_order, validate
from tocsin.outputs.cap_signature import verify_cap
from tocsin.recording.recorder import Recorder
from tocsin.runtime.line import Line
from tocsin.runtime.watch import Moment
from tocsin.simulation.library import load_scenario
from tocsin.simulation.run import Simulated, simulate


@pytest.fixture(scope="module")
def simulated(scenario_file: str) -> Simulated:
    return simulate(load_scenario(scenario_file), 3)


def recorded(simulated: Simulated, out: Path, cuts: list[int], moments: list[Moment] | None = None) -> Line:
    """Runs the line with the detections cut at the given rows."""
    site = simulated.site
    detections = in_canonical_order(validate(simulated.detections)[0])
    edges = [0, *cuts, len(detections)]
    with Recorder(out, to_toml(site), site.sensor_names, site.frame) as recorder:
        line = Line(site, recorder, watch=None if moments is None else moments.append)
        for start, end in itertools.pairwise(edges):
            line.push(detections.take(slice(start, end)))
        line.finish()
    return line


@pytest.fixture(scope="module")
def whole(simulated: Simulated, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the line records of all detections in one batch."""
    out = tmp_path_factory.mktemp("whole") / "out"
    recorded(simulated, out, [])
    return out


@pytest.mark.parametrize("cuts", ["none", "seven", "half as many as rows"])
def test_any_batching_gives_the_same_bytes_of_tracks_and_alerts(
    simulated: Simulated, whole: Path, tmp_path: Path, cuts: str
) -> None:
    count = len(simulated.detections)
    size = {"none": 0, "seven": 7, "half as many as rows": count // 2}[cuts]
    at = np.random.default_rng(0).choice(np.arange(1, count), size=size, replace=False)
    recorded(simulated, tmp_path / "cut", sorted(at.tolist()))
    for name in ("tracks.parquet", "alerts.parquet", "associations.parquet", "detections.parquet"):
        assert (tmp_path / "cut" / name).read_bytes() == (whole / name).read_bytes(), name


def test_every_single_detection_as_a_batch_gives_the_same_bytes(
    simulated: Simulated, whole: Path, tmp_path: Path
) -> None:
    recorded(simulated, tmp_path / "cut", list(range(1, len(simulated.detections))))
    for name in ("tracks.parquet", "alerts.parquet"):
        assert (tmp_path / "cut" / name).read_bytes() == (whole / name).read_bytes(), name


def test_those_who_watch_are_told_about_once_a_second_and_hear_of_every_message(
    simulated: Simulated, tmp_path: Path
) -> None:
    moments: list[Moment] = []
    line = recorded(simulated, tmp_path / "out", [], moments)
    gaps_s = np.diff([moment.time_ns for moment in moments]) / 1e9
    assert gaps_s.min() >= 1.0
    assert np.median(gaps_s) < 2.0
    assert [message for moment in moments for message in moment.new_messages] == list(line.alerts.messages)
    assert moments[-1].alerts == line.alerts.open


def test_every_alert_message_lies_as_a_cap_file_under_the_name_that_its_row_gives(
    simulated: Simulated, tmp_path: Path
) -> None:
    line = recorded(simulated, tmp_path / "out", [])
    assert line.alerts.messages
    for message in line.alerts.messages:
        assert message.identifier.encode() in (tmp_path / "out" / message.cap_file).read_bytes()


@needs_openssl
def test_every_message_of_a_site_with_a_key_is_valid_and_its_signature_verifies(
    simulated: Simulated, tmp_path: Path, shared_path: Callable[[str], Path]
) -> None:
    keys = Authority(tmp_path).vouch_for("small")
    signed = simulated.site.model_copy(update={"signing": Signing(**keys)})
    line = recorded(replace(simulated, site=signed), tmp_path / "out", [])
    schema = etree.XMLSchema(etree.parse(shared_path("schemas/CAP-v1.2.xsd")))
    assert line.alerts.messages
    for message in line.alerts.messages:
        content = (tmp_path / "out" / message.cap_file).read_bytes()
        schema.assertValid(etree.fromstring(content))
        found = verify_cap(content, Path(keys["certificate_file"]))
        assert (found.identifier, found.signed_by) == (message.identifier, "CN=small")
