"""One run of the small scenario that the tests of this room share."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runtime import small

from tocsin.runtime.scenario_job import run_scenario
from tocsin.runtime.summary import RunSummary


@pytest.fixture(scope="session")
def scenario_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    return small.write(tmp_path_factory.mktemp("scenario"))


@pytest.fixture(scope="session")
def small_run(scenario_file: str, tmp_path_factory: pytest.TempPathFactory) -> RunSummary:
    out: Path = tmp_path_factory.mktemp("run") / "out"
    return run_scenario(scenario_file, 1, out)
