"""The site that a capture itself tells, and the places of radars that a site file leaves to the radars."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Place, Sensor, Site
from tocsin.errors import UnusableFile
from tocsin.formats.capture import Packet
from tocsin.formats.remote_id import REMOTE_ID_LINK_TYPES
from tocsin.sensors.capture_file import CaptureFile
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.radar_survey import RadarPlace, RadarSeen, RadarSurvey, radars_in
from tocsin.sensors.radars import RadarCode, code_of, match_radars, takes_captures
from tocsin.sensors.remote_id_reader import RemoteIdReader

_ORIGIN_DIGITS = 2  # 0.01 degrees, 1 km: near, and nobody's doorstep
_LOWEST_RADAR_M = -1000.0
_RANGE_STEP_M = 10_000.0


def discover(path: Path) -> Site:
    """A site without zones, from what a capture tells: its receiver of Remote ID and every radar in it.

    The origin is near the first known position, as high as the lowest one that Remote ID tells, which is near
    the ground; without any, on the ellipsoid. A radar has the place and period that it tells; one that
    tells no place is there to be counted. Raises `UnusableFile` for a file that is no capture, or in which
    nothing can be placed.
    """
    survey, receiver = RadarSurvey(), _Positions()
    for packet in CaptureFile(path).packets():
        survey.add(packet)
        receiver.add(packet)
    radars = dict(sorted(survey.radars.items()))
    placed = [seen.place for seen in radars.values() if seen.place is not None]
    first = receiver.position or next(((place.latitude_rad, place.longitude_rad) for place in placed), None)
    if first is None:
        raise UnusableFile(path, _why_nothing_is_placed(radars, receiver.locations))
    latitude_deg, longitude_deg = (round(math.degrees(angle_rad), _ORIGIN_DIGITS) for angle_rad in first)
    sensors = [Sensor(name="remote_id", kind=SensorKind.REMOTE_ID)] if receiver.position else []
    sensors += [radar_of(code, seen) for code, seen in radars.items()]
    return Site(
        site=Place(
            name="Replayed capture",
            latitude_deg=latitude_deg,
            longitude_deg=longitude_deg,
            altitude_m=receiver.ground_m,
        ),
        sensors=tuple(sensors),
    )


def with_positions_from(path: Path, site: Site) -> Site:
    """The same site with the places that radars tell (I034/120), where the site file gives none.

    A radar without SAC and SIC gets those of the only unknown one in the capture. Raises `UnusableFile` for a
    file that is no capture.
    """
    if not any(_is_incomplete(sensor) for sensor in site.sensors):
        return site
    seen = radars_in(path)
    sensors = list(site.sensors)
    for code, number in match_radars(site, seen).items():
        if code in seen and _is_incomplete(sensors[number]):
            sensors[number] = _completed(sensors[number], code, seen[code].place)
    return site.model_copy(update={"sensors": tuple(sensors)})


class _Positions:
    """Finds the first position that Remote ID tells, and the lowest; counts what it could not use."""

    def __init__(self) -> None:
        site = Site(
            site=Place(name="unknown", latitude_deg=0.0, longitude_deg=0.0),
            sensors=(Sensor(name="remote_id", kind=SensorKind.REMOTE_ID),),
        )
        self._ledger = Ledger(site)
        self._reader = RemoteIdReader(b"", 0, self._ledger)
        self.position: tuple[float, float] | None = None
        self._lowest_m = math.inf

    @property
    def ground_m(self) -> float:
        """In whole metres."""
        return float(math.floor(self._lowest_m)) if math.isfinite(self._lowest_m) else 0.0

    @property
    def locations(self) -> int:
        return self._ledger.decoded["Location"]

    def add(self, packet: Packet) -> None:
        if packet.link_type not in REMOTE_ID_LINK_TYPES:
            return
        for detection in self._reader.read(packet):
            if self.position is None:
                self.position = (detection.latitude_rad, detection.longitude_rad)
            if math.isfinite(detection.altitude_m):
                self._lowest_m = min(self._lowest_m, detection.altitude_m)


def _why_nothing_is_placed(radars: Mapping[RadarCode, RadarSeen], locations: int) -> str:
    if not radars and not locations:
        return "holds neither Remote ID nor ASTERIX of category 048 or 034"
    held = []
    if locations:
        held.append(f"{locations} Remote ID messages without a position")
    if radars:
        plots = sum(seen.plots for seen in radars.values())
        held.append(
            f"{plots} plots of {len(radars)} radars that tell no position: name a site file that has them"
        )
    return "tells no position: it holds " + " and ".join(held)


def radar_of(code: RadarCode, seen: RadarSeen) -> Sensor:
    """A radar as it tells of itself.

    Only one with a place has a period: the silence of one that stands nowhere is no evidence.
    """
    bare = Sensor(
        name=f"radar-{code[0]}-{code[1]}",
        kind=SensorKind.RADAR,
        period_s=seen.period_s if seen.place else None,
        max_range_m=_RANGE_STEP_M * max(1, math.ceil(seen.farthest_m / _RANGE_STEP_M)),
    )
    return _completed(bare, code, seen.place)


def _is_incomplete(sensor: Sensor) -> bool:
    is_radar = takes_captures(sensor, SensorKind.RADAR)
    return is_radar and (sensor.latitude_deg is None or code_of(sensor) is None)


def _completed(sensor: Sensor, code: RadarCode, place: RadarPlace | None) -> Sensor:
    """With its code and, where it has none of its own, with the place that it tells."""
    values: dict[str, float] = {"system_area_code": code[0], "system_identification_code": code[1]}
    if place is not None and sensor.latitude_deg is None:
        values["latitude_deg"] = math.degrees(place.latitude_rad)
        values["longitude_deg"] = math.degrees(place.longitude_rad)
        if sensor.altitude_m is None and place.altitude_m >= _LOWEST_RADAR_M:
            values["altitude_m"] = place.altitude_m
    return sensor.model_copy(update=values)
