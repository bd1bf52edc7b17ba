"""The tracker's kernels as plain Python: the same text, not compiled, so that tests need not wait."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from functools import cache
from types import ModuleType
from typing import Any

import numba

import tocsin.tracking.kernels

_CONFIG: Any = numba.config
_PACKAGE = tocsin.tracking.kernels.__name__


@cache
def _plain_modules() -> dict[str, ModuleType]:
    """All kernel modules but `layout`, whose types both sides share, imported anew with compilation off."""
    names = [module.name for module in pkgutil.iter_modules(tocsin.tracking.kernels.__path__)]
    compiled = {name: importlib.import_module(f"{_PACKAGE}.{name}") for name in names}
    copied = [name for name in names if name != "layout"]
    before = _CONFIG.DISABLE_JIT
    _CONFIG.DISABLE_JIT = True
    try:
        for name in copied:
            del sys.modules[f"{_PACKAGE}.{name}"]
        return {name: importlib.import_module(f"{_PACKAGE}.{name}") for name in copied}
    finally:
        _CONFIG.DISABLE_JIT = before
        for name in copied:
            sys.modules[f"{_PACKAGE}.{name}"] = compiled[name]
            setattr(tocsin.tracking.kernels, name, compiled[name])


def plain(name: str) -> Any:
    """One kernel module whose functions are ordinary Python functions."""
    return _plain_modules()[name]
