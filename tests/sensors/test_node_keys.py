"""Nodes with a key: what bears no seal of theirs is not used, and what bears it counts once and for 10 s."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.sensors.made import at, site
from tests.sensors.test_node_reader import placed

from tocsin.config.kinds import SensorKind
from tocsin.errors import UnusableFile
from tocsin.formats.nodes import encode_envelope
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.node_reader import NodeReader

KEY = "a key of the tests that is long enough"
UDP = "udp://127.0.0.1:4700"


class Nodes:
    """A reader of a node with a key and one without, as over UDP or with the topics of a broker."""

    def __init__(self, folder: Path, is_stream: bool = False) -> None:
        file = folder / "mast.key"
        file.write_text(KEY + "\n")
        known = site(
            placed("mast", SensorKind.MICROPHONE, input=UDP, message_key_file=str(file)),
            placed("hut", SensorKind.MICROPHONE, input=UDP),
        )
        self.ledger = Ledger(known)
        self.reader = NodeReader(known, None, self.ledger, is_stream)

    def take(self, payload: bytes, received_s: float = 5.0, source: str = "192.0.2.7:4242") -> int:
        """How many detections are made of a payload."""
        return len(list(self.reader.read(payload, at(received_s), source)))

    def counted(self, sensor: int | None = 0) -> dict[str, int]:
        status = self.ledger.of(sensor)
        return dict(status.refused + status.decode_errors)


def heard(is_heard: bool = True) -> str:
    return json.dumps({"v": 1, "heard": is_heard})


def sealed(
    sent_s: float = 5.0, sensor: str = "mast", key: str | None = KEY, message: str | None = None
) -> bytes:
    sent_ms = at(sent_s) // 1_000_000
    return encode_envelope(sensor, "heard", message or heard(), key.encode() if key else None, sent_ms)


@pytest.fixture
def nodes(tmp_path: Path) -> Nodes:
    return Nodes(tmp_path)


def test_what_is_sealed_is_used(nodes: Nodes) -> None:
    assert nodes.take(sealed()) == 1
    assert nodes.counted() == {} and nodes.ledger.statuses[0].messages == 1


@pytest.mark.parametrize(
    ("payload", "source"),
    [
        (sealed(key=None), "192.0.2.7:4242"),
        (sealed(key="another key that is long enough"), "192.0.2.7:4242"),
        (sealed(message=heard(False)).replace(b"false", b"true"), "192.0.2.7:4242"),
        (sealed(sensor="hut").replace(b'"hut"', b'"mast"'), "192.0.2.7:4242"),
        (heard().encode(), "tocsin/mast/heard"),
        (b"{", "tocsin/mast/heard"),
        (sealed(key=None), "tocsin/mast/heard"),
        (sealed(key=None), "tocsin/hut/heard"),  # whose topic it is does not help
    ],
)
def test_what_is_not_is_counted_and_is_no_sign_of_life(nodes: Nodes, payload: bytes, source: str) -> None:
    assert nodes.take(payload, source=source) == 0
    assert nodes.counted() == {"not_authentic": 1}
    assert nodes.ledger.statuses[0].last_received_ns is None


def test_what_is_said_again_by_somebody_else_counts_once(nodes: Nodes) -> None:
    payload = sealed(5.0)
    assert [nodes.take(payload, received_s) for received_s in (5.1, 5.2, 14.9)] == [1, 0, 0]
    assert nodes.take(payload, 15.1) == 0
    assert nodes.counted() == {"replayed": 2, "received_too_late": 1}


def test_a_seal_of_the_future_does_not_count(nodes: Nodes) -> None:
    assert nodes.take(sealed(11.0), 5.0) == 0
    assert nodes.counted() == {"from_the_future": 1}


def test_a_node_without_a_key_needs_no_seal_but_says_who_it_is(nodes: Nodes) -> None:
    assert nodes.take(sealed(sensor="hut", key=None)) == 1
    assert nodes.take(sealed(sensor="hut", key="whatever key")) == 1
    assert nodes.take(heard().encode(), source="tocsin/hut/heard") == 1
    assert nodes.take(heard().encode()) == 0
    assert nodes.take(sealed(sensor="cellar")) == 0
    assert nodes.counted(1) == {}
    assert nodes.counted(None) == {"node_topic_unknown": 1, "unknown_sensor": 1}


def test_envelopes_on_a_connection_follow_each_other_and_damage_is_counted(tmp_path: Path) -> None:
    nodes = Nodes(tmp_path, is_stream=True)
    data = sealed(5.0) + sealed(5.1) + b"\n" + sealed(5.2) + b"noise" + sealed(5.3)
    assert sum(nodes.take(data[k : k + 50]) for k in range(0, len(data), 50)) == 4
    assert nodes.take(sealed(5.4)[:40]) == 0
    nodes.reader.forget("192.0.2.7:4242")
    assert nodes.take(sealed(5.5)) == 1
    assert nodes.counted(None) == {"node_bytes_skipped": 1, "node_message_truncated": 1}


@pytest.mark.parametrize(("content", "reason"), [(b"short", "fewer than 16 bytes"), (None, "cannot be read")])
def test_a_key_that_is_none_is_refused_before_anything_is_read(
    tmp_path: Path, content: bytes | None, reason: str
) -> None:
    file = tmp_path / "mast.key"
    if content is not None:
        file.write_bytes(content)
    known = site(placed("mast", SensorKind.MICROPHONE, input=UDP, message_key_file=str(file)))
    with pytest.raises(UnusableFile, match=f"mast.key: .*{reason}"):
        NodeReader(known, None, Ledger(known))
