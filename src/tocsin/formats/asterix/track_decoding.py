"""Items of a record of category 062 to a SystemTrack."""

from __future__ import annotations

from typing import NamedTuple

from tocsin.formats.asterix import track_items as layout
from tocsin.formats.asterix.records import Items, end_of_specification
from tocsin.formats.asterix.scales import source_of, time_of_day_s, value_of
from tocsin.formats.asterix.system_track import SystemTrack


def system_track(items: Items, data: bytes) -> SystemTrack:
    """Read a category 062 record; DecodeError `asterix_item_missing` or `asterix_out_of_range`."""
    sac, sic = source_of(items.get("010"), data)
    number = items.get("040")
    status = items.get("080", b"")
    latitude_rad, longitude_rad = _pair(items.get("105"), layout.POSITION_STEP_RAD)
    x_m, y_m = _pair(items.get("100"), layout.CARTESIAN_STEP_M)
    east_mps, north_mps = _pair(items.get("185"), layout.VELOCITY_STEP_MPS)
    sigmas = _sigmas(accuracy_parts(items.get("500", b"\0")))
    return SystemTrack(
        sac,
        sic,
        None if number is None else int.from_bytes(number, "big"),
        time_of_day_s(items.get("070"), data),
        latitude_rad,
        longitude_rad,
        value_of(items.get("130"), layout.ALTITUDE_STEP_M),
        x_m,
        y_m,
        east_mps,
        north_mps,
        value_of(items.get("220"), layout.CLIMB_STEP_MPS),
        *sigmas,
        _identification(items.get("245")),
        is_from_one_sensor=_flag(status, layout.MONOSENSOR),
        is_tentative=_flag(status, layout.TENTATIVE),
        is_simulated=_flag(status, layout.SIMULATED),
        is_first=_flag(status, layout.FIRST),
        is_last=_flag(status, layout.LAST),
        is_coasting=_flag(status, layout.COASTING),
        is_on_surface=_flag(status, layout.SURFACE),
        service=None if "015" not in items else items["015"][0],
        mode_s_address=_address(items.get("380")),
    )


def accuracy_parts(item: bytes) -> dict[str, bytes]:
    """The parts of I062/500 by name; it was cut by its own layout, so they fill it."""
    position = end_of_specification(item, 0)
    flags = (octet << bit & 0x80 for octet in item[:position] for bit in range(7))
    parts: dict[str, bytes] = {}
    for flag, (name, octets) in zip(flags, layout.ACCURACY_PARTS, strict=False):
        if flag:
            parts[name] = item[position : position + octets]
            position += octets
    return parts


class _Sigmas(NamedTuple):
    latitude_rad: float | None
    longitude_rad: float | None
    x_m: float | None
    y_m: float | None
    altitude_m: float | None
    east_mps: float | None
    north_mps: float | None
    up_mps: float | None


def _sigmas(parts: dict[str, bytes]) -> _Sigmas:
    return _Sigmas(
        *_pair(parts.get("APW"), layout.POSITION_STEP_RAD, is_signed=False),
        *_pair(parts.get("APC"), layout.CARTESIAN_STEP_M, is_signed=False),
        value_of(parts.get("AGA"), layout.ALTITUDE_STEP_M, is_signed=False),
        *_pair(parts.get("ATV"), layout.VELOCITY_STEP_MPS, is_signed=False),
        value_of(parts.get("ARC"), layout.CLIMB_STEP_MPS, is_signed=False),
    )


def _pair(item: bytes | None, step: float, is_signed: bool = True) -> tuple[float | None, float | None]:
    if item is None:
        return None, None
    half = len(item) // 2
    return value_of(item[:half], step, is_signed), value_of(item[half:], step, is_signed)


def _flag(status: bytes, place: tuple[int, int]) -> bool:
    octet, bit = place
    return len(status) > octet and bool(status[octet] & bit)


def _address(item: bytes | None) -> int | None:
    """I062/380: its first part, right behind its specification, is the address."""
    if item is None or not item[0] & layout.AIRCRAFT_ADDRESS:
        return None
    start = end_of_specification(item, 0)
    return int.from_bytes(item[start : start + 3], "big")


def _identification(item: bytes | None) -> str | None:
    """I062/245: source of the name and six spare bits, then eight characters of six bits; others are ?."""
    if item is None:
        return None
    bits = int.from_bytes(item[1:], "big")
    codes = [bits >> 6 * place & 0x3F for place in reversed(range(layout.IDENTIFICATION_CHARACTERS))]
    return "".join(layout.CHARACTERS.get(code, "?" if code else " ") for code in codes).rstrip() or None
