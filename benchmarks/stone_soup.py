"""Stone Soup on a sky with heights: its fastest sane configuration, and its most accurate that keeps up.

It is told what is true of the sky, as tocsin is: Pd, density of false detections, errors and process noise.
Its counts of points and misses are those of least GOSPA on skies of other seeds, the same in every row.
Imported only where Stone Soup is installed.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import chi2
from stonesoup.base import Property
from stonesoup.dataassociator.probability import JPDAwithEHM2
from stonesoup.dataassociator.tree import DetectionKDTreeGNN2D, DetectionKDTreeMixIn
from stonesoup.deleter.time import UpdateTimeStepsDeleter
from stonesoup.hypothesiser.distance import DistanceHypothesiser
from stonesoup.hypothesiser.probability import PDAHypothesiser
from stonesoup.initiator.simple import MultiMeasurementInitiator
from stonesoup.measures import Mahalanobis
from stonesoup.models.measurement.nonlinear import CartesianToElevationBearingRange
from stonesoup.models.transition.linear import CombinedLinearGaussianTransitionModel, ConstantVelocity
from stonesoup.predictor.kalman import ExtendedKalmanPredictor
from stonesoup.tracker.simple import MultiTargetMixtureTracker, MultiTargetTracker
from stonesoup.types.angle import Bearing, Elevation
from stonesoup.types.array import StateVector
from stonesoup.types.detection import Detection
from stonesoup.types.state import GaussianState
from stonesoup.updater.kalman import ExtendedKalmanUpdater

from benchmarks.skies import (
    AZIMUTH_SIGMA_RAD,
    ELEVATION_SIGMA_RAD,
    HIGHEST_ELEVATION_RAD,
    RANGE_SIGMA_M,
    SPEED_SIGMA_MPS,
    VERTICAL_SPEED_SIGMA_MPS,
    Plan,
    Sky,
    Turn,
    densities,
)
from tocsin.units import FloatArray

_START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
_GATE_PROBABILITY = 0.999
_GATE = math.sqrt(float(chi2.ppf(_GATE_PROBABILITY, 3)))
_PLACE, _SPEED = [0, 2, 4], [1, 3, 5]  # of Stone Soup's state x, vx, y, vy, z, vz


@dataclass(frozen=True)
class Settings:
    """A track needs `points` detections; without one it lasts `hold` scans before that and `keep` after."""

    points: int = 2
    hold: int = 1
    keep: int = 3


class _RangeAware(PDAHypothesiser):  # type: ignore[misc]
    """Stone Soup takes one density of clutter; what is uniform on the ground is not uniform in range."""

    per_m2_rad: float = Property(doc="False detections a scan, by area in range and azimuth and by elevation")

    def hypothesise(self, track: Any, *arguments: Any, **options: Any) -> Any:
        slant = float(np.linalg.norm(np.asarray(track.mean, dtype=float).ravel()[_PLACE]))
        self.clutter_spatial_density = self.per_m2_rad * max(slant, 100.0)
        return super().hypothesise(track, *arguments, **options)


class _TreeJpda(DetectionKDTreeMixIn, JPDAwithEHM2):  # type: ignore[misc]
    """Efficient hypothesis management, with only what a kd-tree finds near."""


class _Parts:
    """What both configurations are made of."""

    def __init__(self, plan: Plan, settings: Settings) -> None:
        self.plan, self.settings = plan, settings
        self.radar = CartesianToElevationBearingRange(
            ndim_state=6,
            mapping=np.array(_PLACE),
            noise_covar=np.diag([ELEVATION_SIGMA_RAD**2, AZIMUTH_SIGMA_RAD**2, RANGE_SIGMA_M**2]),
        )
        motion = CombinedLinearGaussianTransitionModel([ConstantVelocity(q) for q in densities(3)])
        self.predictor, self.updater = ExtendedKalmanPredictor(motion), ExtendedKalmanUpdater(self.radar)
        # The tree is in radians and metres at once, so its radius is in effect a gate on range: as wide as
        # what the speed of a new track and the noise can make of two scans.
        radius = 2.0 * _GATE * math.hypot(SPEED_SIGMA_MPS, RANGE_SIGMA_M)
        self.tree = {"predictor": self.predictor, "updater": self.updater, "max_distance": radius}

    def nearest(self) -> Any:
        measure = DistanceHypothesiser(self.predictor, self.updater, Mahalanobis(), missed_distance=_GATE)
        return DetectionKDTreeGNN2D(measure, **self.tree)

    def jpda(self) -> Any:
        density = self.plan.false_per_scan / self.plan.side_m**2 / HIGHEST_ELEVATION_RAD
        probabilities = _RangeAware(
            self.predictor,
            self.updater,
            clutter_spatial_density=density,
            prob_detect=self.plan.detection_probability,
            prob_gate=_GATE_PROBABILITY,
            per_m2_rad=density,
        )
        return _TreeJpda(probabilities, **self.tree)

    def tracker(self, kind: Any, associator: Any, scans: Iterable[Any]) -> Any:
        variances = np.zeros(6)
        variances[_SPEED] = SPEED_SIGMA_MPS**2, SPEED_SIGMA_MPS**2, VERTICAL_SPEED_SIGMA_MPS**2
        initiator = MultiMeasurementInitiator(
            prior_state=GaussianState(np.zeros(6), np.diag(variances), timestamp=_START),
            measurement_model=self.radar,
            data_associator=self.nearest(),
            deleter=UpdateTimeStepsDeleter(self.settings.hold),
            updater=self.updater,
            min_points=self.settings.points,
        )
        return kind(
            initiator=initiator,
            deleter=UpdateTimeStepsDeleter(self.settings.keep),
            detector=scans,
            data_associator=associator,
            updater=self.updater,
        )

    def scan(self, turn: Turn, number: int) -> tuple[datetime.datetime, set[Any]]:
        """A turn as Stone Soup takes it; its bearing turns from east to north."""
        now = _START + datetime.timedelta(seconds=number)
        return now, {
            Detection(
                StateVector([Elevation(elevation), Bearing(math.pi / 2 - azimuth), slant]),
                timestamp=now,
                measurement_model=self.radar,
            )
            for slant, azimuth, elevation in turn.plots.tolist()
        }


def _estimates(tracker: Any) -> Iterator[FloatArray]:
    for _, tracks in tracker:
        means = [np.asarray(track.state.mean, dtype=float).ravel()[_PLACE] for track in tracks]
        yield np.array(means).reshape(-1, 3)


def nearest_neighbour(sky: Sky, settings: Settings = Settings()) -> Iterator[FloatArray]:
    """Global nearest neighbour with a kd-tree; detections are made before the first is asked for."""
    parts = _Parts(sky.plan, settings)
    scans = [parts.scan(turn, number) for number, turn in enumerate(sky.turns)]
    return _estimates(parts.tracker(MultiTargetTracker, parts.nearest(), scans))


def jpda(sky: Sky, settings: Settings = Settings()) -> Iterator[FloatArray]:
    """Joint probabilistic data association with efficient hypothesis management (EHM2) and a kd-tree."""
    parts = _Parts(sky.plan, settings)
    scans = [parts.scan(turn, number) for number, turn in enumerate(sky.turns)]
    return _estimates(parts.tracker(MultiTargetMixtureTracker, parts.jpda(), scans))
