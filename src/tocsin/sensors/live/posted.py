"""Sightings that people tell the running service itself, beside those that come over a broker."""

from __future__ import annotations

from typing import NamedTuple

from tocsin.clock import WallClock
from tocsin.config.kinds import SensorKind
from tocsin.config.site import Site
from tocsin.errors import InvalidInput
from tocsin.formats.nodes import Sighting, decode_as
from tocsin.model.timeliness import FARTHEST_AHEAD_NS, FROM_THE_FUTURE, LATEST_NS, RECEIVED_TOO_LATE
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.live.inbox import Inbox
from tocsin.sensors.node_reader import NodeReader
from tocsin.sensors.sightings import bearing_of, nearest

MOST_PER_S = 10.0
"""People who see the same thing are many; a program that repeats itself is cut off."""


class Taken(NamedTuple):
    """Which sensor a sighting counts for, and why it is counted and not used; '' where it is used."""

    sensor: str
    refused: str


class NoSightingSensor(InvalidInput):
    """The site has nobody whose sightings count."""


class TooManySightings(InvalidInput):
    """More came within a second than is taken."""


class PostedSightings:
    """Takes payloads in the event loop; the line's thread reads them from `inbox` with `reader`.

    They are the same messages as over MQTT (`tocsin schema sighting`). Nothing of where a person stands is
    kept beyond the reading.
    """

    def __init__(self, site: Site, ledger: Ledger, clock: WallClock) -> None:
        self._sensors = [
            sensor
            for sensor in site.sensors
            if sensor.kind is SensorKind.SIGHTING and sensor.latitude_deg is not None
        ]
        self._clock = clock
        self.inbox = Inbox(clock, MOST_PER_S)
        self.reader = NodeReader(site, None, ledger)

    def post(self, payload: bytes) -> Taken:
        """Takes one sighting for the sensor that stands nearest to the person.

        Raises DecodeError as `formats.nodes.decode_as`, NoSightingSensor and TooManySightings.
        """
        if not self._sensors:
            raise NoSightingSensor(
                "the site file has no sensor of kind sighting with a place, for which sightings count. Add: "
                '[[sensors]] name = "people", kind = "sighting", latitude_deg = ..., longitude_deg = ...'
            )
        sighting = decode_as(Sighting, payload)
        sensor = nearest(sighting, self._sensors)
        if not self.inbox.put(payload, f"tocsin/{sensor.name}/sighting"):
            raise TooManySightings(f"more than {MOST_PER_S:g} sightings a second; wait and send it again")
        found = bearing_of(sighting, sensor)
        return Taken(sensor.name, found if isinstance(found, str) else self._untimely(sighting))

    def _untimely(self, sighting: Sighting) -> str:
        age_ns = 0 if sighting.time_ns is None else self._clock.now_ns() - sighting.time_ns
        if age_ns > LATEST_NS:
            return RECEIVED_TOO_LATE
        return FROM_THE_FUTURE if age_ns < -FARTHEST_AHEAD_NS else ""
