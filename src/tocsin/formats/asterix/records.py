"""The records of a data block cut into their items and put together from them, by libasterix's layouts.

    record: field specification, items
    field specification: 7 bits an octet say which items follow, bit 0 whether another octet does

libasterix itself builds an object for every bit field, 0.3 ms a record to read and more to write; a radar
picture needs a dozen items as plain bytes. So its layouts are turned once into rules that tell where an item
ends, and a field specification into the list of its rules. The tests compare both.

Source: EUROCONTROL-SPEC-0149 (ASTERIX Part 1), clause 4.3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any, TypeAlias

from tocsin.errors import DecodeError, InvalidInput
from tocsin.formats.asterix.editions import category_type

EndOf: TypeAlias = Callable[[bytes, int], int]  # where an item that begins there ends; IndexError where cut
Items: TypeAlias = dict[str, bytes]
_Plan: TypeAlias = tuple[tuple[str, EndOf], ...]
_MORE = 0x01


def records(body: bytes, category: int, edition: str) -> Iterator[Items]:
    """Yield the items of each record of a data block's body, by their number ("040").

    Raises DecodeError `asterix_damaged` at the first record that cannot be cut: where the next one begins is
    then unknown.
    """
    position = 0
    while position < len(body):
        items, position = record_at(body, position, category, edition)
        yield items


def record_at(body: bytes, start: int, category: int, edition: str) -> tuple[Items, int]:
    """The items of the record that begins at `start`, and where it ends; DecodeError `asterix_damaged`."""
    end = end_of_specification(body, start)
    plan = _plan(category, edition, body[start:end])
    items: Items = {}
    try:
        for name, end_of in plan:
            begin, end = end, end_of(body, end)
            items[name] = body[begin:end]
    except IndexError:
        end = len(body) + 1
    if end > len(body):
        raise damaged("an item reaches beyond its data block", body)
    return items, end


def specified(category: int, edition: str, specification: bytes) -> tuple[str, ...]:
    """The items that a field specification names, in their order; DecodeError `asterix_damaged`."""
    return tuple(name for name, _ in _plan(category, edition, specification))


def join_record(items: Items, category: int, edition: str) -> bytes:
    """The reverse of `records` for one record; InvalidInput for items that the edition does not have."""
    names = _names(category, edition)
    present = sorted(names[name] for name in items if name in names)
    if len(present) < len(items):
        unknown = set(items) - set(names)
        raise InvalidInput(
            f"category {category:03d} edition {edition} has no item {', '.join(sorted(unknown))}"
        )
    specification = bytearray(present[-1] // 7 + 1 if present else 1)
    for index in present:
        specification[index // 7] |= 0x80 >> index % 7
    for octet in range(len(specification) - 1):
        specification[octet] |= _MORE
    return bytes(specification) + b"".join(items[name] for name in sorted(items, key=names.__getitem__))


def prepare(category: int, edition: str) -> None:
    """Makes the rules of an edition, which takes seconds the first time, so that no report waits for it."""
    _rules(category, edition)


def damaged(what: str, data: bytes) -> DecodeError:
    """Bytes that begin as ASTERIX and do not go on so."""
    return DecodeError("asterix_damaged", what, data)


def end_of_specification(body: bytes, start: int) -> int:
    """Where a field specification that begins at `start` ends; DecodeError `asterix_damaged`."""
    end = start + 1
    while body[end - 1] & _MORE:
        if end >= len(body):
            raise damaged("a field specification that does not end", body)
        end += 1
    return end


@lru_cache(maxsize=1024)
def _plan(category: int, edition: str, specification: bytes) -> _Plan:
    rules = _rules(category, edition)
    flags = [octet >> bit & 1 for octet in specification for bit in range(7, 0, -1)]
    present = [index for index, flag in enumerate(flags) if flag]
    if not present or present[-1] >= len(rules) or any(rules[index] is None for index in present):
        raise damaged("a field specification with no or unknown items", specification)
    return tuple(rule for index in present if (rule := rules[index]) is not None)


@cache
def _rules(category: int, edition: str) -> tuple[tuple[str, EndOf] | None, ...]:
    """By place in the field specification: the item's number and its rule, None where the place is spare."""
    items = (
        getattr(item, "cv_non_spare", None)
        for item in category_type(category, edition).cv_record.cv_items_list
    )
    return tuple(None if item is None else (item.cv_name, _rule(item.cv_rule.cv_variation)) for item in items)


@cache
def _names(category: int, edition: str) -> dict[str, int]:
    """The place of each item in the field specification."""
    return {rule[0]: index for index, rule in enumerate(_rules(category, edition)) if rule is not None}


def _rule(variation: Any) -> EndOf:
    """The rule of one of ASTERIX's five kinds of item, from libasterix's description of it."""
    if hasattr(variation, "cv_fspec_max_bytes"):
        return _compound(variation.cv_items_list)
    if hasattr(variation, "cv_rep_bytes"):
        return _repetitive(variation)
    if hasattr(variation, "cv_explicit_type"):
        return _explicit
    if hasattr(variation, "cv_bit_size"):
        octets: int = variation.cv_bit_size // 8
        return lambda _, start: start + octets
    return _extended(variation.cv_items_list)


def _explicit(data: bytes, start: int) -> int:
    if data[start] == 0:
        raise damaged("an item of explicit length 0", data)
    return start + data[start]


def _repetitive(variation: Any) -> EndOf:
    count_octets: int | None = variation.cv_rep_bytes
    bits: int = variation.cv_variation.cv_bit_size

    def counted(data: bytes, start: int) -> int:
        assert count_octets is not None
        first = start + count_octets
        if first > len(data):
            return first
        return first + int.from_bytes(data[start:first], "big") * bits // 8

    def flagged(data: bytes, start: int) -> int:
        end = start + (bits + 1) // 8
        while data[end - 1] & _MORE:
            end += (bits + 1) // 8
        return end

    return flagged if count_octets is None else counted


def _extended(parts: Sequence[Sequence[tuple[Any, int] | None]]) -> EndOf:
    sizes = [sum(1 if piece is None else piece[1] for piece in part) // 8 for part in parts]
    flagged = [part[-1] is None for part in parts]

    def end_of(data: bytes, start: int) -> int:
        end = start
        for size, has_flag in zip(sizes, flagged, strict=True):
            end += size
            if has_flag and not data[end - 1] & _MORE:
                return end
        if flagged[-1]:
            raise damaged("an item that is longer than its edition allows", data)
        return end

    return end_of


def _compound(items: Sequence[Any]) -> EndOf:
    rules = [None if item is None else _rule(item.cv_rule.cv_variation) for item in items]

    def end_of(data: bytes, start: int) -> int:
        first = end_of_specification(data, start) if start < len(data) else len(data) + 1
        end = first
        for index in range((first - start) * 7):
            if not data[start + index // 7] >> 7 - index % 7 & 1:
                continue
            rule = rules[index] if index < len(rules) else None
            if rule is None:
                raise damaged("a compound item with unknown parts", data)
            end = rule(data, end)
        return end

    return end_of
