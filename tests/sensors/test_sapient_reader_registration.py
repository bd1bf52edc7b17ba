"""Nodes register and are answered; effectors, tasks, alerts and strangers are refused and counted."""

from __future__ import annotations

from typing import Any

import pytest
from sapient_msg.bsi_flex_335_v2_0.sapient_message_pb2 import SapientMessage as Wire
from tests.formats.sapient import made
from tests.formats.sapient.made import NODE, OTHER_NODE, START_NS, R
from tests.sensors.sapient_network import (
    HERE,
    Network,
    over,
    sensor,
    tracks,
)

from tocsin.config.kinds import SensorKind
from tocsin.formats.sapient import decode, fusion_node_id


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
