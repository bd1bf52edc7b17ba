"""Sensor status from detections alone, where no bytes are decoded: simulations and tables."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tocsin.config.site import Site
from tocsin.model.detections import NO_SCAN, Detections
from tocsin.model.sensors import SensorStatus


class Statuses:
    """One status for each sensor of a site, in its order, kept up to date batch by batch."""

    def __init__(self, site: Site) -> None:
        self.all = tuple(SensorStatus(sensor.name, sensor.kind.value) for sensor in site.sensors)
        self._latest_scan: dict[int, int] = {}

    def count(self, detections: Detections) -> None:
        """Counts a batch of accepted detections."""
        scan = np.where(detections.scan == NO_SCAN, detections.time_ns, detections.scan)
        for number in np.unique(detections.sensor).tolist():
            rows = detections.sensor == number
            status, scans = self.all[number], np.unique(scan[rows])
            status.messages += int(rows.sum())
            status.detections += int(rows.sum())
            # The first scan of a batch may be the last of the one before.
            status.scans += len(scans) - int(scans[0] == self._latest_scan.get(number))
            self._latest_scan[number] = int(scans[-1])
            status.last_measured_ns = int(detections.time_ns[rows].max())
            status.last_received_ns = int(detections.received_ns[rows].max())

    def refuse(self, counts: Mapping[tuple[int, str], int]) -> None:
        """Counts refused detections by (number of the sensor, reason), but for those of no known sensor."""
        for (number, reason), count in counts.items():
            if number >= 0:
                self.all[number].refused[reason] += count
