"""What is delivered beside the package starts the command that there is, as nobody in particular."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from tocsin.cli.app import app
from tocsin.cli.run import usual_folder
from tocsin.config.site import Place, Site

FOLDER = Path(__file__).resolve().parents[2] / "packaging"


def options_of(command: str) -> set[str]:
    found = get_command(app).commands[command]  # type: ignore[attr-defined]
    return {option for parameter in found.params for option in parameter.opts}


def test_the_unit_runs_a_command_that_exists_and_stops_it_as_it_ends_cleanly() -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[method-assign, assignment]
    unit.read(FOLDER / "tocsin.service")
    service = unit["Service"]
    program, command, *words = shlex.split(service["ExecStart"])
    assert Path(program).name == "tocsin"
    assert {word for word in words if word.startswith("--")} <= options_of(command)
    assert (service["KillSignal"], service["User"], service["NoNewPrivileges"]) == (
        "SIGTERM",
        "tocsin",
        "true",
    )
    # Where the kernels and the site's secret are kept must be open for writing.
    assert "/var/cache/tocsin" in service["Environment"] and service["CacheDirectory"] == "tocsin"
    assert "/var/lib/tocsin" in service["Environment"] and service["StateDirectory"] == "tocsin"
    assert service["ProtectSystem"] == "strict" and "--out" not in words


def test_a_service_records_where_systemd_lets_it_write_and_anew_at_each_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file, place = Path("/etc/tocsin/site.toml"), Place(name="Meadow", latitude_deg=0.0, longitude_deg=0.0)
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    assert usual_folder(file, Site(site=place)).parent == Path("/etc/tocsin/runs")
    monkeypatch.setenv("STATE_DIRECTORY", "/var/lib/tocsin:/var/lib/other")
    assert usual_folder(file, Site(site=place)).parent == Path("/var/lib/tocsin/runs")
    parted = Site.model_validate({"site": place, "recording": {"part_hours": 1}})
    assert usual_folder(file, parted) == Path("/var/lib/tocsin/runs")


def test_systemd_finds_nothing_wrong_with_the_unit_and_little_that_is_open(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("needs systemd-analyze, of Debian's systemd")
    unit = tmp_path / "tocsin.service"
    text = (FOLDER / "tocsin.service").read_text()
    unit.write_text(text.replace("/opt/tocsin/bin/tocsin", "/bin/true"))
    checked = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", unit],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert judged.returncode == 0, judged.stdout


def test_the_image_runs_a_command_that_exists_and_not_as_root() -> None:
    text = (FOLDER / "Containerfile").read_text()
    (words,) = re.findall(r"^CMD \[(.*)\]$", text, re.M)
    command, *options = [word.strip(' "') for word in words.split(",")]
    assert {word for word in options if word.startswith("--")} <= options_of(command)
    assert text.index("USER tocsin") < text.index("ENTRYPOINT")
    assert "STATE_DIRECTORY=/var/lib/tocsin" in text
    assert "constraints.txt" in text
