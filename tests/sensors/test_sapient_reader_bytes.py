"""Rubbish, cut connections and messages in any order: counted, answered shortly, never raised."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.formats.sapient import made
from tests.formats.sapient.made import OTHER_NODE, R
from tests.sensors.sapient_network import (
    HERE,
    Network,
    over,
    sensor,
)

from tocsin.config.kinds import SensorKind
from tocsin.formats.sapient import MOST_BYTES, framed


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
