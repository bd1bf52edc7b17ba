"""A datagram of ASTERIX: data blocks one after the other, each a category, a length and records.

    0 category, 1-2 length of the whole block, 3- records

Source: EUROCONTROL-SPEC-0149 (ASTERIX Part 1), clause 4.2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from tocsin.errors import DecodeError
from tocsin.formats.asterix.decoding import plot, service
from tocsin.formats.asterix.editions import DEFAULT_EDITIONS, PLOTS, SERVICES
from tocsin.formats.asterix.plot import RadarPlot, RadarService
from tocsin.formats.asterix.records import Items, damaged, records

RadarMessage: TypeAlias = RadarPlot | RadarService
HEADER_BYTES = 3
_READERS: Mapping[int, Callable[[Items, bytes], RadarMessage]] = {PLOTS: plot, SERVICES: service}


def decode_datagram(
    payload: bytes, editions: Mapping[int, str] = DEFAULT_EDITIONS
) -> tuple[list[RadarMessage], list[DecodeError]]:
    """All plots and service messages of a datagram, and what could not be read; never raises DecodeError.

    `editions` names the edition per category, as in {48: "1.27"}; the default is used for one that is absent.
    Kinds: `not_asterix`, `asterix_category_NNN_not_read`, `asterix_damaged` (a cut block or record; what came
    before it and the other blocks are read), `asterix_item_missing`, `asterix_out_of_range`,
    `asterix_reserved`. Raises InvalidInput for an edition that nobody knows.
    """
    messages: list[RadarMessage] = []
    errors: list[DecodeError] = []
    blocks, rest = _blocks(payload)
    is_read = [block[0] in _READERS for block in blocks]
    is_cut = bool(rest) and rest[0] in _READERS
    if not any(is_read) and not is_cut and (rest or not blocks):
        return [], [DecodeError("not_asterix", "a datagram that is no row of ASTERIX data blocks", payload)]
    for block in blocks:
        _read_block(block, editions, messages, errors)
    if rest:
        errors.append(damaged(f"{len(rest)} bytes at the end are no whole data block", rest))
    return messages, errors


def _blocks(payload: bytes) -> tuple[list[bytes], bytes]:
    """Whole data blocks, and what follows them that is none."""
    blocks: list[bytes] = []
    position = 0
    while position + HEADER_BYTES <= len(payload):
        end = position + int.from_bytes(payload[position + 1 : position + HEADER_BYTES], "big")
        if end <= position + HEADER_BYTES or end > len(payload):
            break
        blocks.append(payload[position:end])
        position = end
    return blocks, payload[position:]


def _read_block(
    block: bytes, editions: Mapping[int, str], messages: list[RadarMessage], errors: list[DecodeError]
) -> None:
    category = block[0]
    read = _READERS.get(category)
    if read is None:
        kind = f"asterix_category_{category:03d}_not_read"
        errors.append(DecodeError(kind, f"category {category:03d} is not one that tocsin reads", block))
        return
    edition = editions.get(category, DEFAULT_EDITIONS[category])
    try:
        for items in records(block[HEADER_BYTES:], category, edition):
            try:
                messages.append(read(items, block))
            except DecodeError as error:
                errors.append(error)
    except DecodeError as error:
        errors.append(error)
