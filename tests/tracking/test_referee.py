"""Beside a judge that shares no code with tocsin, on its detections."""

from __future__ import annotations

import importlib.util
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.tracking.made import LATITUDE_DEG, LONGITUDE_DEG, make_site

from tocsin.config.site import Site
from tocsin.model.detections import Detections
from tocsin.tracking import Timeline
from tocsin.units import FloatArray

pytestmark = pytest.mark.usefixtures("compiled_kernels")
EPOCH_NS = 1_700_000_000 * 1_000_000_000
# A 2-D constant-velocity prototype of the same filter on these skies: mean and spread over seeds 1 to 8.
PROTOTYPE, SPREAD = 1.766, 0.107


def judge(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def the_site(sky: Any) -> Site:
    """Flat, with one radar, told what is true of the sky."""
    area_km2 = (sky.length / 1e3) ** 2
    radar = {
        "kind": "radar", "latitude_deg": LATITUDE_DEG, "longitude_deg": LONGITUDE_DEG, "altitude_m": 0.0,
        "period_s": 1.0, "range_sigma_m": sky.sigma_range,
        "azimuth_sigma_deg": math.degrees(sky.sigma_bearing),
        "detection_probability": sky.p_detect, "false_detections_per_km2": sky.clutter_rate / area_km2,
        "max_range_m": 0.75 * sky.length,
    }  # fmt: skip
    return make_site(
        radar, altitude_m=0.0, altitude_sigma_m=1.0, speed_sigma_mps=28.0, vertical_speed_sigma_mps=0.01,
        acceleration_density_m2ps3=sky.q, lifetime_s=1 / sky.p_death,
        birth_rate_per_km2_s=0.006 * sky.clutter_rate / area_km2,
    )  # fmt: skip


def estimates(sky: Any) -> list[FloatArray]:
    """Positions (m, 2) of the confirmed tracks after each scan."""
    timeline = Timeline(the_site(sky))
    batch = Detections.of(
        time_ns=EPOCH_NS + np.rint(sky.time * 1e9).astype(np.int64),
        sensor=0,
        range_m=sky.range,
        azimuth_rad=(math.pi / 2 - sky.bearing) % (2 * math.pi),
    )
    pictures = {picture.time_ns: picture for picture in (*timeline.push(batch), *timeline.finish())}
    times = EPOCH_NS + np.rint(sky.scan_times * 1e9).astype(np.int64)
    return [pictures[time_ns].tracks.state[:, :2] for time_ns in times.tolist()]


def test_the_referee_finds_it_as_good_as_the_prototype(
    shared_path: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("scenario", "oracle", "gospa"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    scenario, gospa = judge(shared_path("referee/scenario.py")), judge(shared_path("referee/gospa.py"))
    oracle = judge(shared_path("referee/oracle.py"))
    ratios = []
    for seed in (1, 2):
        sky = scenario.make(30, seed)
        truth = [sky.truth(k)[1][:, :2] for k in range(len(sky.scan_times))]

        def score(found: list[FloatArray], truth: list[FloatArray] = truth) -> float:
            pairs = zip(truth, found, strict=True)
            return float(gospa.summary([gospa.gospa(true, guess) for true, guess in pairs])["gospa"])

        ratios.append(score(estimates(sky)) / score(oracle.run(sky)[0]))
    assert float(np.mean(ratios)) < 1.02 * PROTOTYPE + 2 * SPREAD
    # No tracker beats the oracle by more than noise: less would be a fault of this test.
    assert min(ratios) > 0.98
