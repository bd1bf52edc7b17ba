"""Reading radar reports quickly: the same as reading them in full, whatever comes, and with bounded means."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.asterix.made import plots

from tocsin.errors import DecodeError
from tocsin.formats.asterix import PlacedPlot, RadarPlot, decode_datagram, decode_placed, encode_plots
from tocsin.formats.asterix.patterns import MOST_PATTERNS, SEEN_TO_LEARN, Patterns
from tocsin.formats.asterix.placed_plot import of_plot
from tocsin.formats.asterix.records import end_of_specification, join_record, record_at
from tocsin.formats.capture import packets
from tocsin.formats.datagrams import datagram

EDITIONS = ["1.27", "1.28", "1.29", "1.30", "1.31", "1.32"]


def block(body: bytes) -> bytes:
    return b"\x30" + (3 + len(body)).to_bytes(2, "big") + body


def assert_read_alike(data: bytes, edition: str = "1.32") -> int:
    """How many plots both give."""
    full, full_errors = decode_datagram(data, {48: edition})
    quick, quick_errors = decode_placed(data, {48: edition})
    assert [(error.kind, str(error)) for error in quick_errors] == [
        (error.kind, str(error)) for error in full_errors
    ]
    found = [message for message in quick if isinstance(message, PlacedPlot)]
    wanted = [message for message in full if isinstance(message, RadarPlot)]
    assert found == [of_plot(plot, place.record) for plot, place in zip(wanted, found, strict=True)]
    return len(found)


@given(st.lists(plots(), min_size=1, max_size=4), st.sampled_from(EDITIONS))
def test_plots_are_read_alike_before_and_after_their_pattern_is_learnt(
    made: list[RadarPlot], edition: str
) -> None:
    data = encode_plots(made, edition)
    for _ in range(2):
        assert assert_read_alike(data * (SEEN_TO_LEARN + 1), edition) == len(made) * (SEEN_TO_LEARN + 1)


def learnt(record: bytes, edition: str) -> Patterns:
    """A new memory that knows the pattern of this record."""
    known = Patterns(48, edition, ("010", "140", "020", "040", "220", "170"))
    for _ in range(SEEN_TO_LEARN):
        known.learn(record, 0)
    return known


@settings(max_examples=60)
@given(
    st.lists(st.integers(0, 255), min_size=1, max_size=3),
    st.integers(0, 255),
    st.binary(max_size=300),
    st.sampled_from(EDITIONS),
)
def test_a_pattern_cuts_random_records_as_the_layouts_do_or_not_at_all(
    more: list[int], last: int, rest: bytes, edition: str
) -> None:
    body = bytes([*(octet | 1 for octet in more), last & 0xFE]) + rest
    try:
        items, end = record_at(body, 0, 48, edition)
    except DecodeError:
        items, end = {}, -1
    if "010" not in items:
        return
    pattern = learnt(body, edition).of(body, 0)
    if pattern is None:
        return
    match = pattern.match(body)
    if match is not None:
        assert match.end() == end
        wanted = ("010", "140", "020", "040", "220", "170")
        assert match.groups() == tuple(items.get(name, b"") for name in wanted)


@given(st.data(), st.sampled_from(EDITIONS))
def test_a_pattern_never_matches_what_the_layouts_refuse(data: st.DataObject, edition: str) -> None:
    """The same records, cut short or with an octet changed after the pattern was learnt."""
    record = encode_plots([data.draw(plots())], edition)[3:]
    pattern = learnt(record, edition).of(record, 0)
    assert pattern is not None
    assert pattern.match(record)
    first = end_of_specification(record, 0)
    changed = bytearray(record[: data.draw(st.integers(first, len(record)))])
    if len(changed) > first:
        changed[data.draw(st.integers(first, len(changed) - 1))] = data.draw(st.integers(0, 255))
    match = pattern.match(bytes(changed))
    try:
        end = record_at(bytes(changed), 0, 48, edition)[1]
    except DecodeError:
        assert match is None
    else:
        assert match is None or match.end() == end


@pytest.mark.parametrize(
    ("item", "content"),
    [
        ("020", "e1"),  # cut where another octet should follow
        ("020", "2181"),
        ("020", "21810101010e"),
        ("170", "0140"),
        ("130", "00"),
        ("130", "fe01020304050607"),
        ("130", "28aabb"),
        ("130", "0100"),  # a second octet that says nothing
        ("120", "8083fd"),
        ("120", "4002000102030405060708090a0b"),
        ("120", "2000"),  # a part that the standard does not have
        ("250", "00"),
        ("030", "010306"),
        ("RE", "01"),
        ("RE", "03aabb"),
        ("SP", "00"),
    ],
)
def test_items_of_every_shape_are_read_alike(item: str, content: str) -> None:
    record = join_record({"010": b"\x19\xc9", item: bytes.fromhex(content)}, 48, "1.32")
    body = record * (2 * SEEN_TO_LEARN)
    assert_read_alike(block(body))
    assert_read_alike(block(body[:-1]))


@pytest.mark.parametrize(
    ("items", "wrong", "kind"),
    [
        ({"010": "19c9", "140": "070800"}, {"010": "19c9", "140": "a8c000"}, "asterix_out_of_range"),
        ({"140": "070800", "040": "02004000"}, {"140": "070800", "040": "02004001"}, "asterix_item_missing"),
    ],
)
def test_what_is_wrong_in_a_record_of_a_known_kind_is_told(
    items: dict[str, str], wrong: dict[str, str], kind: str
) -> None:
    usual, other = (
        join_record({name: bytes.fromhex(item) for name, item in made.items()}, 48, "1.32")
        for made in (items, wrong)
    )
    data = block(usual * (2 * SEEN_TO_LEARN) + other)
    assert_read_alike(data)
    assert decode_placed(data)[1][-1].kind == kind


def test_a_repeated_item_that_is_longer_than_a_pattern_goes_is_read_by_the_layouts() -> None:
    # 010, 250 with 3 and with 40 entries of 8 octets
    short = bytes.fromhex("8120 19c9 03".replace(" ", "")) + bytes(24)
    long = bytes.fromhex("8120 19c9 28".replace(" ", "")) + bytes(320)
    body = short * SEEN_TO_LEARN + long + short
    assert assert_read_alike(block(body)) == SEEN_TO_LEARN + 2


def test_noise_makes_no_more_patterns_than_allowed() -> None:
    known = Patterns(48, "1.32", ("010",))
    made = [bytes((0x81, second)) for second in range(2, 256, 2)]
    for record in made:
        for _ in range(SEEN_TO_LEARN):
            known.learn(record, 0)
    assert sum(known.of(record, 0) is not None for record in made) == MOST_PATTERNS


def test_the_real_radars_are_read_alike(shared_path: Callable[[str], Path]) -> None:
    count = 0
    with shared_path("recordings/asterix_cat034_048.pcap").open("rb") as stream:
        payloads = [received.payload for packet in packets(stream) if (received := datagram(packet))]
    for payload in payloads * 3:
        count += assert_read_alike(payload)
    assert count == 3 * 128
