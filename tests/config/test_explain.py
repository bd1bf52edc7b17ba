"""What a key of a site file means, for those who ask for it by name."""

from __future__ import annotations

import pytest

from tocsin.config.site import Sensor, Site
from tocsin.config.writing import explain
from tocsin.errors import InvalidInput


def test_a_key_is_found_by_its_name_alone_and_with_its_section() -> None:
    (found,) = explain("sensors.input")
    assert explain("input") == [found]
    assert (found.section, found.key) == ("sensors", "input") and "udp://0.0.0.0:8600" in found.meaning


def test_a_name_that_several_sections_have_is_explained_in_each() -> None:
    assert {found.section for found in explain("name")} >= {"site", "sensors", "zones"}


def test_a_section_is_explained_key_by_key_with_what_is_needed() -> None:
    found = explain("sensors")
    assert [one.key for one in found] == list(Sensor.model_fields)
    assert [one.key for one in found if one.is_needed] == ["name", "kind"]


def test_every_section_of_a_site_file_can_be_asked_for() -> None:
    for section in Site.model_fields:
        assert all(one.meaning for one in explain(section))


def test_what_is_no_key_is_refused_with_what_comes_near() -> None:
    with pytest.raises(InvalidInput, match=r"'latitude'; near it: .*latitude_deg"):
        explain("latitude")
