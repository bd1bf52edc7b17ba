"""Before the first detection all that is compiled has been compiled, whatever sensors a site has."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tocsin.runtime import warm_up as module

PROGRAM = """
import importlib, pkgutil
import tocsin.alerting.kernels, tocsin.assessment.kernels, tocsin.tracking.kernels
from tocsin.geo import kernels_outlines
from tocsin.jit import _entries
from tocsin.runtime.warm_up import is_warm, warm_up, warm_up_beside_scans

def called():
    found = set()
    modules = [kernels_outlines]
    for room in (tocsin.alerting.kernels, tocsin.assessment.kernels, tocsin.tracking.kernels):
        for module in pkgutil.iter_modules(room.__path__, room.__name__ + "."):
            modules.append(importlib.import_module(module.name))
    for module in modules:
        for name, thing in vars(module).items():
            if hasattr(thing, "signatures") and thing.signatures:
                found.add(name)
    return found

warm_up_beside_scans()
beside = called()
warm_up()
known = {name for names in _entries.values() for name in names}
print(sorted(known - called()), is_warm(), "process_scan" in beside, len(beside) > 10)
"""


def test_warming_up_calls_every_entry_so_that_the_next_start_finds_all_compiled() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    nothing_left, is_warm, one_share_has_the_others_work, shares_are_alike = "[]", True, False, True
    told = f"{nothing_left} {is_warm} {one_share_has_the_others_work} {shares_are_alike}\n"
    assert done.stdout == told


def test_what_the_helping_process_cannot_compile_is_compiled_here(monkeypatch: pytest.MonkeyPatch) -> None:
    helped: list[list[str]] = []
    real = subprocess.Popen

    def failing(words: list[str], **options: object) -> subprocess.Popen[bytes]:
        helped.append(words)
        return real([sys.executable, "-c", "raise SystemExit(1)"], **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(module, "is_warm", lambda: False)
    monkeypatch.setattr("tocsin.runtime.warm_up.subprocess.Popen", failing)
    module.warm_up()
    assert len(helped) == 1
