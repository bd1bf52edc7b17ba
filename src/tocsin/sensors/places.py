"""Where sensors that move were when they measured: from what they tell of themselves.

A place is told by a node's `status` or by a radar's service messages (I034/120). Between two places the
sensor went straight; after the last one it goes on so for half a minute. Then nobody knows where it is, and
what it measures is counted and not used.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tocsin.config.site import Site
from tocsin.model.detections import HEARD_ABSENT, Detection
from tocsin.units import NANOSECONDS_PER_SECOND, FloatArray

if TYPE_CHECKING:
    from tocsin.sensors.ledger import Ledger

PLACE_UNKNOWN = "sensor_place_unknown"
"""Reason under which is counted what a moving sensor measured before it told where it is."""
PLACE_TOO_OLD = "sensor_place_too_old"
"""The same of one that has not told it for half a minute."""
PLACE_LEAPS = "sensor_place_leaps"
"""Reason under which places are counted that no ship or vehicle can have reached, and are not believed."""
PLACE_OUT_OF_ORDER = "sensor_place_out_of_order"
HEARD_WHILE_MOVING = "heard_while_moving"
LASTS_S = 30.0
FASTEST_MPS = 70.0
_SLACK_M = 100.0  # two places a moment apart may differ by the error of both
_FARTHEST_M = 1_000_000.0  # from the site: its tangent plane is no map of the world
_LEAPS_TO_BELIEVE = 3  # so many in a row that agree: it was the place before that was wrong
_MOST_PLACES = 64  # of the last minute or so, for what is measured before it is told


class _Place(NamedTuple):
    time_ns: int
    enu_m: FloatArray


@dataclass(slots=True)
class _Way:
    """The places of one sensor, oldest first; and those that leap, of which three in a row are believed."""

    places: deque[_Place] = field(default_factory=lambda: deque(maxlen=_MOST_PLACES))
    leaps: list[_Place] = field(default_factory=list)

    def take(self, place: _Place) -> str | None:
        """Why a place is not believed, or None."""
        if self.places and place.time_ns <= self.places[-1].time_ns:
            return PLACE_OUT_OF_ORDER
        if not self.places or _may_follow(self.places[-1], place):
            self.places.append(place)
            self.leaps.clear()
            return None
        if self.leaps and not _may_follow(self.leaps[-1], place):
            self.leaps.clear()
        self.leaps.append(place)
        if len(self.leaps) < _LEAPS_TO_BELIEVE:
            return PLACE_LEAPS
        self.places.clear()
        self.places.extend(self.leaps)
        self.leaps.clear()
        return None

    def at(self, time_ns: int) -> FloatArray | str:
        """Where the sensor was at a time, in the site's plane; or why that is not known."""
        if not self.places:
            return PLACE_UNKNOWN
        known = list(self.places)
        later = next((k for k, place in enumerate(known) if place.time_ns >= time_ns), len(known) - 1)
        nearest = known[later] if time_ns > known[0].time_ns else known[0]
        if abs(time_ns - nearest.time_ns) > LASTS_S * NANOSECONDS_PER_SECOND:
            return PLACE_TOO_OLD
        if len(known) == 1:
            return nearest.enu_m
        first, second = known[max(later, 1) - 1], known[max(later, 1)]
        share = (time_ns - first.time_ns) / (second.time_ns - first.time_ns)
        if second.time_ns - first.time_ns > LASTS_S * NANOSECONDS_PER_SECOND and share > 1.0:
            return nearest.enu_m  # too far apart to tell a speed
        return first.enu_m + share * (second.enu_m - first.enu_m)


class SensorPlaces:
    """Follows all sensors of a site that move, and says of each detection where its sensor was."""

    def __init__(self, site: Site) -> None:
        self._frame = site.frame
        self._altitudes_m = [sensor.altitude_m for sensor in site.sensors]
        self._ways = {number: _Way() for number, sensor in enumerate(site.sensors) if sensor.moves}

    def moves(self, sensor: int) -> bool:
        """Whether the site file says that a sensor moves."""
        return sensor in self._ways

    def tell(
        self, sensor: int, time_ns: int, latitude_rad: float, longitude_rad: float, altitude_m: float | None
    ) -> str | None:
        """Takes a place that a moving sensor tells; why it is not believed, or None.

        Where it tells no height, that of the site file holds, or the site's.
        """
        if altitude_m is None:
            altitude_m = self._altitudes_m[sensor]
        if altitude_m is None:
            altitude_m = self._frame.altitude_m
        enu_m = self._frame.to_enu(latitude_rad, longitude_rad, altitude_m)
        if float(np.linalg.norm(enu_m)) > _FARTHEST_M:
            return PLACE_LEAPS
        return self._ways[sensor].take(_Place(time_ns, enu_m))

    def with_places(self, rows: Iterable[Detection], ledger: Ledger) -> Iterable[Detection]:
        """The same rows, those of moving sensors with their place; what can't be placed is counted."""
        return self._placed(rows, ledger) if self._ways else rows

    def _placed(self, rows: Iterable[Detection], ledger: Ledger) -> Iterator[Detection]:
        for row in rows:
            if row.sensor not in self._ways or not math.isnan(row.latitude_rad):
                yield row
                continue
            place = (
                HEARD_WHILE_MOVING if row.heard != HEARD_ABSENT else self._ways[row.sensor].at(row.time_ns)
            )
            if isinstance(place, str):
                ledger.refuse(row.sensor, place)
                continue
            latitude_rad, longitude_rad, altitude_m = self._frame.to_geodetic(place)
            yield row._replace(
                sensor_latitude_rad=float(latitude_rad),
                sensor_longitude_rad=float(longitude_rad),
                sensor_altitude_m=float(altitude_m),
            )


def _may_follow(before: _Place, after: _Place) -> bool:
    passed_s = (after.time_ns - before.time_ns) / NANOSECONDS_PER_SECOND
    return float(np.linalg.norm(after.enu_m - before.enu_m)) <= _SLACK_M + FASTEST_MPS * passed_s
