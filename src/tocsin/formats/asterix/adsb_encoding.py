"""AdsbTargets to data blocks of category 021, for simulated ground stations and for tests.

Source: EUROCONTROL-SPEC-0149-12, the items named; which ones are mandatory, its table 2.
"""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.errors import InvalidInput
from tocsin.formats.asterix.adsb_decoding import CLIMB_STEP_MPS, FINE_POSITION_STEP_RAD, HEIGHT_STEP_M
from tocsin.formats.asterix.adsb_target import AdsbTarget
from tocsin.formats.asterix.editions import ADSB_TARGETS, DEFAULT_EDITIONS
from tocsin.formats.asterix.encoding import data_block, polar_item, source_item, time_item
from tocsin.formats.asterix.scales import AZIMUTH_STEP_RAD, SPEED_STEP_MPS, steps

_VERSION = 2 << 3  # I021/210: DO-260B, which has NACp and GVA


def encode_adsb_targets(
    targets: Sequence[AdsbTarget], edition: str = DEFAULT_EDITIONS[ADSB_TARGETS]
) -> bytes:
    """One data block of category 021, edition 2.1 or later.

    InvalidInput for values, or so many targets, that it has no room for, and for a target without an address.
    """
    return data_block(ADSB_TARGETS, edition, targets, _items)


def _items(target: AdsbTarget) -> dict[str, bytes | None]:
    """Items by number, None for those left out."""
    if target.address is None:
        raise InvalidInput("a target of ADS-B needs an address")
    category = target.emitter_category
    return {
        "010": source_item(target.sac, target.sic),
        "040": _descriptor(target),
        "020": None if category is None else bytes((category,)),
        "071": time_item(target.time_of_day_s),
        "131": _position(target),
        "080": bytes.fromhex(target.address),
        "140": _number(target.altitude_m, HEIGHT_STEP_M, 16, "altitude_m"),
        "090": _quality(target),
        "210": bytes((_VERSION,)),
        "157": _number(target.velocity_up_mps, CLIMB_STEP_MPS, 15, "velocity_up_mps"),
        "160": polar_item(
            target.ground_speed_mps, SPEED_STEP_MPS, target.heading_rad, AZIMUTH_STEP_RAD, "speed and heading"
        ),
    }


def _descriptor(target: AdsbTarget) -> bytes:
    """I021/040: ATP 3, ARC 2, RC, RAB, FX; DCR, GBS, SIM, TST, SAA, CL 2, FX. CL 1 is a suspect report."""
    first = target.address_kind << 5 | target.is_field_monitor << 1
    second = (
        target.is_on_ground << 6 | target.is_simulated << 5 | target.is_test << 4 | target.is_suspect << 1
    )
    return bytes((first | 1, second)) if second else bytes((first,))


def _position(target: AdsbTarget) -> bytes | None:
    if target.latitude_rad is None or target.longitude_rad is None:
        if target.latitude_rad is not None or target.longitude_rad is not None:
            raise InvalidInput("latitude and longitude go together: give both or none")
        return None
    latitude = steps(target.latitude_rad, FINE_POSITION_STEP_RAD, 32, "latitude_rad", is_signed=True)
    longitude = steps(target.longitude_rad, FINE_POSITION_STEP_RAD, 32, "longitude_rad", is_signed=True)
    return (latitude << 32 | longitude).to_bytes(8, "big")


def _quality(target: AdsbTarget) -> bytes | None:
    """I021/090: NUCr 3, NUCp 4, FX; NICbaro, SIL 2, NACp 4, FX; spare 2, SILS, SDA 2, GVA 2, FX."""
    if target.nac_p is None:
        return None
    nac_p = steps(target.nac_p, 1, 4, "nac_p") << 1
    if target.gva is None:
        return bytes((1, nac_p))
    return bytes((1, nac_p | 1, steps(target.gva, 1, 2, "gva") << 1))


def _number(value: float | None, step: float, bits: int, what: str) -> bytes | None:
    return None if value is None else steps(value, step, bits, what, is_signed=True).to_bytes(2, "big")
