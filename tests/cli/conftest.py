"""What the command line's tests share: a way to call it, and one small run of the whole line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.cli.scenes import SCENARIO
from typer.testing import CliRunner

from tocsin.cli.app import app


@dataclass(frozen=True)
class Outcome:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Call = Callable[..., Outcome]


def call(*arguments: object) -> Outcome:
    """Runs `tocsin` with these arguments within this process."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Outcome(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def tocsin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    """Runs `tocsin` in an empty folder and without this user's secret."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("TOCSIN_IDENTITY_SECRET", raising=False)
    return call


@pytest.fixture(scope="session")
def scenario_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scenario") / "two-drones.toml"
    path.write_text(SCENARIO)
    return path


@dataclass(frozen=True)
class DemoRun:
    """The one run that tests look at; they must not change its directory."""

    directory: Path
    picture: Path
    summary: dict[str, Any]


@pytest.fixture(scope="session")
def demo_run(scenario_file: Path, tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    folder = tmp_path_factory.mktemp("demo")
    directory, picture = folder / "run", folder / "demo.svg"
    outcome = call(
        "demo", "--headless", "--json", "--scenario", scenario_file, "--out", directory, "--svg", picture
    )
    assert outcome.code == 0, outcome.err
    return DemoRun(directory, picture, outcome.json)
