"""Tracks of other systems: what each has told, so that of the next report only what is new counts.

The mathematics is in kernels/tracklets.py; here is what is kept between reports.
"""

from __future__ import annotations

import numpy as np

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Site
from tocsin.tracking.kernels.layout import CRUISE, LOOK, NEVER, Record, Records
from tocsin.tracking.kernels.report_layout import EQUIVALENT, REPORTED
from tocsin.tracking.kernels.tracklets import FORGET_S, take_reports
from tocsin.units import NANOSECONDS_PER_SECOND, AnyArray

_FORGET_NS = round(FORGET_S * NANOSECONDS_PER_SECOND)
NOT_REPORTS = np.zeros(0, EQUIVALENT)
"""What `equivalents` gives for sensors that measure themselves."""


class Tracklets:
    """What every track of every sensor of kind `tracks` has told."""

    def __init__(self, site: Site, motion: Record) -> None:
        self._every_s = {
            number: sensor.filled().period_s or 0.0
            for number, sensor in enumerate(site.sensors)
            if sensor.kind is SensorKind.TRACKS
        }
        horizontal, vertical = motion.horizontal_density[CRUISE], motion.vertical_density[CRUISE]
        self._densities = np.array([horizontal, horizontal, vertical])
        self._told = {number: _blank(0) for number in self._every_s}

    def warm_up(self) -> None:
        """Compiles, or loads, what takes reports, also where no sensor gives any yet."""
        told, looks, found = _blank(0), np.zeros(0, LOOK), np.empty(0, EQUIVALENT)
        take_reports(told, looks, 0, 1.0, self._densities, found, _blank(0))

    def equivalents(self, sensor: int, time_ns: int, looks: Records) -> AnyArray:
        """(d,) EQUIVALENT: what is new in each of d reports, LOOK, which then counts as told; (0,) where the
        sensor is no other tracker."""
        told = self._told.get(sensor)
        if told is None:
            return NOT_REPORTS
        found, new = np.empty(len(looks), EQUIVALENT), _blank(len(looks))
        count = take_reports(told, looks, time_ns, self._every_s[sensor], self._densities, found, new)
        if count:
            self._told[sensor] = _sorted_in(_not_forgotten(told, time_ns), new[:count])
        return found

    def checkpoint(self) -> tuple[AnyArray, ...]:
        """A copy of everything, to go back to."""
        return tuple(told.copy() for told in self._told.values())

    def go_back_to(self, checkpoint: tuple[AnyArray, ...]) -> None:
        """Forgets all that came after a checkpoint."""
        for number, told in zip(self._told, checkpoint, strict=True):
            self._told[number] = _blank(len(told))
            self._told[number][:] = told


def _blank(count: int) -> AnyArray:
    rows = np.zeros(count, REPORTED)
    rows["time_ns"] = NEVER
    return rows


def _not_forgotten(told: AnyArray, time_ns: int) -> AnyArray:
    return told[told["time_ns"] >= time_ns - _FORGET_NS]


def _sorted_in(told: AnyArray, new: AnyArray) -> AnyArray:
    """Both (n,), by identity, as kernels find them."""
    rows = np.concatenate([told, new])
    both = _blank(len(rows))  # of the very dtype, which concatenating does not keep
    both[:] = rows[np.argsort(rows["identity"], kind="stable")]
    return both
