"""Events for TAK: read back by our own reader, and nothing in them asks for anything."""

from __future__ import annotations

import math
from xml.etree import ElementTree

import pytest
from tests.outputs.live.made import picture, report

from tocsin.formats.cot import CotEvent, decode_xml
from tocsin.outputs.live.cot import CotEncoder
from tocsin.sensors.cot_reader import reported


def encoder(period_s: float = 1.0) -> CotEncoder:
    return CotEncoder("Exercise", period_s)


def read(data: bytes) -> CotEvent:
    found = decode_xml(data)
    assert found is not None
    return found


def test_an_event_reads_back_to_within_its_digits() -> None:
    told = report()
    (data,) = encoder().encode(picture(0.0, told))
    event = read(data)
    assert (event.uid, event.kind, event.time_ns) == ("tocsin.T0", "a-u-A", told.time_ns)
    row = reported(event)
    assert (row.latitude_rad, row.longitude_rad) == pytest.approx(
        (told.latitude_rad, told.longitude_rad), abs=1e-9
    )
    assert row.altitude_m == pytest.approx(3000.0)
    assert (row.velocity_east_mps, row.velocity_north_mps) == pytest.approx((30.0, 40.0), abs=0.01)
    assert (event.horizontal_error_m, event.vertical_error_m) == (26.0, 60.0)


@pytest.mark.parametrize(("period_s", "stale_s"), [(1.0, 15.0), (60.0, 180.0)])
def test_it_is_stale_once_three_pictures_were_missed_but_not_before_fifteen_seconds(
    period_s: float, stale_s: float
) -> None:
    event = read(encoder(period_s).encode(picture(0.0, report()))[0])
    assert event.stale_ns is not None and event.stale_ns - event.time_ns == stale_s * 1e9


def test_an_event_of_what_may_be_simulated_says_so() -> None:
    for is_simulated in (True, False):
        (data,) = encoder().encode(picture(0.0, report(is_simulated=is_simulated)))
        assert read(data).is_simulated == is_simulated


def test_people_read_what_it_probably_is_and_that_it_is_an_exercise() -> None:
    (data,) = encoder().encode(picture(0.0, report(sensors=1, is_coasting=True)))
    remarks = ElementTree.fromstring(data).findtext("detail/remarks")
    assert remarks == "Exercise: delta wing drone 83%; exists 97%; seen by 1 sensor; not seen lately"
    (unassessed,) = encoder().encode(picture(0.0, report(object_class="unknown", class_probability=None)))
    assert "unknown; exists" in (ElementTree.fromstring(unassessed).findtext("detail/remarks") or "")


def test_when_a_track_ends_its_symbol_is_taken_off() -> None:
    speaker, first = encoder(), picture(0.0, report("A"), report("B"))
    speaker.encode(first)
    speaker.told(first)
    kept, taken = speaker.encode(picture(1.0, report("A", 1.0)))
    assert read(kept).uid == "tocsin.A"
    root = ElementTree.fromstring(taken)
    assert (root.get("type"), root.get("uid")) == ("t-x-d-d", "tocsin.B.ended")
    link = root.find("detail/link")
    assert link is not None and link.attrib == {"uid": "tocsin.B", "relation": "p-p", "type": "a-u-A"}
    assert root.find("detail/__forcedelete") is not None
    assert decode_xml(taken) is None  # of no aircraft: whoever reads it for aircraft leaves it


def test_nothing_but_place_motion_and_remarks_is_told() -> None:
    (data,) = encoder().encode(picture(0.0, report(identity="rid:0123456789abcdef")))
    assert [one.tag for one in ElementTree.fromstring(data).iter()] == [
        "event", "point", "detail", "track", "remarks"
    ]  # fmt: skip
    assert b"0123456789abcdef" not in data


def test_course_is_clockwise_from_north_in_every_quarter() -> None:
    for course_deg in (10.0, 100.0, 190.0, 280.0):
        course = math.radians(course_deg)
        told = report(velocity_east_mps=20 * math.sin(course), velocity_north_mps=20 * math.cos(course))
        event = read(encoder().encode(picture(0.0, told))[0])
        assert event.course_rad == pytest.approx(course, abs=1e-3)
        assert event.speed_mps == pytest.approx(20.0, abs=0.01)
