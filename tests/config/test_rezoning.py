"""Other zones for a site: refused with every reason, written without touching the rest of the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tocsin.config.rezoning import other_sections, rezoned
from tocsin.config.site import Site
from tocsin.config.toml import parse
from tocsin.config.writing import template
from tocsin.config.zone_text import with_zones
from tocsin.errors import InvalidInput

TEXT = """# The valley, surveyed in May.
[site]
name = "Valley"       # as on the map
latitude_deg = 47.0
longitude_deg = 8.0

[[zones]] # the old one
name = "Town"
polygon = [
    [47.0, 8.0],
    [47.0, 8.1],
    [47.1, 8.1]
]
# of the town as well

[[zones]]
name = "Plant"
polygon = [[47.2, 8.0], [47.2, 8.1], [47.3, 8.1]]

# who is told
[[units]]
name = "duty"

[[rules]]
level = "warning"
min_kinds = 2
zones = ["Town"]
"""
PATH = Path("site.toml")
SITE = parse(TEXT, PATH, Site)
SQUARE = [[47.0, 8.0], [47.0, 8.1], [47.1, 8.1], [47.1, 8.0]]
TOWN = {"name": "Town", "polygon": SQUARE}


def test_zones_are_replaced_and_nothing_else() -> None:
    site = rezoned(SITE, [TOWN, {"name": "Dam", "polygon": SQUARE, "ceiling_m": 500.0}])
    assert [zone.name for zone in site.zones] == ["Town", "Dam"]
    assert other_sections(SITE, site) == ["zones"]


@pytest.mark.parametrize(
    ("zones", "reason"),
    [
        ([TOWN, {"name": "X", "polygon": [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]]}],
         "zone 'X': polygon: polygon: the edges .* cross"),
        ([TOWN, TOWN], "the name 'Town' is given twice"),
        ([TOWN, {"name": "X", "polygon": SQUARE}], "'X' is the same place as 'Town'"),
        ([TOWN, {"name": "X", "polygon": [[47, 179.9], [47, -179.9], [47.1, -179.9]]}], "crosses the date"),
        ([TOWN, {"name": "X", "polygon": [[8.0, 47.0], [8.1, 47.0], [8.1, 47.1]]}], "wrong way round"),
        ([TOWN, {"name": "X", "polygon": SQUARE, "floor_m": 5, "ceiling_m": 4}], "floor_m must be below"),
        ([TOWN, {"polygon": SQUARE}], "zone 'number 2': name: Field required"),
        ([TOWN, {"name": "X", "polygon": SQUARE[:2]}], "zone 'X'.* at least 3"),
        ([TOWN, {"name": "X", "polygon": [[91.0, 8.0], *SQUARE[1:]]}], "zone 'X'"),
        ([TOWN, {"name": "X", "polygon": SQUARE, "required_lead_s": "60"}], "without quotes"),
        ([], "the warning rule names a zone 'Town' that is not in the file"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_by_the_name_of_the_zone(zones, reason) -> None:
    with pytest.raises(InvalidInput, match=reason):
        rezoned(SITE, zones)


def test_all_reasons_are_given_at_once() -> None:
    far = {"name": "Far", "polygon": [[8.0, 47.0], [8.1, 47.0], [8.1, 47.1]]}
    line = {"name": "Line", "polygon": [[47, 179.9], [47, -179.9], [47.1, -179.9]]}
    with pytest.raises(InvalidInput, match=r"'Far' reaches .*; zone 'Line' crosses"):
        rezoned(SITE, [TOWN, far, line])


def test_the_file_keeps_its_comments_and_order() -> None:
    site = rezoned(SITE, [TOWN])
    text = with_zones(TEXT, PATH, site)
    assert parse(text, PATH, Site) == site
    for line in ("# The valley, surveyed in May.", '"Valley"       # as on the map', "# who is told"):
        assert line in text
    assert "Plant" not in text
    assert text.index("[[zones]]") < text.index("# who is told") < text.index("[[units]]")


def test_first_zones_are_put_at_the_end_and_the_last_may_go() -> None:
    bare = parse("[site]\nname='S'\nlatitude_deg=47\nlongitude_deg=8", PATH, Site)
    first = rezoned(bare, [TOWN])
    text = with_zones("[site]\nname='S'\nlatitude_deg=47\nlongitude_deg=8", PATH, first)
    assert parse(text, PATH, Site) == first
    assert parse(with_zones(text, PATH, bare), PATH, Site) == bare


def test_lines_that_can_not_be_told_apart_cost_the_comments_and_nothing_else() -> None:
    inline = "zones = []\n# a comment\n[site]\nname = 'S'\nlatitude_deg = 47\nlongitude_deg = 8\n"
    site = rezoned(parse(inline, PATH, Site), [TOWN])
    text = with_zones(inline, PATH, site)
    assert parse(text, PATH, Site) == site
    assert "# a comment" not in text


def test_the_template_can_be_rezoned_again_and_again() -> None:
    text = template()
    site = parse(text, PATH, Site)
    zone: dict[str, Any] = {"name": "Bay", "polygon": [[-47.0, -127.0], [-47.0, -126.9], [-46.9, -126.9]]}
    following: list[list[dict[str, Any]]] = [[zone], [zone, {**zone, "name": "Cape", "floor_m": 10.0}], []]
    for zones in following:
        site = rezoned(site, zones)
        text = with_zones(text, PATH, site)
        assert parse(text, PATH, Site) == site
    assert "# Where it stands" in text or "WGS-84" in text
