"""Over a million updates covariances stay symmetric and positive definite, and modes sum to 1."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.tracking import twin_motion
from tests.tracking.made import (
    AGILE,
    SECOND_NS,
    START_NS,
    WIDE_OPEN,
    changed,
    looks_of,
    mask_of,
    random_track,
    rows_of,
    sensor_model,
    store_of,
    undetected_of,
    witnesses_for,
    works_of,
)

from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    EAST,
    ELEVATION,
    MODES,
    NORTH,
    RANGE,
    RANGE_RATE,
    UP,
    VELOCITY_EAST,
    VELOCITY_NORTH,
    VELOCITY_UP,
    Record,
    Records,
    Store,
)
from tocsin.tracking.kernels.scan import process_scan
from tocsin.tracking.settings import gate_quantiles
from tocsin.tracking.store import new_edges
from tocsin.tracking.tracklets import NOT_REPORTS
from tocsin.units import FloatArray, IntArray

pytestmark = pytest.mark.usefixtures("compiled_kernels")

ROWS, SPACING_M, SENSORS, UPDATES = 14, 5000.0, 6, 1_000_000
SIDE_M = ROWS * SPACING_M
KINDS = (
    mask_of(RANGE, AZIMUTH),
    mask_of(RANGE, AZIMUTH, ELEVATION),
    mask_of(RANGE, AZIMUTH, ELEVATION, RANGE_RATE),
    mask_of(AZIMUTH),
    mask_of(AZIMUTH, ELEVATION),
    mask_of(EAST, NORTH),
    mask_of(EAST, NORTH, UP, VELOCITY_EAST, VELOCITY_NORTH, VELOCITY_UP),
)


def all_components(sensor: Record, states: FloatArray) -> FloatArray:
    """What the sensor would measure exactly of states (n, 6), (n, 10)."""
    local = (states[:, :3] - sensor.position) @ sensor.rotation.T
    ground, slant = np.hypot(local[:, 0], local[:, 1]), np.linalg.norm(local, axis=1)
    rate = (local * (states[:, 3:] @ sensor.rotation.T)).sum(axis=1) / slant
    azimuth, elevation = np.arctan2(local[:, 0], local[:, 1]), np.arctan2(local[:, 2], ground)
    return np.column_stack([slant, azimuth, elevation, rate, states])


def flown(rng: np.random.Generator, states: FloatArray, modes: IntArray, dt_s: float) -> FloatArray:
    """States (n, 6) after dt, each in its mode and with some noise."""
    after = states.copy()
    for m in range(MODES):
        after[modes == m] = states[modes == m] @ twin_motion.transition(AGILE, m, dt_s).T
    jerks = rng.normal(0.0, math.sqrt(dt_s), (len(states), 3))
    after[:, 3:] += jerks
    after[:, :3] += jerks * dt_s / 2.0
    return after


def some_looks(rng: np.random.Generator, sensor: Record, states: FloatArray) -> Records:
    """Detections by any kind of sensor, with errors from decimetres to a kilometre at the usual distance."""
    error_m, error_mps = 10.0 ** rng.uniform(-1.0, 3.0), 10.0 ** rng.uniform(-1.0, 1.0)
    error_rad = min(error_m / SIDE_M, 0.2)
    sigma = np.array([error_m, error_rad, error_rad, error_mps, *(error_m,) * 3, *(error_mps,) * 3])
    seen = states[rng.random(len(states)) < 0.9]
    measured = all_components(sensor, seen) + sigma * rng.normal(size=(len(seen), 10))
    measured[:, AZIMUTH] = (measured[:, AZIMUTH] + math.pi) % (2.0 * math.pi) - math.pi
    return looks_of(measured, sigma, int(rng.choice(KINDS)))


def assert_sound(store: Store) -> int:
    """Every mode of every track is a Gaussian, and they sum to 1; gives how many modes there are."""
    tracks = np.asarray(store.tracks)
    tracks = tracks[tracks["existence"] > 0.0]
    in_use = np.arange(MODES) < tracks["modes"][:, None]
    covariance = tracks["mode"]["covariance"][in_use]
    np.testing.assert_array_equal(covariance, covariance.swapaxes(1, 2))
    scale = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    np.linalg.cholesky(covariance / (scale[:, :, None] * scale[:, None, :]))
    probability = np.where(in_use, tracks["mode"]["probability"], 0.0)
    assert (probability >= 0.0).all()
    np.testing.assert_allclose(probability.sum(axis=1), 1.0, rtol=1e-9)
    return int(in_use.sum())


def test_a_million_updates_leave_every_covariance_symmetric_and_positive_definite() -> None:
    rng = np.random.default_rng(0)
    east, north = np.meshgrid(SPACING_M * np.arange(ROWS), SPACING_M * np.arange(ROWS))
    count = ROWS * ROWS
    speeds = rng.normal(0.0, [25.0, 25.0, 2.0], (count, 3))
    truth = np.column_stack([east.ravel(), north.ravel(), rng.uniform(200.0, 1500.0, count), speeds])
    modes = rng.integers(0, MODES, count)
    tracks = [
        random_track(
            rng, state, MODES, 10.0 ** rng.uniform(-1, 3), 10.0 ** rng.uniform(-1, 1.5), existence=0.99
        )
        for state in truth
    ]
    usual = sensor_model(max_range_m=1e6, table=((0.0, 0.9),), clutter_per_m2=1e-9, clutter_per_rad=1e-3)
    places = rng.uniform([0.0, 0.0, 0.0], [SIDE_M, SIDE_M, 300.0], (SENSORS, 3))
    sensors = rows_of(*(changed(usual, number=s, position=place) for s, place in enumerate(places)))
    store, works = store_of(tracks, START_NS, room=1000, sensors=SENSORS), works_of(gate_quantiles())
    motions, prior, room = rows_of(AGILE), sensors.visible_prior.copy(), new_edges(2 * count)
    time_ns, scans, updates = START_NS, 0, 0
    while updates < UPDATES:
        dt_s = 10.0 ** rng.uniform(-2.0, 1.3)
        modes = np.where(rng.random(count) < dt_s / 20.0, rng.integers(0, MODES, count), modes)
        truth = flown(rng, truth, modes, dt_s)
        time_ns += round(dt_s * SECOND_NS)
        s = int(rng.integers(SENSORS))
        looks = some_looks(rng, sensors[s], truth)
        process_scan(
            store, motions, sensors, s, prior, looks, time_ns, True, undetected_of(0.0), np.zeros((0, 0)),
            WIDE_OPEN._replace(prune=1e-4), works, room, witnesses_for(store), NOT_REPORTS,
        )  # fmt: skip
        scans += 1
        if scans % 5 == 0:
            updates += 5 * assert_sound(store)
    # What flies on is still followed, and not only coasted.
    assert (store.tracks.existence > 0.9).sum() > count // 3
