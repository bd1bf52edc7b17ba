"""Cutting records into items agrees with libasterix's own strict parser: the slow, readable twin."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from asterix.base import Bits, ParsingMode
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.asterix.made import plots, services

from tocsin.errors import DecodeError, InvalidInput
from tocsin.formats.asterix import RadarPlot, RadarService, encode_plots, encode_services
from tocsin.formats.asterix.editions import category_type
from tocsin.formats.asterix.records import join_record, records
from tocsin.formats.capture import packets
from tocsin.formats.datagrams import datagram

EDITIONS = {48: "1.32", 34: "1.29"}
CATEGORIES = st.sampled_from((48, 34))


def twin_records(body: bytes, category: int) -> list[dict[str, bytes]] | None:
    """What libasterix makes of a block's body; None where it refuses it."""
    record_type = category_type(category, EDITIONS[category]).cv_record
    rest: Any = Bits.from_bytes(body)
    found = []
    while len(rest):
        result = record_type.parse(ParsingMode.StrictParsing, rest)
        if isinstance(result, ValueError):
            return None
        record, rest = result
        found.append({name: item.unparse().to_bytes() for name, item in record.items_regular.items()})
    return found


def our_records(body: bytes, category: int) -> list[dict[str, bytes]] | None:
    try:
        return list(records(body, category, EDITIONS[category]))
    except DecodeError:
        return None


@given(plots(), services())
def test_made_records_are_cut_alike(plot: RadarPlot, service: RadarService) -> None:
    for data in (encode_plots([plot]), encode_services([service])):
        assert our_records(data[3:], data[0]) == twin_records(data[3:], data[0])
        assert twin_records(data[3:], data[0]) is not None


@given(CATEGORIES, st.binary(min_size=2, max_size=4), st.binary(max_size=400))
def test_random_records_are_cut_alike_or_refused_alike(
    category: int, specification: bytes, body: bytes
) -> None:
    *more, last = specification
    start = bytes([octet | 1 for octet in more] + [last & 0xFE])
    if start.strip(b"\x00\x01"):
        assert our_records(start + body, category) == twin_records(start + body, category)


@given(CATEGORIES, st.data())
def test_each_item_alone_is_cut_alike_or_refused_alike(category: int, data: st.DataObject) -> None:
    items = category_type(category, EDITIONS[category]).cv_record.cv_items_list
    index = data.draw(st.integers(0, len(items) - 1))
    specification = bytearray(b"\x01" * (index // 7) + b"\x00")
    specification[-1] |= 0x80 >> index % 7
    body = bytes(specification) + data.draw(st.binary(max_size=30))
    ours, twin = our_records(body, category), twin_records(body, category)
    if twin is None or all(twin):  # a record of no items: libasterix takes it, we do not
        assert ours == twin


@given(CATEGORIES, st.data())
def test_joining_is_the_reverse_of_cutting(category: int, data: st.DataObject) -> None:
    made = encode_plots([data.draw(plots())]) if category == 48 else encode_services([data.draw(services())])
    [items] = records(made[3:], category, EDITIONS[category])
    assert join_record(items, category, EDITIONS[category]) == made[3:]


def test_an_item_that_the_edition_does_not_have_is_not_written() -> None:
    with pytest.raises(InvalidInput, match=r"category 048 edition 1\.32 has no item 999"):
        join_record({"999": b"\0"}, 48, "1.32")


def test_real_records_are_cut_alike(shared_path: Callable[[str], Path]) -> None:
    count = 0
    with shared_path("recordings/asterix_cat034_048.pcap").open("rb") as stream:
        payloads = [received.payload for packet in packets(stream) if (received := datagram(packet))]
    for payload in payloads:
        while payload:
            end = int.from_bytes(payload[1:3], "big")
            ours = our_records(payload[3:end], payload[0])
            assert ours == twin_records(payload[3:end], payload[0])
            count += len(ours or ())
            payload = payload[end:]
    assert count == 128 + 34
