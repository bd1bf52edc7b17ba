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
from tocsin.model.tracks import Tracks
from tocsin.tracking import Tracker
from tocsin.units import FloatArray

_ORIGIN = 47.0, 8.0, 0.0
_COMPONENTS = "range_m", "azimuth_rad", "elevation_rad"


def site_of(plan: Plan, prior_changes: Mapping[str, object] | None = None) -> Site:
    """A site that tells the tracker what is true of a sky; `prior_changes` switches motion models."""
    here = dict(zip(("latitude_deg", "longitude_deg", "altitude_m"), _ORIGIN, strict=True))
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
        "visible_probability": 1.0,  # misses are independent in these skies
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


def columns_of(turn: Turn) -> dict[str, FloatArray]:
    """The plots of one turn as `Tracker.update` takes them."""
    return dict(zip(_COMPONENTS, np.ascontiguousarray(turn.plots.T), strict=False))


def tracker_of(site: Site) -> Tracker:
    """The library's tracker, as a site file says."""
    place = site.site
    return Tracker(site.sensors, site.prior, (place.latitude_deg, place.longitude_deg, place.altitude_m))


@dataclass(frozen=True)
class Step:
    """What one scan gave; `tracker` is there to be asked for more, before it goes on."""

    turn: Turn
    tracks: Tracks
    seconds: float
    tracker: Tracker


def steps(sky: Sky, site: Site | None = None) -> Iterator[Step]:
    """tocsin scan by scan; timed from arrays in memory to the confirmed tracks out."""
    tracker = tracker_of(site or site_of(sky.plan))
    for scan, turn in enumerate(sky.turns):
        columns = columns_of(turn)
        tic = time.perf_counter()
        tracks = tracker.update(scan, "radar", **columns)  # type: ignore[arg-type]
        yield Step(turn, tracks, time.perf_counter() - tic, tracker)


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
