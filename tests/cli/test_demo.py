from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.cli.conftest import Call, DemoRun
from tests.cli.samples import a_moment, an_alert
from tests.cli.scenes import SCENARIO

from tocsin.cli import warming
from tocsin.cli.demo import DIRECTORY
from tocsin.cli.picture import write_svg
from tocsin.cli.view_live import Heading, LiveView
from tocsin.runtime import scenario_job


def test_a_run_leaves_the_recording_of_the_contract(demo_run: DemoRun) -> None:
    names = {path.name for path in demo_run.directory.iterdir()}
    tables = {f"{table}.parquet" for table in ("detections", "tracks", "alerts", "truth")}
    assert tables | {"site.toml", "metrics.json", "cap"} <= names


def test_the_summary_for_programs_has_each_alert_under_the_names_of_the_contract(demo_run: DemoRun) -> None:
    alerts = demo_run.summary["alerts"]
    assert any(alert["level"] == "warning" and alert["zone"] == "Town" for alert in alerts)
    assert all((demo_run.directory / alert["cap_file"]).is_file() for alert in alerts)
    assert demo_run.summary["metrics"]["threats_entering"] == 2
    assert demo_run.summary["directory"] == str(demo_run.directory)


def test_for_people_it_prints_alerts_with_their_lead_metrics_places_and_what_to_try(
    tocsin: Call, demo_run: DemoRun, scenario_file: Path, tmp_path: Path
) -> None:
    outcome = tocsin("demo", "--scenario", scenario_file, "--speed", 0, "--out", tmp_path / "out")
    assert outcome.code == 0
    alert_id = demo_run.summary["alerts"][0]["alert_id"]
    for words in (alert_id, "WARNED in time", "GOSPA", str(tmp_path / "out"), "cap", "tocsin demo --seed 2"):
        assert words in outcome.out
    assert "two-drones, seed 1, Exercise, as fast as it goes" in outcome.err
    assert "WARNING" in outcome.err, "without a terminal each message is a line"


def test_an_earlier_recording_is_replaced_only_when_asked(
    tocsin: Call, scenario_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = tmp_path / "earlier"
    earlier.mkdir()
    (earlier / "recording.json").write_text('{"tocsin_recording": 1, "complete": true, "ended": "done"}')
    run = _without_running(monkeypatch)
    common = ("demo", "--headless", "--json", "--scenario", scenario_file)
    tocsin(*common, "--out", earlier)
    tocsin(*common, "--out", earlier, "--overwrite")
    tocsin(*common)
    assert [(call[2], call[6]) for call in run] == [(earlier, False), (earlier, True), (DIRECTORY, True)]


@pytest.mark.parametrize(
    ("options", "speed"), [("", 7.0), ("--headless", 0.0), ("--headless --speed 2.5", 2.5)]
)
def test_the_default_speed_shows_all_in_about_a_minute(
    options: str, speed: float, tocsin: Call, scenario_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = _without_running(monkeypatch)
    tocsin("demo", "--json", "--scenario", scenario_file, *options.split())
    assert run[0][3] == speed, "seven minutes are shown in one"


@pytest.mark.parametrize(
    "options", [("--speed", "-1"), ("--speed", "nan"), ("--speed", "inf"), ("--seed", "-1"), ("--sped", "1")]
)
def test_an_option_that_cannot_be_is_wrong_usage(options: tuple[str, ...], tocsin: Call) -> None:
    outcome = tocsin("demo", *options)
    assert (outcome.code, outcome.out) == (2, "")
    assert "Usage: tocsin demo" in outcome.err


def test_an_unknown_scenario_names_the_nearest(tocsin: Call) -> None:
    outcome = tocsin("demo", "--scenario", "border-crosing")
    assert outcome.code == 1
    assert "Did you mean 'border-crossing'?" in outcome.err


def test_a_wrong_scenario_file_tells_line_and_right_key_with_exit_code_3(
    tocsin: Call, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(
        SCENARIO.replace("period_s", "perod_s", 1).replace('kind = "direction', 'kind = "dirction')
    )
    outcome = tocsin("demo", "--scenario", wrong)
    assert (outcome.code, outcome.out) == (3, "")
    lines = outcome.err.splitlines()
    line = 1 + SCENARIO[: SCENARIO.index("period_s")].count("\n")
    assert f"tocsin: {wrong}: line {line}: sensors.0.perod_s: unknown key. Did you mean 'period_s'?" in lines
    assert any("sensors.1.kind" in text for text in lines)


def test_the_picture_shows_the_warnings_and_fetches_nothing(demo_run: DemoRun) -> None:
    svg = demo_run.picture.read_text()
    ElementTree.fromstring(svg)
    assert "WARNING" in svg
    assert "@font-face" not in svg
    assert "url(http" not in svg


def test_the_same_view_gives_the_same_picture(tmp_path: Path) -> None:
    view = LiveView(Heading("x", "Exercise", None, None, 0.0), "", a_moment((an_alert(),)))
    for name in ("a.svg", "b.svg"):
        write_svg(view, tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


class _Summary:
    """What a run that did not run came to."""

    def as_json(self) -> dict[str, str]:
        return {}


def _without_running(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """Notes the arguments of runs and runs nothing."""
    calls: list[tuple[object, ...]] = []

    def run_scenario(*arguments: object) -> _Summary:
        calls.append(arguments)
        return _Summary()

    monkeypatch.setattr(scenario_job, "run_scenario", run_scenario)
    monkeypatch.setattr(warming, "make_ready", lambda _: None)
    return calls
