"""Our events in XML: read back by us and by another decoder, and nothing in them asks for anything."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
import takproto
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.cot.made import EVENTS, TIME_NS

from tocsin.errors import InvalidInput
from tocsin.formats.cot import ENDED, CotEvent, decode_xml, encode_end_xml, encode_xml

EVENT = CotEvent("tocsin.Testfield.7", "a-u-A", TIME_NS, math.radians(46.5), math.radians(6.6), 800.0,
                 12.0, 30.0, 40.0, math.radians(271.0))  # fmt: skip


@given(EVENTS, st.floats(0.0, 900.0) | st.none(), st.floats(0.0, 6.28), st.text(max_size=40))
def test_what_is_written_reads_back(
    sent: CotEvent, speed_mps: float | None, course_rad: float, remarks: str
) -> None:
    sent = replace(sent, speed_mps=speed_mps, course_rad=None if speed_mps is None else course_rad)
    found = decode_xml(encode_xml(sent, remarks))
    assert found is not None
    assert (found.uid, found.kind, found.time_ns, found.stale_ns) == (
        sent.uid, sent.kind, sent.time_ns, sent.stale_ns
    )  # fmt: skip
    assert found.latitude_rad == pytest.approx(sent.latitude_rad, abs=1e-9)
    assert found.longitude_rad == pytest.approx(sent.longitude_rad, abs=1e-9)
    for name in ("altitude_m", "horizontal_error_m", "vertical_error_m", "speed_mps"):
        assert getattr(found, name) == pytest.approx(getattr(sent, name), abs=0.051)
    if sent.course_rad is None:
        assert found.course_rad is None
    else:
        assert found.course_rad is not None
        assert math.cos(found.course_rad - sent.course_rad) == pytest.approx(1.0, abs=1e-7)


def test_another_decoder_reads_the_same() -> None:
    message: Any = takproto.parse_proto(takproto.xml2proto(encode_xml(EVENT, "delta_wing_drone 83 %")))
    event = message.cotEvent
    assert (event.uid, event.type, event.how) == ("tocsin.Testfield.7", "a-u-A", "m-f")
    assert event.sendTime == event.startTime == TIME_NS // 1_000_000
    assert event.staleTime == event.sendTime + 15_000
    assert (event.lat, event.lon, event.hae, event.ce, event.le) == pytest.approx((46.5, 6.6, 800, 12, 30))
    assert (event.detail.track.course, event.detail.track.speed) == pytest.approx((271.0, 40.0))
    assert "delta_wing_drone 83 %" in event.detail.xmlDetail


def test_an_event_holds_a_place_a_motion_and_remarks_and_no_element_more() -> None:
    root = ElementTree.fromstring(encode_xml(EVENT, "x"))
    assert [element.tag for element in root.iter()] == ["event", "point", "detail", "track", "remarks"]
    assert set(root.attrib) == {"version", "uid", "type", "how", "time", "start", "stale"}


def test_what_is_unknown_is_written_as_the_standard_says() -> None:
    data = encode_xml(replace(EVENT, altitude_m=None, horizontal_error_m=None, vertical_error_m=math.nan))
    assert b'hae="9999999.0" ce="9999999.0" le="9999999.0"' in data


def test_what_xml_has_no_room_for_is_replaced() -> None:
    data = encode_xml(replace(EVENT, uid="a\0b\ud800<"), "\x01 & </remarks>")
    found = decode_xml(data)
    assert found is not None
    assert found.uid == "a\ufffdb\ufffd<"


@pytest.mark.parametrize(
    "changes", [{"kind": "a-f-G"}, {"kind": "t-k"}, {"uid": ""}, {"latitude_rad": math.nan}]
)
def test_what_is_no_object_in_the_air_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        encode_xml(replace(EVENT, **changes))


def test_the_end_of_an_object_names_it_and_is_of_no_aircraft_itself() -> None:
    data = encode_end_xml(EVENT)
    root = ElementTree.fromstring(data)
    assert (root.get("type"), root.get("uid")) == (ENDED, "tocsin.Testfield.7.ended")
    link = root.find("detail/link")
    assert link is not None and (link.get("uid"), link.get("type")) == ("tocsin.Testfield.7", "a-u-A")
    assert decode_xml(data) is None
    message: Any = takproto.parse_proto(takproto.xml2proto(data))
    assert message.cotEvent.type == "t-x-d-d"


@pytest.mark.parametrize("change", [{"kind": "a-u-G"}, {"uid": ""}, {"latitude_rad": math.nan}])
def test_the_end_of_what_was_never_sent_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        encode_end_xml(replace(EVENT, **change))
