"""What every target shares: how libFuzzer is started, and where inputs come from.

    python fuzz/TARGET.py [FOLDER OF A CORPUS] [OPTIONS OF LIBFUZZER, as -max_total_time=60 or -max_len=2000]

Inputs that reach something new are kept in the folder, if one is named. Inputs are short unless asked
otherwise, because executions are what finds things. Of tocsin, what is imported here is not traced (atheris
chooses by whole packages): it is not what is fuzzed. Needs atheris, which tocsin itself does not.
"""

from __future__ import annotations

import gc
import logging
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import atheris
import structlog

import tocsin.config.site
import tocsin.formats.capture
import tocsin.sensors.ledger
import tocsin.sensors.rows  # noqa: F401


def fuzz(read: Callable[[bytes], None], seeds: Iterable[bytes], most_bytes: int, **options: Any) -> None:
    """Reads the seeds, and what libFuzzer makes of them, until it is told to stop; what is raised ends it."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds):
            (Path(folder) / f"seed{number}").write_bytes(seed)
        atheris.Setup([sys.argv[0], f"-max_len={most_bytes}", *sys.argv[1:], folder], read, **options)
        gc.freeze()  # what was imported is not looked through again and again
        atheris.Fuzz()


def pieces(data: bytes, choice: int) -> list[bytes]:
    """A connection's bytes as reads of a socket may cut them; `choice` is any byte."""
    size = -(-len(data) // (1, 1, 1, 2, 2, 3, 5, 8)[choice % 8]) or 1
    return [data[start : start + size] for start in range(0, len(data), size)]
