"""Tracks and alerts for the node above: complete by an independent judge, named alike, and of no task."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from sapient_msg.bsi_flex_335_v2_0.sapient_message_pb2 import SapientMessage as Wire
from sapient_msg_pydantic.bsi_flex_335_v2_0.sapient_message import SapientMessage as Judge
from tests.assessment.pictures import START_NS
from tests.outputs.live.made import picture, report, site_with
from tests.outputs.messages import CANCEL, MESSAGE, UPDATE
from tests.sensors.live.clocks import SetClock

from tocsin.formats.sapient import DetectionReport, Place, decode, fusion_node_id
from tocsin.model.alerts import AlertMessage, Level
from tocsin.model.track_reports import AirPicture
from tocsin.outputs.live.sapient import SapientEncoder


class Teller:
    """An encoder whose clock shows what it is told, and what it wrote."""

    def __init__(self, status: str = "Exercise") -> None:
        self.clock = SetClock(START_NS)
        self.site = site_with(status=status)
        self.encoder = SapientEncoder(self.site, self.clock)

    def tell(self, seen: AirPicture, at_s: float | None = None) -> list[Any]:
        self.clock.time_ns = seen.time_ns if at_s is None else START_NS + round(at_s * 1e9)
        told = []
        for data in self.encoder.encode(seen):
            message = Wire.FromString(data[4:])
            Judge.from_pb2(message).to_pb2()  # raises where the standard demands more
            told.append(message)
        self.encoder.told(seen)
        return told


def with_alerts(at_s: float, *alerts: AlertMessage, ended: tuple[AlertMessage, ...] = ()) -> AirPicture:
    return replace(picture(at_s, report("T3")), alerts=alerts, ended_alerts=ended)


def test_a_track_is_a_detection_with_place_motion_class_and_existence() -> None:
    (message,) = Teller().tell(picture(0.0, report()))
    found = decode(message.SerializeToString())
    told = found.content
    assert (found.node_id, found.time_ns) == (fusion_node_id(site_with().site.name), START_NS)
    assert isinstance(told, DetectionReport) and isinstance(told.where, Place)
    assert math.degrees(told.where.latitude_rad) == pytest.approx(10.05)
    assert (told.where.altitude_m, told.where.up_sigma_m) == (3000.0, 60.0)
    assert told.where.east_sigma_m == pytest.approx(12.0) and told.where.north_sigma_m == pytest.approx(25.0)
    assert told.velocity == (30.0, 40.0, -1.5) and told.confidence == pytest.approx(0.97)
    (label,) = told.classes
    assert label.name == "delta_wing_drone" and label.confidence == pytest.approx(0.83)


def test_an_object_keeps_its_name_and_ends_with_a_last_word() -> None:
    teller = Teller()
    (first,) = teller.tell(picture(0.0, report("T1")))
    (second, other) = teller.tell(picture(1.0, report("T1", 1.0), report("T2", 1.0)))
    (gone, _) = sorted(
        teller.tell(picture(2.0, report("T2", 2.0))), key=lambda m: m.detection_report.state, reverse=True
    )
    names = [message.detection_report.object_id for message in (first, second, gone)]
    assert len(set(names)) == 1 != other.detection_report.object_id
    assert gone.detection_report.state == "lost" and not second.detection_report.state
    reports = [message.detection_report.report_id for message in (first, second, other, gone)]
    assert len(set(reports)) == 4
    assert len(teller.tell(picture(3.0, report("T2", 3.0)))) == 1
    assert Teller().tell(picture(9.0, report("T1")))[0].detection_report.object_id == names[0]


def test_a_picture_is_moved_on_to_the_time_at_which_it_is_sent() -> None:
    (message,) = Teller().tell(picture(0.0, report()), at_s=4.0)
    told = decode(message.SerializeToString())
    assert told.time_ns == START_NS + 4_000_000_000
    where = told.content.where  # type: ignore[union-attr]
    assert isinstance(where, Place)
    assert (where.latitude_rad - math.radians(10.05)) * 6_378_137.0 == pytest.approx(160.0, abs=0.1)
    east_m = (where.longitude_rad - math.radians(20.02)) * 6_378_137.0 * math.cos(math.radians(10.05))
    assert east_m == pytest.approx(120.0, abs=0.1)
    assert where.altitude_m == pytest.approx(2994.0)
    assert where.east_sigma_m == pytest.approx(math.hypot(12.0, 4.0), abs=0.01)


def test_an_alert_is_told_when_it_is_news_and_once_more_when_it_has_ended() -> None:
    teller = Teller()
    told = [
        [m.alert for m in teller.tell(seen) if m.HasField("alert")]
        for seen in (
            with_alerts(0.0, MESSAGE), with_alerts(1.0, MESSAGE), with_alerts(2.0, UPDATE),
            with_alerts(3.0, ended=(CANCEL,)), with_alerts(4.0, ended=(CANCEL,)),
        )
    ]  # fmt: skip
    assert [len(alerts) for alerts in told] == [1, 0, 1, 1, 0]
    alerts = [alert for some in told for alert in some]
    assert len({alert.alert_id for alert in alerts}) == 1
    states = [type(alert).AlertStatus.Name(alert.status) for alert in alerts]
    assert states == ["ALERT_STATUS_ACTIVE", "ALERT_STATUS_ACTIVE", "ALERT_STATUS_CLEAR"]


def test_an_alert_says_which_object_and_that_it_is_an_exercise() -> None:
    detection, message = Teller().tell(with_alerts(0.0, MESSAGE))
    alert = message.alert
    assert alert.description.startswith("EXERCISE: warning for Kaldvik. ")
    assert alert.associated_detection[0].object_id == detection.detection_report.object_id
    assert alert.associated_detection[0].node_id == message.node_id
    assert alert.location == detection.detection_report.location
    _, actual = Teller("Actual").tell(with_alerts(0.0, MESSAGE))
    assert actual.alert.description.startswith("warning for Kaldvik. ")


@pytest.mark.parametrize(("level", "kind"), [(Level.WATCH, 1), (Level.ADVISORY, 2), (Level.WARNING, 3)])
def test_a_louder_level_is_a_more_serious_alert(level: Level, kind: int) -> None:
    message = Teller().tell(with_alerts(0.0, replace(MESSAGE, level=level)))[-1]
    assert (message.alert.alert_type, message.alert.priority) == (kind, kind)


def test_a_new_connection_is_told_of_open_alerts_again_and_of_no_ended_one() -> None:
    teller = Teller()
    teller.tell(with_alerts(0.0, MESSAGE))
    teller.encoder.begin()
    assert [m.HasField("alert") for m in teller.tell(with_alerts(1.0, MESSAGE, ended=(CANCEL,)))] == [
        False,
        True,
    ]
    assert len(teller.tell(with_alerts(2.0, MESSAGE))) == 1


def test_an_alert_that_ended_unseen_is_cleared_all_the_same() -> None:
    teller = Teller()
    teller.tell(with_alerts(0.0, MESSAGE))
    (_, message) = teller.tell(with_alerts(1.0))
    assert message.alert.status == type(message.alert).ALERT_STATUS_CLEAR


def test_nothing_that_could_name_a_person_is_sent() -> None:
    (message,) = Teller().tell(picture(0.0, report(identity="rid:0123456789abcdef")))
    assert b"rid:" not in message.SerializeToString() and not message.detection_report.id
