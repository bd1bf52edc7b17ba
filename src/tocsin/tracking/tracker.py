"""Tracking as a library: NumPy arrays in, tracks out; no site file and no services."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Self

import numpy as np

from tocsin.config.site import Place, Prior, Sensor, Site
from tocsin.geo.frame import LocalFrame
from tocsin.model.tracks import Tracks
from tocsin.tracking.arrays import NOT_GIVEN, ArrayDoor, Values
from tocsin.tracking.filter import Components, Filter
from tocsin.tracking.learning import Health
from tocsin.tracking.measurements import identity_number
from tocsin.tracking.registration import Bias
from tocsin.tracking.saving import from_arrays, to_arrays
from tocsin.tracking.settings import SELF_REPORTING
from tocsin.units import seconds_to_nanoseconds

Origin = tuple[float, float, float]
"""Latitude [deg], longitude [deg] and height above the ellipsoid [m] of the plane that everything lies in."""
NOWHERE: Origin = (0.0, 0.0, 0.0)


class Tracker:
    """Follows objects through the scans of any sensors, which must come in order of time.

    Positions are metres east, north and up of the origin, in its tangent plane; azimuth is clockwise from
    north and elevation up from the horizontal, both at the sensor. The same scans give the same bits.

    sensors: one `Sensor`, or a mapping of its keys, for each; `place` says where one stands. prior: how
    objects move and how many there are. Raises ValueError where a setting is wrong.
    """

    def __init__(
        self,
        sensors: Iterable[Sensor | Mapping[str, Any]],
        prior: Prior | Mapping[str, Any] | None = None,
        origin: Origin = NOWHERE,
    ) -> None:
        latitude_deg, longitude_deg, altitude_m = origin
        self._site = Site(
            site=Place(
                name="library", latitude_deg=latitude_deg, longitude_deg=longitude_deg, altitude_m=altitude_m
            ),
            prior=Prior.model_validate(prior or {}),
            sensors=tuple(Sensor.model_validate(sensor) for sensor in sensors),
        )
        self._filter = Filter(self._site)
        self._numbers = {sensor.name: number for number, sensor in enumerate(self._site.sensors)}
        self._door = ArrayDoor(self._site)
        self._is_look = [sensor.kind not in SELF_REPORTING for sensor in self._site.sensors]
        self._identities = {0: ""}

    def update(
        self,
        time_s: float,
        sensor: str,
        *,
        range_m: Values = NOT_GIVEN,
        azimuth_rad: Values = NOT_GIVEN,
        elevation_rad: Values = NOT_GIVEN,
        range_rate_mps: Values = NOT_GIVEN,
        position_m: Values = NOT_GIVEN,
        velocity_mps: Values = NOT_GIVEN,
        sigma: Mapping[str, Values] | None = None,
        offset_s: Values = 0.0,
        identity: Sequence[str] = (),
    ) -> Tracks:
        """One scan of a sensor at a time, with its d detections; none at all is a look that found nothing.
        What objects report of themselves (Remote ID, ADS-B) says nothing of those that are not in it.

        Each measured component is (d,), or one value for all; position_m and velocity_mps are (d, 2) or
        (d, 3), and NaN is 'not measured'. sigma gives errors (1 sigma, by the component's name) in place of
        the sensor's own, offset_s how long before or after time_s each detection was measured, identity what
        the objects call themselves. Gives the confirmed tracks at that time.

        Raises ValueError, which names sensor and detection, where the scan is earlier than one before, the
        sensor is unknown, or a value can't be used; nothing has changed then.
        """
        number, time_ns = self._number(sensor), self._time_ns(time_s)
        measured = {
            "range_m": range_m, "azimuth_rad": azimuth_rad, "elevation_rad": elevation_rad,
            "range_rate_mps": range_rate_mps, "position_m": position_m, "velocity_mps": velocity_mps,
        }  # fmt: skip
        looks = self._door.looks(time_ns, number, measured, sigma or {}, offset_s, identity)
        if len(identity):
            self._identities |= {identity_number(text): text for text in identity if text}
        self._filter.process_looks(time_ns, number, looks, self._is_look[number])
        return self.tracks()

    def tracks(self) -> Tracks:
        """The confirmed tracks at the time of the latest scan."""
        if self._filter.time_ns is None:
            return Tracks.empty(len(self._site.sensors))
        return self._filter.tracks(self._identities)

    def components(self) -> Components:
        """All that may be there, with its probability of existence: confirmed tracks and candidates."""
        return self._filter.components()

    def health(self, sensor: str) -> Health:
        """Whether a sensor's errors are as large as it says, over the last minutes."""
        return self._filter.consistency.health(self._number(sensor))

    def bias(self, sensor: str) -> Bias:
        """How far a sensor's range, angles and clock are off: learnt so far, and taken off detections."""
        return self._filter.registration.bias(self._number(sensor))

    def save(self, file: str | Path | IO[bytes]) -> None:
        """Writes all state as a .npz file, from which `load` goes on bit for bit."""
        settings = {
            "site": self._site.model_dump(mode="json"),
            "identities": {str(number): text for number, text in self._identities.items()},
        }
        arrays = to_arrays(self._filter.checkpoint())
        arrays["settings"] = np.frombuffer(json.dumps(settings).encode(), np.uint8)
        np.savez(file, allow_pickle=False, **arrays)

    @classmethod
    def load(cls, file: str | Path | IO[bytes]) -> Self:
        """A tracker as it was saved. Raises ValueError where the file is none, or of another version."""
        with np.load(file, allow_pickle=False) as arrays:
            settings = json.loads(arrays["settings"].tobytes())
            site = Site.model_validate(settings["site"])
            place = site.site
            tracker = cls(
                site.sensors, site.prior, (place.latitude_deg, place.longitude_deg, place.altitude_m)
            )
            tracker._filter.go_back_to(from_arrays(arrays))
        tracker._identities = {int(number): text for number, text in settings["identities"].items()}
        return tracker

    def _number(self, sensor: str) -> int:
        if sensor not in self._numbers:
            known = ", ".join(repr(name) for name in self._numbers) or "there are none"
            raise ValueError(f"no sensor is called {sensor!r}; known: {known}")
        return self._numbers[sensor]

    def _time_ns(self, time_s: float) -> int:
        if not math.isfinite(time_s) or abs(time_s) > 9e9:
            raise ValueError(f"time_s should be seconds, UTC since 1970 or since any start, not {time_s}")
        time_ns, latest_ns = seconds_to_nanoseconds(time_s), self._filter.time_ns
        if latest_ns is not None and time_ns < latest_ns:
            raise ValueError(
                f"a scan at {time_s} s is earlier than the latest, at {latest_ns / 1e9} s; "
                "tocsin.tracking.Timeline takes late data"
            )
        return time_ns


def place(east_m: float, north_m: float, up_m: float = 0.0, origin: Origin = NOWHERE) -> dict[str, float]:
    """Where a sensor stands, as keys of `Sensor`: `Sensor(name="north", kind="camera", **place(0, 5000))`."""
    latitude_rad, longitude_rad, altitude_m = LocalFrame.from_degrees(*origin).to_geodetic(
        [east_m, north_m, up_m]
    )
    return {
        "latitude_deg": math.degrees(latitude_rad),
        "longitude_deg": math.degrees(longitude_rad),
        "altitude_m": float(altitude_m),
    }
