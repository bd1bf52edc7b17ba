"""Before the first detection all that is compiled has been compiled, whatever sensors a site has."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import importlib, pkgutil
import tocsin.assessment.kernels, tocsin.tracking.kernels
from tocsin.jit import _entries
from tocsin.runtime.warm_up import is_warm, warm_up

warm_up()
called, known = set(), set()
for room in (tocsin.assessment.kernels, tocsin.tracking.kernels):
    for found in pkgutil.iter_modules(room.__path__, room.__name__ + "."):
        for name, thing in vars(importlib.import_module(found.name)).items():
            if hasattr(thing, "signatures") and thing.signatures:
                called.add(name)
known = {name for names in _entries.values() for name in names}
print(sorted(known - called), is_warm())
"""


def test_warming_up_calls_every_entry_so_that_the_next_start_finds_all_compiled() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout == "[] True\n"
