"""Looks into a file: a capture of packets, or the bytes of one line."""

from __future__ import annotations

import ipaddress
from collections import Counter
from pathlib import Path

from tocsin.config.inputs import InputFormat
from tocsin.config.kinds import SensorKind
from tocsin.errors import DecodeError, UnusableFile
from tocsin.formats.capture import Packet
from tocsin.formats.datagrams import DATAGRAM_LINK_TYPES, datagram
from tocsin.formats.remote_id import REMOTE_ID_LINK_TYPES, decode_payload, remote_id_frames
from tocsin.sensors.capture_file import CaptureFile, is_capture
from tocsin.sensors.live.inbox import Arrival
from tocsin.sensors.probe.finding import MOST_BYTES, Finding, Group, Material, Probe
from tocsin.sensors.probe.judging import group_of, judge, twice_told
from tocsin.units import NANOSECONDS_PER_SECOND

REMOTE_ID_FRAMES = "remote_id"
"""What Remote ID as it is on the air is called here: no live input, but a capture."""
_USUAL_INPUTS = {
    InputFormat.BEAST: "tcp://127.0.0.1:30005",
    InputFormat.AVR: "tcp://127.0.0.1:30002",
    InputFormat.AIRCRAFT_JSON: "http://127.0.0.1:8080/data/aircraft.json",
    InputFormat.COT: "tcp://127.0.0.1:8087",
    InputFormat.REMOTE_ID_JSON: "mqtt://127.0.0.1/wardragon/#",
}
"""Where such bytes come from live; the address is to be changed. What is not here is read from the file."""


def probe_file(path: Path) -> Probe:
    """What a file holds. Raises UnusableFile where it can't be read."""
    if is_capture(path):
        return _Packets(path).probe()
    data = _start_of(path)
    remarks = [f"only the first {MOST_BYTES:,} bytes were looked at"] if len(data) == MOST_BYTES else []
    material = Material([Arrival(data, 0, "")], is_stream=True)
    group = judge(str(path), material, 0.0, lambda finding: _usual_input(finding, path), is_live=False)
    if group.best is not None and group.best.format in _USUAL_INPUTS:
        remarks.append("the input of the block is the usual one: put in where the bytes come from")
    return Probe(str(path), (group,), tuple(remarks))


def _usual_input(finding: Finding, path: Path) -> str:
    """Of tables the file or folder itself, of the others the usual one."""
    kind_of_bytes = InputFormat(finding.format)
    if kind_of_bytes is InputFormat.CSV:
        return f"file://{path.absolute()}"
    if kind_of_bytes is InputFormat.PARQUET:
        return f"file://{path.absolute().parent}/"
    return _USUAL_INPUTS.get(kind_of_bytes, "")


def _start_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES)
    except OSError as error:
        raise UnusableFile(path, f"cannot be read ({error.strerror})") from error


class _Packets:
    """Sorts a capture's packets by where they go: datagrams by port, Remote ID, and what is neither."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ports: dict[tuple[int, str], list[Arrival]] = {}
        self._frames: list[Arrival] = []
        self._others: Counter[str] = Counter()
        self._bytes = 0

    def probe(self) -> Probe:
        file = CaptureFile(self._path, self._others)
        for packet in file.packets():
            if self._bytes >= MOST_BYTES:
                self._others["beyond_what_is_looked_at"] += 1
                continue
            self._bytes += len(packet.data)
            try:
                self._sort(packet)
            except DecodeError as error:
                self._others[error.kind] += 1
        groups = [self._of_port(port, host, found) for (port, host), found in sorted(self._ports.items())]
        if self._frames:
            groups.append(self._of_the_air())
        remarks = twice_told(groups)
        remarks += [f"{count} packets not looked at: {why}" for why, count in self._others.most_common()]
        return Probe(str(self._path), tuple(groups), (*file.remarks, *remarks))

    def _sort(self, packet: Packet) -> None:
        if packet.link_type in REMOTE_ID_LINK_TYPES:
            for frame in remote_id_frames(packet):
                self._frames.append(Arrival(frame.payload, packet.time_ns, frame.transmitter))
        elif packet.link_type in DATAGRAM_LINK_TYPES:
            found = datagram(packet)
            if found is None:
                self._others["no_datagram"] += 1
                return
            host = found.destination if ipaddress.ip_address(found.destination).is_multicast else ""
            arrivals = self._ports.setdefault((found.destination_port, host), [])
            arrivals.append(Arrival(found.payload, packet.time_ns, found.source))
        else:
            self._others[f"link_type_{packet.link_type}"] += 1

    def _of_port(self, port: int, host: str, arrivals: list[Arrival]) -> Group:
        name = f"udp://{f'[{host}]' if ':' in host else host or '0.0.0.0'}:{port}"
        return judge(name, Material(arrivals, is_stream=False), _seconds(arrivals), lambda _: name)

    def _of_the_air(self) -> Group:
        finding, material = Finding(REMOTE_ID_FRAMES), Material(self._frames, is_stream=False)
        for arrival in self._frames:
            messages, errors = decode_payload(arrival.data)
            finding.decoded.update(type(message).__name__ for message in messages)
            finding.undecodable.update(error.kind for error in errors)
            if messages:
                finding.explained_bytes += len(arrival.data) * len(messages) // (len(messages) + len(errors))
        finding.note("seen", {"transmitters": len({arrival.source for arrival in self._frames})})
        kind = SensorKind.REMOTE_ID.value
        finding.sensors = [{"name": kind, "kind": kind, "input": "capture"}]
        return group_of("on the air", material, _seconds(self._frames), [finding], lambda _: "")


def _seconds(arrivals: list[Arrival]) -> float:
    return (arrivals[-1].received_ns - arrivals[0].received_ns) / NANOSECONDS_PER_SECOND
