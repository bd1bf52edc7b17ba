"""A site with other zones, checked as a whole as if it were read from a file, and for slips of the hand."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from tocsin.config.site import Site, ZoneSection
from tocsin.errors import InvalidInput
from tocsin.geo.frame import LocalFrame

FARTHEST_M = 1_000_000.0


def rezoned(site: Site, zones: Sequence[Mapping[str, Any]]) -> Site:
    """The same site with these zones. Raises InvalidInput with all reasons why it can't be."""
    sections = {name: getattr(site, name) for name in Site.model_fields if name != "zones"}
    try:
        found = Site.model_validate({**sections, "zones": list(zones)})
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise InvalidInput("; ".join(_reason(detail, zones) for detail in details)) from None
    reasons = [*_misplaced(found), *_twice(found.zones)]
    if not reasons:
        try:
            found.placed_zones()
        except InvalidInput as error:
            reasons = [str(error)]
    if reasons:
        raise InvalidInput("; ".join(reasons))
    return found


def other_sections(one: Site, other: Site) -> list[str]:
    """The sections in which two sites differ."""
    return [name for name in Site.model_fields if getattr(one, name) != getattr(other, name)]


def _reason(detail: Any, zones: Sequence[Mapping[str, Any]]) -> str:
    """With the name of the zone, as people know none by number."""
    place = list(detail["loc"])
    text = str(detail["msg"]).removeprefix("Value error, ")
    if len(place) >= 2 and place[0] == "zones" and isinstance(place[1], int):
        name = zones[place[1]].get("name", f"number {place[1] + 1}")
        inner = "".join(f"{part}: " for part in place[2:3])
        return f"zone {str(name)[:80]!r}: {inner}{text}"
    return text


def _misplaced(site: Site) -> list[str]:
    here = LocalFrame.from_degrees(site.site.latitude_deg, site.site.longitude_deg, 0.0)
    found = []
    for zone in site.zones:
        longitudes = [longitude for _, longitude in zone.polygon]
        if max(longitudes) - min(longitudes) > 180.0:
            found.append(
                f"zone {zone.name!r} crosses the date line: the plane that tocsin works in ends there; "
                "make two zones of it, or give the site another origin"
            )
            continue
        away_m = max(_distance_m(here, latitude, longitude) for latitude, longitude in zone.polygon)
        if away_m > FARTHEST_M:
            found.append(
                f"zone {zone.name!r} reaches {away_m / 1000:.0f} km from the site: are latitude and "
                "longitude the wrong way round?"
            )
    return found


def _twice(zones: Sequence[ZoneSection]) -> list[str]:
    """Zones that are the same place under two names: everybody there would be warned twice."""
    found = []
    known: dict[Any, str] = {}
    for zone in zones:
        key = (frozenset(zone.polygon), zone.floor_m, zone.ceiling_m)
        if key in known:
            found.append(f"zone {zone.name!r} is the same place as {known[key]!r}: one of them is enough")
        known[key] = zone.name
    return found


def _distance_m(here: LocalFrame, latitude_deg: float, longitude_deg: float) -> float:
    """Along the chord."""
    enu = here.to_enu(math.radians(latitude_deg), math.radians(longitude_deg), 0.0)
    return float((enu**2).sum() ** 0.5)
