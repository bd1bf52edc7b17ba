"""Replays: the real drone as one track, an advisory for a zone over it, and nothing personal written."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

from tocsin.formats.capture import packets
from tocsin.formats.remote_id import BasicId, OperatorId, System, decode_payload, remote_id_frames
from tocsin.recording.recording import Recording
from tocsin.runtime.replay_job import replay_capture

SITE = """
[site]
name = "Meadow"
latitude_deg = 47.2
longitude_deg = 8.73
altitude_m = 450.0

[[sensors]]
name = "receiver"
kind = "remote_id"
period_s = 1.0

[[zones]]
name = "Meadow"
polygon = [[47.19, 8.72], [47.19, 8.74], [47.21, 8.74], [47.21, 8.72]]
"""
FLIGHT_S = 123.0


def replayed(shared_path: Callable[[str], Path], folder: Path) -> Recording:
    site = folder / "site.toml"
    site.write_text(SITE, encoding="utf-8")
    replay_capture(shared_path("recordings/remote_id_parrot_anafi.pcapng"), site, folder / "out")
    return Recording(folder / "out")


def test_the_real_drone_is_one_track_for_its_whole_flight(shared_path, tmp_path: Path) -> None:
    recording = replayed(shared_path, tmp_path)
    tracks = recording.tracks().to_pylist()
    assert recording.detections().num_rows == 124
    assert len({row["track_id"] for row in tracks}) == 1
    assert tracks[-1]["time_s"] - tracks[0]["time_s"] >= FLIGHT_S - 1.0


def test_a_zone_over_the_real_drone_gets_one_alert_and_it_is_an_advisory(shared_path, tmp_path: Path) -> None:
    alerts = replayed(shared_path, tmp_path).alerts().to_pylist()
    assert {alert["zone"] for alert in alerts} == {"Meadow"}
    assert len({alert["alert_id"] for alert in alerts}) == 1
    assert {alert["level"] for alert in alerts} == {"advisory"}


def test_no_file_written_holds_the_serial_or_the_operator(shared_path, tmp_path: Path) -> None:
    recording = replayed(shared_path, tmp_path)
    with shared_path("recordings/remote_id_parrot_anafi.pcapng").open("rb") as stream:
        frames = [frame for packet in packets(stream) for frame in remote_id_frames(packet)]
    messages = [message for frame in frames for message in decode_payload(frame.payload)[0]]
    serials = {message.identity for message in messages if isinstance(message, BasicId | OperatorId)} - {""}
    places = {
        f"{math.degrees(angle):.5f}"
        for message in messages
        if isinstance(message, System)
        for angle in (message.operator_latitude_rad, message.operator_longitude_rad)
        if angle is not None
    }
    assert serials and places, "the capture holds personal data: a test that finds none is wrong"
    tables = (recording.detections(), recording.tracks(), recording.alerts(), recording.associations())
    assert not any(serial in str(table.to_pylist()) for table in tables for serial in serials)
    for file in (tmp_path / "out").rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert not any(word.encode() in content for word in serials | places), file.name


def test_a_replay_says_in_its_metrics_what_was_read_and_what_was_not_used(
    shared_path, tmp_path: Path
) -> None:
    replayed(shared_path, tmp_path)
    run = json.loads((tmp_path / "out" / "metrics.json").read_text())["run"]
    assert run["sensors"][0]["messages"] == 1140
    assert run["detections"] == 124
