from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet
import pytest
from tests.cli.conftest import Call
from tests.sensors.made import BASIC_ID, HERE_RAD, OPERATOR, SERIAL, at, beacon, location, write_beacons


@pytest.fixture
def flight(tmp_path: Path) -> Path:
    """A minute of Remote ID, each Location twice, with serial number and operator."""
    timed = []
    for second in range(60):
        east_rad = second * 10.0 / (6.37e6 * math.cos(HERE_RAD[0]))
        place = location(second, longitude_rad=HERE_RAD[1] + east_rad)
        timed += [(at(second + late), beacon(BASIC_ID, place, OPERATOR)) for late in (0.0, 0.5)]
    return write_beacons(tmp_path / "flight.pcap", timed)


def test_a_capture_alone_gives_a_recording(tocsin: Call, flight: Path) -> None:
    outcome = tocsin("replay", flight, "--out", "out")
    assert outcome.code == 0
    assert "1 track confirmed" in outcome.out
    assert "60 repeated" in outcome.out
    assert "No alert was raised by what the sensors saw." in outcome.out
    tracks = pyarrow.parquet.read_table("out/tracks.parquet")
    assert len(set(tracks["track_id"].to_pylist())) == 1


def test_no_file_and_no_line_holds_the_serial_number(tocsin: Call, flight: Path) -> None:
    outcome = tocsin("replay", flight, "--out", "out", "--json")
    assert outcome.json["tracks_confirmed"] == 1
    written = [path.read_bytes() for path in Path("out").rglob("*") if path.is_file()]
    assert len(written) > 4
    for content in (outcome.out.encode(), outcome.err.encode(), *written):
        assert SERIAL.encode() not in content


def test_with_a_speed_and_no_terminal_the_messages_are_lines(tocsin: Call, flight: Path) -> None:
    Path("site.toml").write_text(
        '[site]\nname = "x"\nlatitude_deg = -46.5\nlongitude_deg = -20.25\n'
        '[[sensors]]\nname = "receiver"\nkind = "remote_id"\n'
        '[[zones]]\nname = "Field"\n'
        "polygon = [[-46.6, -20.4], [-46.6, -20.1], [-46.4, -20.1], [-46.4, -20.4]]\n"
    )
    outcome = tocsin("replay", flight, "--site", "site.toml", "--out", "out", "--speed", 1000)
    assert outcome.code == 0
    assert outcome.err.startswith("replay of flight.pcap, Exercise, 1000 x real time")
    assert re.search(r"UTC  (WATCH|ADVISORY)\s+Field: ", outcome.err), outcome.err
    assert "WARNING" not in outcome.err, "what an object says of itself is one kind of evidence"


def test_a_missing_or_unreadable_capture_is_one_line_and_leaves_nothing(tocsin: Call, tmp_path: Path) -> None:
    (tmp_path / "text.pcap").write_text("this is no capture at all")
    for name in ("nowhere.pcap", "text.pcap"):
        outcome = tocsin("replay", name, "--out", "out")
        assert (outcome.code, outcome.out) == (1, "")
        assert len(outcome.err.splitlines()) == 1, outcome.err
        assert name in outcome.err
        assert not Path("out").exists()


def test_a_real_flight_is_one_track(tocsin: Call, shared_path: Callable[[str], Path]) -> None:
    capture = shared_path("recordings/remote_id_parrot_anafi.pcapng")
    outcome = tocsin("replay", capture, "--out", "out", "--json")
    assert (outcome.json["tracks_confirmed"], outcome.json["detections"]) == (1, 124)
