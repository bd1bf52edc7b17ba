"""Several sensors on one way in: what comes over it must say of whom it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tocsin.config.access import OF_THE_WAY_IN
from tocsin.config.inputs import SHARED_FORMATS, Input, InputFormat
from tocsin.config.kinds import SensorKind

if TYPE_CHECKING:
    from tocsin.config.site import Sensor


def check_shared_inputs(sensors: Iterable[Sensor]) -> None:
    """Raises ValueError, which names two sensors that can't share their way in."""
    ways: dict[Input, list[Sensor]] = {}
    for sensor in sensors:
        if (live := sensor.live_input) is not None:
            ways.setdefault(live[0], []).append(sensor)
    for sharing in ways.values():
        for k, sensor in enumerate(sharing):
            for other in sharing[:k]:
                if trouble := _trouble(other, sensor):
                    both = f"{other.name!r} and {sensor.name!r} share the input {sensor.input}"
                    raise ValueError(f"sensors: {both}, but {trouble}")


def check_sources(sensors: Sequence[Sensor]) -> None:
    """Raises ValueError where one source would count twice: its tracks are made of its own plots."""
    radars = {_codes(sensor): sensor.name for sensor in sensors if sensor.kind is SensorKind.RADAR}
    for sensor in sensors:
        codes = _codes(sensor)
        if sensor.kind is SensorKind.TRACKS and codes is not None and codes in radars:
            raise ValueError(
                f"sensors: the radar {radars[codes]!r} and the tracks {sensor.name!r} are of one source, "
                f"{codes[0]}/{codes[1]}: its tracks are made of its plots, so leave one of them out"
            )


def _trouble(one: Sensor, other: Sensor) -> str:
    """Why two sensors can't share a way in; empty if they can."""
    assert one.live_input is not None and other.live_input is not None
    first, second = one.live_input[1], other.live_input[1]
    if first is not second:
        return f"one speaks {first} and the other {second}"
    if key := next((key for key in OF_THE_WAY_IN if getattr(one, key) != getattr(other, key)), None):
        return f"differ in {key}, which holds for all that comes over it"
    if first not in SHARED_FORMATS:
        return f"{first} does not say of which of them it is"
    if first is InputFormat.ASTERIX and one.kind is other.kind and _codes(one) == _codes(other):
        return "give them different system_area_code and system_identification_code, which tell them apart"
    if category := _edition_in_doubt(one, other):
        return f"say different editions of category {category}: which is meant is told by SAC and SIC alone"
    if first is InputFormat.SAPIENT and one.node_id == other.node_id:
        return "give them different node_id, which tell them apart"
    return ""


def _edition_in_doubt(one: Sensor, other: Sensor) -> str | None:
    """A category of which two sensors that bear the same code send different editions."""
    if _codes(one) != _codes(other):
        return None
    theirs = dict(other.editions)
    return next(
        (category for category, edition in one.editions if theirs.get(category, edition) != edition), None
    )


def _codes(sensor: Sensor) -> tuple[int, int] | None:
    """SAC and SIC; without one of them a sensor is known by what is left over, as only one can be."""
    sac, sic = sensor.system_area_code, sensor.system_identification_code
    return None if sac is None or sic is None else (sac, sic)
