"""A whole scan against the readable twin that enumerates every association event."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.tracking import twin
from tests.tracking.made import (
    MOTION,
    SECOND_NS,
    START_NS,
    WIDE_OPEN,
    looks_of,
    mask_of,
    random_covariance,
    sensor_model,
    store_of,
    undetected_of,
)
from tests.tracking.plain import plain
from tests.tracking.twin import Bernoulli

from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    EAST,
    ELEVATION,
    NORTH,
    RANGE,
    RANGE_RATE,
    UP,
    VELOCITY_EAST,
    VELOCITY_NORTH,
    Looks,
    SensorModel,
    Store,
)
from tocsin.tracking.kernels.scan import process_scan

pytestmark = pytest.mark.usefixtures("compiled_kernels")

SIGMA = np.array([40.0, 0.01, 0.02, 1.5, 30.0, 30.0, 40.0, 2.0, 2.0, 1.0])
KINDS = {
    "a 2-D radar": mask_of(RANGE, AZIMUTH),
    "a radar with elevation": mask_of(RANGE, AZIMUTH, ELEVATION),
    "a radar with elevation and range rate": mask_of(RANGE, AZIMUTH, ELEVATION, RANGE_RATE),
    "positions on the ground": mask_of(EAST, NORTH),
    "positions with height and velocity": mask_of(EAST, NORTH, UP, VELOCITY_EAST, VELOCITY_NORTH),
    "bearings": mask_of(AZIMUTH),
    "bearings with elevation": mask_of(AZIMUTH, ELEVATION),
}
TILT = 0.02


def tilted(rng: np.random.Generator, **changes: Any) -> SensorModel:
    """A sensor away from the origin whose horizontal is tilted a little, as of one far away."""
    turn = sensor_model(seed=3).rotation[0] * TILT
    rotation = np.linalg.qr(np.eye(3) + np.cross(np.eye(3), turn))[0]
    rotation *= np.sign(np.diag(rotation))[None, :]
    position = rng.normal(0.0, [500.0, 500.0, 50.0])
    return sensor_model(
        position=position, rotation=np.ascontiguousarray(rotation), min_elevation_rad=-0.3, visible_prior=0.8
    )._replace(**changes)


def a_scene(rng: np.random.Generator, mask: int, sensor: SensorModel) -> tuple[list[Bernoulli], Looks]:
    """Up to three close tracks a while ago, and up to three detections near them now."""
    dt_s = 2.0
    middle = np.array([*rng.uniform(3000.0, 5000.0, 2) * rng.choice([-1, 1], 2), 800.0, 0.0, 0.0, 0.0])
    tracks = []
    for _ in range(rng.integers(1, 4)):
        covariance = random_covariance(rng, 40.0, 8.0)
        state = middle + rng.normal(0.0, [120.0] * 3 + [15.0] * 3)
        identity = int(rng.choice([0, 11, 12]))
        tracks.append(Bernoulli(rng.uniform(0.05, 0.99), state, covariance, rng.uniform(0.3, 1.0), identity))
    rows = []
    offsets = rng.uniform(-0.5, 0.0, rng.integers(0, 4))
    for offset in offsets:
        track = tracks[rng.integers(len(tracks))]
        truth = twin.transition(dt_s + offset) @ track.state + rng.normal(0.0, [60.0] * 3 + [5.0] * 3)
        exact = [float(np.real(twin.expected(sensor, c, truth, 0.0))) for c in range(10)]
        rows.append(exact + SIGMA * rng.normal(size=10))
    looks = looks_of(rows, SIGMA, mask, START_NS + int(dt_s * SECOND_NS), offsets)
    looks.identity[:] = rng.choice([0, 11, 12], len(rows))
    for c in range(10):
        if not mask >> c & 1:
            looks.measured[:, c] = 0.0
    return tracks, looks


def run_both(
    process: Callable[..., int], tracks: list[Bernoulli], sensor: SensorModel, looks: Looks
) -> tuple[Store, int, list[Bernoulli]]:
    """The kernel's store and its count, and the twin's tracks in the same order."""
    undetected = undetected_of(3e-9)
    store = store_of(tracks, START_NS)
    prior = np.array([sensor.visible_prior])
    count = process(store, len(tracks), MOTION, sensor, prior, looks, undetected, WIDE_OPEN)
    dt_s = (looks.time_ns - START_NS) * 1e-9
    ahead = [twin.predict(track, dt_s, MOTION, sensor) for track in tracks]
    after, born = twin.scan(ahead, MOTION, sensor, looks, undetected)
    kept = [track for track in after if track.existence >= WIDE_OPEN.prune]
    return store, count, kept + [track for track in born if track.existence > WIDE_OPEN.prune]


def assert_same(store: Store, count: int, expected: list[Bernoulli]) -> None:
    assert count == len(expected)
    for i, track in enumerate(expected):
        assert store.existence[i] == pytest.approx(track.existence, rel=1e-8, abs=1e-12)
        assert store.visible[i, 0] == pytest.approx(track.visible, rel=1e-8)
        scale = np.sqrt(np.diag(track.covariance))
        np.testing.assert_allclose((store.state[i] - track.state) / scale, 0.0, atol=1e-8)
        difference = (store.covariance[i] - track.covariance) / np.outer(scale, scale)
        np.testing.assert_allclose(difference, 0.0, atol=1e-8)


@pytest.mark.parametrize("kind", KINDS)
def test_a_scan_is_what_enumerating_all_association_events_gives(kind: str) -> None:
    rng = np.random.default_rng(list(KINDS).index(kind))
    contested = 0
    for _ in range(30):
        sensor = tilted(rng, propagation_speed_mps=340.0 if kind.startswith("bearings") else math.inf)
        tracks, looks = a_scene(rng, KINDS[kind], sensor)
        assert_same(*run_both(process_scan, tracks, sensor, looks))
        contested += len(tracks) > 1 and len(looks.mask) > 1
    assert contested >= 5


def test_compiled_and_plain_kernels_say_the_same() -> None:
    rng = np.random.default_rng(8)
    for mask in KINDS.values():
        sensor = tilted(rng)
        tracks, looks = a_scene(rng, mask, sensor)
        assert_same(*run_both(plain("scan").process_scan, tracks, sensor, looks))


def test_a_miss_lowers_what_should_have_been_seen_and_leaves_alone_what_is_out_of_reach() -> None:
    near = Bernoulli(0.8, np.array([3000.0, 0, 800, 0, 0, 0]), np.diag([100.0] * 3 + [1.0] * 3), 1.0)
    far = replace(near, state=np.array([90_000.0, 0, 800, 0, 0, 0]))
    store = store_of([near, far], START_NS)
    nothing = looks_of([], SIGMA, 0, START_NS + SECOND_NS)
    sensor = sensor_model()
    count = process_scan(store, 2, MOTION, sensor, np.ones(1), nothing, undetected_of(), WIDE_OPEN)
    assert count == 2
    assert store.existence[0] < 0.4
    assert store.existence[1] == 0.8
    assert store.time_ns.tolist()[:2] == [START_NS + SECOND_NS, START_NS]


def test_the_order_of_tracks_in_the_store_is_kept_when_some_are_dropped() -> None:
    state = np.array([3000.0, 0, 800, 0, 0, 0])
    tracks = [
        Bernoulli(r, state + 2000.0 * k, np.diag([100.0] * 3 + [1.0] * 3), 1.0, identity=10 + k)
        for k, r in enumerate([0.9, 1e-5, 0.8, 1e-6, 0.7])
    ]
    store = store_of(tracks, START_NS)
    thresholds = WIDE_OPEN._replace(prune=1e-3)
    nothing = looks_of([], SIGMA, 0)
    count = process_scan(store, 5, MOTION, sensor_model(), np.ones(1), nothing, undetected_of(), thresholds)
    assert store.identity[:count].tolist() == [10, 12, 14]


def test_a_sensor_that_never_errs_in_a_sky_without_births_gives_no_nonsense() -> None:
    sensor = sensor_model(clutter_per_m2=0.0, clutter_per_rad=0.0)
    state = np.array([3000.0, 0, 800, 0, 0, 0])
    sure = [Bernoulli(0.99, state + 30.0 * k, np.diag([400.0] * 3 + [9.0] * 3), 1.0, 7) for k in range(3)]
    rows = [[float(np.real(twin.expected(sensor, c, t.state, 0.0))) for c in range(10)] for t in sure]
    looks = looks_of(rows, SIGMA, mask_of(EAST, NORTH, UP), identity=7)
    store = store_of(sure, START_NS)
    count = process_scan(store, 3, MOTION, sensor, np.ones(1), looks, undetected_of(0.0), WIDE_OPEN)
    assert count == 3
    assert np.isfinite(store.state[:3]).all() and (store.existence[:3] > 0.999).all()
    assert (store.existence[:3] <= 1.0).all()
