"""Wireshark's dissector as a peer: what it reads out of our datagrams."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tocsin.formats.capture import write_pcap
from tocsin.formats.datagrams import ETHERNET, ethernet_frame

PORT = 8600


def dissected(datagrams: Sequence[bytes], path: Path) -> list[ElementTree.Element]:
    """The ASTERIX layer of each datagram; the test is skipped where there is no tshark."""
    program = shutil.which("tshark")
    if program is None:
        pytest.skip("needs tshark (Debian: tshark)")
    with path.open("wb") as stream:
        frames = [ethernet_frame(data, ("192.0.2.1", 4000), ("192.0.2.2", PORT)) for data in datagrams]
        write_pcap(stream, ETHERNET, list(enumerate(frames)))
    command = [program, "-n", "-r", str(path), "-d", f"udp.port=={PORT},asterix", "-T", "pdml"]
    run = subprocess.run(command, capture_output=True, check=False, timeout=120)
    assert run.returncode == 0, run.stderr.decode()
    packets = ElementTree.fromstring(run.stdout).findall("packet")
    layers = [packet.find("proto[@name='asterix']") for packet in packets]
    assert len(layers) == len(datagrams)
    assert all(layer is not None for layer in layers), "a datagram that is no ASTERIX to tshark"
    complaints = [
        field.get("showname") for packet in packets for field in packet.iter() if _is_complaint(field)
    ]
    assert complaints == []
    return [layer for layer in layers if layer is not None]


def _is_complaint(field: ElementTree.Element) -> bool:
    """Malformed packets, expert infos, and bytes that the dissector could not place."""
    name = field.get("name") or ""
    return name.startswith(("_ws.malformed", "_ws.expert")) or name in ("data", "data.data")


def values(layer: ElementTree.Element, name: str) -> list[str]:
    """What a field shows, in the order of the datagram."""
    return [field.get("show") or "" for field in layer.iter("field") if field.get("name") == name]
