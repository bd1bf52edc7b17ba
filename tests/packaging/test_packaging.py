"""What is delivered beside the package starts the command that there is, as nobody in particular."""

from __future__ import annotations

import configparser
import re
import shlex
from pathlib import Path

from typer.main import get_command

from tocsin.cli.app import app

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


def test_the_image_runs_a_command_that_exists_and_not_as_root() -> None:
    text = (FOLDER / "Containerfile").read_text()
    (words,) = re.findall(r"^CMD \[(.*)\]$", text, re.M)
    command, *options = [word.strip(' "') for word in words.split(",")]
    assert {word for word in options if word.startswith("--")} <= options_of(command)
    assert text.index("USER tocsin") < text.index("ENTRYPOINT")
    assert "constraints.txt" in text
