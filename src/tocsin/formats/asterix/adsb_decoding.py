"""Items of a record of category 021 to an AdsbTarget.

The editions fall into two: those before 1.0 (0.23 to 0.26, still sent by older ground stations) have other
items, other flags and no NACp; from 2.1 on, items only grow at their end.

Source: EUROCONTROL-SPEC-0149-12, the items named.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from tocsin.formats.asterix.adsb_target import AddressKind, AdsbTarget
from tocsin.formats.asterix.records import Items
from tocsin.formats.asterix.scales import (
    AZIMUTH_STEP_RAD,
    SPEED_STEP_MPS,
    signed,
    source_of,
    time_of_day_s,
    value_of,
)
from tocsin.units import FOOT_M

HEIGHT_STEP_M = 6.25 * FOOT_M  # I021/140
CLIMB_STEP_MPS = 6.25 * FOOT_M / 60  # I021/155, I021/157: 6.25 ft/min
_BEYOND_HEIGHT = b"\x7f\xff"  # I021/140: greater than it can say
# I021/130 by its length: 180 degrees / 2^23, from 0.24 to 0.26 / 2^25; I021/131: 180 degrees / 2^30.
_POSITION_STEP_RAD = {6: math.pi / 8388608, 8: math.pi / 33554432}
FINE_POSITION_STEP_RAD = math.pi / 1073741824
_ADDRESS_KINDS = {kind.value: kind for kind in AddressKind}
_EARLY_ADDRESS_KINDS = {
    1: AddressKind.ICAO,
    2: AddressKind.SURFACE_VEHICLE,
    3: AddressKind.ANONYMOUS,
}
_CHECK_FAILED = 0x3A  # I021/040, third octet: IPC, NOGO, CPR, RCF
_FIRST_VERSION_WITH_NACP = 1  # I021/210 VN: RTCA DO-260A
_FIRST_VERSION_WITH_GVA = 2  # DO-260B


class _Marks(NamedTuple):
    """I021/040: what kind of report it is."""

    address_kind: AddressKind
    is_on_ground: bool = False
    is_simulated: bool = False
    is_test: bool = False
    is_field_monitor: bool = False
    is_suspect: bool = False


def is_early(edition: str) -> bool:
    """Whether an edition is one of those before 1.0."""
    return edition.startswith("0.")


def adsb_target(items: Items, data: bytes) -> AdsbTarget:
    """Read a record of edition 2.1 or later; DecodeError `asterix_item_missing` or `asterix_out_of_range`."""
    time = items.get("071", items.get("073"))  # when the position held; when it was received
    fine = items.get("131")
    position = _position(items.get("130")) if fine is None else _pair(fine, FINE_POSITION_STEP_RAD)
    up_mps = _climb_mps(items.get("157"))
    if up_mps is None:
        up_mps = _climb_mps(items.get("155"))
    return _target(
        items,
        data,
        time,
        position,
        _motion(items.get("160")),
        up_mps,
        _accuracies(items),
        _marks(items.get("040", b"")),
    )


def early_adsb_target(items: Items, data: bytes) -> AdsbTarget:
    """As `adsb_target`, for the editions before 1.0."""
    motion = _motion(items.get("160"))
    up = items.get("157", items.get("155"))
    return _target(
        items,
        data,
        items.get("030"),
        _position(items.get("130")),
        motion,
        value_of(up, CLIMB_STEP_MPS),
        (None, None),
        _early_marks(items.get("040", b"\0\0")),
    )


def _target(
    items: Items,
    data: bytes,
    time: bytes | None,
    position: tuple[float | None, float | None],
    motion: tuple[float | None, float | None],
    velocity_up_mps: float | None,
    accuracies: tuple[int | None, int | None],
    marks: _Marks,
) -> AdsbTarget:
    sac, sic = source_of(items.get("010"), data)
    address, category = items.get("080"), items.get("020")
    height = items.get("140")
    return AdsbTarget(
        sac,
        sic,
        address.hex() if address else None,
        marks.address_kind,
        time_of_day_s(time, data),
        *position,
        None if height == _BEYOND_HEIGHT else value_of(height, HEIGHT_STEP_M),
        *motion,
        velocity_up_mps,
        *accuracies,
        category[0] if category else None,
        *marks[1:],
    )


def _position(item: bytes | None) -> tuple[float | None, float | None]:
    return (None, None) if item is None else _pair(item, _POSITION_STEP_RAD[len(item)])


def _pair(item: bytes, step: float) -> tuple[float | None, float | None]:
    half = len(item) // 2
    return value_of(item[:half], step), value_of(item[half:], step)


def _motion(item: bytes | None) -> tuple[float | None, float | None]:
    """I021/160: range exceeded, ground speed, direction; the early editions have a sign for the first bit."""
    if item is None or item[0] & 0x80:
        return None, None
    return int.from_bytes(item[:2], "big") * SPEED_STEP_MPS, int.from_bytes(
        item[2:], "big"
    ) * AZIMUTH_STEP_RAD


def _climb_mps(item: bytes | None) -> float | None:
    """I021/155 and I021/157: range exceeded, 15 bits with a sign."""
    if item is None or item[0] & 0x80:
        return None
    return signed(int.from_bytes(item, "big"), 15) * CLIMB_STEP_MPS


def _accuracies(items: Items) -> tuple[int | None, int | None]:
    """NACp and GVA, octets 2 and 3 of I021/090, of transponders that have them by I021/210 VN."""
    quality = items.get("090", b"")
    version = items.get("210", bytes((_FIRST_VERSION_WITH_GVA << 3,)))[0] >> 3 & 0x07
    has_nac_p = len(quality) > 1 and version >= _FIRST_VERSION_WITH_NACP
    has_gva = len(quality) > 2 and version >= _FIRST_VERSION_WITH_GVA
    return quality[1] >> 1 & 0x0F if has_nac_p else None, quality[2] >> 1 & 0x03 if has_gva else None


def _marks(item: bytes) -> _Marks:
    """ATP 3, ARC 2, RC, RAB; DCR, GBS, SIM, TST, SAA, CL 2; spare or LLC 2, IPC, NOGO, CPR, LDPJ, RCF."""
    first, second, third = (item + b"\0\0\0")[:3]
    is_declared_suspect = second >> 1 & 0x03 == 1
    return _Marks(
        _ADDRESS_KINDS.get(first >> 5, AddressKind.OTHER),
        is_on_ground=bool(second & 0x40),
        is_simulated=bool(second & 0x20),
        is_test=bool(second & 0x10),
        is_field_monitor=bool(first & 0x02),
        is_suspect=is_declared_suspect or bool(third & _CHECK_FAILED),
    )


def _early_marks(item: bytes) -> _Marks:
    """DCR, GBS, SIM, TST, RAB, SAA, SPI, spare; ATP 3, ARC 2, spare 3."""
    first, second = item
    return _Marks(
        _EARLY_ADDRESS_KINDS.get(second >> 5, AddressKind.OTHER),
        is_on_ground=bool(first & 0x40),
        is_simulated=bool(first & 0x20),
        is_test=bool(first & 0x10),
        is_field_monitor=bool(first & 0x08),
    )
