"""Nodes register, are answered and report; effectors, tasks, people and strangers are refused and counted."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sapient_msg.bsi_flex_335_v2_0.sapient_message_pb2 import SapientMessage as Wire
from tests.formats.sapient import made
from tests.formats.sapient.made import NODE, OTHER_NODE, START_NS, R, S
from tests.sensors.made import SECRET, site

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Sensor
from tocsin.formats.sapient import MOST_BYTES, decode, framed, fusion_node_id
from tocsin.model.detections import NO_SCAN, Detection
from tocsin.sensors.answers import Answer
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.sapient_reader import SapientReader

HERE = "10.0.0.7:4000"
LATITUDE_DEG, LONGITUDE_DEG = -46.5, -20.25


def seconds(value: float) -> int:
    return START_NS + round(value * 1e9)


def sensor(kind: SensorKind = SensorKind.RADAR, name: str = "it", placed: bool = True, **more: Any) -> Sensor:
    place = {"latitude_deg": LATITUDE_DEG, "longitude_deg": LONGITUDE_DEG} if placed else {}
    way = {"input": "tcp-listen://127.0.0.1:5020", "format": "sapient", "period_s": 2.0}
    return Sensor.model_validate({"name": name, "kind": kind} | place | way | more)


class Network:
    """A reader with what is sent to it and what it answers."""

    def __init__(self, *sensors: Sensor, is_called: bool = True) -> None:
        known = site(*sensors)
        self.ledger = Ledger(known)
        self.reader = SapientReader(known, range(len(sensors)), self.ledger, SECRET, is_called)
        self.answers: list[Any] = []
        self.hung_up: list[str] = []

    def send(self, *messages: Any, at_s: float = 0.0, source: str = HERE) -> list[Detection]:
        return self.feed(b"".join(framed(m.SerializeToString()) for m in messages), at_s, source)

    def feed(self, data: bytes, at_s: float = 0.0, source: str = HERE) -> list[Detection]:
        rows = list(self.reader.read(data, seconds(at_s), source))
        self._keep(self.reader.answers(seconds(at_s)))
        return rows

    def due(self, at_s: float) -> list[Detection]:
        return list(self.reader.due(seconds(at_s)))

    def _keep(self, answers: list[Answer]) -> None:
        for answer in answers:
            if answer.data:
                self.answers.append(Wire.FromString(answer.data[4:]))
            if answer.hangs_up:
                self.hung_up.append(answer.source)

    def refused(self, number: int | None = 0) -> dict[str, int]:
        return dict(self.ledger.of(number).refused)


def tracks(**more: Any) -> Network:
    network = Network(sensor(SensorKind.TRACKS, placed=False, **more))
    network.send(made.registration(R.NODE_TYPE_FUSION_NODE))
    return network


def over(latitude_deg: float = -46.51, **more: Any) -> Any:
    return made.located(latitude_deg, -20.26, 300.0, **more)


# ---- registering ----


def test_a_node_registers_and_is_acknowledged_by_name() -> None:
    network = Network(sensor())
    network.send(made.registration())
    (ack,) = network.answers
    assert ack.registration_ack.acceptance is True
    assert (ack.node_id, ack.destination_id) == (fusion_node_id("Testfield"), NODE)
    assert decode(ack.SerializeToString()).time_ns == START_NS
    assert network.refused() == {} and network.ledger.statuses[0].messages == 1


@pytest.mark.parametrize(
    "registration",
    [
        made.registration(R.NODE_TYPE_JAMMER),
        made.registration(R.NODE_TYPE_KINETIC),
        made.registration(R.NODE_TYPE_CYBER),
        made.registration(R.NODE_TYPE_LDEW),
        made.registration(R.NODE_TYPE_RFDEW),
        made.registration(R.NODE_TYPE_RADAR, R.NODE_TYPE_JAMMER),
        made.registration(R.NODE_TYPE_OTHER, category="Jammer"),
        made.registration(R.NODE_TYPE_RADAR, sub_type="RF jammer"),
    ],
)
def test_a_node_that_acts_on_things_is_refused_in_words_and_counted(registration: Any) -> None:
    network = Network(sensor())
    network.send(registration)
    (ack,) = network.answers
    assert ack.registration_ack.acceptance is False
    assert "no effectors" in ack.registration_ack.ack_response_reason[0]
    assert network.send(made.detection(made.pointed(10.0, 900.0))) == []
    assert network.refused() == {"effector_refused": 1, "not_registered": 1}


def test_a_sensor_that_becomes_an_effector_is_a_node_no_more() -> None:
    network = Network(sensor())
    network.send(made.registration(), made.registration(R.NODE_TYPE_RADAR, R.NODE_TYPE_LDEW))
    network.send(made.status())
    assert network.refused() == {"effector_refused": 1, "not_registered": 1}


def test_nobody_ends_a_node_from_another_connection() -> None:
    network = Network(sensor())
    network.send(made.registration())
    network.send(made.registration(R.NODE_TYPE_KINETIC), source="10.0.0.9:1")
    network.reader.forget("10.0.0.9:1")
    network.send(made.status())
    assert network.refused() == {"effector_refused": 1} and network.ledger.statuses[0].messages == 2


def test_a_passive_receiver_that_hears_jamming_is_no_effector() -> None:
    network = Network(sensor(SensorKind.DIRECTION_FINDER))
    network.send(made.registration(R.NODE_TYPE_PASSIVE_RF, category="Jamming detection"))
    assert network.answers[0].registration_ack.acceptance is True


def test_nodes_are_told_apart_by_their_ids_and_strangers_are_told_so() -> None:
    network = Network(
        sensor(name="one", node_id=NODE.upper()), sensor(SensorKind.CAMERA, "two", node_id=OTHER_NODE)
    )
    stranger = "00000000-0000-4000-8000-000000000001"
    network.send(
        made.registration(R.NODE_TYPE_CAMERA, node=OTHER_NODE),
        made.registration(),
        made.registration(node=stranger),
    )
    assert [a.registration_ack.acceptance for a in network.answers] == [True, True, False]
    network.send(made.status(), made.status(node=OTHER_NODE), made.status(node=OTHER_NODE))
    assert [status.messages for status in network.ledger.statuses] == [2, 3]
    assert network.refused(None) == {"node_not_in_site": 1}


def test_strangers_behind_a_middleware_are_counted_and_left_alone() -> None:
    network = Network(sensor(node_id=OTHER_NODE), is_called=False)
    network.send(made.registration())
    assert network.answers == [] and network.refused() == {"node_not_in_site": 1}


def test_the_sensor_without_an_id_is_one_node_and_another_after_it_has_gone() -> None:
    network = Network(sensor())
    network.send(made.registration())
    network.send(made.registration(node=OTHER_NODE), source="10.0.0.8:1")
    assert [a.registration_ack.acceptance for a in network.answers] == [True, False]
    network.reader.forget(HERE)
    network.send(made.registration(node=OTHER_NODE), source="10.0.0.8:1")
    assert network.answers[-1].registration_ack.acceptance is True


def test_a_node_that_is_no_sensor_of_its_kind_is_told_so() -> None:
    network = Network(sensor(SensorKind.RADAR))
    network.send(made.registration(R.NODE_TYPE_CAMERA), made.registration(R.NODE_TYPE_OTHER))
    first, second = network.answers
    assert "camera" in first.registration_ack.ack_response_reason[0]
    assert second.registration_ack.acceptance is True
    assert network.refused() == {"node_type_mismatch": 1}


def test_a_type_that_this_edition_does_not_know_is_refused() -> None:
    network = Network(sensor(SensorKind.TRACKS))
    network.send(made.registration(99))
    assert network.refused() == {"unknown_node_type": 1}


def test_who_registers_twice_is_taken_and_counted() -> None:
    network = Network(sensor())
    network.send(made.registration(), made.registration())
    network.send(made.registration(), source="10.0.0.9:1")
    assert [a.registration_ack.acceptance for a in network.answers] == [True] * 3
    assert network.refused() == {"registered_again": 1, "registered_elsewhere": 1}
    assert network.send(made.status()) == []  # over the old connection
    assert network.refused()["not_registered"] == 1


def test_who_never_registers_is_told_once_and_counted_each_time() -> None:
    network = Network(sensor())
    for k in range(5):
        assert network.send(made.detection(made.pointed(10.0, 900.0), report=str(k))) == []
    (answer,) = network.answers
    assert "register" in answer.error.error_message[0]
    assert Wire.FromString(answer.error.packet).detection_report.report_id
    assert network.refused() == {"not_registered": 5}


# ---- tasks, alerts, answers ----


def test_tasks_are_refused_counted_and_answered_with_an_error() -> None:
    network = Network(sensor())
    ack = made.envelope()
    ack.task_ack.task_id = "x"
    network.send(made.registration(), made.task(), made.task(), ack)
    assert [a.WhichOneof("content") for a in network.answers] == ["registration_ack", "error"]
    assert "no tasks" in network.answers[1].error.error_message[0]
    assert network.refused() == {"task_refused": 3}


def test_an_alert_of_a_node_is_noted_and_no_detection() -> None:
    network = tracks()
    assert network.send(made.alert()) == []
    assert network.refused() == {"alert_from_node": 1}
    assert network.answers[-1].alert_ack.alert_id == made.alert().alert.alert_id


def test_answers_are_not_answered() -> None:
    network = Network(sensor())
    ack, error = made.envelope(), made.envelope()
    ack.registration_ack.acceptance = True
    error.error.packet = b"x"
    network.send(ack, error, error)
    assert network.answers == [] and network.refused() == {"error_from_node": 2}


def test_what_tocsin_itself_wrote_is_no_evidence() -> None:
    network = tracks()
    assert network.send(made.detection(over(), node=fusion_node_id("Testfield"))) == []
    assert network.refused() == {"own_track_came_back": 1}


# ---- detections ----


def test_a_track_of_another_system_is_a_position_with_an_identity_that_nobody_can_look_up() -> None:
    network = tracks()
    message = made.detection(over(x_error=1e-4, y_error=1e-4, z_error=30.0))
    message.detection_report.enu_velocity.east_rate = 12.0
    message.detection_report.enu_velocity.north_rate = -5.0
    (row,) = network.send(message, at_s=0.3)
    assert (row.time_ns, row.received_ns, row.sensor, row.scan) == (START_NS, seconds(0.3), 0, NO_SCAN)
    assert math.degrees(row.latitude_rad) == pytest.approx(-46.51)
    assert (row.altitude_m, row.position_sigma_m) == (300.0, 30.0)
    assert (row.velocity_east_mps, row.velocity_north_mps) == (12.0, -5.0)
    assert math.isnan(row.velocity_up_mps)
    assert row.identity.startswith("sapient:") and "MADE" not in row.identity
    (again,) = network.send(made.detection(over(), seconds(1.0)), at_s=1.0)
    (other,) = network.send(made.detection(over(), seconds(1.0), object_name="2"), at_s=1.0)
    assert again.identity == row.identity != other.identity


def test_names_that_are_new_with_each_detection_are_no_identity() -> None:
    network = Network(sensor(SensorKind.TRACKS))
    network.send(made.registration(R.NODE_TYPE_FUSION_NODE, tracking=R.TRACKING_TYPE_NONE))
    (row,) = network.send(made.detection(over()))
    assert row.identity == ""


def test_velocities_are_in_the_units_that_the_registration_names() -> None:
    network = Network(sensor(SensorKind.TRACKS))
    network.send(made.registration(R.NODE_TYPE_FUSION_NODE, speed_units=2))  # km/h
    message = made.detection(over())
    message.detection_report.enu_velocity.east_rate = 36.0
    message.detection_report.enu_velocity.up_rate = -3.6
    (row,) = network.send(message)
    assert row.velocity_east_mps == pytest.approx(10.0) and row.velocity_up_mps == pytest.approx(-1.0)


def test_plots_of_a_staring_radar_are_one_scan_for_each_look() -> None:
    network = Network(sensor())
    network.send(made.registration())
    rows: list[Detection] = []
    for look in (0.0, 2.0):
        for k, azimuth_deg in enumerate((350.0, 10.0, 200.0)):
            dated = seconds(look + 0.004 * k)
            where = made.pointed(azimuth_deg, 900.0, elevation=5.0, azimuth_error=0.5, range_error=4.0)
            rows += network.send(made.detection(where, dated, object_name=str(k)), at_s=look + 0.1)
        assert rows == [] or look > 0.0
        rows += network.due(look + 1.9)
    assert [row.scan for row in rows] == [1, 1, 1, 2, 2, 2]
    assert len({row.received_ns for row in rows}) == 2
    assert network.ledger.statuses[0].scans == 2
    assert rows[0].azimuth_rad == pytest.approx(math.radians(350.0))
    assert rows[0].range_sigma_m == 4.0 and rows[0].azimuth_sigma_rad == pytest.approx(math.radians(0.5))
    assert rows[0].elevation_rad == pytest.approx(math.radians(5.0)) and rows[0].identity


def test_plots_of_a_turning_radar_are_one_scan_for_each_turn() -> None:
    network = Network(sensor(period_s=4.0))
    network.send(made.registration(scan=R.SCAN_TYPE_SCANNING))
    rows: list[Detection] = []
    for turn in range(3):
        for k, azimuth_deg in enumerate((10.0, 120.0, 350.0)):
            at_s = 4.0 * turn + 4.0 * azimuth_deg / 360.0
            message = made.detection(made.pointed(azimuth_deg, 900.0), seconds(at_s), object_name=str(k))
            rows += network.due(at_s) + network.send(message, at_s=at_s)
    assert [row.scan for row in rows] == [1, 1, 1, 2, 2, 2]


@pytest.mark.parametrize("kind", [SensorKind.MICROPHONE, SensorKind.DIRECTION_FINDER, SensorKind.CAMERA])
def test_bearings_are_bearings_and_a_guessed_range_is_left_out(kind: SensorKind) -> None:
    network = Network(sensor(kind))
    network.send(made.registration(R.NODE_TYPE_OTHER))
    (row,) = network.send(made.detection(made.pointed(45.0, 900.0, azimuth_error=2.0)))
    assert row.azimuth_rad == pytest.approx(math.pi / 4) and math.isnan(row.range_m)
    (row,) = network.send(made.detection(made.pointed(45.0, 900.0, range_error=90.0), object_name="2"))
    assert (row.range_m, row.range_sigma_m) == (900.0, 90.0)


@pytest.mark.parametrize(
    ("name", "finer"), [("Human", "Adult"), ("Land Vehicle", "Wheeled"), ("Other", "Person"), ("Boat", "")]
)
def test_people_and_what_stands_on_the_ground_are_refused(name: str, finer: str) -> None:
    network = tracks()
    message = made.classified(made.detection(over()), (name, 0.8, finer), ("UAV", 0.2, "Fixed wing"))
    assert network.send(message) == []
    assert network.refused() == {"not_in_the_air": 1}


@pytest.mark.parametrize(
    "name", ["UAV", "Air Vehicle", "Manned fixed wing", "Bird", "Unmanned Aerial Vehicle"]
)
def test_what_flies_is_taken_whatever_else_it_might_be(name: str) -> None:
    network = tracks()
    assert network.send(made.classified(made.detection(over()), ("Human", 0.1, "Adult"), (name, 0.6, "x")))


def changed(**values: Any) -> Callable[[Any], None]:
    def change(message: Any) -> None:
        for name, value in values.items():
            setattr(message.detection_report, name, value)

    return change


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (changed(state="Object Lost"), "object_lost"),
        (changed(detection_confidence=0.0), "confidence_zero"),
        (lambda m: setattr(m.detection_report.location, "coordinate_system", 0), "units_unknown"),
        (lambda m: setattr(m.detection_report.location, "y", 20.0), "beyond_max_range"),
    ],
)
def test_a_report_that_cannot_be_used_is_counted_with_its_reason(
    change: Callable[[Any], None], reason: str
) -> None:
    network = tracks(max_range_m=50_000.0)
    message = made.detection(over())
    change(message)
    assert network.send(message) == [] and network.refused() == {reason: 1}


def test_the_same_report_again_is_no_second_measurement() -> None:
    network = tracks()
    message = made.detection(over())
    assert len(network.send(message, message)) == 1
    assert network.refused() == {"repeated": 1}


def test_a_node_whose_clock_is_wrong_is_dated_by_receipt() -> None:
    network = tracks()
    (row,) = network.send(made.detection(over(), seconds(-3600.0)), at_s=1.0)
    assert row.time_ns == row.received_ns == seconds(1.0)


def test_a_node_that_floods_is_cut_and_counted() -> None:
    known = site(sensor(SensorKind.TRACKS)).model_copy()
    slow = known.model_copy(
        update={"service": known.service.model_copy(update={"most_messages_per_s": 10.0})}
    )
    ledger = Ledger(slow)
    reader = SapientReader(slow, [0], ledger, SECRET, is_called=True)
    sent = [made.registration(R.NODE_TYPE_FUSION_NODE)]
    sent += [made.detection(over(), report=str(k)) for k in range(100)]
    data = b"".join(framed(message.SerializeToString()) for message in sent)
    assert len(list(reader.read(data, START_NS, HERE))) == 10
    assert ledger.statuses[0].refused == {"flooded": 90}


# ---- status and place ----


def test_a_status_is_what_the_sensor_says_of_itself() -> None:
    network = Network(sensor())
    network.send(made.registration(), made.status(made.located(-46.4, -20.2, 55.0)), at_s=2.0)
    told = network.ledger.statuses[0].self_report
    assert told is not None and told.latitude_rad == pytest.approx(math.radians(-46.4))
    assert (told.received_ns, told.is_listening, told.battery_percent) == (seconds(2.0), True, 71.0)
    assert (told.altitude_m, told.software) == (55.0, "2.3.4")
    network.send(made.status(system=S.SYSTEM_ERROR), at_s=3.0)
    told = network.ledger.statuses[0].self_report
    assert told is not None and not told.is_listening and told.altitude_m == 55.0


def test_who_says_goodbye_has_gone() -> None:
    network = Network(sensor())
    network.send(made.registration(), made.status(system=S.SYSTEM_GOODBYE), made.status())
    assert network.refused() == {"not_registered": 1}


def test_a_radar_that_moved_measures_from_where_it_says() -> None:
    network = Network(sensor())
    network.send(made.registration(), made.status(made.located(-46.4, -20.25, 100.0)))
    network.send(made.detection(made.pointed(90.0, 5000.0, elevation=2.0)))
    (row,) = network.due(3.0)
    east_m = 6_378_137.0 * math.radians(math.degrees(row.longitude_rad) + 20.25) * math.cos(row.latitude_rad)
    assert math.degrees(row.latitude_rad) == pytest.approx(-46.4, abs=1e-3)
    assert east_m == pytest.approx(5000.0, rel=0.01)
    assert row.altitude_m == pytest.approx(100.0 + 5000.0 * math.sin(math.radians(2.0)), abs=4.0)
    assert math.isnan(row.range_m) and row.position_sigma_m > 100.0  # 2 deg of elevation at 5 km


def test_a_bearing_of_a_node_that_moved_is_refused_and_of_one_that_did_not_is_taken() -> None:
    network = Network(sensor(SensorKind.CAMERA))
    network.send(made.registration(R.NODE_TYPE_CAMERA), made.status(made.located(-46.4, -20.25)))
    assert network.send(made.detection(made.pointed(90.0))) == []
    assert network.refused() == {"node_moved": 1}
    network.send(made.status(made.located(LATITUDE_DEG + 0.0005, LONGITUDE_DEG)))
    assert len(network.send(made.detection(made.pointed(90.0), object_name="2"))) == 1


def test_a_node_that_stands_nowhere_places_nothing_until_it_says_where() -> None:
    network = Network(sensor(placed=False))
    network.send(made.registration(), made.detection(made.pointed(90.0, 5000.0)))
    assert network.refused() == {"sensor_position_unknown": 1}
    network.send(made.status(made.located(-46.4, -20.25)))
    (row,) = network.send(made.detection(made.pointed(90.0, 5000.0), object_name="2"))
    assert math.isfinite(row.latitude_rad) and math.isnan(row.altitude_m)


def test_where_a_person_stands_is_not_kept() -> None:
    network = Network(sensor(SensorKind.SIGHTING))
    network.send(made.registration(R.NODE_TYPE_HUMAN), made.status(made.located(-46.4, -20.25, 10.0)))
    told = network.ledger.statuses[0].self_report
    assert told is not None and told.latitude_rad is None and told.altitude_m is None
    assert network.reader._nodes[NODE].place is None
    assert len(network.send(made.detection(made.pointed(90.0)))) == 1


# ---- rubbish ----


def test_a_bad_length_ends_the_connection_and_no_other() -> None:
    network = Network(sensor())
    network.feed(b"GET / HTTP/1.1\r\n\r\n", source="10.0.0.9:1")
    assert network.hung_up == ["10.0.0.9:1"]
    network.send(made.registration())
    assert network.answers[-1].registration_ack.acceptance is True
    assert network.ledger.statuses[0].decode_errors == {"sapient_bad_length": 1}


def test_a_connection_that_is_cut_within_a_message_is_counted_and_forgotten() -> None:
    network = Network(sensor())
    data = framed(made.registration().SerializeToString())
    network.feed(data[:30])
    network.reader.forget(HERE)
    network.feed(data)
    assert network.ledger.statuses[0].decode_errors == {"sapient_truncated": 1}
    assert network.answers[-1].registration_ack.acceptance is True


def test_a_message_that_cannot_be_read_is_answered_once_and_the_next_is_read() -> None:
    network = Network(sensor())
    network.feed(
        framed(b"\xff" * 40) + framed(b"\xff" * 41) + framed(made.registration().SerializeToString())
    )
    assert [a.WhichOneof("content") for a in network.answers] == ["error", "registration_ack"]
    assert network.ledger.statuses[0].decode_errors == {"sapient_damaged": 2}


def test_answers_to_long_messages_are_short() -> None:
    network = Network(sensor())
    network.feed(framed(b"\xff" * (MOST_BYTES - 10)))
    assert network.answers[0].ByteSize() < 5000


MESSAGES = [
    made.registration(), made.registration(node=OTHER_NODE), made.registration(R.NODE_TYPE_JAMMER),
    made.status(over()), made.detection(over()), made.detection(made.pointed(1.0, 9.0)), made.task(),
    made.alert(), made.detection(made.pointed(5.0), node=OTHER_NODE),
]  # fmt: skip


@given(
    sent=st.lists(
        st.sampled_from([framed(m.SerializeToString()) for m in MESSAGES]) | st.binary(max_size=60),
        max_size=12,
    ),
    ends=st.sets(st.integers(0, 12)),
)
def test_whatever_is_sent_in_whatever_order_nothing_is_raised(sent: list[bytes], ends: set[int]) -> None:
    network = Network(sensor(), sensor(SensorKind.CAMERA, "other", node_id=OTHER_NODE))
    for k, data in enumerate(sent):
        network.feed(data, at_s=float(k), source=f"10.0.0.{k % 2}:1")
        network.due(k + 0.5)
        if k in ends:
            network.reader.forget("10.0.0.0:1")
    assert len(network.answers) <= len(MESSAGES) * len(sent)
