"""A whole record as one regular expression: the quick way to cut records that come again and again.

The field specification stands in front of the record and says which items follow, so it is a literal; each
item is a pattern made from libasterix's layout, and the items that are wanted are groups. All choices inside
a pattern differ in their first octet: it matches in one way or not at all, and never searches.

A pattern may leave out what is rare (long repetitions, compounds of several octets): what it does not match
is cut by records.py, the readable twin, which alone decides what is damaged.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tocsin.formats.asterix.editions import category_type
from tocsin.formats.asterix.records import end_of_specification, specified

SEEN_TO_LEARN = 16  # records of one specification; making its pattern takes as long as reading hundreds
MOST_PATTERNS = 64  # of a category's edition: radars use a handful; noise must not keep us busy
_MOST_REPETITIONS = 16
_MOST_EXPLICIT_OCTETS = 32
_MOST_COUNTED = 1024
_MORE = 0x01


class Patterns:
    """The patterns of one category's edition by field specification, learnt from what comes.

    A pattern has one group for each of the `wanted` items, in the order of the record; that of an item that
    the record does not have is empty.
    """

    def __init__(self, category: int, edition: str, wanted: Sequence[str]) -> None:
        self._category, self._edition, self._wanted = category, edition, wanted
        self._known: dict[bytes, re.Pattern[bytes] | None] = {}
        self._seen: Counter[bytes] = Counter()

    def of(self, body: bytes, start: int) -> re.Pattern[bytes] | None:
        """The pattern of the record that begins there, if there is one by now; DecodeError as `record_at`."""
        return self._known.get(body[start : end_of_specification(body, start)])

    def learn(self, body: bytes, start: int) -> None:
        """Counts a record that was read without a pattern; what is seen often enough gets one."""
        specification = body[start : end_of_specification(body, start)]
        if specification in self._known or len(self._known) >= MOST_PATTERNS:
            return
        if len(self._seen) >= _MOST_COUNTED:
            self._seen.clear()
        self._seen[specification] += 1
        if self._seen[specification] >= SEEN_TO_LEARN:
            self._known[specification] = self._pattern(specification)

    def _pattern(self, specification: bytes) -> re.Pattern[bytes] | None:
        present = set(specified(self._category, self._edition, specification))
        pattern = re.escape(specification)
        for name, variation in _variations(self._category, self._edition).items():
            part = item_pattern(variation) if name in present else b""
            if part is None:
                return None
            pattern += b"(%b)" % part if name in self._wanted else part
        return re.compile(pattern, re.DOTALL)


def item_pattern(variation: Any) -> bytes | None:
    """The pattern of an item, by libasterix's description of it; None where there is no simple one."""
    if hasattr(variation, "cv_fspec_max_bytes"):
        return _compound(variation.cv_items_list)
    if hasattr(variation, "cv_rep_bytes"):
        return _repetitive(variation)
    if hasattr(variation, "cv_explicit_type"):
        return _by_first_octet(range(1, _MOST_EXPLICIT_OCTETS), lambda length: _octets(length - 1))
    if hasattr(variation, "cv_bit_size"):
        return _octets(variation.cv_bit_size // 8)
    return _extended(variation.cv_items_list)


def _octets(count: int) -> bytes:
    return b".{%d}" % count if count else b""


def _one_of(values: Iterable[int]) -> bytes:
    return b"[%b]" % b"".join(b"\\x%02x" % value for value in values)


_LAST = _one_of(range(0, 256, 2))
_ANOTHER = _one_of(range(1, 256, 2))


def _by_first_octet(values: Iterable[int], rest_of: Callable[[int], bytes | None]) -> bytes:
    """One octet, and what must follow each of its values; values whose rest is None do not match."""
    by_rest: dict[bytes, list[int]] = {}
    for value in values:
        rest = rest_of(value)
        if rest is not None:
            by_rest.setdefault(rest, []).append(value)
    return b"(?:%b)" % b"|".join(_one_of(alike) + rest for rest, alike in by_rest.items())


def _repetitive(variation: Any) -> bytes | None:
    bits: int = variation.cv_variation.cv_bit_size
    if variation.cv_rep_bytes is None:
        before = _octets((bits + 1) // 8 - 1)
        return b"(?:%b)*%b" % (before + _ANOTHER, before + _LAST)
    if variation.cv_rep_bytes != 1:
        return None
    return _by_first_octet(range(_MOST_REPETITIONS), lambda count: _octets(count * bits // 8))


def _extended(parts: Sequence[Sequence[tuple[Any, int] | None]]) -> bytes:
    pattern = b""
    for part in reversed(parts):
        octets = sum(1 if piece is None else piece[1] for piece in part) // 8
        if part[-1] is not None:
            pattern = _octets(octets)
        elif pattern:
            pattern = _octets(octets - 1) + b"(?:%b|%b%b)" % (_LAST, _ANOTHER, pattern)
        else:
            pattern = _octets(octets - 1) + _LAST
    return pattern


def _compound(items: Sequence[Any]) -> bytes | None:
    if len(items) > 7:
        return None
    patterns = [None if item is None else item_pattern(item.cv_rule.cv_variation) for item in items]

    def rest_of(octet: int) -> bytes | None:
        present = [index for index in range(7) if octet << index & 0x80]
        if octet & _MORE or (present and present[-1] >= len(patterns)):
            return None
        chosen = [patterns[index] for index in present]
        return None if None in chosen else _merged([part for part in chosen if part is not None])

    return _by_first_octet(range(256), rest_of)


def _merged(parts: Sequence[bytes]) -> bytes:
    """Single octets as one run, so that compounds of as many of them share a choice."""
    single = _octets(1)
    if all(part == single for part in parts):
        return _octets(len(parts))
    return b"".join(parts)


def _variations(category: int, edition: str) -> dict[str, Any]:
    items = (
        getattr(item, "cv_non_spare", None)
        for item in category_type(category, edition).cv_record.cv_items_list
    )
    return {item.cv_name: item.cv_rule.cv_variation for item in items if item is not None}
