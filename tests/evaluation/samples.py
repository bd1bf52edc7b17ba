"""Hand-made truths, tracks and alerts on a flat plane, where every answer can be worked out in the head."""

import numpy as np

from tocsin.evaluation.alert_log import LoggedAlert
from tocsin.evaluation.paths import TruePath
from tocsin.evaluation.track_log import TrackLog
from tocsin.evaluation.zone_volume import ZoneVolume
from tocsin.geo.polygon import Polygon
from tocsin.model.alerts import Level, MessageType


def a_path(times, places, object_id="O1", threat=True, object_class="delta_wing_drone"):
    return TruePath(object_id, object_class, threat, np.array(times, float), np.array(places, float))


def a_flight(start_east, speed, seconds=101, north=0.0, altitude=500.0, first=0, **options):
    """Straight to the east, one row a second."""
    times = first + np.arange(seconds)
    places = np.column_stack(
        [start_east + speed * np.arange(seconds), np.full(seconds, north), np.full(seconds, altitude)]
    )
    return a_path(times, places, **options)


def a_square(name="Town", middle=(0.0, 0.0), half=100.0, floor=0.0, ceiling=1000.0, required=60.0):
    east, north = middle
    corners = [(east + a * half, north + b * half) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    return ZoneVolume(name, Polygon(corners), floor, ceiling, required)


def tracks_of(paths, names, offset=(0.0, 0.0, 0.0), sigma=10.0, every=1):
    """Tracks that follow paths at an offset, without velocity."""
    rows = sorted(
        (time, name, *(place + np.array(offset)))
        for path, name in zip(paths, names, strict=True)
        for time, place in zip(path.time_s[::every], path.place_m[::every], strict=True)
    )
    column = np.empty(len(rows), dtype=object)
    column[:] = [row[1] for row in rows]
    places = np.array([row[2:] for row in rows], float).reshape(-1, 3)
    return TrackLog(
        np.array([row[0] for row in rows], float),
        column,
        places,
        np.zeros_like(places),
        np.full_like(places, sigma),
    )


def an_alert(
    issued, level="warning", zone="Town", tracks=("T1",), alert_id="A", version=1, kind="Alert", expires=None
):
    return LoggedAlert(
        alert_id,
        version,
        float(issued),
        float(issued + 900 if expires is None else expires),
        Level[level.upper()],
        zone,
        tuple(tracks),
        MessageType(kind),
    )
