"""Records of categories that are known and of no use here: 010, 015, 016, 247. They are cut and counted."""

from __future__ import annotations

from dataclasses import dataclass

from tocsin.formats.asterix.records import Items
from tocsin.formats.asterix.scales import source_of


@dataclass(frozen=True, slots=True)
class UnusedRecord:
    """One record of such a category: who sent it, and how many items it has."""

    sac: int
    sic: int
    items: int


def unused_record(items: Items, data: bytes) -> UnusedRecord:
    """Read a record of any category; DecodeError `asterix_item_missing` where it names no source."""
    sac, sic = source_of(items.get("010"), data)
    return UnusedRecord(sac, sic, len(items))
