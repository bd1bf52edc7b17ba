"""Runs the benchmarks: `python -m benchmarks` lists and runs all, `python -m benchmarks NAME` one.

What follows a name goes to that benchmark, for example `python -m benchmarks tracking_speed --scans 50`.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def benchmarks() -> dict[str, str]:
    """Every module of this folder with a `main`, and the first line that it says of itself."""
    found = {}
    for module in pkgutil.iter_modules([str(FOLDER)]):
        if not module.name.startswith("_"):
            loaded = importlib.import_module(f"benchmarks.{module.name}")
            if hasattr(loaded, "main"):
                found[module.name] = (loaded.__doc__ or "").splitlines()[0]
    return found


def main(arguments: list[str]) -> int:
    """Runs what is asked for; gives the exit code."""
    known = benchmarks()
    if arguments and arguments[0] not in known:
        print(f"no benchmark {arguments[0]!r}; there are:", *known, file=sys.stderr)
        return 2
    for name in arguments[:1] or known:
        print(f"{name}: {known[name]}\n", flush=True)
        importlib.import_module(f"benchmarks.{name}").main(arguments[1:])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
