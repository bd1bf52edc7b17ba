"""Sensors that move: each scan tells where its sensor was, and the filter sees it from there.

A detection carries the place of its sensor at the time of measurement, so late data and replays see what was
seen. Within a scan the sensor is taken to move straight from its first detection to its last. A look that
found nothing is one from the latest place that is known.
"""

from __future__ import annotations

import math

import numpy as np

from tocsin.config.site import Site
from tocsin.geo.frame import LocalFrame
from tocsin.tracking.kernels.layout import Records, Undetected
from tocsin.tracking.kernels.undetected import detection_map
from tocsin.tracking.measurements import Measurements
from tocsin.units import NANOSECONDS_PER_SECOND, AnyArray, FloatArray

LASTS_S = 30.0
"""So long a look that found nothing may follow the last place of its sensor, which is unknown after that."""
_NEVER = np.iinfo(np.int64).min
_MAP_STEP = 0.25  # of a cell of the grid of the undetected: so finely a moved sensor's coverage is drawn


class Places:
    """Keeps the positions of a filter's sensors, which it changes in place; those that stand stay."""

    def __init__(self, site: Site, sensors: Records, motion: AnyArray, undetected: Undetected) -> None:
        self._frame = site.frame
        self._sensors, self._motion, self._undetected = sensors, motion, undetected
        self.moving = [number for number, sensor in enumerate(site.sensors) if sensor.moves]
        """Numbers of the sensors that may be elsewhere at their next scan."""
        self._known_ns = np.full(len(site.sensors), _NEVER)
        for sensor in self.moving:
            self._put(sensor, sensors[sensor].position.copy())

    def is_lost(self, sensor: int, time_ns: int) -> bool:
        """Whether nobody knows where a sensor is, of those that move."""
        known_ns = int(self._known_ns[sensor])
        return known_ns == _NEVER or time_ns - known_ns > LASTS_S * NANOSECONDS_PER_SECOND

    def take(self, sensor: int, rows: Measurements) -> None:
        """Puts a sensor where its scan says that it was."""
        told = np.flatnonzero(np.isfinite(rows.origin[:, 0]))
        if not len(told):
            return
        time_ns, origin = rows.time_ns[told], rows.origin[told]
        first, last = int(np.argmin(time_ns)), int(np.argmax(time_ns))
        passed_s = (int(time_ns[last]) - int(time_ns[first])) / NANOSECONDS_PER_SECOND
        row = self._sensors[sensor]
        self._put(sensor, origin[last])
        row.velocity = (origin[last] - origin[first]) / passed_s if passed_s > 0.0 else 0.0
        self._known_ns[sensor] = time_ns[last]

    def unseen_share(self, sensor: int) -> FloatArray:
        """The share of the undetected that stays so in one of its looks from here, on the grid.

        Depends on the present place alone, not on the way to it: a replay gives the same.
        """
        row, step_m = self._sensors[sensor : sensor + 1].copy(), _MAP_STEP * self._undetected.cell_m
        row[0].position[:2] = np.round(row[0].position[:2] / step_m) * step_m
        return 1.0 - detection_map(self._undetected, self._motion, row[0])

    def cell(self, sensor: int) -> tuple[int, int]:
        """Which place of the grid of coverage a sensor is at."""
        east, north, _ = self._sensors[sensor].position / (_MAP_STEP * self._undetected.cell_m)
        return round(east), round(north)

    def checkpoint(self) -> tuple[AnyArray, ...]:
        """A copy of what changes, to go back to."""
        rows = self._sensors[self.moving]
        return rows.position.copy(), rows.velocity.copy(), self._known_ns.copy()

    def go_back_to(self, places: tuple[AnyArray, ...]) -> None:
        """Puts all sensors where they were."""
        positions, velocities, known_ns = places
        for k, sensor in enumerate(self.moving):
            self._put(sensor, positions[k])
            self._sensors[sensor].velocity = velocities[k]
        self._known_ns[:] = known_ns

    def _put(self, sensor: int, position: FloatArray) -> None:
        latitude_rad, longitude_rad, altitude_m = self._frame.to_geodetic(position)
        place = LocalFrame.from_degrees(
            math.degrees(latitude_rad), math.degrees(longitude_rad), float(altitude_m)
        )
        row = self._sensors[sensor]
        _, row.rotation = self._frame.station(place)
        row.position = position
