"""Real drones and radars through the whole room; nothing personal of them stands here."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.sensors.made import SECRET, all_of

from tocsin.errors import UnusableFile
from tocsin.formats.capture import packets
from tocsin.formats.remote_id import BasicId, OperatorId, System, decode_payload, remote_id_frames
from tocsin.sensors.capture_source import CaptureSource
from tocsin.sensors.discovery import discover

Finder = Callable[[str], Path]
FLIGHT = "recordings/remote_id_parrot_anafi.pcapng"


def personal_words(path: Path) -> set[str]:
    """Every serial, registration, transmitter and position of an operator, as text."""
    words: set[str] = set()
    with path.open("rb") as stream:
        for packet in packets(stream):
            for frame in remote_id_frames(packet):
                words.add(frame.transmitter)
                words |= {word for message in decode_payload(frame.payload)[0] for word in personal(message)}
    return {word for word in words if len(word) > 5}


def position_text(latitude_rad: float, longitude_rad: float) -> str:
    """To the 1e-7 degrees that Remote ID holds: operator and drone once share a latitude, but no place."""
    return f"{math.degrees(latitude_rad):.7f} {math.degrees(longitude_rad):.7f}"


def personal(message: object) -> list[str]:
    if isinstance(message, BasicId | OperatorId):
        return [message.identity]
    if isinstance(message, System) and message.operator_latitude_rad and message.operator_longitude_rad:
        return [position_text(message.operator_latitude_rad, message.operator_longitude_rad)]
    return []


def test_the_real_flight_is_124_measurements_of_one_aircraft(shared_path: Finder) -> None:
    path = shared_path(FLIGHT)
    source = CaptureSource(path, discover(path), SECRET)
    found = all_of(source)
    status = source.statuses[0]
    assert (len(found), status.detections, status.messages) == (124, 124, 1140)
    assert source.decoded == {"Location": 1140, "BasicId": 385, "System": 385, "OperatorId": 385}
    assert status.refused == {"repeated": 1016}
    assert not status.decode_errors and not source.unassigned.decode_errors
    assert len(set(found.identity)) == 1
    assert found.identity[0].startswith("rid:")
    assert (found.time_ns[-1] - found.time_ns[0]) / 1e9 == pytest.approx(123, abs=1)
    assert np.diff(found.time_ns).max() < 2e9
    assert source.notes == []


def test_nothing_that_leaves_the_room_holds_a_serial_or_the_operators_position(shared_path: Finder) -> None:
    path = shared_path(FLIGHT)
    site = discover(path)
    source = CaptureSource(path, site, SECRET)
    found = all_of(source)
    rows = "\n".join(repr(found.row(number)) for number in range(len(found)))
    positions = zip(found.latitude_rad.tolist(), found.longitude_rad.tolist(), strict=True)
    degrees = "\n".join(position_text(*position) for position in positions)
    told = "\n".join([rows, degrees, repr(site), repr(source.statuses), *source.notes])
    words = personal_words(path)
    assert len(words) >= 5
    assert len(told.splitlines()) > 248
    # Not the words themselves: a failure would print them.
    assert sum(word in told for word in words) == 0


def test_the_real_beacons_of_a_wrong_clock_are_used(shared_path: Finder) -> None:
    path = shared_path("recordings/remote_id_wifi_beacon.pcap")
    source = CaptureSource(path, discover(path), SECRET)
    assert len(all_of(source)) == 16
    assert "the clocks of 1 of 1 transmitters are off" in source.notes[0]


def test_the_real_bluetooth_capture_without_positions_is_told_and_counted(shared_path: Finder) -> None:
    path = shared_path("recordings/remote_id_bluetooth5.pcapng")
    with pytest.raises(UnusableFile, match="222 Remote ID messages without a position"):
        discover(path)
    source = CaptureSource(path, discover(shared_path(FLIGHT)), SECRET)
    assert len(all_of(source)) == 0
    assert source.statuses[0].refused == {"position_unknown": 222}
    assert source.statuses[0].decode_errors == {"bad_checksum": 30, "remote_id_empty_pack": 19}


def test_the_real_radars_are_all_decoded_and_only_the_placed_one_is_used(shared_path: Finder) -> None:
    path = shared_path("recordings/asterix_cat034_048.pcap")
    site = discover(path)
    assert [sensor.name for sensor in site.sensors if sensor.latitude_deg is not None] == ["radar-25-12"]
    source = CaptureSource(path, site, SECRET)
    found = all_of(source)
    assert source.decoded == {"RadarPlot": 128, "RadarService": 34}
    assert sum(status.messages for status in source.statuses) == 128 + 34
    refused = sum((status.refused for status in source.statuses), Counter())
    # Each datagram came over two lines; of the 64 plots one has no position and 44 stand nowhere.
    assert refused == {"repeated": 64, "radar_position_unknown": 44, "not_detected": 1}
    assert len(found) == 19
    assert np.isnan(found.latitude_rad).all() and np.isfinite(found.range_m).all()
    assert len([note for note in source.notes if "tells no position and the site file has none" in note]) == 6


def test_a_stream_that_is_no_capture_is_told(shared_path: Finder) -> None:
    with pytest.raises(UnusableFile, match="is neither a pcap nor a pcapng capture"):
        discover(shared_path("recordings/modes_beast.bin"))
