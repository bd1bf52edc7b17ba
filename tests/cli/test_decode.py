from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Call
from tests.sensors.made import (
    ADDRESS,
    BASIC_ID,
    OPERATOR,
    OPERATOR_ID,
    SERIAL,
    at,
    beacon,
    location,
    north,
    plot,
    radar_blocks,
    radar_frame,
    write_beacons,
    write_radar,
)

from tocsin.formats.remote_id import SelfId

PERSONAL = (SERIAL, ADDRESS, "MADEUPOPERATOR", "47.123456", "20.654321", "Anna")


@pytest.fixture
def flight(tmp_path: Path) -> Path:
    """Two transmitters, one Location twice, one frame that is cut."""
    messages = (BASIC_ID, location(0.0), OPERATOR, OPERATOR_ID, SelfId(0, "Anna\x1b[2J"))
    frames = [
        (at(0.0), beacon(*messages)),
        (at(0.5), beacon(BASIC_ID, location(0.0))),
        (at(1.0), beacon(location(1.0), address="02:00:5e:00:53:02")),
        (at(2.0), beacon(BASIC_ID, location(2.0))[:-30]),
    ]
    return write_beacons(tmp_path / "flight.pcap", frames)


@pytest.fixture
def radar(tmp_path: Path) -> Path:
    frames = [(at(0.0), radar_frame(north(0.0), plot(0.5))), (at(1.0), radar_frame(plot(1.0))[:-2])]
    return write_radar(tmp_path / "radar.pcap", frames)


def test_each_message_is_a_line(tocsin: Call, flight: Path) -> None:
    outcome = tocsin("decode", flight)
    assert outcome.code == 0
    lines = outcome.out.splitlines()
    assert [text.split()[4] for text in lines] == [
        *("BasicId", "Location", "System", "OperatorId", "SelfId"),
        *("BasicId", "Location"),
        "Location",
    ]
    assert lines[1].startswith(
        "10:00:00.000 sender 1 wifi_beacon Location status=airborne latitude_deg=-46.51"
    )
    assert "sender 2" in lines[-1]


def test_the_summary_counts_messages_repetitions_and_damage_on_stderr(tocsin: Call, flight: Path) -> None:
    lines = [text.strip() for text in tocsin("decode", flight).err.splitlines()]
    assert lines[0] == "4 packets read, 2 senders"
    assert "3 Location, 2 of them distinct" in lines
    assert any(text.startswith("not decoded: 1 ") for text in lines)


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_personal_data_are_masked(options: tuple[str, ...], tocsin: Call, flight: Path) -> None:
    outcome = tocsin("decode", flight, *options)
    for personal in PERSONAL:
        assert personal not in outcome.out + outcome.err
    assert outcome.out.count("masked") >= 6


@pytest.mark.parametrize("options", [("--unmask",), ("--json", "--unmask")])
def test_personal_data_are_shown_to_who_asks(options: tuple[str, ...], tocsin: Call, flight: Path) -> None:
    outcome = tocsin("decode", flight, *options)
    for personal in PERSONAL:
        assert personal in outcome.out
    assert "masked" not in outcome.out


def test_text_from_the_air_cannot_steer_the_terminal(tocsin: Call, flight: Path) -> None:
    shown = tocsin("decode", flight, "--unmask").out
    assert "\x1b" not in shown
    assert "Anna\\x1b[2J" in shown


def test_lines_of_json_name_degrees_and_seconds(tocsin: Call, flight: Path) -> None:
    found = [json.loads(text) for text in tocsin("decode", flight, "--json").out.splitlines()]
    position = found[1]
    assert (position["message"], position["standard"], position["sender"]) == ("Location", "remote_id", 1)
    assert position["latitude_deg"] == pytest.approx(-46.51, abs=1e-6)
    assert position["direction_deg"] == pytest.approx(90.0)
    assert position["time_s"] == pytest.approx(at(0.0) / 1e9)
    assert not any(key.endswith(("_rad", "_ns")) for message in found for key in message)


def test_radar_messages_are_decoded_and_cut_frames_counted(tocsin: Call, radar: Path) -> None:
    outcome = tocsin("decode", radar)
    assert [text.split()[3] for text in outcome.out.splitlines()] == ["RadarService", "RadarPlot"]
    assert "20/2 udp RadarPlot" in outcome.out
    assert "1 datagram truncated" in outcome.err


def test_asterix_without_a_container_is_decoded(tocsin: Call, tmp_path: Path) -> None:
    (tmp_path / "raw.ast").write_bytes(radar_blocks(north(0.0), plot(0.5), plot(1.0)))
    found = [json.loads(text) for text in tocsin("decode", "raw.ast", "--json").out.splitlines()]
    assert [one["message"] for one in found] == ["RadarService", "RadarPlot", "RadarPlot"]


@pytest.mark.parametrize("content", [None, b"", b"\x1a\x1a neither of them"])
def test_a_file_that_is_no_capture_is_one_line(content: bytes | None, tocsin: Call, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "x.pcap").write_bytes(content)
    outcome = tocsin("decode", "x.pcap")
    assert (outcome.code, outcome.out) == (1, "")
    assert len(outcome.err.splitlines()) == 1


def test_the_real_flight_is_decoded_whole(tocsin: Call, shared_path: Callable[[str], Path]) -> None:
    outcome = tocsin("decode", shared_path("recordings/remote_id_parrot_anafi.pcapng"), "--json")
    kinds = Counter(json.loads(text)["message"] for text in outcome.out.splitlines())
    assert kinds["Location"] == 1140
    assert "1,140 Location, 124 of them distinct" in outcome.err


def test_the_real_radars_are_decoded_whole(tocsin: Call, shared_path: Callable[[str], Path]) -> None:
    outcome = tocsin("decode", shared_path("recordings/asterix_cat034_048.pcap"))
    assert outcome.out.count(" RadarPlot ") == 128


def test_frames_damaged_on_the_air_are_counted(tocsin: Call, shared_path: Callable[[str], Path]) -> None:
    outcome = tocsin("decode", shared_path("recordings/remote_id_bluetooth5.pcapng"))
    assert outcome.code == 0
    assert "bad checksum" in outcome.err
