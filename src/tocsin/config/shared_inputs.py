"""Several sensors on one way in: what comes over it must say of whom it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tocsin.config.inputs import SHARED_FORMATS, Input, InputFormat

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


def _trouble(one: Sensor, other: Sensor) -> str:
    """Why two sensors can't share a way in; empty if they can."""
    assert one.live_input is not None and other.live_input is not None
    first, second = one.live_input[1], other.live_input[1]
    if first is not second:
        return f"one speaks {first} and the other {second}"
    if first not in SHARED_FORMATS:
        return f"{first} does not say of which of them it is"
    if first is InputFormat.ASTERIX and one.kind is other.kind and _codes(one) == _codes(other):
        return "give them different system_area_code and system_identification_code, which tell them apart"
    if first is InputFormat.SAPIENT and one.node_id == other.node_id:
        return "give them different node_id, which tell them apart"
    return ""


def _codes(sensor: Sensor) -> tuple[int, int] | None:
    """SAC and SIC; without one of them a sensor is known by what is left over, as only one can be."""
    sac, sic = sensor.system_area_code, sensor.system_identification_code
    return None if sac is None or sic is None else (sac, sic)
