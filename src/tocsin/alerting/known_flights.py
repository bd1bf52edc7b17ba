"""Which tracks are flights that the site file announces."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tocsin.config.known_flights import KnownFlight
from tocsin.config.site import Site
from tocsin.geo.polygon import Polygon
from tocsin.model.tracks import Tracks
from tocsin.model.zones import Zone
from tocsin.units import NANOSECONDS_PER_SECOND, BoolArray

_STAYS_NS = 30 * NANOSECONDS_PER_SECOND
"""A track on the edge of its area does not flap."""


@dataclass(frozen=True, slots=True)
class _Placed:
    name: str
    identity: str
    area: Polygon | None
    ceiling_up_m: float
    from_ns: float
    until_ns: float

    @classmethod
    def of(cls, flight: KnownFlight, site: Site) -> _Placed:
        area = None
        if flight.polygon:
            zone = Zone.of(site.frame, flight.name, flight.polygon, 0.0, 0.0, 0.0, "")
            area = Polygon(zone.vertices_enu_m)
        begins, ends = flight.from_utc, flight.until_utc
        return cls(
            flight.name,
            flight.identity.lower(),
            area,
            flight.ceiling_m - site.site.altitude_m,
            -math.inf if begins is None else begins.timestamp() * NANOSECONDS_PER_SECOND,
            math.inf if ends is None else ends.timestamp() * NANOSECONDS_PER_SECOND,
        )

    def matches(self, tracks: Tracks) -> BoolArray:
        """(n,): which tracks are this flight, if it is its time."""
        found: BoolArray = tracks.state[:, 2] <= self.ceiling_up_m
        if self.identity:
            found = found & (tracks.identity == self.identity)
        if self.area is not None and found.any():
            found = found & self.area.contains(tracks.state[:, :2])
        return found


class KnownFlights:
    """Follows the announced flights of a site; without any it costs nothing."""

    def __init__(self, site: Site) -> None:
        self._flights = [_Placed.of(flight, site) for flight in site.known_flights]
        self._last: dict[str, tuple[str, int]] = {}

    def among(self, now_ns: int, tracks: Tracks) -> dict[str, str]:
        """The flight that each known track is, by track."""
        if not self._flights:
            return {}
        for flight in self._flights:
            if flight.from_ns <= now_ns <= flight.until_ns:
                for track_id in tracks.track_id[flight.matches(tracks)].tolist():
                    self._last[track_id] = (flight.name, now_ns)
        self._last = {k: (name, at) for k, (name, at) in self._last.items() if now_ns - at <= _STAYS_NS}
        return {track_id: name for track_id, (name, _) in self._last.items()}
