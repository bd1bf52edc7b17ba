"""aircraft.json: what each aircraft is said to do, and entries and documents that are none."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.kinds import error_kind

from tocsin.formats.adsb import KnownAircraft, decode_aircraft_json
from tocsin.formats.adsb.squitter import FOOT_PER_MINUTE_MPS, KNOT_MPS
from tocsin.units import FOOT_M

# With the keys and kinds of values that readsb's README lists; the flight is made up.
ENTRY: dict[str, Any] = {
    "hex": "4B1234", "type": "adsb_icao", "flight": "MADEUP1 ", "r": "HB-XXX", "t": "A320",
    "alt_baro": 11800, "alt_geom": 12025, "gs": 251.3, "ias": 240, "tas": 300, "mach": 0.48, "track": 92.1,
    "baro_rate": -128, "geom_rate": -64, "squawk": "1000", "emergency": "none", "category": "A3",
    "nav_modes": ["autopilot"], "lat": 46.512345, "lon": 6.612345, "nic": 8, "rc": 186, "seen_pos": 0.432,
    "version": 2, "nac_p": 9, "nac_v": 1, "sil": 3, "sil_type": "perhour", "gva": 2, "sda": 2, "alert": 0,
    "spi": 0, "mlat": [], "tisb": [], "messages": 1234, "seen": 0.1, "rssi": -12.3,
}  # fmt: skip


def document(*entries: Any, now: Any = 1_700_000_000.1) -> bytes:
    return json.dumps({"now": now, "messages": 1, "aircraft": list(entries)}).encode()


def one(**changes: Any) -> KnownAircraft:
    (aircraft,) = decode_aircraft_json(document(ENTRY | changes)).aircraft
    return aircraft


def test_an_entry_is_read_in_si() -> None:
    read = decode_aircraft_json(document(ENTRY))
    assert (read.now_s, read.errors) == (1_700_000_000.1, [])
    assert read.aircraft == [
        KnownAircraft(
            address="4b1234",
            is_own_position=True,
            is_on_the_ground=False,
            latitude_rad=46.512345 * math.radians(1.0),
            longitude_rad=6.612345 * math.radians(1.0),
            age_s=0.432,
            geodetic_altitude_m=12025 * FOOT_M,
            pressure_altitude_m=11800 * FOOT_M,
            speed_mps=251.3 * KNOT_MPS,
            course_rad=92.1 * math.radians(1.0),
            climb_mps=-64 * FOOT_PER_MINUTE_MPS,
            horizontal_bound_m=30.0,
            vertical_bound_m=45.0,
        )
    ]


def test_what_is_left_out_is_unknown() -> None:
    (aircraft,) = decode_aircraft_json(document({"hex": "~4b1234"})).aircraft
    assert aircraft == KnownAircraft("~4b1234", True, False, *[None] * 10)


@pytest.mark.parametrize(
    ("changes", "is_own"),
    [({"type": "adsb_icao_nt"}, True), ({"type": "adsb_other"}, True), ({"type": "adsr_icao"}, True),
     ({"type": "mlat"}, False), ({"type": "tisb_icao"}, False), ({"type": "tisb_trackfile"}, False),
     ({"type": "adsc"}, False), ({"type": "other"}, False), ({"type": "new_kind"}, False),
     ({"type": ""}, True),
     ({"mlat": ["gs", "lat", "lon"]}, False), ({"tisb": ["lat"]}, False), ({"mlat": ["gs"]}, True)],
)  # fmt: skip
def test_whose_position_it_is_is_told(changes: dict[str, Any], is_own: bool) -> None:
    assert one(**changes).is_own_position is is_own


def test_on_the_ground_is_no_height() -> None:
    aircraft = one(alt_baro="ground")
    assert (aircraft.is_on_the_ground, aircraft.pressure_altitude_m) == (True, None)


def test_the_rate_of_pressure_altitude_stands_in_for_the_geometric_one() -> None:
    assert one(geom_rate=None).climb_mps == -128 * FOOT_PER_MINUTE_MPS


def test_half_a_position_is_none() -> None:
    assert one(lon=None).latitude_rad is None


@pytest.mark.parametrize(
    "entry",
    [7, None, [], {}, {"hex": "4b123"}, {"hex": "4b1234 "}, ENTRY | {"lat": 90.1}, ENTRY | {"lat": "46"},
     ENTRY | {"lat": True}, ENTRY | {"seen_pos": -1}, ENTRY | {"gs": 10**400}, ENTRY | {"alt_geom": 1e9},
     ENTRY | {"nac_p": "nine"}],
)  # fmt: skip
def test_a_damaged_entry_is_counted_and_the_others_are_read(entry: Any) -> None:
    read = decode_aircraft_json(document(ENTRY, entry, ENTRY))
    assert len(read.aircraft) == 2
    assert [error.kind for error in read.errors] == ["aircraft_damaged"]


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"7", b"\xff\xfe", b'{"aircraft": []}', b'{"now": 1}',
     b'{"now": true, "aircraft": []}',
     b'{"now": NaN, "aircraft": []}', b'{"now": 1e300, "aircraft": []}', b'{"now": -1, "aircraft": []}',
     b'{"now": 1, "aircraft": {}}', b"[" * 100_000, b'{"now": 1' + b"0" * 10_000 + b"}"],
)  # fmt: skip
def test_a_damaged_document_is_an_error(data: bytes) -> None:
    assert error_kind(decode_aircraft_json, data) == "aircraft_json_damaged"


def test_a_document_that_is_cut_off_is_told_from_one_that_is_damaged() -> None:
    whole = document(ENTRY)
    for end in (1, 9, len(whole) // 2, len(whole) - 1):
        assert error_kind(decode_aircraft_json, whole[:end]) == "aircraft_json_truncated"


def test_more_than_fits_is_refused_before_it_is_read() -> None:
    assert error_kind(decode_aircraft_json, b" " * 32_000_001) == "aircraft_json_oversized"
    many = b'{"now": 1, "aircraft": [' + b"7," * 50_000 + b"7]}"
    assert error_kind(decode_aircraft_json, many) == "aircraft_json_oversized"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(ENTRY)), JSON, max_size=6), JSON)
def test_any_values_are_read_or_an_error(changes: dict[str, Any], now: Any) -> None:
    data = document(ENTRY | changes, now=now)
    kind = error_kind(decode_aircraft_json, data)
    assert kind in {None, "aircraft_json_damaged"}
    if kind is None:
        read = decode_aircraft_json(data)
        assert len(read.aircraft) + len(read.errors) == 1


@given(st.binary(max_size=200))
def test_any_bytes_are_an_error(data: bytes) -> None:
    kinds = ("aircraft_json_damaged", "aircraft_json_truncated")
    assert error_kind(decode_aircraft_json, data) in kinds
