"""Chains that contradict each other, and flights that would let everything pass, are refused by name."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError
from tests.alerting.pictures import make_site

from tocsin.config.site import Site
from tocsin.config.toml import parse
from tocsin.config.writing import template, to_toml
from tocsin.model.alerts import Level

DUTY, REGION = {"name": "duty"}, {"name": "region"}


def a_site(**more: Any) -> Site:
    return Site.model_validate(make_site(["Town", "Port"]).model_dump() | more)


def test_a_site_without_units_has_one_that_owns_everything():
    chain = a_site().chain("Town")
    assert chain.units == ("duty",) and chain.acknowledge_s(Level.WARNING) == 60


def test_one_unit_needs_no_chain_and_a_zone_may_have_its_own():
    assert a_site(units=[REGION]).chain("Port").units == ("region",)
    chains = [{"zones": ["Port"], "units": ["region"]}, {"units": ["duty", "region"]}]
    site = a_site(units=[DUTY, REGION], chains=chains)
    assert site.chain("Port").units == ("region",) and site.chain("Town").units == ("duty", "region")


@pytest.mark.parametrize(
    ("chains", "told"),
    [
        ([], "no \\[\\[chains\\]\\] that says in which order"),
        ([{"units": ["duty", "moon"]}], "names a unit 'moon' that is not in the file"),
        ([{"units": ["duty"], "zones": ["Moon"]}], "names a zone 'Moon' that is not in the file"),
        ([{"units": ["duty"]}, {"units": ["region"]}], "two are for all zones"),
        ([{"units": ["duty"], "zones": ["Town"]}], "none is for the zone 'Port'"),
        (
            [{"units": ["duty"], "zones": ["Town", "Port"]}, {"units": ["region"], "zones": ["Port"]}],
            "two are for the zone 'Port': who would own its alerts",
        ),
        ([{"units": ["duty", "region", "duty"]}], "'duty' stands twice in one chain"),
        ([{"units": []}], "at least 1"),
        ([{"units": ["duty"], "warning_acknowledge_s": 400}], "what is louder may not wait longer"),
        ([{"units": ["duty"], "warning_acknowledge_s": 0}], "a warning would wait, and what is quieter not"),
    ],
)
def test_chains_that_contradict_each_other_are_refused_by_name(chains, told):
    with pytest.raises(ValidationError, match=told):
        a_site(units=[DUTY, REGION], chains=chains)


def test_two_units_of_one_name_are_refused():
    with pytest.raises(ValidationError, match="the name 'duty' is given twice"):
        a_site(units=[DUTY, DUTY], chains=[{"units": ["duty"]}])


TIMES = {"from_utc": "2031-04-02T20:00:00Z", "until_utc": "2031-04-02T21:00:00Z"}
AREA = [[10.0, 20.0], [10.0, 20.1], [10.1, 20.1]]


@pytest.mark.parametrize(
    ("flight", "told"),
    [
        ({}, "all would be known"),
        ({"polygon": AREA}, "all would be known"),
        (TIMES, "all would be known"),
        ({"polygon": AREA[:2], **TIMES}, "three"),
        ({"identity": "icao:3c6444", "from_utc": TIMES["from_utc"]}, "go together"),
        ({"polygon": AREA, "from_utc": TIMES["until_utc"], "until_utc": TIMES["from_utc"]}, "before"),
        ({"identity": "1581F4XF"}, "pattern"),
    ],
)
def test_a_known_flight_that_would_let_everything_pass_is_refused(flight, told):
    with pytest.raises(ValidationError, match=told):
        a_site(known_flights=[{"name": "Survey", **flight}])


def test_units_chains_and_flights_are_written_and_read_back(tmp_path):
    flights = [{"name": "Survey", "polygon": AREA, **TIMES}, {"name": "Post", "identity": "icao:3c6444"}]
    site = a_site(units=[DUTY, REGION], chains=[{"units": ["duty", "region"]}], known_flights=flights)
    assert parse(to_toml(site), tmp_path / "site.toml", Site) == site
    assert parse(to_toml(a_site()), tmp_path / "site.toml", Site) == a_site()
    assert "[[known_flights]]" in template()
