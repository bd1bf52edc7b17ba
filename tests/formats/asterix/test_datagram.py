"""Datagrams: vectors by hand, several blocks, and what cannot be read beside what can."""

from __future__ import annotations

import io
import math
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.asterix.made import plots, services

from tocsin.errors import DecodeError, InvalidInput
from tocsin.formats.asterix import (
    DetectionType,
    Message,
    RadarPlot,
    RadarService,
    ServiceKind,
    decode_datagram,
    encode_plots,
    encode_services,
)
from tocsin.formats.capture import packets, write_pcap
from tocsin.formats.datagrams import datagram, ethernet_frame

# 010 source 25/201; 140 time 1 h; 020 single SSR, simulated, field monitor, test; 040 2 NM at 90 degrees;
# 070 7000; 090 FL 10.25; 220 address; 161 track 17; 200 1000 * 2^-14 NM/s at 180 degrees; 170 tentative,
# ghost; 110 -25 ft; 120 -3 m/s
PLOT_RECORD = bytes.fromhex("fd970c19c9 070800 538002004000 0e00 0029 3c660c 0011 03e88000 81403fff 80 03fd")
PLOT = RadarPlot(
    sac=25,
    sic=201,
    time_of_day_s=3600.0,
    detection=DetectionType.SECONDARY,
    range_m=2 * 1852.0,
    azimuth_rad=math.pi / 2,
    pressure_altitude_m=1025 * 0.3048,
    height_msl_m=-25 * 0.3048,
    mode_s_address="3c660c",
    mode_3a="7000",
    track_number=17,
    ground_speed_mps=1000 * 1852 / 16384,
    heading_rad=math.pi,
    radial_speed_mps=-3.0,
    is_simulated=True,
    is_test=True,
    is_field_monitor=True,
    is_tentative=True,
    is_ghost=True,
)
# 010 source 25/12; 000 sector crossing; 030 time 1 h; 020 sector 64; 041 5 s; 120 45 N 22.5 W, -10 m
SERVICE_RECORD = bytes.fromhex("f910 " + "190c 02 070800 40 0280" + "fff6 200000 f00000")
SERVICE = RadarService(
    25, 12, ServiceKind.SECTOR_CROSSING, 3600.0, math.pi / 2, 5.0, math.pi / 4, -math.pi / 8, -10.0
)


def block(category: int, body: bytes) -> bytes:
    return bytes((category,)) + (3 + len(body)).to_bytes(2, "big") + body


def kinds(payload: bytes) -> list[str]:
    return [error.kind for error in decode_datagram(payload)[1]]


def test_a_plot_by_hand_is_read_and_written_by_the_layout_of_the_standard() -> None:
    data = block(48, PLOT_RECORD)
    messages, errors = decode_datagram(data)
    assert errors == []
    assert messages == [PLOT]
    assert encode_plots([PLOT]) == data


def test_a_service_message_by_hand_is_read_and_written_by_the_layout_of_the_standard() -> None:
    data = block(34, SERVICE_RECORD)
    messages, errors = decode_datagram(data)
    assert errors == []
    assert messages == [SERVICE]
    assert encode_services([SERVICE]) == data


@given(st.lists(plots(), min_size=1, max_size=2), st.lists(services(), min_size=1, max_size=2))
def test_blocks_of_both_categories_in_one_datagram_read_back(
    made: list[RadarPlot], marks: list[RadarService]
) -> None:
    assert decode_datagram(encode_plots(made) + encode_services(marks)) == ([*made, *marks], [])


@pytest.mark.parametrize("edition", ["1.27", "1.28", "1.29", "1.30", "1.31", "1.32"])
def test_every_edition_of_plots_reads_back(edition: str) -> None:
    assert decode_datagram(encode_plots([PLOT], edition), {48: edition}) == ([PLOT], [])


def test_an_edition_that_nobody_knows_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(InvalidInput, match=r"category 048 has no edition '9.9': take one of 1.27, .*1.32"):
        decode_datagram(block(48, PLOT_RECORD), {48: "9.9"})


@pytest.mark.parametrize(
    ("item", "doubtful"),
    [("0e00", "8e00"), ("0e00", "4e00"), ("0029", "8029"), ("0029", "4029"), ("8003fd", "8083fd")],
)
def test_what_the_radar_doubts_is_not_taken(item: str, doubtful: str) -> None:
    assert PLOT_RECORD.hex().count(item) == 1
    [message], errors = decode_datagram(block(48, bytes.fromhex(PLOT_RECORD.hex().replace(item, doubtful))))
    assert errors == []
    assert isinstance(message, RadarPlot)
    given_values = (message.mode_3a, message.pressure_altitude_m, message.radial_speed_mps)
    assert given_values.count(None) == 1


def test_a_target_beyond_the_largest_range_has_no_range() -> None:
    [message], _ = decode_datagram(block(48, bytes.fromhex(PLOT_RECORD.hex().replace("5380", "53c0"))))
    assert isinstance(message, RadarPlot)
    assert message.range_m is None
    assert message.azimuth_rad == PLOT.azimuth_rad


def test_a_radar_that_reports_0_0_has_no_position() -> None:
    [message], _ = decode_datagram(block(34, SERVICE_RECORD[:-8] + bytes(8)))
    assert isinstance(message, RadarService)
    assert (message.latitude_rad, message.longitude_rad, message.altitude_m) == (None, None, None)


def test_good_blocks_and_records_beside_bad_ones_survive() -> None:
    plot, service = block(48, PLOT_RECORD), block(34, SERVICE_RECORD)
    cut_record = block(48, PLOT_RECORD + PLOT_RECORD[:-1])
    messages, errors = decode_datagram(plot + block(19, b"\x01\x02") + cut_record + service + plot[:-1])
    assert messages == [PLOT, PLOT, SERVICE]
    assert [error.kind for error in errors] == [
        "asterix_category_019_not_read",
        "asterix_damaged",
        "asterix_truncated",
    ]


def test_what_follows_a_good_block_and_is_none_is_told() -> None:
    messages, errors = decode_datagram(block(48, PLOT_RECORD) + b"padding")
    assert messages == [PLOT]
    assert [(error.kind, error.data) for error in errors] == [("asterix_damaged", b"padding")]


def test_a_record_of_meaningless_values_is_told_and_the_next_one_is_read() -> None:
    late = bytes.fromhex(PLOT_RECORD.hex().replace("070800", "a8c000"))
    messages, errors = decode_datagram(block(48, late + PLOT_RECORD))
    assert messages == [PLOT]
    assert [error.kind for error in errors] == ["asterix_out_of_range"]
    assert kinds(block(48, bytes.fromhex("10 02004000"))) == ["asterix_item_missing"]
    assert kinds(block(34, bytes.fromhex("80 190c"))) == ["asterix_item_missing"]
    assert kinds(block(34, bytes.fromhex("c0 190c 09"))) == ["asterix_reserved"]


@pytest.mark.parametrize(
    "body",
    ["00", "01", "ff", "fd97", "fd9703ff ff", "90190c", "20 ffffff01", "20 010101010101", "01010104 00"],
)
def test_records_that_cannot_be_cut_are_told(body: str) -> None:
    assert kinds(block(48, bytes.fromhex(body))) == ["asterix_damaged"]


@pytest.mark.parametrize("payload", [b"", b"\x01", b"hello, world", b"\xff\x00\x00", b'{"heard": true}'])
def test_what_is_no_asterix_is_told_once(payload: bytes) -> None:
    assert decode_datagram(payload)[0] == []
    assert kinds(payload) == ["not_asterix"]


@given(st.binary(max_size=80), st.sampled_from([b"", b"\xfd\x97\x03\x02", b"\x80", b"\xff\xff\xff\xfe"]))
def test_random_records_raise_nothing_and_are_not_passed_over_in_silence(noise: bytes, start: bytes) -> None:
    for category in (48, 34):
        messages, errors = decode_datagram(block(category, start + noise))
        assert len(messages) + len(errors) >= 1
        assert all(error.kind.startswith(("asterix_", "not_asterix")) for error in errors)


@given(st.binary(max_size=80))
def test_random_datagrams_raise_nothing(noise: bytes) -> None:
    messages, errors = decode_datagram(noise)
    assert len(messages) + len(errors) >= 1


def read_capture(content: bytes) -> tuple[Counter[str], list[Message]]:
    counts: Counter[str] = Counter()
    found: list[Message] = []
    for packet in packets(io.BytesIO(content)):
        try:
            received = datagram(packet)
        except DecodeError as error:
            counts[error.kind] += 1
            continue
        messages, errors = ([], []) if received is None else decode_datagram(received.payload)
        found.extend(messages)
        counts.update(error.kind for error in errors)
        counts.update(type(message).__name__ for message in messages)
    return counts, found


def test_a_capture_of_ours_with_every_kind_of_damage_gives_all_that_is_left() -> None:
    source, destination = ("192.0.2.7", 4000), ("192.0.2.8", 8600)
    good = encode_plots([PLOT, PLOT]) + encode_services([SERVICE])
    payloads = [good, b"no ASTERIX", good[:-4], block(20, b"\x80\x01\x02"), good]
    frames = [ethernet_frame(payload, source, destination) for payload in payloads]
    frames[4] = frames[4][:-5]
    stream = io.BytesIO()
    write_pcap(stream, 1, list(enumerate(frames)))
    counts, found = read_capture(stream.getvalue())
    assert found == [PLOT, PLOT, SERVICE, PLOT, PLOT]
    assert counts == {
        "RadarPlot": 4,
        "RadarService": 1,
        "not_asterix": 1,
        "asterix_truncated": 1,
        "asterix_category_020_not_read": 1,
        "datagram_truncated": 1,
    }


def test_the_real_radars_are_read_whole(shared_path: Callable[[str], Path]) -> None:
    counts, found = read_capture(shared_path("recordings/asterix_cat034_048.pcap").read_bytes())
    assert counts == {"RadarPlot": 128, "RadarService": 34}
    plots_found = [message for message in found if isinstance(message, RadarPlot)]
    without_range = [plot for plot in plots_found if plot.range_m is None]
    assert [plot.is_end_of_track for plot in without_range] == [True, True]
    assert {plot.sac for plot in plots_found} == {25}
    assert decode_datagram(encode_plots(plots_found)) == (plots_found, [])
    marks = [message for message in found if isinstance(message, RadarService)]
    assert [mark.kind for mark in marks if mark.latitude_rad is not None] == [ServiceKind.NORTH_MARKER] * 2
