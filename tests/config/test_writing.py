"""Writing a site: what is written reads back equal, and the template explains every key and is valid."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.config.kinds import SensorKind
from tocsin.config.rules import Rule
from tocsin.config.site import Place, Prior, Sensor, Site, ZoneSection
from tocsin.config.toml import parse
from tocsin.config.writing import template, to_toml

PATH = Path("site.toml")
NAMES = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), min_size=1, max_size=30)
PROBABILITIES = st.floats(0, 1)
RANGES = st.lists(st.floats(0, 1e6), min_size=1, max_size=4, unique=True).map(sorted)


@st.composite
def sensors(draw: st.DrawFn) -> dict[str, Any]:
    given_keys = {
        "period_s": st.floats(1e-3, 3600),
        "range_sigma_m": st.floats(1e-6, 1e5),
        "false_detections_per_scan": st.floats(0, 1e6),
        "system_area_code": st.integers(0, 255),
        "detection_probability": RANGES.flatmap(
            lambda ranges: st.tuples(*(st.tuples(st.just(r), PROBABILITIES) for r in ranges))
        ),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(given_keys))))
    values = {key: draw(given_keys[key]) for key in sorted(chosen)}
    return {"kind": draw(st.sampled_from(SensorKind)).value, **values}


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    keys: dict[str, Any] = {"level": draw(st.sampled_from(["watch", "advisory"])), "name": draw(NAMES)}
    keys["min_entry_probability"] = draw(PROBABILITIES)
    if draw(st.booleans()):
        keys["keep_probability"] = draw(st.floats(0, keys["min_entry_probability"]))
    keys["not_classes"] = draw(st.lists(NAMES, max_size=3))
    return keys


@st.composite
def sites(draw: st.DrawFn) -> Site:
    place = {
        "name": draw(NAMES),
        "latitude_deg": draw(st.floats(-90, 90)),
        "longitude_deg": draw(st.floats(-180, 180)),
        "identity_secret_file": draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=20)),
    }
    listed = draw(st.dictionaries(NAMES, sensors(), max_size=3))
    return Site.model_validate(
        {
            "site": place,
            "sensors": [{"name": name, **keys} for name, keys in listed.items()],
            "zones": [{"name": draw(NAMES), "polygon": [[0, 0], [0, 1], [1, 1]]}],
            "rules": draw(st.lists(rules(), max_size=3)),
        }
    )


@given(sites())
def test_what_is_written_reads_back_equal(site: Site) -> None:
    assert parse(to_toml(site), PATH, Site) == site


def test_an_empty_list_of_rules_stays_empty_and_does_not_become_the_default() -> None:
    place = {"name": "x", "latitude_deg": 0.0, "longitude_deg": 0.0}
    silent = Site.model_validate({"site": place, "rules": []})
    assert parse(to_toml(silent), PATH, Site).rules == ()


def test_a_default_that_follows_another_key_is_not_written_where_it_would_be_refused() -> None:
    place = {"name": "x", "latitude_deg": 0.0, "longitude_deg": 0.0}
    site = Site.model_validate({"site": place, "rules": [{"level": "watch", "min_entry_probability": 0.1}]})
    assert "keep_probability" not in to_toml(site)
    assert parse(to_toml(site), PATH, Site) == site


def test_all_defaults_are_written() -> None:
    site = parse(template(), PATH, Site)
    assert "delivery_delay_s = 10.0" in to_toml(site)
    assert to_toml(site).count("[[rules]]") == 3


def test_the_template_is_a_valid_site_file() -> None:
    site = parse(template(), PATH, Site)
    assert (len(site.sensors), len(site.zones)) == (1, 1)
    assert site.site.status == "Exercise"


@pytest.mark.parametrize(
    ("header", "model"),
    [
        ("[site]", Place),
        ("[prior]", Prior),
        ("[[sensors]]", Sensor),
        ("[[zones]]", ZoneSection),
        ("[[rules]]", Rule),
    ],
)
def test_the_template_explains_every_key_of_every_section(header: str, model: Any) -> None:
    after = re.split(rf"^#?{re.escape(header)}\n", template(), flags=re.MULTILINE)[1]
    section = re.split(r"^#?\[", after, flags=re.MULTILINE)[0]
    keys = re.findall(r"^#?([a-z_0-9]+) = ", section, flags=re.MULTILINE)
    assert keys == list(model.model_fields)
    for key in keys:
        before = re.split(rf"^#?{key} = ", section, maxsplit=1, flags=re.MULTILINE)[0]
        assert before.splitlines()[-1].startswith("# "), f"{key} has no help"


def test_the_template_says_unit_range_and_the_defaults_of_each_kind() -> None:
    lines = " ".join(line.removeprefix("# ") for line in template().splitlines())
    assert "Time between looks; a look without detections is evidence too [s]. Above 0, up to 3600." in lines
    assert "Default: radar 4, direction_finder 2, tracks 4, sighting 60, others 1." in lines
    assert "One of Exercise, Actual." in lines
    assert "Origin of the tangent plane, WGS-84 [deg]. From -90 to 90." in lines


def test_every_default_of_the_template_may_be_taken_as_it_stands() -> None:
    shown = [line for line in template().splitlines() if "# not set" not in line]
    taken = [line[1:] if re.match(r"#([^ ]|    )", line) else line for line in shown]
    explicit, implicit = parse("\n".join(taken), PATH, Site), parse(template(), PATH, Site)
    assert explicit.site == implicit.site
    assert explicit.prior == implicit.prior
    assert explicit.zones == implicit.zones
    assert [one.filled() for one in explicit.sensors] == [one.filled() for one in implicit.sensors]
    assert explicit.rules == (Rule(level="warning", min_kinds=2, keep_probability=0.25),)


def test_no_line_of_the_template_is_too_long_to_read() -> None:
    assert max(map(len, template().splitlines())) <= 110
    assert tomllib.loads(template())["site"]["name"] == "My site"
