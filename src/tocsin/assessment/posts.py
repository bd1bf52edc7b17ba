"""Posts, and the cells of ground around the zones that each covers: what the model-free path looks at.

A post is all sensors of one kind that stand within 200 m of one another: what deceives one of them there (a
gust, a passing car) deceives the others, so together they are one witness. Cells lie where an object could be
in a zone within its required lead, that is where there is no time left to wait for a track.

What tells of itself (Remote ID, ADS-B) is left out: it can be forged, and who is told needs no second net. So
are sensors that move: their surroundings are not the same from one minute to the next.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tocsin.config.rules import SELF_REPORTS
from tocsin.config.site import Sensor, Site
from tocsin.geo.polygon import Polygon
from tocsin.model.zones import Zone
from tocsin.units import FloatArray, IntArray

CELL_M = 1000.0
"""Side of a cell; a drone crosses it in 20 to 40 s, about the time over which reports are gathered."""
MOST_CELLS = 20_000
"""A site whose zones need more has larger cells."""
FASTEST_MPS = 51.0
"""185 km/h, the fastest of the drones that fly here (design page 'sensors')."""
LEAST_RADIUS_M = 3000.0
NO_POST = -1
_SAME_POST_M = 200.0
MOST_VISIBLE = 0.7
"""Silence of one post speaks against an object by 1 - this at most: it may be deaf or behind a hill."""


@dataclass(frozen=True, slots=True, eq=False)
class Posts:
    """The p posts of a site; `of_sensor` (sensors,) is the post of each sensor, or `NO_POST`.

    `place_m` (p, 2) is east and north of the first of its sensors, as are all other columns: `looks` a bin of
    so many seconds, the largest range, the declared false reports a look over its coverage, and the
    probability that it can perceive an object at all.
    """

    of_sensor: IntArray
    sensors: tuple[tuple[str, ...], ...]
    kind: IntArray
    kinds: tuple[str, ...]
    place_m: FloatArray
    looks: FloatArray
    max_range_m: FloatArray
    false_per_look: FloatArray
    visible: FloatArray

    def __len__(self) -> int:
        return len(self.kind)


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """Which post covers which cell: m pairs, those of one post together and by azimuth from it.

    `first` (p + 1,) are the rows of each post, `azimuth_rad` in 0 to 2 pi and `distance_m` are of the cell's
    middle from the post, `detection` (m,) is the probability that a bin holds a report of a perceived object
    there. `by_cell` (m,) are the same pairs by cell, `first_of_cell` (cells + 1,) their rows.
    """

    cell_m: FloatArray
    side_m: float
    first: IntArray
    post: IntArray
    cell: IntArray
    azimuth_rad: FloatArray
    distance_m: FloatArray
    detection: FloatArray
    by_cell: IntArray
    first_of_cell: IntArray


def posts_of(site: Site, bin_s: float) -> Posts:
    """The posts of a site in the order of their first sensors; looks are those of so many seconds."""
    of_sensor = np.full(len(site.sensors), NO_POST, dtype=np.int64)
    firsts: list[Sensor] = []
    names: list[list[str]] = []
    places: list[FloatArray] = []
    for number, sensor in enumerate(site.sensors):
        if sensor.kind in SELF_REPORTS or sensor.moves:
            continue
        place = place_of(site, sensor)
        same = (k for k, first in enumerate(firsts)
                if first.kind is sensor.kind and math.dist(places[k], place) <= _SAME_POST_M)  # fmt: skip
        post = next(same, len(firsts))
        if post == len(firsts):
            firsts.append(sensor.filled())
            names.append([])
            places.append(place)
        names[post].append(sensor.name)
        of_sensor[number] = post
    kinds = tuple(dict.fromkeys(first.kind.value for first in firsts))
    return Posts(
        of_sensor=of_sensor,
        sensors=tuple(tuple(one) for one in names),
        kind=np.array([kinds.index(first.kind.value) for first in firsts], dtype=np.int64),
        kinds=kinds,
        place_m=np.array(places, dtype=np.float64).reshape(-1, 2),
        looks=np.array([bin_s / (first.period_s or bin_s) for first in firsts], dtype=np.float64),
        max_range_m=np.array([first.max_range_m for first in firsts], dtype=np.float64),
        false_per_look=np.array([_false_per_look(first) for first in firsts], dtype=np.float64),
        visible=np.array([min(first.visible_probability or 0.0, MOST_VISIBLE) for first in firsts]),
    )


def own_posts(site: Site) -> IntArray:
    """The post of each sensor, (sensors,), where those that are left out count as posts of their own."""
    of_sensor = posts_of(site, 1.0).of_sensor
    alone = len(of_sensor) + np.arange(len(of_sensor))
    return np.where(of_sensor == NO_POST, alone, of_sensor)


def cells_around(zones: Sequence[Zone], radii_m: Sequence[float]) -> tuple[FloatArray, float, list[IntArray]]:
    """Middles (c, 2) of the cells within a radius of any zone, their side, and which are near each zone."""
    if not zones:
        return np.empty((0, 2)), CELL_M, []
    circles = [Polygon(zone.vertices_enu_m).bounding_circle for zone in zones]
    reach = [circle.radius_m + radius for circle, radius in zip(circles, radii_m, strict=True)]
    side_m = max(CELL_M, math.sqrt(sum(4.0 * r * r for r in reach) / MOST_CELLS))
    near = [
        _cells_near(zone, circle.centre_m, r, radius, side_m)
        for zone, circle, r, radius in zip(zones, circles, reach, radii_m, strict=True)
    ]
    keys, rows = np.unique(np.concatenate(near), axis=0, return_inverse=True)
    parts = np.split(rows.reshape(-1).astype(np.int64), np.cumsum([len(one) for one in near])[:-1])
    middles: FloatArray = np.asarray(keys * side_m, dtype=np.float64)
    return middles, side_m, [np.sort(part) for part in parts]


def warned_radius_m(required_lead_s: float, delivery_delay_s: float) -> float:
    """How far from a zone the fastest drone is when its people must just be warned."""
    return max(LEAST_RADIUS_M, FASTEST_MPS * (required_lead_s + delivery_delay_s))


def cover_of(site: Site, posts: Posts, cell_m: FloatArray, side_m: float) -> Cover:
    """Which posts cover which cells, by distance alone."""
    firsts = {names[0]: post for post, names in enumerate(posts.sensors)}
    sensors = {firsts[s.name]: s.filled() for s in site.sensors if s.name in firsts}
    rows = [_covered(sensors[post], posts, post, cell_m, side_m) for post in range(len(posts))]
    first = np.cumsum([0, *(len(cell) for cell, *_ in rows)], dtype=np.int64)
    cell = np.concatenate([np.empty(0, np.int64), *(part[0] for part in rows)])
    azimuth, distance, detection = (
        np.concatenate([np.empty(0), *(part[k] for part in rows)]) for k in (1, 2, 3)
    )
    by_cell = np.argsort(cell, kind="stable").astype(np.int64)
    first_of_cell = np.searchsorted(cell[by_cell], np.arange(len(cell_m) + 1)).astype(np.int64)
    post_of = np.repeat(np.arange(len(posts), dtype=np.int64), np.diff(first))
    return Cover(cell_m, side_m, first, post_of, cell, azimuth, distance, detection, by_cell, first_of_cell)


def _covered(
    sensor: Sensor, posts: Posts, post: int, cell_m: FloatArray, side_m: float
) -> tuple[IntArray, FloatArray, FloatArray, FloatArray]:
    """Cells of one post by azimuth, with azimuth, distance and probability of a report in a bin."""
    offset = cell_m - posts.place_m[post]
    distance = np.hypot(offset[:, 0], offset[:, 1])
    azimuth = np.arctan2(offset[:, 0], offset[:, 1]) % (2.0 * math.pi)
    inside = np.flatnonzero(distance <= posts.max_range_m[post])
    inside = inside[np.argsort(azimuth[inside], kind="stable")]
    assert sensor.detection_probability is not None, "sensor is filled"
    ranges, probabilities = np.array(sensor.detection_probability).T
    at_look = np.interp(distance[inside], ranges, probabilities)
    in_bin = 1.0 - (1.0 - np.clip(at_look, 0.0, 0.999)) ** posts.looks[post]
    in_bin[distance[inside] < sensor.min_range_m - side_m] = 0.0
    return inside.astype(np.int64), azimuth[inside], distance[inside], in_bin


def _cells_near(zone: Zone, centre_m: FloatArray, reach_m: float, radius_m: float, side_m: float) -> IntArray:
    low = np.floor((centre_m - reach_m) / side_m).astype(np.int64)
    high = np.ceil((centre_m + reach_m) / side_m).astype(np.int64)
    east, north = (np.arange(a, b + 1) for a, b in zip(low.tolist(), high.tolist(), strict=True))
    keys = np.stack(np.meshgrid(east, north), axis=-1).reshape(-1, 2)
    distance = Polygon(zone.vertices_enu_m).signed_distance(keys * side_m)
    return np.asarray(keys[distance <= radius_m], dtype=np.int64)


def place_of(site: Site, sensor: Sensor) -> FloatArray:
    """East and north of a sensor; what has none reports positions, as from the site's origin."""
    if sensor.latitude_deg is None or sensor.longitude_deg is None:
        return np.zeros(2)
    altitude = site.site.altitude_m if sensor.altitude_m is None else sensor.altitude_m
    return site.frame.to_enu(np.radians(sensor.latitude_deg), np.radians(sensor.longitude_deg), altitude)[:2]


def _false_per_look(sensor: Sensor) -> float:
    if sensor.false_detections_per_km2 is not None and sensor.max_range_m is not None:
        return sensor.false_detections_per_km2 * math.pi * (sensor.max_range_m / 1000.0) ** 2
    return sensor.false_detections_per_scan or 0.0
