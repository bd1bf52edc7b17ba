"""Which edition of a category is read, of those that libasterix carries from EUROCONTROL's specifications."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from tocsin.errors import InvalidInput

PLOTS = 48  # monoradar target reports
SERVICES = 34  # monoradar service messages
SYSTEM_TRACKS = 62
ADSB_TARGETS = 21
RECOGNISED = (10, 15, 16, 247)  # surface targets, INCS targets, INCS settings, versions: of no use here
# Within a category the newest edition reads what the older ones since 1.0 (021: since 2.1) send.
DEFAULT_EDITIONS: Mapping[int, str] = MappingProxyType(
    {
        PLOTS: "1.32",
        SERVICES: "1.29",
        SYSTEM_TRACKS: "1.21",
        ADSB_TARGETS: "2.7",
        10: "1.1",
        15: "1.2",
        16: "1.0",
        247: "1.3",
    }
)


@cache
def category_type(category: int, edition: str) -> Any:
    """libasterix's class for one edition ("1.32") of a category; InvalidInput names those that there are."""
    # Here and not above: its table of all categories takes more than a second to import; most runs need none.
    from asterix.generated import manifest

    categories: Any = manifest["CATS"]
    known = {".".join(map(str, kind.cv_edition)): kind for kind in categories.get(category, [])}
    if edition not in known:
        editions = ", ".join(known)
        raise InvalidInput(
            f"ASTERIX category {category:03d} has no edition {edition!r}: take one of {editions}"
        )
    return known[edition]
