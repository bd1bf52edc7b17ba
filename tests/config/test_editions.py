"""Editions of ASTERIX in the site file: those that the library knows, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.sensors.made import radar

from tocsin.config.editions import KNOWN_EDITIONS
from tocsin.config.kinds import SensorKind
from tocsin.config.site import Sensor, Site
from tocsin.config.toml import parse
from tocsin.config.writing import to_toml
from tocsin.errors import InvalidFile
from tocsin.formats.asterix import DEFAULT_EDITIONS

SITE = """[site]
name = "x"
latitude_deg = 0.0
longitude_deg = 0.0
[[sensors]]
name = "old radar"
kind = "radar"
editions = {editions}
"""


def sensor_with(editions: str) -> Sensor:
    return parse(SITE.replace("{editions}", editions), Path("site.toml"), Site).sensors[0]


def test_the_editions_known_here_are_those_of_the_library() -> None:
    from asterix.generated import manifest

    categories: Any = manifest["CATS"]
    assert set(KNOWN_EDITIONS) == set(DEFAULT_EDITIONS)
    for category, editions in KNOWN_EDITIONS.items():
        assert list(editions) == [".".join(map(str, kind.cv_edition)) for kind in categories[category]]


def test_a_table_is_read_and_written_back() -> None:
    sensor = sensor_with('{ 62 = "1.18", "048" = "1.30" }')
    assert sensor.editions == (("48", "1.30"), ("62", "1.18"))
    site = Site.model_validate({"site": {"name": "x", "latitude_deg": 0.0, "longitude_deg": 0.0},
                                "sensors": [sensor]})  # fmt: skip
    assert parse(to_toml(site), Path("site.toml"), Site) == site


@pytest.mark.parametrize(
    ("editions", "message"),
    [
        ('{ 48 = "9.9" }', r"line 8: .*category 048 has no edition '9.9'; known: 1.27, .*1.32"),
        ('{ 99 = "1.0" }', r"category 99 is not one that tocsin reads; those are 10, 15"),
        ("{ 48 = 1.30 }", r"line 8"),
        ('"1.30"', r'as in { 48 = "1.31" }'),
        ('[[48, "1.30"], [48, "1.31"]]', r"names a category twice"),
    ],
)
def test_what_is_no_edition_is_refused_with_those_that_there_are(editions: str, message: str) -> None:
    with pytest.raises(InvalidFile, match=message):
        sensor_with(editions)


def test_sensors_that_are_told_apart_by_nothing_cannot_send_different_editions() -> None:
    def check(*sensors: Sensor) -> None:
        place = {"name": "x", "latitude_deg": 0.0, "longitude_deg": 0.0}
        Site.model_validate({"site": place, "sensors": sensors})

    same = {"input": "udp://0.0.0.0:8600"}
    one = radar().model_copy(update=same | {"editions": (("48", "1.30"),)})
    other = one.model_copy(
        update={"name": "tracks", "kind": SensorKind.TRACKS, "editions": (("48", "1.31"),)}
    )
    apart = other.model_copy(update={"system_identification_code": 9})
    check(one, apart)
    with pytest.raises(ValueError, match="different editions of category 48"):
        check(one, other)
