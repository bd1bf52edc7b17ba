"""tocsin on a sky: the site file that says what is true of it, the run, and how good the pictures are."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.oracle import oracle_estimates
from benchmarks.skies import (
    ACCELERATION_DENSITY,
    ELEVATION_SIGMA_RAD,
    HIGHEST_ELEVATION_RAD,
    HIGHEST_M,
    LOWEST_M,
    RANGE_SIGMA_M,
    SPEED_SIGMA_MPS,
    STANDOFF_M,
    VERTICAL_SPEED_SIGMA_MPS,
    Plan,
    Sky,
    Turn,
)
from tocsin.config.site import Site
from tocsin.evaluation.gospa import gospa
from tocsin.model.detections import Detections
from tocsin.model.tracks import Tracks
from tocsin.tracking import Timeline
from tocsin.units import NANOSECONDS_PER_SECOND, FloatArray

START_NS = 1_700_000_000 * NANOSECONDS_PER_SECOND


def site_of(plan: Plan, prior_changes: Mapping[str, object] | None = None) -> Site:
    """A site that tells the tracker what is true of a sky; `prior_changes` switches motion models."""
    here = {"latitude_deg": 47.0, "longitude_deg": 8.0, "altitude_m": 0.0}
    area_km2 = (plan.side_m / 1e3) ** 2
    radar = here | {
        "name": "radar",
        "kind": "radar",
        "period_s": 1.0,
        "range_sigma_m": RANGE_SIGMA_M,
        "azimuth_sigma_deg": math.degrees(plan.azimuth_sigma_rad),
        "elevation_sigma_deg": math.degrees(ELEVATION_SIGMA_RAD),
        "detection_probability": plan.detection_probability,
        "false_detections_per_km2": plan.false_per_scan / area_km2,
        "max_range_m": 0.75 * plan.side_m,
    }
    if not plan.is_flat:
        reach = math.hypot(plan.side_m / 2, plan.side_m + STANDOFF_M, 2.0 * HIGHEST_M)
        fan = {"min_elevation_deg": 0.0, "max_elevation_deg": math.degrees(HIGHEST_ELEVATION_RAD)}
        radar |= fan | {"max_range_m": reach}
    prior = {
        "altitude_m": 0.0 if plan.is_flat else (LOWEST_M + HIGHEST_M) / 2,
        "altitude_sigma_m": 1.0 if plan.is_flat else (HIGHEST_M - LOWEST_M) / math.sqrt(12.0),
        "speed_sigma_mps": SPEED_SIGMA_MPS,
        "vertical_speed_sigma_mps": 0.01 if plan.is_flat else VERTICAL_SPEED_SIGMA_MPS,
        "acceleration_density_m2ps3": ACCELERATION_DENSITY,
        "lifetime_s": plan.stay_s,
        "birth_rate_per_km2_s": plan.objects / plan.stay_s / area_km2,
    }
    return Site.model_validate(
        {"site": here | {"name": "benchmark"}, "prior": prior | dict(prior_changes or {}), "sensors": [radar]}
    )


def batch_of(turn: Turn, scan: int) -> Detections:
    """The plots of one turn as tocsin takes them."""
    columns = dict(zip(("range_m", "azimuth_rad", "elevation_rad"), turn.plots.T, strict=False))
    time_ns = np.full(len(turn.plots), START_NS + scan * NANOSECONDS_PER_SECOND)
    return Detections.of(time_ns=time_ns, sensor=0, scan=scan, **columns)


@dataclass(frozen=True)
class Step:
    """What one scan gave; `timeline` is there to look into, before it goes on."""

    turn: Turn
    tracks: Tracks
    seconds: float
    timeline: Timeline


def steps(sky: Sky, site: Site | None = None) -> Iterator[Step]:
    """tocsin scan by scan; timed from arrays in memory to the picture out."""
    timeline = Timeline(site or site_of(sky.plan))
    tracks = Tracks.empty(1)
    for scan, turn in enumerate(sky.turns):
        batch = batch_of(turn, scan)
        tic = time.perf_counter()
        pictures = [*timeline.push(batch), *timeline.advance(START_NS + scan * NANOSECONDS_PER_SECOND + 1)]
        seconds = time.perf_counter() - tic
        # Where a scan found nothing at all, its picture comes later: the last one still stands.
        tracks = pictures[-1].tracks if pictures else tracks
        yield Step(turn, tracks, seconds, timeline)


def tracked(sky: Sky, site: Site | None = None) -> tuple[list[FloatArray], FloatArray]:
    """Estimated positions (n, axes) after each scan, and the seconds that each took."""
    done = [(step.tracks.state[:, : sky.plan.axes], step.seconds) for step in steps(sky, site)]
    return [estimate for estimate, _ in done], np.array([seconds for _, seconds in done])


def mean_gospa(sky: Sky, estimates: Iterable[FloatArray]) -> float:
    """Over all scans [m]; horizontal, as tocsin's GOSPA is everywhere."""
    pairs = zip(sky.turns, estimates, strict=True)
    return float(np.mean([gospa(turn.positions[:, :2], found[:, :2]).value_m for turn, found in pairs]))


def over_oracle(sky: Sky, estimates: Iterable[FloatArray]) -> float:
    """Mean GOSPA over that of the filter with perfect association."""
    return mean_gospa(sky, estimates) / mean_gospa(sky, oracle_estimates(sky))
