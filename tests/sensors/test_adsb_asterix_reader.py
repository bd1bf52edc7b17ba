"""ADS-B through a ground station: what of it is a measurement, how accurate, and of whom."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sensors.made import at, plot, radar_blocks, site, time_of_day_s

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Sensor
from tocsin.formats.asterix.records import Items, join_record
from tocsin.model.detections import Detection
from tocsin.sensors.adsb_asterix_reader import AdsbAsterixReader
from tocsin.sensors.ledger import Ledger

# 040 ICAO address; 131 45 N 22.5 E; 080; 140 1000 ft; 090 NACp 9; 210 DO-260B; 157 0; 160 450 kt east
ITEMS: Items = {
    "010": bytes.fromhex("1402"),
    "040": bytes.fromhex("00"),
    "131": bytes.fromhex("1000000008000000"),
    "080": bytes.fromhex("3c660c"),
    "140": bytes.fromhex("00a0"),
    "090": bytes.fromhex("0112"),
    "210": bytes.fromhex("12"),
    "157": bytes.fromhex("0000"),
    "160": bytes.fromhex("08004000"),
}
EDITION = "2.7"


def record(seconds: float, **changes: str) -> bytes:
    """A record measured so many seconds after the start; items by number, as in i040="00", '' for none."""
    time = round(time_of_day_s(seconds) * 128).to_bytes(3, "big")
    given_items = {name.removeprefix("i"): bytes.fromhex(item) for name, item in changes.items()}
    items = ITEMS | {"071": time} | given_items
    return join_record({name: item for name, item in items.items() if item}, 21, EDITION)


def block(*records: bytes) -> bytes:
    body = b"".join(records)
    return b"\x15" + (3 + len(body)).to_bytes(2, "big") + body


class Room:
    """A reader with its ledger."""

    def __init__(self, code: tuple[int, int] | None = None, status: str = "Exercise") -> None:
        sac, sic = code or (None, None)
        sensor = Sensor(
            name="station", kind=SensorKind.ADSB, system_area_code=sac, system_identification_code=sic
        )
        place = site(sensor, status=status)
        self.ledger = Ledger(place)
        self.reader = AdsbAsterixReader(place, 0, self.ledger)

    def read(self, seconds: float, *records: bytes) -> list[Detection]:
        return list(self.reader.read(block(*records), at(seconds), "192.0.2.1"))

    @property
    def refused(self) -> dict[str, int]:
        return dict(self.ledger.statuses[0].refused)


def test_a_report_becomes_a_position_with_velocity_address_and_its_own_time() -> None:
    room = Room()
    (row,) = room.read(1.5, record(1.0))
    assert (row.time_ns, row.received_ns, row.sensor, row.identity) == (at(1.0), at(1.5), 0, "icao:3c660c")
    assert (row.latitude_rad, row.longitude_rad) == (math.pi / 4, math.pi / 8)
    assert row.altitude_m == pytest.approx(304.8)
    assert row.velocity_east_mps == pytest.approx(450 * 1852 / 3600)
    assert row.velocity_north_mps == pytest.approx(0.0, abs=1e-9)
    assert row.velocity_up_mps == 0.0
    assert row.position_sigma_m == pytest.approx(30.0 / 2.4477, rel=1e-4)
    assert room.ledger.decoded == {"AdsbTarget": 1}
    assert room.ledger.statuses[0].messages == 1


def test_what_a_report_does_not_say_is_left_out() -> None:
    (row,) = Room().read(1.5, record(1.0, i140="", i160="", i157=""))
    absent = (row.altitude_m, row.velocity_east_mps, row.velocity_north_mps, row.velocity_up_mps)
    assert all(map(math.isnan, absent))


@pytest.mark.parametrize(
    ("values", "sigma_m"),
    [
        ({"i090": "0116"}, 3.0 / 2.4477),  # NACp 11
        ({"i090": "0114"}, 10.0 / 2.4477),
        ({"i090": "0110"}, 92.6 / 2.4477),  # NACp 8
        ({"i090": "011704"}, 45.0 / 1.959964),  # NACp 11, GVA 2
        ({"i090": "011704", "i140": ""}, 3.0 / 2.4477),
        ({"i090": "0100"}, math.nan),
        ({"i090": "00"}, math.nan),
        ({"i090": ""}, math.nan),
        ({"i210": "02"}, math.nan),
    ],
)
def test_the_accuracy_category_gives_sigma_and_what_is_unknown_leaves_it_to_the_site(
    values: dict[str, str], sigma_m: float
) -> None:
    (row,) = Room().read(1.5, record(1.0, **values))
    assert row.position_sigma_m == pytest.approx(sigma_m, rel=1e-4, nan_ok=True)


@pytest.mark.parametrize(
    ("reason", "values"),
    [
        ("test_target", {"i040": "0110"}),
        ("test_target", {"i040": "02"}),
        ("on_ground", {"i040": "0140"}),
        ("on_ground", {"i040": "40"}),  # the address of a surface vehicle
        ("on_ground", {"i020": "15"}),
        ("suspect", {"i040": "0102"}),
        ("position_unknown", {"i131": ""}),
    ],
)
def test_what_is_no_measurement_of_an_aircraft_in_the_air_is_counted(
    reason: str, values: dict[str, str]
) -> None:
    room = Room()
    assert room.read(1.5, record(1.0, **values)) == []
    assert room.refused == {reason: 1}


@pytest.mark.parametrize(
    ("values", "identity"),
    [
        ({"i040": "60"}, "adsb:3c660c"),  # anonymous
        ({"i040": "20"}, ""),  # a duplicate address
        ({"i080": ""}, ""),
    ],
)
def test_an_address_that_is_not_one_aircrafts_own_names_no_icao_address(
    values: dict[str, str], identity: str
) -> None:
    (row,) = Room().read(1.5, record(1.0, **values))
    assert row.identity == identity


def test_simulated_targets_are_used_only_where_the_site_takes_them() -> None:
    for status, count in (("Exercise", 1), ("Actual", 0)):
        room = Room(status=status)
        assert len(room.read(1.5, record(1.0, i040="0120"))) == count
        assert room.refused == ({} if count else {"simulated": 1})
        assert (room.ledger.statuses[0].last_simulated_ns is not None) == bool(count)


def test_the_same_report_over_a_second_line_is_one_measurement() -> None:
    room = Room()
    assert len(room.read(1.5, record(1.0)) + room.read(1.6, record(1.0)) + room.read(2.5, record(2.0))) == 2
    assert room.refused == {"repeated": 1}


def test_reports_of_another_source_are_counted_where_the_site_names_one() -> None:
    room = Room(code=(20, 2))
    assert len(room.read(1.5, record(1.0), record(1.0, i010="1403"))) == 1
    assert room.refused == {"other_data_source": 1}


def test_a_clock_that_is_off_is_replaced_by_receipt() -> None:
    (row,) = Room().read(100.0, record(1.0))
    assert row.time_ns == at(100.0)


def test_other_categories_and_what_cannot_be_read_are_counted() -> None:
    room = Room()
    assert list(room.reader.read(radar_blocks(plot(1.0)), at(1.5))) == []
    assert len(list(room.reader.read(block(record(1.0)) + block(record(1.0))[:-1], at(1.5)))) == 1
    assert room.refused == {"asterix_of_another_category": 1}
    assert room.ledger.statuses[0].decode_errors == {"asterix_truncated": 1}


@given(st.binary(max_size=100))
def test_random_records_raise_nothing_and_are_counted(noise: bytes) -> None:
    room = Room()
    rows: list[Any] = room.read(1.5, noise)
    status = room.ledger.statuses[0]
    assert len(rows) + sum(status.refused.values()) + sum(status.decode_errors.values()) >= 1
