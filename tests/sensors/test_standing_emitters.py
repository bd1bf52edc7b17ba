"""Transmitters on the ground: of a phone nothing comes through, of what flies all but the first moments."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from tests.sensors.made import at, site
from tests.sensors.test_node_reader import placed

from tocsin.config.kinds import SensorKind
from tocsin.model.detections import Detection
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.node_reader import NodeReader

PERIOD_S, SIGMA_DEG = 2.0, 2.0
Flight = Callable[[float], tuple[float, float, float]]
"""East, north and up from the direction finder [m] at a time [s]."""


def phone(_: float) -> tuple[float, float, float]:
    return 700.0, 700.0, -3.0


def hovering(_: float) -> tuple[float, float, float]:
    return 500.0, 870.0, 100.0


def crossing(time_s: float) -> tuple[float, float, float]:
    return -1500.0 + 20.0 * time_s, 1500.0, 100.0


class Finders:
    """Direction finders, and what they say of some transmitters, with noise of their own."""

    def __init__(self, seed: int = 1, count: int = 1) -> None:
        known = site(*(placed(f"finder {k}", SensorKind.DIRECTION_FINDER) for k in range(count)))
        self.ledger = Ledger(known)
        self.reader = NodeReader(known, None, self.ledger)
        self._random = np.random.default_rng(seed)

    def bearing(
        self, time_s: float, flight: Flight, emitter: str | None, has_elevation: bool = True, finder: int = 0
    ) -> list[Detection]:
        east, north, up = flight(time_s)
        azimuth_deg = math.degrees(math.atan2(east, north)) + SIGMA_DEG * self._random.standard_normal()
        elevation_deg = math.degrees(math.atan2(up, math.hypot(east, north)))
        message = {"v": 1, "time": at(time_s) / 1e9, "azimuth_deg": azimuth_deg,
                   "azimuth_sigma_deg": SIGMA_DEG} | ({"emitter": emitter} if emitter else {})  # fmt: skip
        if has_elevation:
            message["elevation_deg"] = elevation_deg + SIGMA_DEG * self._random.standard_normal()
            message["elevation_sigma_deg"] = SIGMA_DEG
        topic = f"tocsin/finder {finder}/bearing"
        return list(self.reader.read(json.dumps(message).encode(), at(time_s + 0.1), topic))


def looks(minutes: float) -> Iterator[float]:
    return (PERIOD_S * k for k in range(round(60.0 * minutes / PERIOD_S)))


def an_hour(finders: Finders, are_named: bool) -> tuple[list[float], list[Detection]]:
    """When the drone was shown in an hour, and what of the phone."""
    of_drone, of_phone = [], []
    for time_s in looks(60.0):
        of_phone += finders.bearing(time_s, phone, "phone" if are_named else None)
        of_drone += [time_s] * len(finders.bearing(time_s, hovering, "drone" if are_named else None))
    return of_drone, of_phone


@pytest.mark.parametrize("seed", range(5))
def test_a_phone_beside_a_hovering_drone_is_never_shown_in_an_hour_and_the_drone_is(seed: int) -> None:
    finders = Finders(seed)
    of_drone, of_phone = an_hour(finders, are_named=True)
    assert of_phone == []
    assert of_drone[0] <= 30.0 and len(of_drone) >= 0.98 * 1800
    refused = finders.ledger.statuses[0].refused
    assert refused["stands_on_the_ground"] >= 1700
    assert refused["not_seen_to_fly_yet"] + refused["stands_on_the_ground"] == 3600 - len(of_drone)


@pytest.mark.parametrize("seed", range(5))
def test_without_names_nothing_is_shown_of_a_phone_but_what_might_be_the_drones(seed: int) -> None:
    of_drone, of_phone = an_hour(Finders(seed), are_named=False)
    assert of_drone[0] <= 30.0 and len(of_drone) >= 0.98 * 1800
    assert len(of_phone) <= 3  # of 1800, 15 degrees apart; its own direction is 45 degrees
    assert all(abs(math.degrees(row.azimuth_rad) - 30.0) < 4.1 * SIGMA_DEG * 1.5 for row in of_phone)


@pytest.mark.parametrize("seed", range(5))
def test_what_crosses_is_shown_within_half_a_minute_without_elevation(seed: int) -> None:
    finders = Finders(seed)
    shown = [time_s for time_s in looks(2.5) if finders.bearing(time_s, crossing, None, has_elevation=False)]
    assert shown[0] <= 30.0
    assert len(shown) >= 0.9 * sum(time_s >= shown[0] for time_s in looks(2.5))


@pytest.mark.parametrize("seed", range(3))
def test_a_phone_that_no_elevation_is_told_of_is_never_shown_either(seed: int) -> None:
    finders = Finders(seed)
    assert not any(finders.bearing(time_s, phone, None, has_elevation=False) for time_s in looks(60.0))


def test_a_phone_that_scatters_more_than_the_finder_says_is_not_taken_for_moving() -> None:
    finders, wild = Finders(), np.random.default_rng(3)

    def reflected(_: float) -> tuple[float, float, float]:
        turn = math.radians(45.0 + 10.0 * wild.standard_normal())
        return 1000.0 * math.sin(turn), 1000.0 * math.cos(turn), -3.0

    assert not any(finders.bearing(time_s, reflected, "it") for time_s in looks(60.0))


def test_what_lands_is_dropped_and_what_one_finder_sees_fly_is_flying_for_all() -> None:
    finders = Finders(count=2)

    def landing(time_s: float) -> tuple[float, float, float]:
        return (0.0, 1000.0, 200.0) if time_s < 60.0 else (0.0, 1000.0, -3.0)

    def coming(_: float) -> tuple[float, float, float]:
        return 3000.0, 0.0, 0.0  # straight at the second one, which tells no elevation

    shown = []
    for time_s in looks(10.0):
        finders.bearing(time_s, landing, "it")
        if finders.bearing(time_s, coming, "it", has_elevation=False, finder=1):
            shown.append(time_s)
    assert shown[0] <= 6.0
    assert 60.0 <= shown[-1] <= 60.0 + 2 * 120.0


def test_cameras_and_microphones_are_not_asked_for_they_hear_and_see_no_phones() -> None:
    known = site(placed("array", SensorKind.MICROPHONE), placed("camera", SensorKind.CAMERA))
    reader = NodeReader(known, None, Ledger(known))
    for name in known.sensor_names:
        assert len(list(reader.read(b'{"v":1,"azimuth_deg":9}', at(1), f"tocsin/{name}/bearing"))) == 1


def test_names_of_transmitters_stand_nowhere() -> None:
    finders = Finders()
    for time_s in looks(1.0):
        for row in finders.bearing(time_s, hovering, "02:00:5e:00:53:77"):
            assert "53:77" not in repr(row)
    assert "53:77" not in repr(vars(finders.reader)["_standing"]._emitters[0]._things)
