"""How far a sensor reaches, from its own place or else from the site's."""

from __future__ import annotations

import math

import pytest
from tests.sensors.made import site

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Sensor
from tocsin.sensors.reach import Reach

ONE_DEGREE_M = 111_200.0


@pytest.mark.parametrize("is_placed", [True, False])
def test_what_is_farther_than_the_sensor_sees_is_beyond_it(is_placed: bool) -> None:
    place = {"latitude_deg": -40.0, "longitude_deg": 179.5} if is_placed else {}
    sensor = Sensor(name="receiver", kind=SensorKind.ADSB, max_range_m=ONE_DEGREE_M, **place)
    reach = Reach(site(sensor), 0)
    latitude_deg, longitude_deg = (-40.0, 179.5) if is_placed else (-46.5, -20.25)
    for north, east, is_held in [
        (0, 0, True),
        (0.99, 0, True),
        (-1.03, 0, False),
        (0, 1.2, True),
        (0, 2, False),
    ]:
        where = math.radians(latitude_deg + north), math.radians((longitude_deg + east + 180) % 360 - 180)
        assert reach.holds(*where) is is_held
