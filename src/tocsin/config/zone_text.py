"""Puts other zones into the text of a site file, and leaves every other line, comments too, as it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tocsin.config.site import Site, ZoneSection
from tocsin.config.toml import parse
from tocsin.config.writing import section_toml, to_toml
from tocsin.errors import InvalidFile

_TABLE = re.compile(r"^\s*\[{1,2}\s*[A-Za-z_][A-Za-z0-9_.\"' -]*\]{1,2}\s*(#.*)?$")
_ZONE = re.compile(r"^\s*\[\[\s*zones\s*\]\]")


def with_zones(text: str, path: Path, site: Site) -> str:
    """The text of a site file with the zones of `site`, which differs in nothing else from what stands there.

    Where the lines can't be told apart, the whole file is written anew, without its comments.
    """
    found = _replaced(text, site.zones)
    try:
        is_right = parse(found, path, Site) == site
    except InvalidFile:
        is_right = False
    return found if is_right else to_toml(site)


def _replaced(text: str, zones: Sequence[ZoneSection]) -> str:
    """Blocks of zones are taken out, up to the next table and the comments before it, and written anew."""
    lines = text.splitlines(keepends=True)
    kept: list[str] = []
    place: int | None = None
    is_zone = False
    waiting: list[str] = []
    for line in lines:
        if _TABLE.match(line):
            is_zone = _ZONE.match(line) is not None
            kept += waiting
            waiting = []
            if is_zone and place is None:
                place = len(kept)
        if not is_zone:
            kept.append(line)
        elif line.lstrip().startswith("#") or not line.strip():
            waiting.append(line)  # may belong to the table that follows
        else:
            waiting = []
    kept += waiting
    blocks = [section_toml("[[zones]]", zone) + "\n" for zone in zones]
    if kept and not kept[-1].endswith("\n"):
        kept[-1] += "\n"
    place = len(kept) if place is None else place
    return "".join([*kept[:place], *blocks, *kept[place:]])
