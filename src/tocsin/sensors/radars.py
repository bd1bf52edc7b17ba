"""Which radar of the site a data source of ASTERIX is: by its SAC and SIC."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from tocsin.config.editions import by_category
from tocsin.config.kinds import SensorKind
from tocsin.config.site import Sensor, Site

RadarCode: TypeAlias = tuple[int, int]
"""SAC and SIC (EUROCONTROL, data items I048/010 and I034/010)."""


def takes_captures(sensor: Sensor, kind: SensorKind) -> bool:
    """Whether a sensor is of this kind and its bytes come from captures."""
    return sensor.kind == kind and sensor.input in ("", "capture")


def code_of(sensor: Sensor) -> RadarCode | None:
    """SAC and SIC that the site file gives; None where one of them is not given."""
    if sensor.system_area_code is None or sensor.system_identification_code is None:
        return None
    return sensor.system_area_code, sensor.system_identification_code


def editions_of(site: Site, sensors: Iterable[int]) -> tuple[dict[int, str], dict[RadarCode, dict[int, str]]]:
    """The ASTERIX editions that the site file gives: of what is left over, and of known sources."""
    usual: dict[int, str] = {}
    own: dict[RadarCode, dict[int, str]] = {}
    chosen = [site.sensors[number] for number in sensors]
    if any(sensor.editions for sensor in chosen):  # else no block need be looked into twice
        for sensor in chosen:
            code = code_of(sensor)
            (usual if code is None else own.setdefault(code, {})).update(by_category(sensor.editions))
    return usual, own


def has_radar_without_code(site: Site) -> bool:
    """Whether it takes a look at what a capture holds to know which radar is which."""
    return len(_without_code(site)) == 1


def match_radars(site: Site, seen: Iterable[RadarCode]) -> dict[RadarCode, int]:
    """Numbers of the site's radars by code.

    If exactly one radar has no code in the site file and exactly one code of those `seen` belongs to no
    other, they belong together.
    """
    numbers: dict[RadarCode, int] = {}
    for number, sensor in enumerate(site.sensors):
        code = code_of(sensor)
        if takes_captures(sensor, SensorKind.RADAR) and code is not None:
            numbers.setdefault(code, number)
    without_code, unknown = _without_code(site), sorted(set(seen) - set(numbers))
    if len(without_code) == len(unknown) == 1:
        numbers[unknown[0]] = without_code[0]
    return numbers


def _without_code(site: Site) -> list[int]:
    return [
        number
        for number, sensor in enumerate(site.sensors)
        if takes_captures(sensor, SensorKind.RADAR) and code_of(sensor) is None
    ]
