"""Hand-made sites, sensors, tracks and detections for the tests of the tracker."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation
from tests.tracking.twin_motion import Bernoulli, Mode

from tocsin.config.site import Site
from tocsin.model.detections import Detections
from tocsin.tracking.kernels.layout import (
    COMPONENTS,
    CRUISE,
    HOVER,
    LOOK,
    MANOEUVRE,
    MODES,
    MOTION,
    NO_IDENTITY,
    NOBODY,
    ROWS,
    SENSOR,
    SPARE_ROWS,
    STEADY,
    TURN_LEFT,
    TURN_RIGHT,
    UNDETECTED_CLASS,
    WAYS,
    WITNESS,
    WORK,
    Record,
    Records,
    Store,
    Thresholds,
    Undetected,
    records,
)
from tocsin.tracking.store import new_edges, new_store
from tocsin.tracking.tracklets import NOT_REPORTS
from tocsin.units import FloatArray

START_NS = 1_672_017_540_000_000_000
SECOND_NS = 1_000_000_000
LATITUDE_DEG, LONGITUDE_DEG = 47.0, 8.0
WIDE_OPEN = Thresholds(1e-12, 0.5, 0.3, 1e-12)
OPEN_GATES = np.full(COMPONENTS + 1, 1e9)


def mask_of(*components: int) -> int:
    return sum(1 << component for component in components)


def changed(record: Record, **fields: Any) -> Record:
    """A copy of a record with other values; a table by range is given as `table`, pairs of range and Pd."""
    copy = record.copy()
    for k, (range_m, probability) in enumerate(fields.pop("table", ())):
        copy.detection_range_m[k], copy.detection_probability[k], copy.points = range_m, probability, k + 1
    for name, value in fields.items():
        setattr(copy, name, value)
    return copy


def rows_of(*rows: Record) -> Records:
    """Records of one kind as the array that kernels take."""
    array = records(rows[0].dtype, len(rows))
    for k, row in enumerate(rows):
        array[k] = row
    return array


def motion_model(**changes: Any) -> Record:
    """How objects fly: straight on, unless other `modes` are asked for."""
    motion = records(MOTION, 1)[0]
    motion.modes = 1
    motion.horizontal_density, motion.vertical_density = 0.6, 0.1
    motion.horizontal_density[MANOEUVRE], motion.vertical_density[MANOEUVRE] = 15.0, 2.0
    motion.turn_radps[TURN_LEFT], motion.turn_radps[TURN_RIGHT] = 0.1, -0.08
    motion.damping_per_s[HOVER] = 0.2
    motion.prior, motion.steady = (0.5, 0.2, 0.1, 0.15, 0.05), 0.7
    motion.rate, motion.forward, motion.backward = _changes()
    motion.lifetime_s, motion.birth_rate_per_m2_s = 700.0, 3e-11
    motion.altitude_up_m, motion.altitude_sigma_m = 800.0, 300.0
    motion.speed_sigma_mps, motion.vertical_speed_sigma_mps = 25.0, 3.0
    return changed(motion, **changes)


def _changes() -> tuple[FloatArray, FloatArray, FloatArray]:
    """A generator by its eigenvalues: the ways to fly change at this rate to each of the others."""
    rate = np.zeros((WAYS, WAYS))
    rate[CRUISE, 1:], rate[1:, CRUISE] = 0.02, (0.10, 0.06, 0.08, 0.03, 0.004)
    rate[STEADY, 1:MODES], rate[1:MODES, STEADY] = 0.001, (0.01, 0.02, 0.03, 0.005)
    generator = rate - np.diag(rate.sum(axis=1))
    values, vectors = np.linalg.eig(generator)
    return -values, vectors, np.linalg.inv(vectors)


STRAIGHT, AGILE = motion_model(), motion_model(modes=MODES)


def sensor_model(seed: int | None = None, **changes: Any) -> Record:
    """A radar at the origin or, with a seed, one displaced and tilted any way."""
    sensor = records(SENSOR, 1)[0]
    sensor.rotation = np.eye(3)
    if seed is not None:
        rng = np.random.default_rng(seed)
        sensor.position = rng.normal(0.0, [3000.0, 3000.0, 200.0])
        sensor.rotation = Rotation.random(random_state=seed).as_matrix()
    usual = {
        "table": ((0.0, 0.95), (5000.0, 0.9), (20_000.0, 0.5)), "max_range_m": 20_000.0,
        "min_elevation_rad": -math.pi / 2, "max_elevation_rad": math.pi / 2,
        "clutter_per_m2": 2e-8, "clutter_per_rad": 0.3, "propagation_speed_mps": math.inf,
        "visible_prior": 1.0, "visible_hold_s": 120.0, "medium": NOBODY, "emits_prior": 1.0,
        "detection_factor": 1.0, "clutter_factor": 1.0,
    }  # fmt: skip
    return changed(sensor, **usual | changes)


def looks_of(
    measured: Any, sigma: Any, mask: Any, offset_s: Any = 0.0, identity: Any = NO_IDENTITY
) -> Records:
    """Detections of one scan: measured and sigma (d, 10); the rest (d,) or the same for all."""
    values = np.array(measured, dtype=np.float64).reshape(-1, COMPONENTS)
    looks = records(LOOK, len(values))
    looks.measured, looks.sigma, looks.mask = values, sigma, mask
    looks.offset_s, looks.identity = offset_s, identity
    looks.number, looks.name = np.arange(len(values)), np.arange(100, 100 + len(values))
    return looks


def undetected_of(
    intensity: float = 2e-8,
    half_m: float = 30_000.0,
    cells: int = 6,
    hidden: Mapping[int, float] | None = None,
) -> Undetected:
    """A grid around the origin with the same intensity everywhere; `hidden` are shares of it by sensor."""
    shares = hidden or {}
    classes = records(UNDETECTED_CLASS, 1 + len(shares))
    classes.hidden_from = [NOBODY, *shares]
    classes.share = [1.0 - sum(shares.values()), *shares.values()]
    classes.hold_s = [math.inf, *(60.0 + 10.0 * k for k in range(len(shares)))]
    grid = np.full((cells, cells), intensity) * classes.share[:, None, None]
    return Undetected(classes, grid, -half_m, -half_m, 2 * half_m / cells)


def works_of(gates: FloatArray = OPEN_GATES) -> Records:
    """Room for the kernels to work in."""
    works = records(WORK, 1)
    works.gates[0] = gates
    return works


def store_of(tracks: Sequence[Bernoulli], time_ns: int, room: int = 20, sensors: int = 1) -> Store:
    """A store that holds these tracks at a time."""
    store = new_store(len(tracks) + room + SPARE_ROWS, sensors)
    for i, track in enumerate(tracks):
        row = store.tracks[i]
        row.existence, row.identity, row.modes = track.existence, track.identity, len(track.modes)
        row.state, row.covariance = track.merged
        for m, mode in enumerate(track.modes):
            kept = row.mode[m]
            kept.probability, kept.state, kept.covariance = mode.probability, mode.state, mode.covariance
        row.steady = track.steady
        store.perception.visible[i] = track.visible
    store.tracks.time_ns = store.tracks.born_ns = store.perception.touched_ns = time_ns
    store.tracks.owner = store.tracks.cluster = NOBODY
    store.used[ROWS] = len(tracks)
    return store


def tracks_in(store: Store) -> list[Bernoulli]:
    """The tracks of a store in the order of their rows; visible is to the first sensor."""
    found = []
    for i in np.flatnonzero((store.tracks.existence > 0.0) & (store.tracks.owner == NOBODY)):
        row = store.tracks[i]
        modes = tuple(
            Mode(float(mode.probability), mode.state.copy(), mode.covariance.copy())
            for mode in row.mode[: row.modes]
        )
        visible = float(store.perception[i, 0].visible)
        identity, steady = int(row.identity), float(row.steady)
        found.append(Bernoulli(float(row.existence), modes, visible, identity, steady=steady))
    return found


def witnesses_for(store: Store) -> Records:
    """Room for what a scan says of the sensor."""
    return records(WITNESS, len(store.tracks))


def scanned(
    process_scan: Callable[..., int],
    store: Store,
    motion: Record,
    sensor: Record,
    looks: Records,
    time_ns: int = START_NS,
    undetected: Undetected | None = None,
    thresholds: Thresholds = WIDE_OPEN,
    works: Records | None = None,
    equivalents: Records = NOT_REPORTS,
) -> int:
    """One scan of a site's only sensor, by the plain or compiled kernel; gives how many tracks there are."""
    sensors = rows_of(sensor)
    grid, room = undetected or undetected_of(), works_of() if works is None else works
    process_scan(
        store, rows_of(motion), sensors, 0, sensors.visible_prior.copy(), looks, time_ns, True, grid,
        np.zeros((0, 0)), thresholds, room, new_edges(1), witnesses_for(store), equivalents,
    )  # fmt: skip
    return len(tracks_in(store))


def random_covariance(rng: np.random.Generator, position_m: float, speed_mps: float) -> FloatArray:
    """Symmetric, positive definite, with correlations."""
    scale = np.repeat([position_m, speed_mps], 3)
    factor = np.eye(6) + 0.3 * rng.normal(size=(6, 6))
    covariance = (factor @ factor.T) * np.outer(scale, scale)
    return np.asarray((covariance + covariance.T) / 2)


def random_track(
    rng: np.random.Generator,
    state: FloatArray,
    modes: int = 1,
    position_m: float = 40.0,
    speed_mps: float = 8.0,
    **fields: Any,
) -> Bernoulli:
    """A track around a state, with correlations; its modes differ by about as much as it is uncertain."""
    probability = rng.dirichlet(np.ones(modes))
    scale = np.repeat([position_m, speed_mps], 3)
    parts = tuple(
        Mode(
            float(probability[m]),
            state + scale * rng.normal(size=6) * (modes > 1),
            random_covariance(rng, position_m, speed_mps),
        )
        for m in range(modes)
    )
    steady = 0.6 if modes > 1 else 0.0
    return replace(Bernoulli(float(rng.uniform(0.05, 0.99)), parts, steady=steady), **fields)


def make_site(*sensors: dict[str, Any], **prior: Any) -> Site:
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
