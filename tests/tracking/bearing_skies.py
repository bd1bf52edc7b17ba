"""Skies of bearings, laid out by hand or drawn, for the tests of births from bearings."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.optimize import brentq
from tests.tracking.plain import plain

from tocsin.tracking.kernels.bearing_sky import (
    BEARING,
    BEARING_LOOK,
    FINDER,
    Prior,
    Sky,
)
from tocsin.units import AnyArray, FloatArray

sky_kernels, fitting, blending = plain("bearing_sky"), plain("bearing_fit"), plain("bearing_blend")
sets_kernels, chances, crossings = plain("bearing_sets"), plain("bearing_chance"), plain("crossings")

SECOND_NS = 1_000_000_000
SOUND_MPS = 343.0
PRIOR = Prior(200.0, 80.0, 20.0, 2.0, 0.1, 1e-7)
SIGMA = math.radians(1.0)
TRIANGLE = np.array([[-4000.0, -2500.0, 10.0], [4000.0, -2500.0, 10.0], [0.0, 4500.0, 10.0]])
FLIGHT = np.array([500.0, -300.0, 200.0, 20.0, 10.0, 0.0])


def finders_at(places: FloatArray, **fields: Any) -> AnyArray:
    finders = np.zeros(len(places), FINDER)
    finders["position"], finders["rotation"] = places, np.eye(3)
    usual = {
        "max_range_m": 15_000.0, "detection_probability": 0.9, "visible_prior": 0.98,
        "clutter_per_rad": 0.01, "elevation_span_rad": math.pi, "propagation_speed_mps": math.inf,
    }  # fmt: skip
    for name, value in (usual | fields).items():
        finders[name] = value
    return finders


def sky_of(finders: AnyArray, looks: list[tuple[int, float, list[FloatArray]]], now_s: float = 0.0) -> Sky:
    """Looks as (sensor, time, bearings), each bearing (azimuth, elevation)."""
    rows = np.zeros(len(looks), BEARING_LOOK)
    bearings: list[FloatArray] = []
    for row, (sensor, time_s, pairs) in zip(rows, looks, strict=True):
        row["sensor"], row["time_ns"] = sensor, round(time_s * SECOND_NS)
        row["first"], row["count"] = len(bearings), len(pairs)
        row["has_elevation"] = any(math.isfinite(pair[1]) for pair in pairs)
        bearings += pairs
    made = np.zeros(len(bearings), BEARING)
    made["azimuth"], made["elevation"] = np.reshape(bearings, (-1, 2)).T
    made["azimuth_sigma"], made["elevation_sigma"], made["unexplained"] = SIGMA, 2.0 * SIGMA, 1.0
    made["log_other"] = math.log(0.01)
    looked, seen, finding = (array.view(np.recarray) for array in (rows, made, finders))
    return Sky(round(now_s * SECOND_NS), looked, seen, finding, PRIOR)


def seen_by(finder: Any, state: FloatArray, at_s: float, now_s: float = 0.0) -> FloatArray:
    """Azimuth and elevation at which a sensor sees what is in a state now; found by a root, not a formula."""

    def place(time_s: float) -> FloatArray:
        return np.asarray(state[:3] + (time_s - now_s) * state[3:] - finder["position"])

    left_s, speed = at_s, float(finder["propagation_speed_mps"])
    if math.isfinite(speed):
        left_s = brentq(lambda t: np.linalg.norm(place(t)) - speed * (at_s - t), at_s - 1e3, at_s)
    x, y, z = finder["rotation"] @ place(left_s)
    return np.array([math.atan2(x, y), math.atan2(z, math.hypot(x, y))])


def tilted(rng: np.random.Generator) -> FloatArray:
    """A rotation near the site's axes."""
    return np.asarray(np.linalg.qr(np.eye(3) + 0.1 * rng.normal(size=(3, 3)))[0] * [-1.0, -1.0, -1.0])
