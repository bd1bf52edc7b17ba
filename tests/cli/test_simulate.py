from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Call

from tocsin.simulation.library import scenario_names


def test_the_names_of_the_scenarios_are_listed(tocsin: Call) -> None:
    outcome = tocsin("simulate", "--list")
    assert outcome.code == 0
    assert [text.split()[0] for text in outcome.out.splitlines()] == list(scenario_names())
    named = tocsin("simulate", "--list", "--json").json
    assert [one["name"] for one in named] == list(scenario_names())


def test_a_scenario_gives_site_detections_and_truth(tocsin: Call, scenario_file: Path) -> None:
    outcome = tocsin("simulate", scenario_file, "--seed", 3, "--out", "night")
    assert outcome.code == 0
    assert outcome.out.startswith("two-drones, seed 3: 7:00 with 2 objects, 2 threats, ")
    for name in ("site.toml", "detections.parquet", "truth.parquet"):
        assert Path("night", name).is_file()
        assert str(Path("night", name)) in outcome.out


def test_with_bytes_what_speaks_a_standard_is_written_as_a_capture(tocsin: Call, scenario_file: Path) -> None:
    outcome = tocsin("simulate", scenario_file, "--out", "night", "--bytes", "--json")
    captures = [Path(name) for name in outcome.json["files"] if name.endswith(".pcap")]
    assert len(captures) == 1
    decoded = tocsin("decode", captures[0])
    assert decoded.code == 0
    assert "RadarPlot" in decoded.out


@pytest.mark.parametrize("arguments", [(), ("border-crossing",), ("--out", "x")])
def test_scenario_and_directory_must_be_given(arguments: tuple[str, ...], tocsin: Call) -> None:
    outcome = tocsin("simulate", *arguments)
    assert outcome.code == 2
    assert "SCENARIO" in outcome.err or "--out" in outcome.err


def test_an_earlier_recording_is_not_overwritten_unasked(tocsin: Call, scenario_file: Path) -> None:
    arguments = ("simulate", scenario_file, "--out", "night")
    assert tocsin(*arguments).code == 0
    refused = tocsin(*arguments)
    assert (refused.code, refused.out) == (1, "")
    assert len(refused.err.splitlines()) == 1
    assert tocsin(*arguments, "--overwrite").code == 0


def test_a_scenario_without_inputs_can_not_be_spoken(tocsin: Call, scenario_file: Path) -> None:
    outcome = tocsin("simulate", scenario_file, "--speak")
    assert outcome.code == 1
    assert "has an input to speak to" in outcome.err and 'input = "udp://127.0.0.1:8600"' in outcome.err


def test_simulated_bytes_stay_on_this_machine_unless_one_asks(tocsin: Call, scenario_file: Path) -> None:
    text = scenario_file.read_text(encoding="utf-8")
    away = text.replace('kind = "radar"', 'kind = "radar"\ninput = "udp://192.0.2.1:8600"', 1)
    scenario_file.write_text(away, encoding="utf-8")
    outcome = tocsin("simulate", scenario_file, "--speak")
    assert outcome.code == 1
    assert "udp://192.0.2.1:8600 is not this machine's loopback" in outcome.err
    assert "--to-network" in outcome.err


def test_captures_are_not_made_while_speaking(tocsin: Call, scenario_file: Path) -> None:
    outcome = tocsin("simulate", scenario_file, "--speak", "--bytes")
    assert outcome.code == 2 and "--bytes" in outcome.err


def test_simulated_sensors_speak_only_in_an_exercise(tocsin: Call, scenario_file: Path) -> None:
    text = scenario_file.read_text(encoding="utf-8").replace("[site]", '[site]\nstatus = "Actual"', 1)
    scenario_file.write_text(text, encoding="utf-8")
    outcome = tocsin("simulate", scenario_file, "--speak")
    assert outcome.code == 1 and "speak only in an Exercise" in outcome.err
