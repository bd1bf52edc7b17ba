"""`tocsin sensors probe`: what is printed for people and for programs."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from tests.cli.conftest import Call
from tests.sensors.live.test_ways_in import free_port
from tests.sensors.made import plot, radar_blocks
from tests.sensors.probe.speakers import HERE, datagrams
from tests.sensors.probe.test_address import AVR


def test_a_port_is_told_with_the_evidence_and_a_block_that_config_check_takes(
    tocsin: Call, tmp_path: Path
) -> None:
    port = free_port(socket.SOCK_DGRAM)
    with datagrams(port, radar_blocks(plot(1.0)), b"rubbish"):
        outcome = tocsin("sensors", "probe", f"udp://{HERE}:{port}", "--seconds", 0.3)
    assert outcome.code == 0
    assert "speaks asterix, probably" in outcome.out and "SAC/SIC        20/2" in outcome.out
    assert "not asterix" in outcome.out
    _, _, pasted = outcome.out.partition("For the site file:\n")
    site = tmp_path / "site.toml"
    site.write_text('[site]\nname = "x"\nlatitude_deg = 0\nlongitude_deg = 0\n' + pasted)
    assert tocsin("config", "check", site).code == 0


def test_what_is_unknown_is_shown_as_it_is(tocsin: Call, tmp_path: Path) -> None:
    path = tmp_path / "unknown.bin"
    path.write_bytes(b"\x07what is this?")
    outcome = tocsin("sensors", "probe", path)
    assert outcome.code == 0
    assert "speaks nothing that tocsin knows" in outcome.out and "begins with    07 77 68" in outcome.out
    assert "[[sensors]]" not in outcome.out


def test_programs_get_the_same(tocsin: Call, tmp_path: Path) -> None:
    path = tmp_path / "stream"
    path.write_bytes(AVR)
    (group,) = json.loads(tocsin("sensors", "probe", path, "--json").out)["groups"]
    assert (group["format"], group["findings"][0]["sureness"]) == ("avr", "sure")
    assert group["block"].startswith("[[sensors]]")


def test_nothing_is_told_as_nothing(tocsin: Call) -> None:
    address = f"udp://{HERE}:{free_port(socket.SOCK_DGRAM)}"
    outcome = tocsin("sensors", "probe", address, "--seconds", 0.1)
    assert (outcome.code, outcome.out) == (0, f"{address}: nothing came\n")


@pytest.mark.parametrize(
    ("what", "told"),
    [("no-such-file.pcap", "no such file"), ("tcp://127.0.0.1:1", "nothing can be had there")],
)
def test_what_is_not_there_is_an_error_with_the_remedy(tocsin: Call, what: str, told: str) -> None:
    outcome = tocsin("sensors", "probe", what)
    assert outcome.code == 1 and told in outcome.err
