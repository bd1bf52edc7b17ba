"""ADS-B targets: by hand in both families of editions, and as tshark and libasterix read the same bytes."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from asterix.base import Bits
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.asterix import tshark

from tocsin.formats.asterix import AddressKind, AdsbTarget, decode_datagram, decode_placed
from tocsin.formats.asterix.editions import category_type
from tocsin.formats.asterix.records import Items, join_record

KNOTS = 1852 / 3600
LATER = ["2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7"]
EARLY = ["0.23", "0.24", "0.25", "0.26"]
SOURCE = {"010": b"\x19\xc9"}
# 040 anonymous, field monitor; ground, simulated, test, suspect; 071 1 h; 131 45 N 90 W; 080; 140 -100 ft;
# 090 NACp 9, GVA 2; 210 DO-260B; 157 62.5 ft/min; 160 360 kt at 270 degrees; 020 unmanned
ITEMS: Items = SOURCE | {
    "040": bytes.fromhex("6372"),
    "071": bytes.fromhex("070800"),
    "131": bytes.fromhex("10000000e0000000"),
    "080": bytes.fromhex("3c660c"),
    "140": bytes.fromhex("fff0"),
    "090": bytes.fromhex("011304"),
    "210": bytes.fromhex("12"),
    "157": bytes.fromhex("000a"),
    "160": bytes.fromhex("0666c000"),
    "020": bytes.fromhex("0d"),
}


def block(items: Items, edition: str = "2.7") -> bytes:
    body = join_record(items, 21, edition)
    return b"\x15" + (3 + len(body)).to_bytes(2, "big") + body


def target(items: Items, edition: str = "2.7") -> AdsbTarget:
    [message], errors = decode_datagram(block(items, edition), {21: edition})
    assert errors == []
    assert isinstance(message, AdsbTarget)
    return message


@pytest.mark.parametrize("edition", LATER)
def test_a_target_by_hand_is_read_by_the_layout_of_the_standard(edition: str) -> None:
    found = target(ITEMS, edition)
    assert (found.sac, found.sic, found.address) == (25, 201, "3c660c")
    assert found.address_kind is AddressKind.ANONYMOUS
    assert found.time_of_day_s == 3600.0
    assert (found.latitude_rad, found.longitude_rad) == (math.pi / 4, -math.pi / 2)
    assert found.altitude_m == pytest.approx(-100 * 0.3048)
    assert found.ground_speed_mps == pytest.approx(360 * KNOTS, rel=1e-3)
    assert found.heading_rad == pytest.approx(1.5 * math.pi)
    assert found.velocity_up_mps == pytest.approx(62.5 * 0.3048 / 60)
    assert (found.nac_p, found.gva, found.emitter_category) == (9, 2, 13)
    flags = (found.is_on_ground, found.is_simulated, found.is_test, found.is_field_monitor, found.is_suspect)
    assert all(flags)


@pytest.mark.parametrize("edition", EARLY)
def test_a_target_of_an_early_edition_is_read_by_its_own_layout(edition: str) -> None:
    position = "200000c00000" if edition == "0.23" else "00800000ff000000"
    items = SOURCE | {
        "040": bytes.fromhex("7820"),
        "030": bytes.fromhex("070800"),
        "130": bytes.fromhex(position),
        "080": bytes.fromhex("3c660c"),
        "140": bytes.fromhex("fff0"),
        "090": bytes.fromhex("0009"),
        "155": bytes.fromhex("fff6"),
        "160": bytes.fromhex("06664000"),
    }
    found = target(items, edition)
    assert found.time_of_day_s == 3600.0
    assert (found.latitude_rad, found.longitude_rad) == (math.pi / 4, -math.pi / 2)
    assert found.altitude_m == pytest.approx(-100 * 0.3048)
    assert found.velocity_up_mps == pytest.approx(-62.5 * 0.3048 / 60)
    assert found.ground_speed_mps == pytest.approx(360 * KNOTS, rel=1e-3)
    assert found.heading_rad == pytest.approx(math.pi / 2)
    assert (found.address_kind, found.nac_p, found.gva) == (AddressKind.ICAO, None, None)
    flags = (found.is_on_ground, found.is_simulated, found.is_test, found.is_field_monitor)
    assert (*flags, found.is_suspect) == (True, True, True, True, False)


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"073": bytes.fromhex("000080")}, "time_of_day_s", 3600.0),
        ({"071": b"", "073": bytes.fromhex("000080")}, "time_of_day_s", 1.0),
        ({"131": b"", "130": bytes.fromhex("200000c00000")}, "latitude_rad", math.pi / 4),
        ({"131": b"", "130": bytes.fromhex("200000c00000")}, "longitude_rad", -math.pi / 2),
        ({"140": bytes.fromhex("7fff")}, "altitude_m", None),
        ({"160": bytes.fromhex("86664000")}, "ground_speed_mps", None),
        ({"157": bytes.fromhex("8001")}, "velocity_up_mps", None),
        ({"157": b"", "155": bytes.fromhex("7ff6")}, "velocity_up_mps", -62.5 * 0.3048 / 60),
        ({"210": bytes.fromhex("02")}, "nac_p", None),
        ({"210": bytes.fromhex("0a")}, "nac_p", 9),
        ({"210": bytes.fromhex("0a")}, "gva", None),
        ({"210": b""}, "gva", 2),
        ({"090": bytes.fromhex("00")}, "nac_p", None),
        ({"040": bytes.fromhex("80")}, "address_kind", AddressKind.OTHER),
        ({"040": bytes.fromhex("00")}, "is_suspect", False),
        ({"040": bytes.fromhex("010104")}, "is_suspect", False),  # a jump that the ground station tolerates
        ({"040": bytes.fromhex("010120")}, "is_suspect", True),
        ({"040": bytes.fromhex("010102")}, "is_suspect", True),
        ({"080": b""}, "address", None),
    ],
)
def test_what_an_item_says_or_leaves_open(change: Items, field: str, value: Any) -> None:
    items = {name: item for name, item in (ITEMS | change).items() if item}
    found = getattr(target(items), field)
    assert found == (pytest.approx(value) if isinstance(value, float) else value)


def octets(count: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=count, max_size=count)


@given(octets(8), octets(6), octets(2), octets(4), octets(2), octets(3))
def test_libasterix_reads_the_same_measures(
    fine: bytes, position: bytes, height: bytes, motion: bytes, climb: bytes, address: bytes
) -> None:
    items = {"131": fine, "130": position, "140": height, "160": motion, "157": climb, "080": address}
    data = block(SOURCE | items)
    [record] = category_type(21, "2.7").cv_uap.parse(Bits.from_bytes(data[3:]))
    found = target(SOURCE | items)

    def quantity(item: str, part: str, unit: str) -> Any:
        return record.get_item(item).variation.get_item(part).variation.content.as_quantity(unit)

    assert quantity("131", "LAT", "°") == pytest.approx(math.degrees(found.latitude_rad or 0.0))
    assert quantity("131", "LON", "°") == pytest.approx(math.degrees(found.longitude_rad or 0.0))
    coarse = target({name: item for name, item in (SOURCE | items).items() if name != "131"})
    assert quantity("130", "LAT", "°") == pytest.approx(math.degrees(coarse.latitude_rad or 0.0))
    assert record.get_item("080").variation.content.as_uint() == int(found.address or "", 16)
    if found.altitude_m is not None:
        feet = record.get_item("140").variation.content.as_quantity("ft")
        assert feet * 0.3048 == pytest.approx(found.altitude_m)
    if found.ground_speed_mps is not None and found.heading_rad is not None:
        assert quantity("160", "GS", "NM/s") * 1852 == pytest.approx(found.ground_speed_mps)
        assert quantity("160", "TA", "°") == pytest.approx(math.degrees(found.heading_rad))
    if found.velocity_up_mps is not None:
        assert quantity("157", "GVR", "ft/min") * 0.3048 / 60 == pytest.approx(found.velocity_up_mps)


def test_tshark_reads_the_same_out_of_the_target_by_hand(tmp_path: Path) -> None:
    [layer] = tshark.dissected([block(ITEMS)], tmp_path / "target.pcap")
    found = target(ITEMS)

    def shown(name: str) -> float:
        [text] = tshark.values(layer, f"asterix.021_{name}")
        return float(int(text, 16)) if text.startswith("0x") else float(text)

    assert shown("071_VALUE") == found.time_of_day_s
    assert shown("131_LAT") == pytest.approx(45.0)
    assert shown("131_LON") == pytest.approx(-90.0)
    assert shown("140_VALUE") == pytest.approx(-100.0)
    assert shown("157_GVR") == pytest.approx(62.5)
    assert shown("160_TA") == pytest.approx(270.0)
    assert shown("080_VALUE") == 0x3C660C
    assert (shown("090_NACP"), shown("090_GVA")) == (found.nac_p, found.gva)
    flags = [shown(f"040_{name}") for name in ("RAB", "GBS", "SIM", "TST", "CL", "ATP")]
    assert flags == [1, 1, 1, 1, 1, 3]


def test_each_source_is_read_by_its_own_edition_and_the_others_by_the_usual_one() -> None:
    early = {"010": b"\x19\x01", "040": b"\x78\x20", "030": bytes.fromhex("070800"),
             "130": bytes.fromhex("00800000ff000000"), "080": bytes.fromhex("3c660c")}  # fmt: skip
    data = block(early, "0.26") + block(ITEMS)
    found, errors = decode_datagram(data, {}, {(25, 1): {21: "0.26"}})
    assert errors == [] and [message.sic for message in found] == [1, 201]
    assert all(isinstance(message, AdsbTarget) and message.address == "3c660c" for message in found)
    assert decode_placed(data, {21: "0.26"}, {(25, 201): {21: "2.7"}}) == (found, [])
    assert decode_placed(data, {21: "0.26"}, {(25, 201): {}}) == (found, [])
    assert decode_datagram(data)[0] != found


@given(st.binary(max_size=40), st.sampled_from([b"\x15", b"\x30", b"\x22", b"\x3e"]))
def test_a_block_that_hides_its_source_raises_nothing(noise: bytes, category: bytes) -> None:
    data = category + (3 + len(noise)).to_bytes(2, "big") + noise
    messages, errors = decode_placed(data, {}, {(25, 1): {21: "0.26"}})
    assert len(messages) + len(errors) >= 1


@given(st.binary(max_size=120), st.sampled_from(LATER + EARLY))
def test_random_records_raise_nothing(noise: bytes, edition: str) -> None:
    data = b"\x15" + (3 + len(noise)).to_bytes(2, "big") + noise
    messages, errors = decode_datagram(data, {21: edition})
    assert len(messages) + len(errors) >= 1
