"""Documents of all aircraft: one detection for each position, dated by its age, whoever's clock is off."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from tests.sensors.made import START_NS, at, site
from tests.sensors.test_adsb_reader import adsb

from tocsin.model.detections import Detection
from tocsin.sensors.aircraft_json_reader import AircraftJsonReader
from tocsin.sensors.ledger import Ledger

ENTRY: dict[str, Any] = {
    "hex": "4b1234", "type": "adsb_icao", "lat": -46.4, "lon": -20.1, "seen_pos": 0.4, "alt_baro": 3000,
    "alt_geom": 3300, "gs": 100.0, "track": 90.0, "baro_rate": 640, "nac_p": 9,
}  # fmt: skip


class Receiver:
    """A reader with its ledger."""

    def __init__(self, **settings: float) -> None:
        place = site(adsb(**settings))
        self.ledger = Ledger(place)
        self.reader = AircraftJsonReader(place, 0, self.ledger)

    def read(
        self, seconds: float, *entries: dict[str, Any], behind: float = 0.0, source: str = ""
    ) -> list[Detection]:
        now_s = START_NS / 1e9 + seconds - behind
        data = json.dumps({"now": now_s, "aircraft": entries}).encode()
        return list(self.reader.read(data, at(seconds), source))

    @property
    def refused(self) -> dict[str, int]:
        return dict(self.ledger.statuses[0].refused)


def test_an_entry_becomes_a_position_with_motion_height_and_error() -> None:
    (row,) = Receiver().read(5.0, ENTRY)
    assert (row.time_ns, row.received_ns, row.sensor) == (at(4.6), at(5.0), 0)
    assert math.degrees(row.latitude_rad) == pytest.approx(-46.4)
    assert math.degrees(row.longitude_rad) == pytest.approx(-20.1)
    assert row.altitude_m == pytest.approx(3300 * 0.3048)
    assert row.velocity_east_mps == pytest.approx(100.0 * 1852 / 3600)
    assert row.velocity_north_mps == pytest.approx(0.0, abs=1e-9)
    assert row.velocity_up_mps == pytest.approx(640 * 0.3048 / 60)
    assert 1.0 - math.exp(-((30.0 / row.position_sigma_m) ** 2) / 2.0) == pytest.approx(0.95)
    assert row.identity == "icao:4b1234"


def test_a_pressure_altitude_is_never_taken_for_one_above_the_ellipsoid() -> None:
    (row,) = Receiver().read(5.0, ENTRY | {"alt_geom": None})
    assert math.isnan(row.altitude_m)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"lat": None}, "position_unknown"), ({"seen_pos": None}, "age_unknown"),
     ({"type": "mlat"}, "measured_by_others"), ({"alt_baro": "ground"}, "on_the_ground"),
     ({"lat": -30.0}, "beyond_max_range")],
)  # fmt: skip
def test_what_is_no_aircrafts_own_position_in_the_air_is_counted(
    changes: dict[str, Any], reason: str
) -> None:
    tried = Receiver()
    assert tried.read(5.0, ENTRY | changes) == []
    assert tried.refused == {reason: 1}
    assert tried.ledger.statuses[0].messages == 1


def test_a_position_that_stands_in_the_next_document_too_is_one_detection() -> None:
    tried = Receiver()
    assert len(tried.read(5.0, ENTRY)) == 1
    assert tried.read(6.0, ENTRY | {"seen_pos": 1.4}) == []
    assert tried.read(6.05, ENTRY | {"seen_pos": 1.5}, source="another network") == []
    assert len(tried.read(7.0, ENTRY)) == 1
    assert tried.refused == {"repeated": 2}


def test_a_clock_that_is_off_is_not_believed_but_ages_are() -> None:
    tried = Receiver()
    rows = [row for second in range(5) for row in tried.read(second, ENTRY, behind=300.0)]
    assert [row.time_ns for row in rows] == [at(second - 0.4) for second in range(5)]


def test_a_position_is_known_again_though_a_document_with_a_clock_that_is_off_came_late() -> None:
    tried = Receiver()
    assert len(tried.read(10.0, ENTRY, behind=300.0)) == 1
    assert tried.read(11.7, ENTRY | {"seen_pos": 1.4}, behind=300.7) == []
    assert tried.refused == {"repeated": 1}


def test_an_old_document_that_comes_again_is_not_dated_anew() -> None:
    tried = Receiver()
    assert len(tried.read(300.0, ENTRY, behind=300.0)) == 1
    assert tried.read(301.0, ENTRY, ENTRY | {"hex": "4b0001"}, behind=301.0) == []
    assert tried.refused == {"repeated": 2}


def test_damage_is_counted_and_the_other_entries_are_read() -> None:
    tried = Receiver()
    assert list(tried.reader.read(b'{"now":', at(5.0))) == []
    assert len(tried.read(6.0, {"hex": "x"}, ENTRY)) == 1
    assert tried.ledger.statuses[0].decode_errors == {"aircraft_json_truncated": 1, "aircraft_damaged": 1}
