"""System tracks: by hand, there and back, and as libasterix and tshark read what we write."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from asterix.base import Bits
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.asterix import tshark
from tests.formats.asterix.made import system_tracks

from tocsin.errors import InvalidInput
from tocsin.formats.asterix import SystemTrack, decode_datagram, encode_system_tracks
from tocsin.formats.asterix.editions import category_type

# 010 source 25/201; 070 time 1 h; 105 45 N 90 W; 100 x 1000, y -0.5 m; 185 20 east, -0.25 north;
# 245 "T 7", not sent by the target; 040 track 258; 080 one sensor, geometric, tentative, simulated, last,
# first, coasting, surface; 130 -100 ft; 220 -62.5 ft/min; 500 APC 10 and 10.5 m, APW 1 and 2 steps, AGA 1
# step, ATV 4 and 8 m/s, ARC 2 steps
RECORD = bytes.fromhex(
    "9f2d1504 19c9 070800 00800000ff000000 0007d0ffffff 0050ffff 40520de0820820 0102 a3e101810110"
    "fff0 fff6 b580 0014 0015 0001 0002 01 1020 02".replace(" ", "")
)
TRACK = SystemTrack(
    25,
    201,
    258,
    3600.0,
    math.pi / 4,
    -math.pi / 2,
    -100 * 0.3048,
    1000.0,
    -0.5,
    20.0,
    -0.25,
    -62.5 * 0.3048 / 60,
    math.pi / 33554432,
    2 * math.pi / 33554432,
    10.0,
    10.5,
    6.25 * 0.3048,
    4.0,
    8.0,
    2 * 6.25 * 0.3048 / 60,
    "T 7",
    True,
    True,
    True,
    True,
    True,
    True,
    True,
)
PLAIN = SystemTrack(25, 201, 1, 0.0)
EDITIONS = ["1.16", "1.17", "1.18", "1.19", "1.20", "1.21"]


def close(found: SystemTrack, wanted: SystemTrack) -> bool:
    """Equal but for the last bits of what was multiplied in another order."""
    pairs = ((getattr(found, f.name), getattr(wanted, f.name)) for f in fields(SystemTrack))
    return all(a == b or (isinstance(a, float) and a == pytest.approx(b, rel=1e-12)) for a, b in pairs)


def block(body: bytes) -> bytes:
    return b"\x3e" + (3 + len(body)).to_bytes(2, "big") + body


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_track_by_hand_is_read_and_written_by_the_layout_of_the_standard(edition: str) -> None:
    [message], errors = decode_datagram(block(RECORD), {62: edition})
    assert errors == []
    assert isinstance(message, SystemTrack)
    assert close(message, TRACK)
    assert encode_system_tracks([TRACK], edition) == [block(RECORD)]


@given(st.lists(system_tracks(), max_size=2), st.sampled_from(EDITIONS))
def test_tracks_read_back(tracks: list[SystemTrack], edition: str) -> None:
    for data in encode_system_tracks(tracks, edition):
        messages, errors = decode_datagram(data, {62: edition})
        assert errors == []
        assert all(close(a, b) for a, b in zip(messages, tracks, strict=True))  # type: ignore[arg-type]


@given(system_tracks())
def test_libasterix_reads_the_same_measures(track: SystemTrack) -> None:
    [data] = encode_system_tracks([track])
    [record] = category_type(62, "1.21").cv_uap.parse(Bits.from_bytes(data[3:]))

    def quantity(item: str, part: str | None, unit: str) -> Any:
        variation = record.get_item(item).variation
        content = variation if part is None else variation.get_item(part).variation
        return content.content.as_quantity(unit)

    assert record.get_item("040").variation.content.as_uint() == track.track_number
    assert quantity("070", None, "s") == track.time_of_day_s
    if track.latitude_rad is not None and track.longitude_rad is not None:
        assert quantity("105", "LAT", "°") == pytest.approx(math.degrees(track.latitude_rad))
        assert quantity("105", "LON", "°") == pytest.approx(math.degrees(track.longitude_rad))
    if track.velocity_east_mps is not None:
        assert quantity("185", "VX", "m/s") == track.velocity_east_mps
        assert quantity("185", "VY", "m/s") == track.velocity_north_mps
    if track.altitude_m is not None:
        assert quantity("130", None, "ft") * 0.3048 == pytest.approx(track.altitude_m)
    if track.service is not None:
        assert record.get_item("015").variation.content.as_uint() == track.service
    if track.mode_s_address is not None:
        address = record.get_item("380").variation.get_item("ADR").variation
        assert address.content.as_uint() == track.mode_s_address
    if track.velocity_up_mps is not None:
        assert quantity("220", None, "ft/min") * 0.3048 / 60 == pytest.approx(track.velocity_up_mps)


def feet(value_m: float) -> float:
    return value_m / 0.3048


def made_tracks(count: int) -> list[SystemTrack]:
    tracks: list[SystemTrack] = []

    @settings(max_examples=count)
    @given(system_tracks())
    def collect(track: SystemTrack) -> None:
        tracks.append(track)

    collect()
    return tracks


def test_tshark_reads_every_record_with_no_malformed_field(tmp_path: Path) -> None:
    tracks = made_tracks(300)
    datagrams = encode_system_tracks(tracks)
    assert len(tracks) >= 300
    assert len(datagrams) > 5
    layers = tshark.dissected(datagrams, tmp_path / "tracks.pcap")

    def shown(name: str) -> list[float]:
        return [float(text) for layer in layers for text in tshark.values(layer, f"asterix.062_{name}")]

    def given_values(name: str) -> list[Any]:
        return [value for track in tracks if (value := getattr(track, name)) is not None]

    numbers = [text for layer in layers for text in tshark.values(layer, "asterix.062_040_VALUE")]
    assert [int(text, 16) for text in numbers] == given_values("track_number")
    assert shown("070_VALUE") == pytest.approx(given_values("time_of_day_s"))
    assert shown("105_LAT") == pytest.approx([math.degrees(a) for a in given_values("latitude_rad")])
    assert shown("105_LON") == pytest.approx([math.degrees(a) for a in given_values("longitude_rad")])
    assert shown("100_Y") == pytest.approx(given_values("y_m"))
    assert shown("185_VX") == pytest.approx(given_values("velocity_east_mps"))
    assert shown("185_VY") == pytest.approx(given_values("velocity_north_mps"))
    assert shown("130_VALUE") == pytest.approx([feet(a) for a in given_values("altitude_m")])
    assert shown("220_VALUE") == pytest.approx([60 * feet(v) for v in given_values("velocity_up_mps")])
    assert shown("500_APC_X") == pytest.approx(given_values("x_sigma_m"))
    assert shown("500_APW_LON") == pytest.approx(
        [math.degrees(a) for a in given_values("longitude_sigma_rad")]
    )
    assert shown("500_AGA_VALUE") == pytest.approx([feet(a) for a in given_values("altitude_sigma_m")])
    assert shown("500_ATV_Y") == pytest.approx(given_values("velocity_north_sigma_mps"))
    assert shown("080_CNF") == given_values("is_tentative")
    for item, value in (("015_VALUE", "service"), ("380_ADR_VALUE", "mode_s_address")):
        texts = [text for layer in layers for text in tshark.values(layer, f"asterix.062_{item}")]
        assert [int(text, 16) for text in texts] == given_values(value)
    names = [text for layer in layers for text in tshark.values(layer, "asterix.062_245_CHR")]
    assert [name.rstrip() for name in names] == given_values("target_identification")


def test_many_tracks_go_out_in_order_in_datagrams_that_fit_a_frame() -> None:
    tracks = [replace(TRACK, track_number=number) for number in range(500)]
    datagrams = encode_system_tracks(tracks)
    assert {len(data) <= 1400 for data in datagrams} == {True}
    assert min(map(len, datagrams[:-1])) > 1400 - len(RECORD)
    numbers = [message.track_number for data in datagrams for message in decode_datagram(data)[0]]  # type: ignore[union-attr]
    assert numbers == list(range(500))
    assert encode_system_tracks([]) == []


def read_back(track: SystemTrack) -> SystemTrack:
    [data] = encode_system_tracks([track])
    [message] = decode_datagram(data)[0]
    assert isinstance(message, SystemTrack)
    return message


def test_sigmas_are_rounded_up_and_cut_at_the_largest_that_there_is() -> None:
    rounded = read_back(replace(PLAIN, x_sigma_m=0.51, y_sigma_m=1e9, altitude_sigma_m=1000.0))
    assert (rounded.x_sigma_m, rounded.y_sigma_m) == (1.0, 65535 * 0.5)
    assert rounded.altitude_sigma_m == pytest.approx(255 * 6.25 * 0.3048)


def test_a_name_with_characters_that_the_standard_does_not_have_is_read_with_marks() -> None:
    damaged = block(RECORD).replace(bytes.fromhex("520de0820820"), bytes.fromhex("fe0de0820820"))
    [message], errors = decode_datagram(damaged)
    assert errors == []
    assert isinstance(message, SystemTrack)
    assert message.target_identification == "? 7"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"sac": 256}, "sac must lie"),
        ({"track_number": None}, "needs a track number"),
        ({"track_number": 65536}, "track_number"),
        ({"time_of_day_s": None}, "a time of day"),
        ({"time_of_day_s": 86400.0}, "time of day"),
        ({"latitude_rad": 1.0}, "give both or none"),
        ({"latitude_rad": math.nan, "longitude_rad": 0.0}, "finite"),
        ({"x_sigma_m": 1.0}, "give both or none"),
        ({"altitude_m": 1e6}, "altitude_m"),
        ({"altitude_sigma_m": -1.0}, "altitude_sigma_m"),
        ({"altitude_sigma_m": math.inf}, "altitude_sigma_m"),
        ({"velocity_east_mps": 9000.0, "velocity_north_mps": 0.0}, "velocity"),
        ({"target_identification": "lower"}, "A-Z"),
        ({"target_identification": "NINECHARS"}, "up to eight"),
        ({"service": 256}, "service"),
        ({"mode_s_address": 1 << 24}, "mode_s_address"),
    ],
)
def test_values_without_room_are_not_written(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        encode_system_tracks([replace(PLAIN, **change)])
