"""A run in capture files, as bytes of the sensors' own standards: the line is tried from its first room on.

Radars speak ASTERIX in UDP over Ethernet, receivers of Remote ID the beacons that they would have caught.
Nothing is transmitted: the bytes go to files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from tocsin.config.kinds import SensorKind
from tocsin.errors import UnusableFile
from tocsin.formats.capture import write_pcap
from tocsin.formats.datagrams import ETHERNET, ethernet_frame
from tocsin.formats.remote_id import IEEE_802_11_RADIOTAP
from tocsin.simulation.run import Simulated
from tocsin.simulation.wire.radar import radar_datagrams
from tocsin.simulation.wire.remote_id import remote_id_frames
from tocsin.simulation.wire.spoken import Spoken

LOOPBACK = ("127.0.0.1", 8600)


def _radar_packets(simulated: Simulated, number: int) -> Iterator[Spoken]:
    for spoken in radar_datagrams(simulated, number):
        yield spoken._replace(data=ethernet_frame(spoken.data, LOOPBACK, LOOPBACK))


_SPEAKERS: dict[SensorKind, tuple[int, Callable[[Simulated, int], Iterator[Spoken]]]] = {
    SensorKind.RADAR: (ETHERNET, _radar_packets),
    SensorKind.REMOTE_ID: (IEEE_802_11_RADIOTAP, remote_id_frames),
}


def write_capture(simulated: Simulated, directory: Path) -> dict[str, Path]:
    """Writes one pcap for each sensor that speaks a standard; gives the files by the sensors' names.

    Packets stand in the order of receipt. Raises `UnusableFile` where a file cannot be written, and
    `InvalidInput` where the site file lacks what the standard needs, such as a radar's SAC and SIC.
    """
    written: dict[str, Path] = {}
    for number, sensor in enumerate(simulated.site.sensors):
        if sensor.kind not in _SPEAKERS:
            continue
        link_type, speak = _SPEAKERS[sensor.kind]
        path = directory / f"{number:02d}-{re.sub('[^a-z0-9]+', '-', sensor.name.lower()).strip('-')}.pcap"
        packets = [(spoken.sent_ns, spoken.data) for spoken in speak(simulated, number)]
        try:
            directory.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                write_pcap(file, link_type, packets)
        except OSError as error:
            raise UnusableFile(path, f"cannot be written ({error.strerror})") from error
        written[sensor.name] = path
    return written
