"""A flight is known where and when it was announced, or by its name, and not a moment longer than needed."""

from __future__ import annotations

from typing import Any

import numpy as np
from tests.alerting.pictures import make_site

from tocsin.alerting.known_flights import KnownFlights
from tocsin.config.site import Site
from tocsin.model.tracks import Tracks

START_NS = 1_932_926_400_000_000_000  # 2031-04-02T20:00:00Z
AREA = [[10.0, 20.0], [10.0, 20.01], [10.01, 20.01], [10.01, 20.0]]
WINDOW = {"from_utc": "2031-04-02T20:00:00Z", "until_utc": "2031-04-02T21:00:00Z"}


def flights(**flight: Any) -> KnownFlights:
    return KnownFlights(
        Site.model_validate(make_site().model_dump() | {"known_flights": [{"name": "Survey", **flight}]})
    )


def at(second: float) -> int:
    return START_NS + round(second * 1e9)


def tracks(*rows: tuple[str, float, float, float, str]) -> Tracks:
    """Of (name, east, north, up, identity)."""
    names = np.array([row[0] for row in rows], dtype=object)
    state = np.array([[*row[1:4], 0, 0, 0] for row in rows], dtype=np.float64).reshape(len(rows), 6)
    zeros = np.zeros((len(rows), 1))
    return Tracks(
        names, state, np.zeros((len(rows), 6, 6)), np.ones(len(rows)), np.zeros(len(rows), np.int64),
        np.zeros((len(rows), 1), np.int64), zeros, zeros, np.array([row[4] for row in rows], dtype=object),
    )  # fmt: skip


def test_an_announced_flight_is_known_in_its_area_at_its_time_and_below_its_ceiling():
    known = flights(polygon=AREA, ceiling_m=500.0, **WINDOW)
    here, beside, above = ("A", 500, 500, 100, ""), ("B", -500, 500, 100, ""), ("C", 500, 500, 600, "")
    assert known.among(at(-1), tracks(here)) == {}
    assert known.among(at(0), tracks(here, beside, above)) == {"A": "Survey"}
    assert known.among(at(3700), tracks(here)) == {}


def test_a_flight_on_the_edge_of_its_area_does_not_flap():
    known = flights(polygon=AREA, **WINDOW)
    known.among(at(0), tracks(("A", 5, 500, 100, "")))
    assert known.among(at(20), tracks(("A", -5, 500, 100, ""))) == {"A": "Survey"}
    assert known.among(at(31), tracks(("A", -50, 500, 100, ""))) == {}


def test_a_flight_is_known_by_its_name_alone_or_by_both():
    by_name = flights(identity="icao:3C6444")
    assert by_name.among(at(0), tracks(("A", 0, 0, 0, "icao:3c6444"), ("B", 0, 0, 0, ""))) == {"A": "Survey"}
    both = flights(identity="icao:3c6444", polygon=AREA, **WINDOW)
    assert both.among(at(0), tracks(("A", -900, 0, 0, "icao:3c6444"))) == {}
