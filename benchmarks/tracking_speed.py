"""Scans a second and GOSPA of the tracker, beside an oracle on the same detections.

Every row has the same settings; only the number of objects differs. More objects lie in a larger square, so
that all are as dense; the radar then sees farther and less exactly across, so compare with the oracle alone.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Sequence

import numpy as np

from benchmarks.oracle import SPEED_SIGMA_MPS, oracle_estimates
from benchmarks.skies import (
    ACCELERATION_DENSITY,
    AZIMUTH_SIGMA_RAD,
    DETECTION_PROBABILITY,
    LIFETIME_S,
    RANGE_SIGMA_M,
    Sky,
    make_sky,
)
from tocsin.config.site import Site
from tocsin.evaluation.gospa import gospa
from tocsin.model.detections import Detections
from tocsin.tracking import Timeline
from tocsin.units import NANOSECONDS_PER_SECOND, FloatArray

OBJECTS = (10, 100, 1000)
START_NS = 1_700_000_000 * NANOSECONDS_PER_SECOND


def site_of(sky: Sky) -> Site:
    """A flat site that tells the tracker what is true of this sky."""
    here = {"latitude_deg": 47.0, "longitude_deg": 8.0, "altitude_m": 0.0}
    radar = here | {
        "name": "radar",
        "kind": "radar",
        "period_s": 1.0,
        "range_sigma_m": RANGE_SIGMA_M,
        "azimuth_sigma_deg": math.degrees(AZIMUTH_SIGMA_RAD),
        "detection_probability": DETECTION_PROBABILITY,
        "false_detections_per_km2": sky.false_per_scan / (sky.side_m / 1e3) ** 2,
        "max_range_m": 0.75 * sky.side_m,
    }
    prior = {
        "altitude_m": 0.0,
        "altitude_sigma_m": 1.0,
        "speed_sigma_mps": SPEED_SIGMA_MPS,
        "vertical_speed_sigma_mps": 0.01,
        "acceleration_density_m2ps3": ACCELERATION_DENSITY,
        "lifetime_s": LIFETIME_S,
        "birth_rate_per_km2_s": sky.birth_rate_per_m2_s * 1e6,
    }
    return Site.model_validate({"site": here | {"name": "benchmark"}, "prior": prior, "sensors": [radar]})


def tracked(sky: Sky) -> tuple[list[FloatArray], FloatArray]:
    """Estimated positions (m, 2) after each scan, and the seconds that each took, picture included."""
    timeline = Timeline(site_of(sky))
    estimates: list[FloatArray] = []
    seconds = []
    for scan, turn in enumerate(sky.turns):
        time_ns = START_NS + scan * NANOSECONDS_PER_SECOND
        batch = Detections.of(
            time_ns=np.full(len(turn.range_m), time_ns),
            sensor=0,
            scan=scan,
            range_m=turn.range_m,
            azimuth_rad=turn.azimuth_rad,
        )
        tic = time.perf_counter()
        pictures = [*timeline.push(batch), *timeline.advance(time_ns + 1)]
        seconds.append(time.perf_counter() - tic)
        # Where a scan found nothing at all, its picture comes later: the last one still stands.
        last = pictures[-1].tracks.state[:, :2] if pictures else np.zeros((0, 2))
        estimates.append(last)
    return estimates, np.array(seconds)


def mean_gospa(sky: Sky, estimates: list[FloatArray]) -> float:
    """In metres, over all scans."""
    pairs = zip(sky.turns, estimates, strict=True)
    return float(np.mean([gospa(turn.positions, found).value_m for turn, found in pairs]))


def main(arguments: Sequence[str]) -> None:
    """Prints one row for each number of objects."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks tracking_speed", description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="skies for each number of objects (default 3)")
    parser.add_argument("--scans", type=int, default=100, help="scans of each sky (default 100)")
    parser.add_argument("--objects", type=int, nargs="+", default=OBJECTS, help="default 10 100 1000")
    options = parser.parse_args(arguments)
    tracked(make_sky(10, 3, seed=0))  # compiles, or loads what was compiled
    print(" objects   scans/s  median ms   p99 ms   GOSPA m  oracle m  ratio")
    for objects in options.objects:
        seconds, ours, bound = [], [], []
        for seed in range(1, options.seeds + 1):
            sky = make_sky(objects, options.scans, seed)
            estimates, taken = tracked(sky)
            seconds.append(taken)
            ours.append(mean_gospa(sky, estimates))
            bound.append(mean_gospa(sky, oracle_estimates(sky)))
        spent = np.concatenate(seconds)
        ratio = np.mean(np.array(ours) / np.array(bound))
        print(
            f"{objects:>8} {1 / spent.mean():>9.0f} {1e3 * np.median(spent):>10.2f} "
            f"{1e3 * np.percentile(spent, 99):>8.2f} "
            f"{np.mean(ours):>9.1f} {np.mean(bound):>9.1f} {ratio:>6.3f}",
            flush=True,
        )
