"""Hand-made sites and pictures: what a tracker would say of objects that a test lays out."""

from __future__ import annotations

from typing import Any

import numpy as np

from tocsin.assessment.classes import CLASSES
from tocsin.config.site import Site
from tocsin.model.tracks import NEVER_NS, Associations, Picture, Tracks
from tocsin.units import FloatArray

START_NS = 1_672_017_540_000_000_000
SECOND_NS = 1_000_000_000
SENSORS: tuple[dict[str, Any], ...] = (
    {"name": "mast", "kind": "radar"},
    {"name": "array 1", "kind": "microphone"},
    {"name": "array 2", "kind": "microphone"},
    {"name": "finder", "kind": "direction_finder"},
    {"name": "receiver", "kind": "adsb"},
)
RADAR, ARRAY_1, ARRAY_2, FINDER, RECEIVER = range(5)


def make_site(*zones: dict[str, Any], within_s: float = 1200.0, **sections: Any) -> Site:
    """A site at 10 N 20 E on the ellipsoid, whose zones are squares given by centre and half width [m]."""
    rule = {"level": "watch", "within_s": within_s}
    place = {"name": "Nordmark", "latitude_deg": 10.0, "longitude_deg": 20.0} | sections.pop("site", {})
    text = {"site": place, "sensors": SENSORS, "zones": zones, "rules": [rule]} | sections
    return Site.model_validate(text)


def square(
    east_m: float, north_m: float, half_m: float, name: str = "Kaldvik", **limits: float
) -> dict[str, Any]:
    """A zone section: a square in the tangent plane of `make_site`'s origin."""
    frame = make_site().frame
    corners = [(-half_m, -half_m), (half_m, -half_m), (half_m, half_m), (-half_m, half_m)]
    enu = np.array([(east_m + e, north_m + n, 0.0) for e, n in corners])
    latitude, longitude, _ = frame.to_geodetic(enu)
    polygon = np.degrees(np.stack([latitude, longitude], axis=1)).tolist()
    return {"name": name, "polygon": polygon, **limits}


def make_tracks(
    states: Any,
    covariances: Any = None,
    names: list[str] | None = None,
    sensors: int = len(SENSORS),
    **columns: Any,
) -> Tracks:
    """Tracks with these states (n, 6), known exactly unless covariances (n, 6, 6) are given."""
    state = np.array(states, dtype=np.float64).reshape(-1, 6)
    count = len(state)
    shape = (count, sensors)
    given: dict[str, Any] = {
        "track_id": np.array(names or [f"T{i}" for i in range(count)], dtype=object),
        "state": state,
        "covariance": np.zeros((count, 6, 6))
        if covariances is None
        else np.array(covariances, dtype=np.float64),
        "existence": np.ones(count),
        "born_ns": np.full(count, START_NS),
        "seen_ns": np.full(shape, NEVER_NS),
        "support": np.zeros(shape),
        "visible": np.ones(shape),
        "identity": np.full(count, "", dtype=object),
    }
    return Tracks(**given | columns)


def as_class(name: str, probability: float = 1.0) -> FloatArray:
    """Class probabilities (1, c) of one track: this class, or else unknown."""
    classes = np.zeros((1, len(CLASSES)))
    classes[0, -1] = 1.0 - probability
    classes[0, CLASSES.index(name)] += probability
    return classes


def picture(tracks: Tracks, at_s: float = 0.0) -> Picture:
    none = np.zeros(0, np.int64)
    links = Associations(none, np.zeros(0, object), none, none.astype(np.int16), np.zeros(0))
    return Picture(START_NS + round(at_s * SECOND_NS), tracks, links)


def diagonal(*sigmas: float) -> FloatArray:
    """A covariance (6, 6) of independent errors with these sigmas."""
    return np.diag(np.square(sigmas)).astype(np.float64)
