"""ADS-B targets written: there and back, and as tshark reads them."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.asterix import tshark

from tocsin.errors import InvalidInput
from tocsin.formats.asterix import AddressKind, AdsbTarget, decode_datagram, encode_adsb_targets
from tocsin.formats.asterix.adsb_decoding import CLIMB_STEP_MPS, FINE_POSITION_STEP_RAD, HEIGHT_STEP_M
from tocsin.formats.asterix.scales import AZIMUTH_STEP_RAD, SPEED_STEP_MPS, TIME_STEP_S

EDITIONS = ["2.1", "2.4", "2.5", "2.6", "2.7"]
TARGET = AdsbTarget(
    250, 21, "f01234", AddressKind.ANONYMOUS, 3600.0, 0.5, -2.0, 1000 * HEIGHT_STEP_M, 100 * SPEED_STEP_MPS,
    math.pi / 2, -50 * CLIMB_STEP_MPS, 9, 2, 1, is_simulated=True,
)  # fmt: skip


def whole(low: int, high: int, step: float = 1.0) -> st.SearchStrategy[float]:
    return st.integers(low, high).map(lambda count: count * step)


@st.composite
def targets(draw: st.DrawFn) -> AdsbTarget:
    """Values that have a whole number of steps, some of them absent."""
    is_placed, moves, has_quality = draw(st.booleans()), draw(st.booleans()), draw(st.booleans())
    return AdsbTarget(
        draw(st.integers(0, 255)),
        draw(st.integers(0, 255)),
        draw(st.binary(min_size=3, max_size=3)).hex(),
        draw(st.sampled_from(AddressKind)),
        draw(st.none() | whole(0, 86_400 * 128 - 1, TIME_STEP_S)),
        draw(whole(-(1 << 29), 1 << 29, FINE_POSITION_STEP_RAD)) if is_placed else None,
        draw(whole(-(1 << 30), (1 << 30) - 1, FINE_POSITION_STEP_RAD)) if is_placed else None,
        draw(st.none() | whole(-1000, 32_766, HEIGHT_STEP_M)),
        draw(whole(0, 32_767, SPEED_STEP_MPS)) if moves else None,
        draw(whole(0, 65_535, AZIMUTH_STEP_RAD)) if moves else None,
        draw(st.none() | whole(-16_384, 16_383, CLIMB_STEP_MPS)),
        draw(st.integers(0, 15)) if has_quality else None,
        draw(st.none() | st.integers(0, 3)) if has_quality else None,
        draw(st.none() | st.integers(0, 24)),
        *(draw(st.booleans()) for _ in range(5)),
    )


@given(st.lists(targets(), min_size=1, max_size=5), st.sampled_from(EDITIONS))
def test_targets_come_back_as_they_were(sent: list[AdsbTarget], edition: str) -> None:
    read, errors = decode_datagram(encode_adsb_targets(sent, edition), {21: edition})
    assert not errors
    assert read == sent


def test_tshark_reads_the_same(tmp_path: Path) -> None:
    (layer,) = tshark.dissected([encode_adsb_targets([TARGET])], tmp_path / "targets.pcap")
    (address,) = tshark.values(layer, "asterix.021_080_VALUE") or tshark.values(layer, "asterix.021_080")
    assert int(address, 0) == 0xF01234


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"address": None}, "address"),
        ({"latitude_rad": None}, "go together"),
        ({"altitude_m": 1e6}, "altitude_m"),
        ({"ground_speed_mps": None}, "go together"),
        ({"velocity_up_mps": math.nan}, "velocity_up_mps"),
    ],
)
def test_what_has_no_room_is_refused(values: dict[str, float | None], told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        encode_adsb_targets([replace(TARGET, **values)])  # type: ignore[arg-type]
