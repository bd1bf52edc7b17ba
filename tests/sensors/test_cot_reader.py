"""Cursor on Target to detections: aircraft only, of people nothing, of ourselves nothing."""

from __future__ import annotations

import math
from dataclasses import fields, replace

import pytest
import takproto
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.cot.made import CHAT, PERSON
from tests.sensors.made import SECRET, at, site

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Sensor
from tocsin.formats.cot import OWN_UID_PREFIX, CotEvent, decode_xml, encode_xml
from tocsin.model.detections import Detection
from tocsin.model.labels import NO_LABEL, label_word
from tocsin.sensors.cot_reader import CotReader, reported
from tocsin.sensors.ledger import Ledger

UID = "ICAO-4B1234-made-up"
EVENT = CotEvent(UID, "a-n-A-C-F", at(5.0), math.radians(-46.4), math.radians(-20.1), 3000.0,
                 10.0, 30.0, 100.0, math.radians(90.0))  # fmt: skip


class Receiver:
    """A reader with its ledger."""

    def __init__(self, secret: bytes = SECRET, is_stream: bool = False) -> None:
        place = site(Sensor(name="server", kind=SensorKind.TRACKS))
        self.ledger = Ledger(place)
        self.reader = CotReader(place, 0, self.ledger, secret, is_stream)

    def read(self, *data: bytes, seconds: float = 5.5, source: str = "") -> list[Detection]:
        return [row for one in data for row in self.reader.read(one, at(seconds), source)]

    @property
    def refused(self) -> dict[str, int]:
        return dict(self.ledger.statuses[0].refused)


def sent(**changes: object) -> bytes:
    return encode_xml(replace(EVENT, **changes))  # type: ignore[arg-type]


def test_an_event_becomes_a_position_with_motion_and_error() -> None:
    (row,) = Receiver().read(sent())
    assert (row.time_ns, row.received_ns, row.sensor, row.scan) == (at(5.0), at(5.5), 0, -1)
    assert math.degrees(row.latitude_rad) == pytest.approx(-46.4)
    assert math.degrees(row.longitude_rad) == pytest.approx(-20.1)
    assert row.altitude_m == 3000.0
    assert row.velocity_east_mps == pytest.approx(100.0)
    assert row.velocity_north_mps == pytest.approx(0.0, abs=1e-9)
    assert math.isnan(row.velocity_up_mps)
    assert row.position_sigma_m == 30.0


def test_the_worse_of_both_errors_counts_and_that_of_an_unknown_height_does_not() -> None:
    assert reported(replace(EVENT, horizontal_error_m=50.0)).position_sigma_m == 50.0
    assert reported(replace(EVENT, altitude_m=None)).position_sigma_m == 10.0
    assert math.isnan(
        reported(replace(EVENT, horizontal_error_m=None, vertical_error_m=None)).position_sigma_m
    )


def test_the_identity_is_a_hash_of_the_uid_with_the_secret_of_the_site() -> None:
    (row,) = Receiver().read(sent())
    assert row.identity.startswith("cot:") and len(row.identity) == 20
    assert UID not in row.identity
    (same,) = Receiver().read(sent(time_ns=at(5.2)))
    assert same.identity == row.identity
    (other,) = Receiver(b"the secret of another site").read(sent())
    assert other.identity != row.identity


@pytest.mark.parametrize("data", [PERSON, CHAT, bytes(takproto.xml2proto(PERSON))])
def test_people_are_counted_and_nothing_of_them_is_kept(data: bytes) -> None:
    for is_stream in (False, True):
        if is_stream and data[:1] == b"\xbf":
            continue
        tried = Receiver(is_stream=is_stream)
        assert tried.read(data, data[:-40], b"<event " + data[-300:-40]) == []
        assert tried.refused["not_an_air_type"] >= 1
        status = tried.ledger.statuses[0]
        told = repr([getattr(status, field.name) for field in fields(status)]) + repr(tried.ledger.decoded)
        assert not [word for word in ("Somebody", "192.0.2.7", "46.58", "6.68", "person") if word in told]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"uid": OWN_UID_PREFIX + "Testfield.7"}, "own_track_came_back"),
     ({"latitude_rad": 0.0, "longitude_rad": 0.0}, "position_unknown"),
     ({"latitude_rad": -0.5}, "beyond_max_range")],
)  # fmt: skip
def test_what_is_no_evidence_is_counted(changes: dict[str, object], reason: str) -> None:
    tried = Receiver()
    assert tried.read(sent(**changes)) == []
    assert tried.refused == {reason: 1}


def test_the_same_event_by_two_ways_is_one_detection() -> None:
    tried = Receiver()
    by_protobuf = bytes(takproto.xml2proto(sent()))
    assert len(tried.read(sent(), by_protobuf, sent(), sent(time_ns=at(6.0)))) == 2
    assert tried.refused == {"repeated": 2}


def test_events_of_a_connection_come_in_pieces_and_connections_are_not_mixed_up() -> None:
    tried = Receiver(is_stream=True)
    data = sent()
    assert tried.read(data[:200], source="one") == []
    assert tried.read(data[200:], source="two") == []
    assert len(tried.read(data[200:] + sent(time_ns=at(5.1)), source="one")) == 2


def test_what_a_closed_connection_left_unfinished_is_forgotten() -> None:
    tried = Receiver(is_stream=True)
    assert tried.read(PERSON[:200], source="one") == []
    tried.reader.forget("one")
    assert len(tried.read(sent(), source="one")) == 1
    assert tried.ledger.statuses[0].decode_errors == {"cot_truncated": 1}


def test_damage_is_counted_by_kind_and_the_next_event_is_read() -> None:
    tried = Receiver()
    rows = tried.read(sent()[:-9], sent().replace(b"lat=", b"at="), b"\xbf\x01\xbf\xff", b"noise", sent())
    assert len(rows) == 1
    assert tried.ledger.statuses[0].decode_errors == {
        "cot_truncated": 1, "cot_damaged": 1, "cot_not_protobuf": 1, "cot_noise": 1
    }  # fmt: skip


@given(st.lists(st.binary(max_size=50) | st.sampled_from([sent(), PERSON, sent()[:99]]), max_size=6))
def test_every_event_is_a_detection_refused_or_an_error(chunks: list[bytes]) -> None:
    for is_stream in (False, True):
        tried = Receiver(is_stream=is_stream)
        rows = tried.read(*chunks)
        status = tried.ledger.statuses[0]
        errors = sum(
            status.decode_errors[kind] for kind in status.decode_errors
            if kind not in {"cot_noise", "cot_truncated", "cot_oversized"}
        )  # fmt: skip
        assert status.messages == len(rows) + sum(status.refused.values()) + errors


@pytest.mark.parametrize("opex", ["s", "e-north", "o", ""])
@pytest.mark.parametrize("status", ["Actual", "Exercise"])
def test_events_of_exercises_and_simulations_are_not_used_where_it_is_real(opex: str, status: str) -> None:
    place = site(Sensor(name="server", kind=SensorKind.TRACKS))
    place = place.model_copy(update={"site": place.site.model_copy(update={"status": status})})
    xml = sent().replace(b"<event ", b'<event opex="%b" ' % opex.encode())
    message = takproto.xml2proto(xml.decode())
    for data in (xml, bytes(message)):
        ledger = Ledger(place)
        found = list(CotReader(place, 0, ledger, SECRET).read(data, at(5.5)))
        is_used = status == "Exercise" or opex in ("o", "")
        assert len(found) == is_used
        assert dict(ledger.statuses[0].refused) == ({} if is_used else {"simulated": 1})
        is_marked = is_used and opex in ("s", "e-north")
        assert ledger.statuses[0].last_simulated_ns == (at(5.5) if is_marked else None)


def test_what_is_marked_as_simulated_is_read_as_that() -> None:
    for is_simulated in (True, False):
        event = decode_xml(sent(is_simulated=is_simulated))
        assert event is not None and event.is_simulated == is_simulated


def test_the_type_of_an_event_is_its_label() -> None:
    assert label_word(reported(replace(EVENT, kind="a-u-A-M-H-Q")).label) == "multirotor"
    assert reported(replace(EVENT, kind="a-u-A")).label == NO_LABEL
