"""Hand-made sites, sensors, tracks and detections for the tests of the tracker."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation
from tests.tracking.twin import Bernoulli

from tocsin.config.site import Site
from tocsin.model.detections import Detections
from tocsin.tracking.kernels.layout import (
    COMPONENTS,
    NO_IDENTITY,
    Looks,
    Motion,
    SensorModel,
    Store,
    Thresholds,
    Undetected,
)
from tocsin.tracking.store import new_store
from tocsin.units import FloatArray

START_NS = 1_672_017_540_000_000_000
SECOND_NS = 1_000_000_000
LATITUDE_DEG, LONGITUDE_DEG = 47.0, 8.0
MOTION = Motion(0.6, 0.1, 700.0, 3e-11, 800.0, 300.0, 25.0, 3.0)
WIDE_OPEN = Thresholds(1e-12, 0.5, 0.3, np.full(COMPONENTS + 1, 1e9))


def mask_of(*components: int) -> int:
    return sum(1 << component for component in components)


def sensor_model(seed: int | None = None, **changes: Any) -> SensorModel:
    """A radar at the origin or, with a seed, one displaced and tilted any way."""
    position, rotation = np.zeros(3), np.eye(3)
    if seed is not None:
        rng = np.random.default_rng(seed)
        position = rng.normal(0.0, [3000.0, 3000.0, 200.0])
        rotation = np.ascontiguousarray(Rotation.random(random_state=seed).as_matrix())
    model = SensorModel(
        number=0,
        position=position,
        rotation=rotation,
        detection_ranges_m=np.array([0.0, 5000.0, 20000.0]),
        detection_probabilities=np.array([0.95, 0.9, 0.5]),
        min_range_m=0.0,
        max_range_m=20_000.0,
        min_elevation_rad=-math.pi / 2,
        max_elevation_rad=math.pi / 2,
        clutter_per_m2=2e-8,
        clutter_per_rad=0.3,
        propagation_speed_mps=math.inf,
        visible_prior=1.0,
        visible_hold_s=120.0,
        reports_every_s=0.0,
    )
    return model._replace(**changes)


def looks_of(
    measured: Any,
    sigma: Any,
    mask: Any,
    time_ns: int = START_NS,
    offset_s: Any = 0.0,
    identity: Any = NO_IDENTITY,
) -> Looks:
    """Detections of one scan: measured and sigma (d, 10); the rest (d,) or the same for all."""
    values = np.array(measured, dtype=np.float64).reshape(-1, COMPONENTS)
    count = len(values)

    def column(value: Any, dtype: Any) -> Any:
        return np.broadcast_to(np.asarray(value, dtype=dtype), (count,)).copy()

    return Looks(
        time_ns,
        values,
        np.broadcast_to(np.asarray(sigma, dtype=np.float64), values.shape).copy(),
        column(mask, np.int64),
        column(offset_s, np.float64),
        column(identity, np.int64),
        np.arange(count),
        np.arange(100, 100 + count),
        True,
    )


def undetected_of(intensity: float = 2e-8, half_m: float = 30_000.0, cells: int = 6) -> Undetected:
    """A grid around the origin with the same intensity everywhere."""
    return Undetected(np.full((cells, cells), intensity), -half_m, -half_m, 2 * half_m / cells)


def store_of(tracks: list[Bernoulli], time_ns: int, room: int = 20, sensors: int = 1) -> Store:
    """A store that holds these tracks at a time."""
    store = new_store(len(tracks) + room, sensors)
    for i, track in enumerate(tracks):
        store.state[i], store.covariance[i] = track.state, track.covariance
        store.existence[i], store.visible[i] = track.existence, track.visible
        store.identity[i] = track.identity
    store.time_ns[:] = store.touched_ns[:] = time_ns
    return store


def random_covariance(rng: np.random.Generator, position_m: float, speed_mps: float) -> FloatArray:
    """Symmetric, positive definite, with correlations."""
    scale = np.repeat([position_m, speed_mps], 3)
    factor = np.eye(6) + 0.3 * rng.normal(size=(6, 6))
    covariance = (factor @ factor.T) * np.outer(scale, scale)
    return np.asarray((covariance + covariance.T) / 2)


def make_site(*sensors: dict[str, Any], **prior: float) -> Site:
    """A site at the usual place; sensors stand at its origin unless they say otherwise."""
    here = {"latitude_deg": LATITUDE_DEG, "longitude_deg": LONGITUDE_DEG}
    filled = [{"name": f"sensor {k}", **here, **sensor} for k, sensor in enumerate(sensors)]
    return Site.model_validate({"site": {"name": "Nordmark", **here}, "sensors": filled, "prior": prior})


RADAR_3D: dict[str, Any] = {
    "kind": "radar", "period_s": 1.0, "range_sigma_m": 20.0, "azimuth_sigma_deg": 0.3,
    "elevation_sigma_deg": 0.4,
    "detection_probability": 0.9, "false_detections_per_scan": 0.1, "max_range_m": 15_000.0,
}  # fmt: skip


def polar_of(position: FloatArray) -> tuple[float, float, float]:
    """Range, azimuth and elevation at the origin of the site's plane."""
    east, north, up = position
    return math.hypot(east, north, up), math.atan2(east, north), math.atan2(up, math.hypot(east, north))


def radar_row(
    time_s: float, position: FloatArray, sensor: int = 0, with_elevation: bool = True, **columns: Any
) -> dict[str, Any]:
    """Columns of one exact radar detection of an object in the site's plane; time after the start."""
    slant, azimuth, elevation = polar_of(position)
    row = {
        "time_ns": START_NS + round(time_s * 1e9),
        "sensor": sensor,
        "range_m": slant,
        "azimuth_rad": azimuth,
    }
    return row | ({"elevation_rad": elevation} if with_elevation else {}) | columns


def detections_of(rows: list[dict[str, Any]]) -> Detections:
    """A batch of the rows; a column that a row lacks is absent in it."""
    if not rows:
        return Detections.empty()
    names = sorted({name for row in rows for name in row})
    absent: dict[str, Any] = {"identity": "", "scan": -1, "heard": -1}
    if "received_ns" in names:
        rows = [{"received_ns": row["time_ns"]} | row for row in rows]
    return Detections.of(
        **{name: [row.get(name, absent.get(name, math.nan)) for row in rows] for name in names}
    )
