"""One track with all that is known of it: `TrackDetail` of web/src/model.ts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from tocsin.geo.frame import LocalFrame
from tocsin.model.paths import PathPoints
from tocsin.units import FloatArray


def motion_json(velocity_mps: Sequence[float]) -> dict[str, float]:
    """Speed over the ground, course and climb of a velocity towards east, north and up."""
    east, north, up = velocity_mps
    return {
        "speed_mps": math.hypot(east, north),
        "course_deg": math.degrees(math.atan2(east, north)) % 360.0,
        "climb_mps": up,
    }


def classes_json(names: Sequence[str], probabilities: Iterable[float]) -> list[dict[str, Any]]:
    """All classes that are possible, likeliest first."""
    known = sorted(zip(probabilities, names, strict=True), reverse=True)
    return [{"name": name, "probability": probability} for probability, name in known if probability > 0.0005]


def path_json(points: PathPoints, frame: LocalFrame) -> list[dict[str, float]]:
    """The points of one way."""
    latitude_rad, longitude_rad, altitude_m = frame.to_geodetic(points.place_enu_m)
    columns = {
        "after_s": points.after_s,
        "latitude_deg": np.degrees(latitude_rad),
        "longitude_deg": np.degrees(longitude_rad),
        "altitude_m": altitude_m,
        "sigma_along_m": points.sigma_along_m,
        "sigma_across_m": points.sigma_across_m,
        "course_deg": np.degrees(points.course_rad),
    }
    rows = zip(*(values.tolist() for values in columns.values()), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def entries_json(
    zones: Sequence[str], probability: FloatArray, entry_s: FloatArray, now_s: float
) -> list[dict[str, Any]]:
    """The zones that it may enter, likeliest first: `probability` (z,), `entry_s` (z, 3) from now."""
    found = []
    for zone in np.argsort(-probability, kind="stable").tolist():
        if probability[zone] <= 0.0:
            break
        times = [now_s + second if math.isfinite(second) else None for second in entry_s[zone].tolist()]
        found.append({"zone": zones[zone], "probability": float(probability[zone]),
                      "earliest_s": times[0], "median_s": times[1], "latest_s": times[2]})  # fmt: skip
    return found
