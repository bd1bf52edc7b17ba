"""What is measured and never fails on time: each benchmark prints tables. See `__main__.py`."""

from __future__ import annotations

import os

# Before NumPy is loaded: threads of a library would be timed as ours, and tiny matrices gain nothing.
for _library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")
