"""What is counted while messages become detections: by sensor, and for what belongs to none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from tocsin.config.site import Site
from tocsin.errors import DecodeError
from tocsin.model.detections import NO_SCAN, Detections
from tocsin.model.sensors import UNASSIGNED, SensorStatus
from tocsin.sensors.places import SensorPlaces

OWN_TRACK = "own_track_came_back"
"""Why a report is not used that tells tocsin what tocsin said: it is no evidence of anything."""


class Ledger:
    """One status for each sensor of a site in its order, and one for what belongs to none.

    A sensor is given by its number, None for no sensor. `decoded` counts all messages by type; `places` are
    those of sensors that move.
    """

    def __init__(self, site: Site) -> None:
        self.statuses = [SensorStatus(sensor.name, sensor.kind.value) for sensor in site.sensors]
        self.unassigned = SensorStatus(UNASSIGNED, "")
        self.decoded: Counter[str] = Counter()
        self.places = SensorPlaces(site)

    def place(
        self, sensor: int, time_ns: int, latitude_rad: float, longitude_rad: float, altitude_m: float | None
    ) -> None:
        """A sensor tells where it is; one that does not move is where the site file says."""
        if self.places.moves(sensor):
            refusal = self.places.tell(sensor, time_ns, latitude_rad, longitude_rad, altitude_m)
            if refusal is not None:
                self.refuse(sensor, refusal)

    def of(self, sensor: int | None) -> SensorStatus:
        """The status of one sensor."""
        return self.unassigned if sensor is None else self.statuses[sensor]

    def message(self, sensor: int | None, received_ns: int, count: int = 1) -> None:
        """A message, or several, that are reports of this sensor."""
        status = self.of(sensor)
        status.messages += count
        status.last_received_ns = received_ns

    def simulated(self, sensor: int, received_ns: int) -> None:
        """A report is used that its sender marked as simulated: what comes of it must say so, too."""
        self.of(sensor).last_simulated_ns = received_ns

    def refuse(self, sensor: int | None, reason: str, count: int = 1) -> None:
        """Reports that are not used."""
        self.of(sensor).refused[reason] += count

    def refuse_all(self, counts: Mapping[tuple[int, str], int]) -> None:
        """The same by (number of the sensor, reason), as validation and timeliness count them."""
        for (sensor, reason), count in counts.items():
            self.refuse(sensor, reason, count)

    def error(self, sensor: int | None, error: DecodeError) -> None:
        """Bytes that could not be read."""
        self.of(sensor).decode_errors[error.kind] += 1

    def detections(self, accepted: Detections) -> None:
        """Detections that are handed on; one without a number of its scan is a scan of its own."""
        for sensor in np.unique(accepted.sensor).tolist():
            own = accepted.sensor == sensor
            status = self.statuses[sensor]
            status.detections += int(np.count_nonzero(own))
            status.scans += int(np.count_nonzero(accepted.scan[own] == NO_SCAN))
            newest_ns = int(accepted.time_ns[own].max())
            status.last_measured_ns = max(newest_ns, status.last_measured_ns or newest_ns)
