"""UDP datagrams come out of every kind of captured packet; what is cut or not UDP is told apart."""

from __future__ import annotations

import dpkt
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.kinds import error_kind

from tocsin.formats.capture import Packet
from tocsin.formats.datagrams import (
    DATAGRAM_LINK_TYPES,
    ETHERNET,
    LINUX_COOKED,
    Datagram,
    datagram,
    ethernet_frame,
)

SOURCE, DESTINATION = ("192.0.2.7", 4000), ("239.0.0.1", 8600)


def packet(data: bytes, link_type: int = ETHERNET) -> Packet:
    return Packet(5, link_type, data, 1)


def kind_of(data: bytes, link_type: int = ETHERNET) -> str | None:
    return error_kind(datagram, packet(data, link_type))


@given(st.binary(max_size=1400))
def test_a_written_frame_reads_back(payload: bytes) -> None:
    found = datagram(packet(ethernet_frame(payload, SOURCE, DESTINATION)))
    assert found == Datagram(5, "192.0.2.7", "239.0.0.1", 8600, payload)


def test_a_written_frame_has_right_lengths_and_checksums() -> None:
    frame = ethernet_frame(b"abc", SOURCE, DESTINATION)
    internet = frame[14:]
    assert len(frame) == 14 + 20 + 8 + 3
    assert dpkt.dpkt.in_cksum(internet[:20]) == 0
    pseudo_header = internet[12:20] + b"\0\x11" + internet[24:26]
    assert dpkt.dpkt.in_cksum(pseudo_header + internet[20:]) == 0


def test_padding_of_short_ethernet_frames_is_not_payload() -> None:
    frame = ethernet_frame(b"abc", SOURCE, DESTINATION) + b"\0" * 15
    found = datagram(packet(frame))
    assert found is not None
    assert found.payload == b"abc"


def test_bytes_behind_the_length_of_the_datagram_are_not_payload() -> None:
    frame = bytearray(ethernet_frame(b"abcdef", SOURCE, DESTINATION))
    frame[14 + 20 + 5] -= 3
    found = datagram(packet(bytes(frame)))
    assert found is not None
    assert found.payload == b"abc"


def test_linux_cooked_and_raw_packets_are_read() -> None:
    internet = ethernet_frame(b"abc", SOURCE, DESTINATION)[14:]
    cooked = b"\0\0\0\x01\0\x06\x02\0\0\0\0\x01\0\0\x08\0" + internet
    for data, link_type in ((cooked, LINUX_COOKED), (internet, 101), (internet, 228)):
        assert datagram(packet(data, link_type)) == Datagram(5, "192.0.2.7", "239.0.0.1", 8600, b"abc")


def test_version_6_packets_are_read() -> None:
    transport = b"\x0f\xa0\x21\x98\x00\x0b\x00\x00abc"
    internet = b"\x60\0\0\0" + len(transport).to_bytes(2, "big") + b"\x11\x40"
    internet += bytes(15) + b"\x01" + bytes(15) + b"\x02" + transport
    assert datagram(packet(internet, 101)) == Datagram(5, "::1", "::2", 8600, b"abc")


def test_what_is_not_udp_is_none() -> None:
    arp = b"\xff" * 12 + b"\x08\x06" + bytes(28)
    stream = bytearray(ethernet_frame(bytes(30), SOURCE, DESTINATION))
    stream[14 + 9] = 6
    assert datagram(packet(arp)) is None
    assert datagram(packet(bytes(stream))) is None


def test_cut_and_fragmented_datagrams_and_unknown_links_are_told_by_kind() -> None:
    frame = ethernet_frame(b"abcdef", SOURCE, DESTINATION)
    fragment = bytearray(frame)
    fragment[14 + 6] = 0x20
    assert kind_of(frame[:-2]) == "datagram_truncated"
    assert kind_of(frame[: 14 + 20 + 3]) == "packet_damaged"
    assert kind_of(bytes(fragment)) == "fragment_not_read"
    assert kind_of(frame[:10]) == "packet_damaged"
    assert kind_of(frame, 105) == "link_type_not_read"


@given(st.binary(max_size=120), st.sampled_from(sorted(DATAGRAM_LINK_TYPES)), st.booleans())
def test_random_bytes_raise_nothing_but_decode_errors(data: bytes, link_type: int, is_internet: bool) -> None:
    if is_internet:
        data = b"\xff" * 12 + b"\x08\x00\x45" + data
    expected = (None, "packet_damaged", "datagram_truncated", "fragment_not_read")
    assert kind_of(data, link_type) in expected
