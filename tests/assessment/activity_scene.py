"""A town with a radar, arrays and finders around it, and reports that a test lays out."""

from __future__ import annotations

from typing import Any

import numpy as np
from tests.assessment.pictures import SECOND_NS, START_NS, make_site, square

from tocsin.config.site import Site
from tocsin.model.detections import Detections
from tocsin.model.tracks import Tracks
from tocsin.units import FloatArray

PLACES_M = {
    "hill radar": (0.0, 6000.0),
    "finder": (-6000.0, 9000.0),
    "array 1": (-4000.0, 5000.0),
    "array 2": (4000.0, 5000.0),
    "node": (0.0, 4000.0),
}
RADAR, FINDER, ARRAY_1, ARRAY_2, NODE = range(5)
_KINDS = ("radar", "direction_finder", "microphone", "microphone", "microphone")
_DECLARED: dict[str, dict[str, Any]] = {
    "radar": {"period_s": 4.0, "max_range_m": 20_000.0, "false_detections_per_scan": 1.0},
    "direction_finder": {"period_s": 2.0, "max_range_m": 12_000.0},
    "microphone": {"period_s": 2.0, "max_range_m": 5000.0},
}


def scene_site(*more: dict[str, Any], **sections: Any) -> Site:
    """`Kaldvik` is 2 km wide each way at the origin; 120 s of lead are required."""
    frame = make_site().frame
    sensors = []
    for (name, (east, north)), kind in zip(PLACES_M.items(), _KINDS, strict=True):
        latitude, longitude, _ = frame.to_geodetic(np.array([east, north, 0.0]))
        sensors.append({"name": name, "kind": kind, "latitude_deg": float(np.degrees(latitude)),
                        "longitude_deg": float(np.degrees(longitude)), **_DECLARED[kind]})  # fmt: skip
    zone = square(0.0, 0.0, 2000.0) | {"required_lead_s": 120.0}
    return make_site(zone, **({"sensors": [*sensors, *more]} | sections))


def at_ns(second: float) -> int:
    return START_NS + round(second * SECOND_NS)


def bearings(
    sensor: int, seconds: Any, towards_m: tuple[float, float] | FloatArray, delay_s: float = 0.0
) -> Detections:
    """One at each of the seconds, towards a place that is the same or one for each."""
    times = np.atleast_1d(np.asarray(seconds, dtype=np.float64))
    offset = np.asarray(towards_m, dtype=np.float64) - list(PLACES_M.values())[sensor]
    azimuth = np.arctan2(offset[..., 0], offset[..., 1])
    time_ns = START_NS + np.rint(times * SECOND_NS).astype(np.int64)
    return Detections.of(
        time_ns=time_ns, received_ns=time_ns + round(delay_s * SECOND_NS), sensor=np.full(len(times), sensor),
        azimuth_rad=azimuth,
    )  # fmt: skip


def plots(seconds: Any, place_m: tuple[float, float] | FloatArray) -> Detections:
    """Of the radar, level with it."""
    offset = np.asarray(place_m, dtype=np.float64) - PLACES_M["hill radar"]
    found = bearings(RADAR, seconds, np.asarray(place_m, dtype=np.float64))
    columns = found.arrays() | {"range_m": np.broadcast_to(np.hypot(*offset.T), (len(found),)).copy()}
    return Detections(**columns)


def heard(sensor: int, seconds: Any) -> Detections:
    """'I hear something', and no more."""
    times = np.atleast_1d(np.asarray(seconds, dtype=np.float64))
    return Detections.of(
        time_ns=START_NS + np.rint(times * SECOND_NS).astype(np.int64),
        sensor=np.full(len(times), sensor),
        heard=np.ones(len(times)),
    )


def nothing() -> Tracks:
    return Tracks.empty(len(PLACES_M))
