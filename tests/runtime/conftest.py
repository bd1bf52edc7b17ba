"""One run of the small scenario that the tests of this room share, and what holds of every run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.runtime import small

from tocsin.jit import _entries
from tocsin.runtime.scenario_job import run_scenario
from tocsin.runtime.summary import RunSummary
from tocsin.runtime.warm_up import warm_up


@pytest.fixture(scope="session")
def warm() -> None:
    warm_up()


@pytest.fixture(autouse=True)
def nothing_is_compiled_while_a_line_runs(warm: None) -> Iterator[None]:
    with compiling_nothing():
        yield


@contextmanager
def compiling_nothing() -> Iterator[None]:
    """Arrays of another layout than in the warm-up are compiled anew, and a line would stand meanwhile."""
    before = _forms()
    yield
    grown = {name: count for name, count in _forms().items() if count > before.get(name, 0)}
    assert not grown, f"called in a form that the warm-up does not know: {grown}"


def _forms() -> dict[str, int]:
    """How many forms of each compiled entry are there by now."""
    found = {}
    for name, module in list(sys.modules.items()):
        if name.startswith(("tocsin.tracking.kernels", "tocsin.assessment.kernels")):
            for entry in _entries.get(name.split(".")[1], ()):
                if (compiled := vars(module).get(entry)) is not None:
                    found[entry] = len(compiled.signatures)
    return found


@pytest.fixture(scope="session")
def scenario_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    return small.write(tmp_path_factory.mktemp("scenario"))


@pytest.fixture(scope="session")
def small_run(scenario_file: str, tmp_path_factory: pytest.TempPathFactory, warm: None) -> RunSummary:
    out: Path = tmp_path_factory.mktemp("run") / "out"
    with compiling_nothing():
        return run_scenario(scenario_file, 1, out)
