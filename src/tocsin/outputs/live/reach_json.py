"""Where lost objects can be, as GeoJSON (RFC 7946): one polygon for each track that coasts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tocsin.config.site import Site
from tocsin.model.assessments import Assessments
from tocsin.model.reachable import Reach, reach_of
from tocsin.model.tracks import NEVER_NS
from tocsin.model.zones import Zone

LOST_AFTER_S = 10.0
"""Shorter gaps are between two looks."""
HOVERS = frozenset({"multirotor", "balloon", "bird"})


def reach_features(assessments: Assessments, zones: Sequence[Zone], site: Site) -> list[dict[str, Any]]:
    """The reach of every track that nothing has seen for ten seconds, with the zones that it can be in.

    Zones are those that it can reach within its rules' longest look ahead, each with the earliest time.
    """
    if assessments.fastest_mps is None:
        return []
    horizon_s = max((rule.within_s for rule in site.rules), default=900.0)
    features = []
    for row in _lost(assessments):
        unseen_s = (assessments.time_ns - int(assessments.seen_ns[row])) / 1e9
        object_class, _ = assessments.most_probable_class(row)
        reach = reach_of(assessments.state[row], assessments.covariance[row], unseen_s,
                         float(assessments.fastest_mps[row]), object_class in HOVERS)  # fmt: skip
        soonest = {zone.name: reach.earliest_s(zone) for zone in zones}
        within = {name: seconds for name, seconds in soonest.items() if seconds <= horizon_s}
        features.append(_feature(assessments, row, reach, within, site))
    return features


def _lost(assessments: Assessments) -> list[int]:
    seen = assessments.seen_ns
    limit_ns = assessments.time_ns - round(LOST_AFTER_S * 1e9)
    return np.flatnonzero((seen != NEVER_NS) & (seen <= limit_ns)).tolist()


def _feature(
    assessments: Assessments, row: int, reach: Reach, within: dict[str, float], site: Site
) -> dict[str, Any]:
    closed = np.vstack([reach.outline_m, reach.outline_m[:1]])[::-1]  # counterclockwise, as RFC 7946 wants it
    enu = np.column_stack([closed, np.full(len(closed), assessments.state[row, 2])])
    latitude, longitude, _ = site.frame.to_geodetic(enu)
    ring = np.round(np.degrees(np.stack([longitude, latitude], axis=1)), 6).tolist()
    track_id, now_s = str(assessments.track_id[row]), assessments.time_ns / 1e9
    return {
        "type": "Feature",
        "id": f"{track_id}-reach",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {
            "track_id": track_id,
            "reachable": True,
            "unseen_s": round(reach.unseen_s, 1),
            "radius_m": round(reach.radius_m),
            "zones": [
                {"zone": name, "earliest_s": round(now_s + seconds, 1)} for name, seconds in within.items()
            ],
        },
    }
