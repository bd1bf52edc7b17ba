"""The oracle of the measures: the real rules, told the truth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from tocsin.evaluation.report import evaluate
from tocsin.recording.recording import Recording
from tocsin.runtime.oracle import ask_oracle
from tocsin.runtime.scenario_job import simulate_to
from tocsin.runtime.summary import RunSummary


@pytest.fixture(scope="module")
def recording(small_run: RunSummary) -> Recording:
    return Recording(small_run.directory)


def test_it_warns_no_later_than_the_tracks_do_and_knows_from_the_third_detection_on(
    recording: Recording,
) -> None:
    oracle = ask_oracle(recording)
    assert oracle is not None
    table: Any = recording.origins()
    received = sorted(table["received_s"].to_pylist())
    ((object_id, known_s),) = oracle.known_s.items()
    assert known_s == pytest.approx(received[2], rel=0.0, abs=1e-5)
    warned_s = oracle.knowing_all_s[object_id, "Hamlet"]
    assert known_s <= warned_s <= oracle.knowing_tracks_s[object_id, "Hamlet"]
    (outcome,) = [o for o in evaluate(recording).outcomes if o.threat and o.entry_s is not None]
    assert outcome.warning_s is not None
    assert warned_s <= outcome.warning_s


def test_it_knows_nothing_of_the_future(recording: Recording, tmp_path: Path, scenario_file: str) -> None:
    told = ask_oracle(recording)
    assert told is not None
    (issued_s,) = told.knowing_all_s.values()
    simulate_to(scenario_file, 1, tmp_path / "other")
    path = tmp_path / "other" / "truth.parquet"
    table = pq.read_table(path)
    later = table["time_s"].to_numpy() > issued_s
    for name in ("velocity_east_mps", "velocity_north_mps"):  # from then on it seems to stand still
        values = np.where(later, 0.0, table[name].to_numpy())
        table = table.set_column(table.column_names.index(name), name, [values])
    pq.write_table(table, path)
    again = ask_oracle(Recording(tmp_path / "other"))
    assert again is not None
    assert again.knowing_all_s == told.knowing_all_s
    assert again.knowing_tracks_s != told.knowing_tracks_s


def test_it_needs_two_kinds_of_evidence_or_the_class_where_it_is_not_told_them(
    recording: Recording, tmp_path: Path, scenario_file: str
) -> None:
    simulate_to(scenario_file, 1, tmp_path / "radar")
    path = tmp_path / "radar" / "origins.parquet"
    table = pq.read_table(path)
    kept = [sensor == table["sensor"][0].as_py() for sensor in table["sensor"].to_pylist()]
    pq.write_table(table.filter(kept), path)
    oracle = ask_oracle(Recording(tmp_path / "radar"))
    assert oracle is not None
    assert len(oracle.knowing_all_s) == 1
    assert oracle.knowing_tracks_s == {}


def test_of_an_object_that_flies_on_to_a_second_zone_it_warns_of_both(
    tmp_path: Path, scenario_file: str
) -> None:
    text = Path(scenario_file).read_text().replace("duration_s = 200.0", "duration_s = 420.0")
    there, turns = "[-40.05, -120.0]]", "[-40.005, -120.0], [-40.005, -119.92]]"
    start, end = text.index("[[zones]]"), text.index("[classes.")
    second = (
        text[start:end].replace("Hamlet", "Farm").replace("-120.01", "-119.96").replace("-119.99", "-119.94")
    )
    (tmp_path / "two.toml").write_text(text[:end] + second + text[end:].replace(there, turns))
    simulate_to(str(tmp_path / "two.toml"), 1, tmp_path / "run")
    oracle = ask_oracle(Recording(tmp_path / "run"))
    assert oracle is not None
    warned_s = {zone: time_s for (_, zone), time_s in oracle.knowing_all_s.items()}
    assert warned_s["Hamlet"] < warned_s["Farm"]


def test_without_origins_there_is_none(tmp_path: Path, scenario_file: str) -> None:
    simulate_to(scenario_file, 1, tmp_path / "plain")
    (tmp_path / "plain" / "origins.parquet").unlink()
    assert ask_oracle(Recording(tmp_path / "plain")) is None


def test_where_nothing_threatens_there_is_nothing_to_warn_of(tmp_path: Path, scenario_file: str) -> None:
    text = Path(scenario_file).read_text()
    harmless = text.replace("threat = true", "threat = false").replace('["Hamlet"]', "[]", 1)
    (tmp_path / "harmless.toml").write_text(harmless)
    simulate_to(str(tmp_path / "harmless.toml"), 1, tmp_path / "run")
    oracle = ask_oracle(Recording(tmp_path / "run"))
    assert oracle is not None
    assert (oracle.knowing_all_s, oracle.knowing_tracks_s) == ({}, {})
