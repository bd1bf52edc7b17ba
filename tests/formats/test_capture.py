"""Captures: every readable packet comes to the nanosecond, and what is damaged is told after them."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import DecodeError
from tocsin.formats.capture import Packet, packets, write_pcap

TIME_NS = 1_700_000_000_123_456_789


def read_all(content: bytes) -> tuple[list[Packet], str | None]:
    found: list[Packet] = []
    try:
        for packet in packets(io.BytesIO(content)):
            found.append(packet)  # noqa: PERF402, because an extend would lose what came before the error
    except DecodeError as error:
        return found, error.kind
    return found, None


def pcap(timed_data: list[tuple[int, bytes]], link_type: int = 1) -> bytes:
    stream = io.BytesIO()
    write_pcap(stream, link_type, timed_data)
    return stream.getvalue()


class PcapngWriter:
    """Blocks by hand from the specification, in either byte order."""

    def __init__(self, order: Literal["little", "big"] = "little") -> None:
        self.mark = "<" if order == "little" else ">"
        self.content = self.block(0x0A0D0D0A, struct.pack(self.mark + "IHHq", 0x1A2B3C4D, 1, 0, -1))

    def block(self, kind: int, body: bytes) -> bytes:
        body += b"\0" * (-len(body) % 4)
        length = struct.pack(self.mark + "I", 12 + len(body))
        return struct.pack(self.mark + "I", kind) + length + body + length

    def option(self, code: int, value: bytes) -> bytes:
        return struct.pack(self.mark + "HH", code, len(value)) + value + b"\0" * (-len(value) % 4)

    def interface(self, link_type: int, options: bytes = b"") -> None:
        end = self.option(0, b"") if options else b""
        body = struct.pack(self.mark + "HHI", link_type, 0, 0) + options + end
        self.content += self.block(1, body)

    def packet(self, interface: int, ticks: int, data: bytes, options: bytes = b"") -> None:
        head = struct.pack(self.mark + "5I", interface, ticks >> 32, ticks & 0xFFFFFFFF, len(data), len(data))
        padded = data + b"\0" * (-len(data) % 4)
        self.content += self.block(6, head + padded + options)


@given(
    st.lists(st.tuples(st.integers(0, 2**32 * 10**9 - 1), st.binary(max_size=80)), max_size=8),
    st.integers(0, 300),
)
def test_a_written_capture_reads_back_to_the_nanosecond(
    timed_data: list[tuple[int, bytes]], link_type: int
) -> None:
    found, problem = read_all(pcap(timed_data, link_type))
    assert problem is None
    assert [(packet.time_ns, packet.data) for packet in found] == timed_data
    assert all(packet.link_type == link_type for packet in found)
    assert [packet.number for packet in found] == list(range(1, len(timed_data) + 1))


@pytest.mark.parametrize("mark", ["<", ">"])
def test_a_pcap_with_microseconds_reads_in_both_byte_orders(mark: str) -> None:
    content = struct.pack(mark + "IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 127)
    content += struct.pack(mark + "IIII", 1_700_000_000, 123_456, 3, 9) + b"abc"
    found, problem = read_all(content)
    assert problem is None
    assert found == [Packet(1_700_000_000_123_456_000, 127, b"abc", 1)]


def test_what_a_pcap_says_of_checksums_is_not_part_of_its_link_type() -> None:
    content = struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 0x4400_0069)
    found, _ = read_all(content + struct.pack("<IIII", 0, 0, 1, 1) + b"x")
    assert [packet.link_type for packet in found] == [105]


@pytest.mark.parametrize("order", ["little", "big"])
def test_pcapng_interfaces_have_their_own_link_type_resolution_and_offset(
    order: Literal["little", "big"],
) -> None:
    writer = PcapngWriter(order)
    writer.interface(127)
    writer.interface(272, writer.option(9, b"\x09") + writer.option(14, struct.pack(writer.mark + "q", 1000)))
    writer.interface(1, writer.option(9, b"\x8a"))
    writer.packet(0, 1_700_000_000_123_456, b"micro")
    writer.packet(1, TIME_NS - 1000 * 10**9, b"nano")
    writer.packet(2, 3 * 1024 + 512, b"binary")
    found, problem = read_all(writer.content)
    assert problem is None
    assert found == [
        Packet(1_700_000_000_123_456_000, 127, b"micro", 1),
        Packet(TIME_NS, 272, b"nano", 2),
        Packet(3_500_000_000, 1, b"binary", 3),
    ]


def test_a_new_section_may_have_another_byte_order() -> None:
    first, second = PcapngWriter("little"), PcapngWriter("big")
    for writer, link_type in ((first, 1), (second, 105)):
        writer.interface(link_type)
        writer.packet(0, 1, b"x")
    found, problem = read_all(first.content + second.content)
    assert problem is None
    assert [packet.link_type for packet in found] == [1, 105]
    assert [packet.number for packet in found] == [1, 2]


def test_unknown_blocks_and_comments_that_are_no_text_are_passed_over() -> None:
    writer = PcapngWriter()
    writer.interface(1)
    writer.content += writer.block(0x0BAD, b"whatever")
    writer.packet(0, 5, b"data", writer.option(1, b"\xff\xfe"))
    assert read_all(writer.content) == ([Packet(5000, 1, b"data", 1)], None)


def test_a_truncated_capture_gives_what_came_before_and_says_so() -> None:
    writer = PcapngWriter()
    writer.interface(1)
    writer.packet(0, 5, b"first")
    writer.packet(0, 6, b"second")
    for content in (pcap([(1, b"first"), (2, b"second")]), writer.content):
        for cut in (1, 7, 13):
            found, problem = read_all(content[:-cut])
            assert [packet.data for packet in found] == [b"first"]
            assert problem == "capture_truncated"


def test_a_damaged_block_is_told_and_the_next_packets_still_come() -> None:
    writer = PcapngWriter()
    writer.interface(1)
    writer.packet(7, 5, b"of an interface that is not there")
    start = len(writer.content)
    writer.packet(0, 6, b"longer than its block")
    writer.packet(0, 7, b"good")
    content = bytearray(writer.content)
    struct.pack_into("<I", content, start + 20, 500)
    found, problem = read_all(bytes(content))
    assert [packet.data for packet in found] == [b"good"]
    assert problem == "capture_damaged"


def test_a_length_that_cannot_be_ends_the_capture_with_what_came_before() -> None:
    content = bytearray(pcap([(1, b"first"), (2, b"second")]))
    second = 24 + 16 + len(b"first")
    struct.pack_into("<I", content, second + 8, 0x7FFFFFFF)
    found, problem = read_all(bytes(content))
    assert [packet.data for packet in found] == [b"first"]
    assert problem == "capture_damaged"


@pytest.mark.parametrize("length", [0, 8, 13, 0x7FFFFFFC])
def test_a_block_length_that_cannot_be_ends_the_capture(length: int) -> None:
    writer = PcapngWriter()
    writer.interface(1)
    writer.packet(0, 5, b"first")
    found, problem = read_all(writer.content + struct.pack("<II", 6, length) + b"\0" * 16)
    assert [packet.data for packet in found] == [b"first"]
    assert problem == "capture_damaged"


@pytest.mark.parametrize("content", [b"", b"\n", b"PAR1 is another format", b"\0" * 100])
def test_what_is_no_capture_is_refused(content: bytes) -> None:
    assert read_all(content) == ([], "not_a_capture")


@given(st.binary(max_size=60), st.data())
def test_flipped_bytes_raise_nothing_but_decode_errors(noise: bytes, data: st.DataObject) -> None:
    writer = PcapngWriter()
    writer.interface(127, writer.option(9, b"\x09"))
    for number in range(3):
        writer.packet(0, number, b"content")
    content = bytearray(data.draw(st.sampled_from([writer.content, pcap([(1, b"a"), (2, b"b")])])))
    for value in noise:
        content[data.draw(st.integers(0, len(content) - 1))] = value
    _, problem = read_all(bytes(content))
    assert problem in (None, "not_a_capture", "capture_truncated", "capture_damaged")


def test_real_captures_hold_the_packets_that_their_page_says(shared_path: Callable[[str], Path]) -> None:
    expected = {
        "remote_id_parrot_anafi.pcapng": (5091, 127),
        "remote_id_wifi_beacon.pcap": (21, 127),
        "remote_id_bluetooth5.pcapng": (274, 272),
        "asterix_cat034_048.pcap": (100, 1),
    }
    for name, (count, link_type) in expected.items():
        found, problem = read_all(shared_path(f"recordings/{name}").read_bytes())
        assert problem is None
        assert len(found) == count
        assert {packet.link_type for packet in found} == {link_type}
        assert all(after.time_ns - before.time_ns > -(10**9) for before, after in pairwise(found))
