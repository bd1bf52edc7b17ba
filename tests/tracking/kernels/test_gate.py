from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from tests.tracking import twin
from tests.tracking.made import START_NS, looks_of, mask_of, random_track, sensor_model, store_of, works_of
from tests.tracking.plain import plain
from tests.tracking.twin_motion import Bernoulli, single

from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    COMPONENTS,
    EAST,
    ELEVATION,
    MODES,
    NORTH,
    RANGE,
    RANGE_RATE,
    UP,
    VELOCITY_EAST,
    Record,
    Records,
)
from tocsin.tracking.settings import gate_quantiles

GATES = gate_quantiles()
SIGMA = np.array([40.0, 0.01, 0.02, 1.5, 30.0, 30.0, 40.0, 2.0, 2.0, 1.0])
POLAR, POSITION = mask_of(RANGE, AZIMUTH), mask_of(EAST, NORTH)
CASES: dict[str, dict[str, Any]] = {
    "range and azimuth": {"masks": [POLAR]},
    "with elevation and range rate": {"masks": [POLAR | mask_of(ELEVATION), POLAR | mask_of(RANGE_RATE)]},
    "near the sensor": {"masks": [POLAR], "distance_m": 150.0},
    "bearings that leave": {
        "masks": [mask_of(AZIMUTH)],
        "distance_m": 200.0,
        "offset_s": -4.0,
        "speed_mps": 14.0,
        "speed_sigma_mps": 1.0,
    },
    "around north": {"masks": [POLAR, POLAR | mask_of(ELEVATION)], "azimuth_rad": 0.0},
    "bearings alone": {"masks": [mask_of(AZIMUTH), mask_of(AZIMUTH, ELEVATION)]},
    "bearings around north": {"masks": [mask_of(AZIMUTH)], "azimuth_rad": 0.0},
    "bearings and ranges": {"masks": [mask_of(AZIMUTH), POLAR]},
    "positions": {"masks": [POSITION, POSITION | mask_of(UP, VELOCITY_EAST)]},
    "positions, ranges and bearings of one sensor": {
        "masks": [POSITION, POLAR, mask_of(AZIMUTH), mask_of(RANGE)]
    },
    "an old scan of fast objects": {"masks": [POLAR], "offset_s": -4.0, "speed_mps": 60.0},
    "unknown speeds": {
        "masks": [POLAR, POLAR | mask_of(ELEVATION)],
        "offset_s": -4.0,
        "speed_sigma_mps": 40.0,
    },
    "positions at unknown speeds": {"masks": [POSITION], "offset_s": -4.0, "speed_sigma_mps": 40.0},
    "sound": {"masks": [mask_of(AZIMUTH)], "sound_mps": 340.0, "speed_sigma_mps": 20.0},
}


def a_scene(
    seed: int,
    modes: int,
    masks: list[int],
    distance_m: float = 4000.0,
    azimuth_rad: float | None = None,
    offset_s: float = 0.0,
    speed_mps: float = 20.0,
    speed_sigma_mps: float = 8.0,
    sound_mps: float = math.inf,
) -> tuple[Record, Bernoulli, Records]:
    """One track and up to 60 detections, many of them near the edge of its gate, of any of its modes."""
    rng = np.random.default_rng(seed)
    turn = rng.uniform(-math.pi, math.pi) if azimuth_rad is None else azimuth_rad
    sensor = sensor_model(position=np.array([500.0, -200.0, 10.0]), propagation_speed_mps=sound_mps)
    local = distance_m * np.array([math.sin(turn), math.cos(turn), 0.1])
    state = np.concatenate([sensor.position + local, rng.normal(0.0, speed_mps, 3)])
    track = random_track(rng, state, modes, min(40.0, distance_m / 10), speed_sigma_mps)
    chosen = rng.choice(masks, rng.integers(1, 60))
    rows, offsets = [], rng.uniform(offset_s, 0.0, len(chosen))
    for mask, offset in zip(chosen, offsets, strict=True):
        mode = track.modes[rng.integers(modes)]
        truth = mode.state + 2.0 * np.linalg.cholesky(mode.covariance) @ rng.normal(size=6)
        dt_s = offset - twin.travel_time(sensor, truth)
        exact = [float(np.real(twin.expected(sensor, c, truth, dt_s))) for c in range(COMPONENTS)]
        row = exact + 1.5 * SIGMA * rng.normal(size=COMPONENTS)
        row[RANGE] = abs(row[RANGE])
        row[AZIMUTH] = (row[AZIMUTH] + math.pi) % (2 * math.pi) - math.pi
        rows.append(np.where(mask >> np.arange(COMPONENTS) & 1, row, 0.0))
    return sensor, track, looks_of(rows, SIGMA, chosen, offsets)


def tried(sensor: Record, track: Bernoulli, looks: Records) -> list[int]:
    """The detections that the kernel would try for a track."""
    gate, store, out = plain("gate"), store_of([track], START_NS), np.empty(len(looks), np.int64)
    grid = gate.build(looks, False)
    found = gate.candidates(grid, sensor, store.tracks[0], works_of(GATES)[0], out)
    return [int(j) for j in out[:found]]


@pytest.mark.parametrize("modes", [1, MODES])
@pytest.mark.parametrize("case", CASES)
def test_every_detection_inside_the_gate_of_a_mode_is_tried_once(case: str, modes: int) -> None:
    inside_at_all = 0
    for seed in range(20 if modes == 1 else 10):
        sensor, track, looks = a_scene(seed, modes, **CASES[case])
        near = tried(sensor, track, looks)
        assert len(near) == len(set(near))
        for j, look in enumerate(looks):
            distances = [twin.condition(sensor, m.state, m.covariance, look)[2] for m in track.modes]
            if min(distances) <= GATES[int(look.mask).bit_count()]:
                inside_at_all += 1
                assert j in near
    assert inside_at_all > 50


def test_far_detections_are_not_tried() -> None:
    rng = np.random.default_rng(4)
    rows = np.zeros((400, COMPONENTS))
    rows[:, RANGE], rows[:, AZIMUTH] = rng.uniform(500.0, 9000.0, 400), rng.uniform(-math.pi, math.pi, 400)
    state = np.array([3000.0, 3000.0, 50.0, 0.0, 0.0, 0.0])
    track = single(0.9, state, np.diag([400.0] * 3 + [9.0] * 3))
    assert len(tried(sensor_model(), track, looks_of(rows, SIGMA, POLAR))) < 40
