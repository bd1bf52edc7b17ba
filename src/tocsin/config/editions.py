"""Editions of ASTERIX categories, as a site file names them: `editions = { 48 = "1.31", 62 = "1.18" }`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator

KNOWN_EDITIONS: Mapping[int, tuple[str, ...]] = MappingProxyType(
    {
        10: ("1.1",),
        15: ("1.0", "1.1", "1.2"),
        16: ("1.0",),
        21: ("0.23", "0.24", "0.25", "0.26", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7"),
        34: ("1.27", "1.28", "1.29"),
        48: ("1.27", "1.28", "1.29", "1.30", "1.31", "1.32"),
        62: ("1.16", "1.17", "1.18", "1.19", "1.20", "1.21"),
        247: ("1.2", "1.3"),
    }
)
"""Those that libasterix carries from EUROCONTROL's specifications, oldest first; a test compares."""


def _pairs(value: Any) -> Any:
    """A table, as people write it, or pairs, as it is kept."""
    pairs = value.items() if isinstance(value, Mapping) else value
    try:
        numbered = sorted((int(category), edition) for category, edition in pairs)
    except (TypeError, ValueError):
        raise ValueError('should be a table of categories and editions, as in { 48 = "1.31" }') from None
    return tuple((str(category), edition) for category, edition in numbered)


def _known(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    for category, edition in by_category(pairs).items():
        if category not in KNOWN_EDITIONS:
            known = ", ".join(map(str, KNOWN_EDITIONS))
            raise ValueError(f"ASTERIX category {category} is not one that tocsin reads; those are {known}")
        if edition not in KNOWN_EDITIONS[category]:
            known = ", ".join(KNOWN_EDITIONS[category])
            raise ValueError(f"ASTERIX category {category:03d} has no edition {edition!r}; known: {known}")
    if len(dict(pairs)) < len(pairs):
        raise ValueError("names a category twice")
    return pairs


def by_category(pairs: tuple[tuple[str, str], ...]) -> dict[int, str]:
    """Editions by the number of their category."""
    return {int(category): edition for category, edition in pairs}


Editions: TypeAlias = Annotated[
    tuple[tuple[str, str], ...],
    BeforeValidator(_pairs, json_schema_input_type=dict[str, str] | tuple[tuple[str, str], ...]),
    AfterValidator(_known),
]
