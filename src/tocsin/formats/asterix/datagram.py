"""A datagram of ASTERIX: data blocks one after the other, each a category, a length and records.

    0 category, 1-2 length of the whole block, 3- records

Source: EUROCONTROL-SPEC-0149 (ASTERIX Part 1), clause 4.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias, TypeVar

from tocsin.errors import DecodeError
from tocsin.formats.asterix.adsb_decoding import adsb_target, early_adsb_target, is_early
from tocsin.formats.asterix.adsb_target import AdsbTarget
from tocsin.formats.asterix.decoding import plot, service
from tocsin.formats.asterix.editions import (
    ADSB_TARGETS,
    DEFAULT_EDITIONS,
    PLOTS,
    RECOGNISED,
    SERVICES,
    SYSTEM_TRACKS,
)
from tocsin.formats.asterix.placed_plot import PlacedPlot, placed_plots
from tocsin.formats.asterix.plot import RadarPlot, RadarService
from tocsin.formats.asterix.records import Items, damaged, end_of_specification, prepare, records
from tocsin.formats.asterix.system_track import SystemTrack
from tocsin.formats.asterix.track_decoding import system_track
from tocsin.formats.asterix.unused import UnusedRecord, unused_record

OtherMessage: TypeAlias = RadarService | SystemTrack | AdsbTarget | UnusedRecord
Message: TypeAlias = RadarPlot | OtherMessage
PlacedMessage: TypeAlias = PlacedPlot | OtherMessage
HEADER_BYTES = 3
_HAS_SOURCE = 0x80  # of the first octet of a field specification
OwnEditions: TypeAlias = Mapping[tuple[int, int], Mapping[int, str]]
NO_OTHERS: OwnEditions = MappingProxyType({})
_Found = TypeVar("_Found", bound=Message | PlacedMessage)
_ReadBody: TypeAlias = Callable[[bytes, int, str, bytes], Iterator[_Found | DecodeError]]
_OTHERS: Mapping[int, Callable[[Items, bytes], OtherMessage]] = {
    SERVICES: service,
    SYSTEM_TRACKS: system_track,
    ADSB_TARGETS: adsb_target,
    **dict.fromkeys(RECOGNISED, unused_record),
}
_READ = frozenset((PLOTS, *_OTHERS))


def decode_datagram(
    payload: bytes, editions: Mapping[int, str] = DEFAULT_EDITIONS, own_editions: OwnEditions = NO_OTHERS
) -> tuple[list[Message], list[DecodeError]]:
    """All messages of a datagram, and what could not be read; never raises DecodeError.

    `editions` names the edition per category, as in {48: "1.27"}; the default is used for one that is absent.
    `own_editions` are those of some sources, by SAC and SIC.
    Kinds: `not_asterix`, `asterix_category_NNN_not_read`, `asterix_truncated` (the last block is cut),
    `asterix_damaged` (a record that can't be cut out; what came before it and the other blocks are read),
    `asterix_item_missing`, `asterix_out_of_range`, `asterix_reserved`. Raises InvalidInput for an edition
    that nobody knows.
    """
    return _decode(payload, _Editions(editions, own_editions), _all_of)


def decode_placed(
    payload: bytes, editions: Mapping[int, str] = DEFAULT_EDITIONS, own_editions: OwnEditions = NO_OTHERS
) -> tuple[list[PlacedMessage], list[DecodeError]]:
    """As `decode_datagram`, with a `PlacedPlot` for each target report of a radar: for many of them."""
    return _decode(payload, _Editions(editions, own_editions), _placed_of)


class _Editions(NamedTuple):
    usual: Mapping[int, str]
    own: OwnEditions

    def of(self, block: bytes) -> str:
        """The edition of a block. I010, which names the source, is the first item of all that is read."""
        category, editions = block[0], self.usual
        if self.own and block[HEADER_BYTES] & _HAS_SOURCE:
            start = end_of_specification(block, HEADER_BYTES)
            sac_and_sic = block[start : start + 2]
            if len(sac_and_sic) == 2:
                own = self.own.get((sac_and_sic[0], sac_and_sic[1]))
                editions = editions if own is None else own
        return editions.get(category, DEFAULT_EDITIONS[category])


def prepare_to_decode(editions: Mapping[int, str] = DEFAULT_EDITIONS) -> None:
    """Does at once what the first datagrams of each category would wait for. Raises as `decode_datagram`."""
    for category in _READ:
        prepare(category, editions.get(category, DEFAULT_EDITIONS[category]))


def _decode(
    payload: bytes, editions: _Editions, read_body: _ReadBody[_Found]
) -> tuple[list[_Found], list[DecodeError]]:
    messages: list[_Found] = []
    errors: list[DecodeError] = []
    blocks, rest = _blocks(payload)
    is_cut = bool(rest) and rest[0] in _READ
    if not is_cut and (rest or not blocks) and not any(block[0] in _READ for block in blocks):
        return [], [DecodeError("not_asterix", "a datagram that is no row of ASTERIX data blocks", payload)]
    for block in blocks:
        _read_block(block, editions, read_body, messages, errors)
    if is_cut:
        errors.append(DecodeError("asterix_truncated", f"a data block cut after {len(rest)} bytes", rest))
    elif rest:
        errors.append(damaged(f"{len(rest)} bytes at the end are no data block", rest))
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
    block: bytes,
    editions: _Editions,
    read_body: _ReadBody[_Found],
    messages: list[_Found],
    errors: list[DecodeError],
) -> None:
    category = block[0]
    if category not in _READ:
        kind = f"asterix_category_{category:03d}_not_read"
        errors.append(DecodeError(kind, f"category {category:03d} is not one that tocsin reads", block))
        return
    try:
        for found in read_body(block[HEADER_BYTES:], category, editions.of(block), block):
            if isinstance(found, DecodeError):
                errors.append(found)
            else:
                messages.append(found)
    except DecodeError as error:
        errors.append(error)


def _all_of(body: bytes, category: int, edition: str, block: bytes) -> Iterator[Message | DecodeError]:
    if category == PLOTS:
        return _each(body, category, edition, block, plot)
    return _others_of(body, category, edition, block)


def _placed_of(
    body: bytes, category: int, edition: str, block: bytes
) -> Iterator[PlacedMessage | DecodeError]:
    if category == PLOTS:
        return placed_plots(body, edition, block)
    return _others_of(body, category, edition, block)


def _others_of(
    body: bytes, category: int, edition: str, block: bytes
) -> Iterator[OtherMessage | DecodeError]:
    if category == ADSB_TARGETS and is_early(edition):
        return _each(body, category, edition, block, early_adsb_target)
    return _each(body, category, edition, block, _OTHERS[category])


def _each(
    body: bytes, category: int, edition: str, block: bytes, read: Callable[[Items, bytes], _Found]
) -> Iterator[_Found | DecodeError]:
    """Each record, or why it cannot be used; DecodeError at the first one that cannot be cut."""
    for items in records(body, category, edition):
        try:
            yield read(items, block)
        except DecodeError as error:
            yield error
