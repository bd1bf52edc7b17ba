"""Receivers of Remote ID in JSON: the same detections as from frames, one for each measurement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.remote_id_json.made import (
    ADDRESS,
    DRAGONSYNC,
    ESP32,
    MESH_MAPPER,
    OPEN_DRONE_ID,
    OPERATOR_DEG,
    SERIAL,
    SERIAL_KIND,
    as_bytes,
    vector_of,
)
from tests.sensors.made import (
    BASIC_ID,
    SECOND_NS,
    SECRET,
    START_NS,
    all_of,
    at,
    beacon_packet,
    location,
    receiver,
    site,
)

from tocsin.formats.capture import packets
from tocsin.formats.remote_id import BasicId, IdentityKind, Location, decode_payload, remote_id_frames
from tocsin.model.detections import Detection, Detections
from tocsin.sensors.capture_source import CaptureSource
from tocsin.sensors.discovery import discover
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.remote_id_json_reader import RemoteIdJsonReader
from tocsin.sensors.remote_id_measurements import MOST_TRANSMITTERS, RemoteIdMeasurements
from tocsin.sensors.remote_id_reader import RemoteIdReader
from tocsin.sensors.rows import Rows

Finder = Callable[[str], Path]
TOPIC = f"wardragon/drone/drone-{SERIAL}"


class Receiver:
    """A reader with its ledger."""

    def __init__(self, measurements: RemoteIdMeasurements | None = None, is_stream: bool = False) -> None:
        self.ledger = Ledger(site(receiver()))
        self.measurements = measurements or RemoteIdMeasurements(SECRET)
        self.reader = RemoteIdJsonReader(site(receiver()), 0, self.ledger, self.measurements, is_stream)

    def say(self, received_s: float, message: Any, source: str = TOPIC) -> list[Detection]:
        return list(self.reader.read(as_bytes(message), at(received_s), source))

    @property
    def refused(self) -> dict[str, int]:
        return dict(self.ledger.statuses[0].refused)


def decoded(said: Location, address: str = ADDRESS) -> list[Any]:
    """What a receiver around OpenDroneID writes of a Location and the aircraft of these tests."""
    basic_id = {"id_type": SERIAL_KIND, "id": BASIC_ID.identity, "MAC": address}
    return [{"Basic ID": basic_id}, {"Location/Vector Message": vector_of(said)}]


def state(seconds: float, **values: object) -> dict[str, Any]:
    """DragonSync's state of a drone that was measured so many seconds after the start, on the hour."""
    return (
        DRAGONSYNC
        | {"rid_timestamp": f"0 min {seconds} s", "observed_at": at(seconds + 0.2) / SECOND_NS}
        | values
    )


def test_json_gives_the_row_that_the_frame_gives() -> None:
    said = location(5.0, geodetic_altitude_m=300.0, vertical_speed_mps=-1.5, horizontal_accuracy_m=30.0)
    frames = RemoteIdReader(SECRET, 0, Ledger(site(receiver())))
    (from_frame,) = frames.read(beacon_packet(5.3, BASIC_ID, said))
    assert Receiver().say(5.3, decoded(said)) == [from_frame]


def test_the_same_measurement_from_a_frame_and_from_two_receivers_is_one() -> None:
    shared = RemoteIdMeasurements(SECRET)
    frames = RemoteIdReader(SECRET, 0, Ledger(site(receiver())), shared)
    first, second = Receiver(shared), Receiver(shared)
    assert len(first.say(5.1, decoded(location(5.0)))) == 1
    assert second.say(5.2, decoded(location(5.0))) == []
    assert list(frames.read(beacon_packet(5.3, BASIC_ID, location(5.0)))) == []
    assert second.refused == {"repeated": 1}
    assert len(second.say(6.1, decoded(location(6.0)))) == 1


def test_a_state_that_dragonsync_publishes_again_and_on_two_topics_is_one_measurement() -> None:
    tried = Receiver()
    rows = [row for topic in ("wardragon/drones", TOPIC) for row in tried.say(5.3, state(5.0), topic)]
    rows += tried.say(9.0, state(5.0, last_update_time=1.0))
    assert [(row.time_ns, row.received_ns) for row in rows] == [(at(5.0), at(5.3))]
    assert (tried.refused, tried.ledger.statuses[0].messages) == ({"repeated": 2}, 3)


def test_without_a_time_of_the_aircraft_it_is_the_receivers() -> None:
    untimed = {"rid_timestamp": "", "timestamp": ""}
    tried = Receiver()
    rows = tried.say(5.4, state(5.0, **untimed)) + tried.say(6.4, state(5.0, **untimed))
    assert [row.time_ns for row in rows] == [at(5.2)], (
        "the same state, published again, is no new measurement"
    )
    assert len(tried.say(6.5, state(6.0, **untimed))) == 1


def test_a_state_that_comes_again_after_a_newer_one_is_no_new_measurement() -> None:
    untimed = {"rid_timestamp": "", "timestamp": ""}
    tried = Receiver()
    rows = [
        row for n, told in enumerate((5.0, 6.0, 5.0)) for row in tried.say(6.5 + n, state(told, **untimed))
    ]
    assert [row.time_ns for row in rows] == [at(5.2), at(6.2)]


def test_the_first_name_of_an_aircraft_counts() -> None:
    registration = {"Basic ID": {"id_type": "CAA Assigned Registration ID", "id": "MADEUP-REG"}}
    (row,) = Receiver().say(5.1, decoded(location(5.0)))
    (same,) = Receiver().say(5.1, [*decoded(location(5.0)), registration])
    (other,) = Receiver().say(5.1, [registration, *decoded(location(5.0))])
    assert same.identity == row.identity != other.identity


def test_a_state_published_again_stays_one_where_the_receivers_clock_is_off() -> None:
    untimed = {"rid_timestamp": "", "timestamp": ""}
    tried = Receiver()
    rows = [row for n in range(5) for row in tried.say(5000.0 + n, state(5.0, **untimed))]
    assert [row.time_ns for row in rows] == [at(5000.0)]


def test_without_any_time_a_place_is_measured_anew_every_second() -> None:
    tried = Receiver()
    rows = [row for n in range(25) for row in tried.say(n / 10, MESH_MAPPER)]
    assert [row.time_ns for row in rows] == [at(0.0), at(1.0), at(2.0)]


def test_the_identity_is_the_hash_of_the_serial_in_every_form() -> None:
    identities = set()
    for message in (OPEN_DRONE_ID, ESP32, DRAGONSYNC, MESH_MAPPER):
        (row,) = Receiver().say(754.5, message)
        assert row.identity.startswith("rid:") and SERIAL not in row.identity
        identities.add(row.identity)
    assert len(identities) == 1


def test_an_aircraft_without_a_name_goes_by_the_hash_of_its_transmitters_address() -> None:
    (row,) = Receiver().say(5.0, MESH_MAPPER | {"basic_id": ""})
    assert row.identity.startswith("rid:") and ADDRESS.replace(":", "") not in row.identity
    (other,) = Receiver().say(5.0, MESH_MAPPER | {"basic_id": "", "mac": "02:00:5e:00:53:02"})
    assert other.identity != row.identity


def test_nothing_of_the_operator_is_kept() -> None:
    tried = Receiver()
    rows = [
        row for message in (OPEN_DRONE_ID, ESP32, DRAGONSYNC, MESH_MAPPER) for row in tried.say(5, message)
    ]
    status = tried.ledger.statuses[0]
    kept = repr(rows) + repr(vars(tried.reader)) + repr(vars(tried.measurements))
    kept += repr([getattr(status, field.name) for field in fields(status)])
    for personal in (SERIAL, "MADEUPOPERATOR", *(str(abs(angle))[:8] for angle in OPERATOR_DEG)):
        assert personal not in kept


@pytest.mark.parametrize("word", ["pilot_attrs", "home_attrs", "pilot_state"])
def test_topics_of_persons_are_dropped_unread(word: str) -> None:
    tried = Receiver()
    message = {"latitude": OPERATOR_DEG[0], "longitude": OPERATOR_DEG[1], "gps_accuracy": 0.0}
    assert tried.say(5.0, message, f"{TOPIC}/{word}") == []
    assert tried.refused == {"position_of_a_person": 1}
    assert not tried.ledger.statuses[0].decode_errors


def test_notices_are_neither_errors_nor_refusals() -> None:
    tried = Receiver()
    assert list(tried.reader.read(b"online", at(5), f"{TOPIC}/availability")) == []
    assert tried.say(5, {"heartbeat": "Device is active and running."}) == []
    assert tried.ledger.decoded == {"Notice": 2}
    assert not tried.refused and not tried.ledger.statuses[0].decode_errors


def test_what_is_no_aircraft_is_refused_with_its_reason() -> None:
    tried = Receiver()
    tried.say(5, [*OPEN_DRONE_ID, {"Signal Info": {}}])
    tried.say(5, DRAGONSYNC | {"track_type": "aircraft"})
    tried.say(5, DRAGONSYNC | {"lat": 0.0, "lon": 0.0})
    assert tried.refused == {"signal_without_position": 1, "not_remote_id": 1, "position_unknown": 1}


def test_a_stream_may_be_cut_anywhere_and_go_on_after_damage() -> None:
    tried = Receiver(is_stream=True)
    data = b"rst:0x1\r\n" + b"\r\n".join(
        as_bytes(MESH_MAPPER | {"drone_lat": 45.0 + n / 1000}) for n in range(5)
    )
    data = data.replace(b'"drone_lat": 45.002', b'"drone_l', 1)
    rows = [
        row
        for n in range(0, len(data), 7)
        for row in tried.reader.read(data[n : n + 7], at(n / 10), "/dev/ttyUSB0")
    ]
    assert len(rows) == 4
    assert set(tried.ledger.statuses[0].decode_errors) == {"remote_id_json_bytes_skipped"}


def test_two_streams_are_not_mixed() -> None:
    tried = Receiver(is_stream=True)
    data, other = as_bytes(MESH_MAPPER), as_bytes(MESH_MAPPER | {"drone_lat": 45.0})
    rows = []
    for n in range(0, max(len(data), len(other)), 10):
        rows += list(tried.reader.read(data[n : n + 10], at(0), "a"))
        rows += list(tried.reader.read(other[n : n + 10], at(0), "b"))
    assert len({row.latitude_rad for row in rows}) == 2
    assert not tried.ledger.statuses[0].decode_errors


def test_known_transmitters_and_streams_are_bounded() -> None:
    tried = Receiver(is_stream=True)
    for number in range(200):
        list(tried.reader.read(b"{", at(0), str(number)))
    assert len(tried.reader._streams) <= 64
    for number in range(MOST_TRANSMITTERS + 10):
        tried.measurements.transmitter(f"{number:012x}")
    assert len(tried.measurements.clocks()) == MOST_TRANSMITTERS


@given(st.lists(st.binary(max_size=60), max_size=5), st.booleans())
def test_any_bytes_are_counted_and_raise_nothing(chunks: list[bytes], is_stream: bool) -> None:
    tried = Receiver(is_stream=is_stream)
    for chunk in chunks:
        assert list(tried.reader.read(chunk, START_NS, TOPIC)) == []
    if not is_stream:
        assert tried.ledger.statuses[0].decode_errors.total() == len(chunks)


def as_decoder_writes(payload: bytes, address: str) -> list[Any]:
    """A captured payload as receivers around OpenDroneID write it."""
    kinds = {
        IdentityKind.SERIAL_NUMBER: SERIAL_KIND,
        IdentityKind.REGISTRATION: "CAA Assigned Registration ID",
    }
    parts: list[Any] = []
    for message in decode_payload(payload)[0]:
        if isinstance(message, Location):
            parts.append({"Location/Vector Message": vector_of(message), "MAC": address})
        elif isinstance(message, BasicId):
            basic_id = {"id_type": kinds.get(message.identity_kind, "None"), "id": message.identity}
            parts.append({"Basic ID": basic_id, "MAC": address})
    return parts


@pytest.mark.parametrize("name", ["remote_id_parrot_anafi.pcapng", "remote_id_wifi_beacon.pcap"])
def test_a_real_flight_in_json_is_the_flight_of_the_frames(name: str, shared_path: Finder) -> None:
    path = shared_path(f"recordings/{name}")
    from_frames = all_of(CaptureSource(path, discover(path), SECRET))
    tried, batches = Receiver(), list[Detections]()
    door = Rows(tried.ledger)
    with path.open("rb") as stream:
        for packet in packets(stream):
            for frame in remote_id_frames(packet):
                message = as_bytes(as_decoder_writes(frame.payload, frame.transmitter))
                batches += door.add(tried.reader.read(message, packet.time_ns, TOPIC))
    batches += door.flush()
    from_json = Detections.concatenate(batches)
    assert len(from_json) == len(from_frames) > 10
    for column, values in from_frames.arrays().items():
        np.testing.assert_array_equal(getattr(from_json, column), values, err_msg=column)
