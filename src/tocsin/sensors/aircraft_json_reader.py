"""Documents `aircraft.json` of readsb and dump1090 to detections: one for each position not told before.

A position was measured `seen_pos` before the document's own time, unless the clock of who wrote it is off
(see `source_clock`): then it counts from receipt.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from tocsin.config.site import Site
from tocsin.errors import DecodeError
from tocsin.formats.adsb import KnownAircraft, decode_aircraft_json
from tocsin.formats.adsb.aircraft_json import MOST_AIRCRAFT
from tocsin.model.detections import Detection
from tocsin.sensors.adsb_aircraft import identity_of, with_velocity
from tocsin.sensors.bounds import sigma_of_bounds_m
from tocsin.sensors.kept import MOST_SOURCES, Kept
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.reach import BEYOND_REACH, Reach
from tocsin.sensors.rows import BLANK
from tocsin.sensors.source_clock import SourceClock
from tocsin.units import NANOSECONDS_PER_SECOND, seconds_to_nanoseconds

SAME_NS = NANOSECONDS_PER_SECOND // 5
"""Times and ages are rounded to 0.1 s, and positions are sent 0.4 s apart or more."""


@dataclass(slots=True)
class _Writer:
    """Who writes the documents: his clock, and the time of his last one."""

    clock: SourceClock = field(default_factory=SourceClock)
    last_s: float = -math.inf


@dataclass(slots=True)
class _LastPosition:
    measured_ns: int = -SAME_NS


class AircraftJsonReader:
    """Reads whole documents, one for each call."""

    def __init__(self, site: Site, sensor: int, ledger: Ledger) -> None:
        self._sensor = sensor
        self._ledger = ledger
        self._reach = Reach(site, sensor)
        self._writers: Kept[str, _Writer] = Kept(_Writer, MOST_SOURCES)
        self._last: Kept[str, _LastPosition] = Kept(_LastPosition, MOST_AIRCRAFT)

    def read(self, data: bytes, received_ns: int, source: str = "") -> Iterator[Detection]:
        """The detections of a document; one that comes again has none."""
        try:
            document = decode_aircraft_json(data)
        except DecodeError as error:
            self._ledger.error(self._sensor, error)
            return
        for unread in document.errors:
            self._ledger.error(self._sensor, unread)
        writer = self._writers.of(source)
        is_repeated = document.now_s == writer.last_s
        writer.last_s = document.now_s
        written_ns = seconds_to_nanoseconds(document.now_s)
        behind_ns = writer.clock.date(written_ns, received_ns) - written_ns
        for aircraft in document.aircraft:
            self._ledger.message(self._sensor, received_ns)
            self._ledger.decoded["KnownAircraft"] += 1
            row = known_position(aircraft, written_ns)
            refusal = "repeated" if is_repeated else self._refusal(aircraft, row)
            if refusal is None:
                yield row._replace(
                    time_ns=row.time_ns + behind_ns, received_ns=received_ns, sensor=self._sensor
                )
            else:
                self._ledger.refuse(self._sensor, refusal)

    def _refusal(self, aircraft: KnownAircraft, row: Detection) -> str | None:
        """Why an aircraft is no detection, or None; the row is dated by who wrote the document."""
        if aircraft.latitude_rad is None:
            return "position_unknown"
        if aircraft.age_s is None:
            return "age_unknown"
        if not aircraft.is_own_position:
            return "measured_by_others"
        if aircraft.is_on_the_ground:
            return "on_the_ground"
        if not self._reach.holds(row.latitude_rad, row.longitude_rad):
            return BEYOND_REACH
        last = self._last.of(aircraft.address)
        if abs(row.time_ns - last.measured_ns) < SAME_NS:
            return "repeated"
        last.measured_ns = row.time_ns
        return None


def known_position(aircraft: KnownAircraft, written_ns: int) -> Detection:
    """What a document written at a time says of one aircraft, as a row without its receipt and sensor.

    Of its heights only the one above the ellipsoid is taken: a pressure altitude is off from it by the
    weather and the geoid, and one sigma stands for all three axes.
    """
    vertical_m = None if aircraft.geodetic_altitude_m is None else aircraft.vertical_bound_m
    row = BLANK._replace(
        time_ns=written_ns - seconds_to_nanoseconds(aircraft.age_s or 0.0),
        latitude_rad=_number(aircraft.latitude_rad),
        longitude_rad=_number(aircraft.longitude_rad),
        altitude_m=_number(aircraft.geodetic_altitude_m),
        position_sigma_m=sigma_of_bounds_m(aircraft.horizontal_bound_m, vertical_m),
        identity=identity_of(aircraft.address),
    )
    return with_velocity(row, aircraft.speed_mps, aircraft.course_rad, aircraft.climb_mps)


def _number(value: float | None) -> float:
    return math.nan if value is None else value
