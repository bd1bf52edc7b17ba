from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Call
from tests.cli.scenes import SCENARIO

from tocsin.config.kinds import DEFAULTS, SensorKind
from tocsin.config.site import Site
from tocsin.config.toml import parse

GOOD = '[site]\nname = "x"\nlatitude_deg = 1.0\nlongitude_deg = 2.0\n'
WITH_SENSOR = GOOD + '[[sensors]]\nname = "m"\nkind = "microphone"\n'


@pytest.fixture
def site(tocsin: Call, tmp_path: Path) -> Path:
    path = tmp_path / "site.toml"
    path.write_text(WITH_SENSOR)
    return path


def test_what_init_writes_check_finds_valid(tocsin: Call) -> None:
    made = tocsin("config", "init", "mine.toml")
    assert (made.code, made.out) == (0, "")
    checked = tocsin("config", "check", "mine.toml")
    assert checked.code == 0
    assert checked.out == "mine.toml: a valid site file (My site; sensors: 1, zones: 1, rules: 3)\n"


def test_init_without_a_file_prints_what_it_would_write(tocsin: Call) -> None:
    tocsin("config", "init", "mine.toml")
    assert tocsin("config", "init").out == Path("mine.toml").read_text()


def test_init_does_not_replace_a_file_unasked(tocsin: Call, site: Path) -> None:
    refused = tocsin("config", "init", site)
    assert refused.code == 1
    assert "--overwrite" in refused.err
    assert site.read_text() == WITH_SENSOR
    assert tocsin("config", "init", site, "--overwrite").code == 0
    assert site.read_text() != WITH_SENSOR


def test_check_tells_all_that_is_wrong_with_lines_and_exit_code_3(tocsin: Call, site: Path) -> None:
    site.write_text(WITH_SENSOR.replace("latitude", "lattitude") + "periods = 1\n")
    outcome = tocsin("config", "check", site)
    assert (outcome.code, outcome.out) == (3, "")
    assert (
        f"tocsin: {site}: line 3: site.lattitude_deg: unknown key. Did you mean 'latitude_deg'?"
        in outcome.err
    )
    assert f"tocsin: {site}: line 8: sensors.0.periods: unknown key. Did you mean 'period_s'?" in outcome.err


def test_check_says_the_same_to_programs(tocsin: Call, site: Path) -> None:
    site.write_text(GOOD + "altitud_m = 3\n")
    outcome = tocsin("config", "check", site, "--json")
    assert outcome.code == 3
    (problem,) = outcome.json["problems"]
    assert outcome.json["valid"] is False
    assert (problem["line"], problem["remedy"]) == (5, "Did you mean 'altitude_m'?")


def test_check_knows_a_scenario_from_a_site(tocsin: Call, tmp_path: Path) -> None:
    (tmp_path / "two.toml").write_text(SCENARIO)
    assert "a valid scenario file" in tocsin("config", "check", "two.toml").out
    (tmp_path / "two.toml").write_text(SCENARIO.replace('class_name = "small', 'class_name = "smal'))
    wrong = tocsin("config", "check", "two.toml")
    assert wrong.code == 3
    assert "Did you mean 'small_piston_fixed_wing'?" in wrong.err


def test_check_remarks_on_what_is_probably_not_meant(tocsin: Call, site: Path) -> None:
    outcome = tocsin("config", "check", site)
    assert outcome.code == 0
    assert "nobody will be warned" in outcome.err
    assert "sensor 'm' has no position" in outcome.err


def test_a_syntax_error_is_exit_code_3_and_a_missing_file_1(tocsin: Call, site: Path) -> None:
    site.write_text("[site\n")
    assert tocsin("config", "check", site).code == 3
    assert tocsin("config", "check", "nowhere.toml").code == 1


def test_show_prints_a_site_file_with_all_that_holds(tocsin: Call, site: Path) -> None:
    shown = tocsin("config", "show", site)
    assert shown.code == 0
    usual = DEFAULTS[SensorKind.MICROPHONE]
    (sensor,) = parse(shown.out, Path("shown.toml"), Site).sensors
    assert (sensor.period_s, sensor.propagation_speed_mps) == (usual.period_s, usual.propagation_speed_mps)
    assert "[[rules]]" in shown.out


def test_show_gives_the_same_to_programs(tocsin: Call, site: Path) -> None:
    data = tocsin("config", "show", site, "--json").json
    assert Site.model_validate(data) == parse(tocsin("config", "show", site).out, Path("shown.toml"), Site)
