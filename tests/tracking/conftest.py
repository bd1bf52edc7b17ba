"""One worker compiles the tracker where nothing is kept yet; the others wait and load what it made."""

from __future__ import annotations

import fcntl

import numpy as np
import pytest
from tests.tracking.made import RADAR_3D, detections_of, make_site, radar_row

from tocsin.jit import cache_folder
from tocsin.tracking import Timeline


@pytest.fixture(scope="session")
def compiled_kernels() -> None:
    """The compiled tracker is there."""
    folder = cache_folder("tracking")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        rows = [radar_row(second, np.array([2000.0, 1000.0, 300.0])) for second in range(2)]
        timeline = Timeline(make_site(RADAR_3D))
        list(timeline.push(detections_of(rows)))
        list(timeline.finish())
