"""How kernels are compiled: `kernel` for the inner ones, `entry` for those that Python calls.

Numba's cache knows an entry's own file but not the kernels it calls in others, so a change there would go
unnoticed. The cache folder is therefore named after the text of the room's kernels: another text, another
folder.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numba
import numba.extending

from tocsin.inner_compiler import InnerCompiler, without_literals

Function = TypeVar("Function", bound=Callable[..., Any])

# Numba's annotations do not know every option that it takes.
_njit: Any = numba.njit
_overload: Any = numba.extending.overload
_config: Any = numba.config
_OPTIONS = {"nogil": True, "error_model": "numpy"}
# An inner kernel that only kernels call needs no way in from Python: a third of the compile time is that.
_INNER = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "pipeline_class": InnerCompiler}

_entries: dict[str, list[str]] = {}


@cache
def cache_folder(room: str) -> Path:
    """Where a room's compiled entries lie: below NUMBA_CACHE_DIR, or this user's cache folder."""
    package = Path(__file__).parent
    sources = [
        package / "jit.py",
        package / "inner_compiler.py",
        package / "geo" / "kernels.py",
        *sorted(package.glob(f"{room}/kernels*")),
    ]
    digest = hashlib.blake2b(digest_size=8)
    for source in sources:
        for file in sorted(source.glob("*.py")) if source.is_dir() else [source]:
            digest.update(file.read_bytes())
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tocsin"
    return Path(os.environ.get("NUMBA_CACHE_DIR") or home / "kernels") / f"{room}-{digest.hexdigest()}"


def kernel(function: Function) -> Function:
    """Compiles a function that only other kernels call."""
    compiled: Function = without_literals(_njit(**_OPTIONS, **_INNER)(function))
    return compiled


def bare_kernel(function: Function) -> Function:
    """Compiles a kernel that makes no array, not even a view that it gives away: so it need not count
    references, which took half of the tracker's time."""
    compiled: Function = without_literals(_njit(**_OPTIONS, **_INNER, _nrt=False)(function))
    return compiled


def compiled_as(function: Callable[[int], Any], compiled: Callable[[int], Any]) -> None:
    """Where a kernel calls `function(count)`, what is compiled is the text of `compiled(count)`."""
    _overload(function)(lambda count: compiled)  # noqa: ARG005 - Numba looks at the name


def entry(function: Function) -> Function:
    """Compiles a function that Python calls, and keeps the result between runs."""
    room = function.__module__.split(".")[1]
    _entries.setdefault(room, []).append(function.__name__)
    before = _config.CACHE_DIR
    _config.CACHE_DIR = str(cache_folder(room))
    try:
        compiled: Function = _njit(cache=True, **_OPTIONS)(function)
    finally:
        _config.CACHE_DIR = before
    return compiled


def is_compiled(room: str) -> bool:
    """Whether all entries of a room, whose kernels are imported, were compiled as they stand and kept."""
    folder = cache_folder(room)
    return all(any(folder.glob(f"**/*.{name}-*.nbc")) for name in _entries.get(room, []))
