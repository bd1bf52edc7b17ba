"""What the radars in a capture tell of themselves: read once through before the site is set up."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from tocsin.errors import DecodeError
from tocsin.formats.asterix import PlacedPlot, RadarService, ServiceKind, decode_placed, time_of_day_to_ns
from tocsin.formats.capture import Packet
from tocsin.formats.datagrams import DATAGRAM_LINK_TYPES
from tocsin.sensors.capture_file import CaptureFile
from tocsin.sensors.radar_reader import asterix_payload
from tocsin.sensors.radar_turns import Turns
from tocsin.sensors.radars import RadarCode
from tocsin.sensors.raw_asterix import NO_LINK


@dataclass(frozen=True, slots=True)
class RadarPlace:
    """Where a radar says it stands (I034/120): WGS-84, height above the ellipsoid."""

    latitude_rad: float
    longitude_rad: float
    altitude_m: float


@dataclass(slots=True)
class RadarSeen:
    """One radar: how many plots, how far the farthest, what it says of its place and its turns."""

    turns: Turns
    plots: int = 0
    farthest_m: float = 0.0
    place: RadarPlace | None = None

    @property
    def period_s(self) -> float | None:
        """One turn, as told or between north markers; None where neither shows."""
        return self.turns.measured_period_s


class RadarSurvey:
    """Gathers `radars` from packets; what can't be read is left aside, for it is counted by who uses it."""

    def __init__(self) -> None:
        self.radars: dict[RadarCode, RadarSeen] = {}

    def add(self, packet: Packet) -> None:
        """Takes a captured packet of any kind."""
        if packet.link_type != NO_LINK and packet.link_type not in DATAGRAM_LINK_TYPES:
            return
        try:
            found = asterix_payload(packet)
        except DecodeError:
            return
        for message in decode_placed(found[1])[0] if found else ():
            if not isinstance(message, PlacedPlot | RadarService):
                continue
            seen = self.radars.setdefault((message.sac, message.sic), RadarSeen(Turns(math.inf)))
            if isinstance(message, RadarService):
                _heed(seen, message, packet.time_ns)
            else:
                seen.plots += 1
                seen.farthest_m = max(seen.farthest_m, message.range_m or 0.0)


def radars_in(path: Path) -> dict[RadarCode, RadarSeen]:
    """Every radar that a capture holds messages of; `UnusableFile` for a file that is no capture."""
    survey = RadarSurvey()
    for packet in CaptureFile(path).packets():
        survey.add(packet)
    return survey.radars


def _heed(seen: RadarSeen, service: RadarService, received_ns: int) -> None:
    seen.turns.told_period(service.rotation_period_s)
    if service.kind is ServiceKind.NORTH_MARKER and service.time_of_day_s is not None:
        seen.turns.north(time_of_day_to_ns(service.time_of_day_s, received_ns))
    if service.latitude_rad is None or service.longitude_rad is None or service.altitude_m is None:
        return
    if abs(service.latitude_rad) <= math.pi / 2:
        seen.place = seen.place or RadarPlace(service.latitude_rad, service.longitude_rad, service.altitude_m)
