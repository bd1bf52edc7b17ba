"""What all tests share: captures from outside the checkout, repeatable properties, kernels compiled once."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

CHECKOUT = Path(__file__).resolve().parent.parent

# Before anything imports numba: the workers of pytest-xdist share what one of them has compiled.
os.environ.setdefault("NUMBA_CACHE_DIR", str(CHECKOUT / ".numba_cache"))

# A busy machine must not make a property fail: no deadline, no complaint about slow generation.
_UNHURRIED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
# The same examples every time, so more of them only take longer: `explore` is what finds new ones.
settings.register_profile("ci", derandomize=True, max_examples=50, **_UNHURRIED)  # type: ignore[arg-type]
settings.register_profile("explore", max_examples=2000, **_UNHURRIED)  # type: ignore[arg-type]
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def shared_path() -> Callable[[str], Path]:
    """Finds a file of the shared folder, as in `shared_path("recordings/x.pcap")`.

    The folder is `../shared` beside the checkout, or what TOCSIN_SHARED names. Where there is none, the test
    is skipped; where the folder is there but the file is not, it fails, because a name must be wrong.
    """
    folder = Path(os.environ.get("TOCSIN_SHARED") or CHECKOUT.parent / "shared")

    def find(name: str) -> Path:
        if not folder.is_dir():
            pytest.skip(f"needs {name} of the shared folder; no {folder} (TOCSIN_SHARED names another)")
        path = folder / name
        if not path.exists():
            pytest.fail(f"the shared folder {folder} holds no {name}")
        return path

    return find


@pytest.fixture(scope="session")
def compiled_kernels() -> None:
    """All kernels are compiled: one worker does it where nothing is kept yet, and the others wait for it."""
    from tocsin.jit import cache_folder
    from tocsin.runtime.warm_up import is_warm, warm_up

    folder = cache_folder("tracking").parent
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "compiling.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_warm():
            warm_up()
