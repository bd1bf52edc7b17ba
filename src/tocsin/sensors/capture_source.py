"""A capture file as a source of detections, with the status of every sensor of the site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Site
from tocsin.errors import DecodeError
from tocsin.formats.capture import Packet
from tocsin.formats.datagrams import DATAGRAM_LINK_TYPES
from tocsin.formats.remote_id import REMOTE_ID_LINK_TYPES
from tocsin.model.detections import Detection, Detections
from tocsin.model.sensors import SensorStatus
from tocsin.sensors.capture_file import CaptureFile
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.radar_reader import RadarReader
from tocsin.sensors.radar_survey import radars_in
from tocsin.sensors.radars import editions_of, has_radar_without_code, match_radars, takes_captures
from tocsin.sensors.raw_asterix import NO_LINK
from tocsin.sensors.remote_id_reader import NO_SENSOR, RemoteIdReader
from tocsin.sensors.rows import Rows


class CaptureSource:
    """Reads a pcap, a pcapng or ASTERIX blocks once, from beginning to end.

    `statuses` has one entry for each sensor of the site, in its order; `unassigned` counts what belongs to
    none of them, damage of the file itself included. Both are up to date while `batches` goes on. In a Remote
    ID receiver's status a message is a Location message; the others tell what something is, not where.

    A radar has to have its position in the site (see `discovery.with_positions_from`): else its plots are not
    used. `secret` is the site's (see secrets.py). Raises `UnusableFile` for a file that is no capture.
    """

    def __init__(self, path: Path, site: Site, secret: bytes) -> None:
        self._ledger = Ledger(site)
        self._file = CaptureFile(path, self._ledger.unassigned.decode_errors)
        self._receivers = [
            number
            for number, sensor in enumerate(site.sensors)
            if takes_captures(sensor, SensorKind.REMOTE_ID)
        ]
        receiver = self._receivers[0] if self._receivers else None
        self._remote_id = RemoteIdReader(secret, receiver, self._ledger)
        seen = radars_in(path) if has_radar_without_code(site) else {}
        numbers = match_radars(site, seen)
        self._radars = RadarReader(site, numbers, self._ledger, *editions_of(site, numbers.values()))

    @property
    def statuses(self) -> list[SensorStatus]:
        """One for each sensor of the site."""
        return self._ledger.statuses

    @property
    def unassigned(self) -> SensorStatus:
        """What belongs to no sensor of the site."""
        return self._ledger.unassigned

    @property
    def decoded(self) -> dict[str, int]:
        """All messages read so far, by type: Location, BasicId, RadarPlot and so on."""
        return dict(self._ledger.decoded)

    @property
    def bytes_read(self) -> int:
        """How far the reading is, of `size`."""
        return self._file.bytes_read

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self._file.size

    @property
    def notes(self) -> list[str]:
        """What people should know, in plain sentences, of what was read so far."""
        return [*self._file.remarks, *self._remote_id.notes(), *self._receiver_notes(), *self._radars.notes()]

    def batches(self) -> Iterator[Detections]:
        """Detections in order of receipt, valid and timely, in batches that are never empty.

        Raises `UnusableFile` where the file can no longer be read; whatever its bytes are, nothing else.
        """
        rows = Rows(self._ledger)
        now_ns = 0
        for packet in self._file.packets():
            now_ns = packet.time_ns
            yield from rows.add(self._radars.due(now_ns))
            yield from rows.add(self._read(packet))
        yield from rows.add(self._radars.rest(now_ns))
        yield from rows.flush()

    def _read(self, packet: Packet) -> Iterator[Detection]:
        if packet.link_type in REMOTE_ID_LINK_TYPES:
            yield from self._remote_id.read(packet)
        elif packet.link_type in DATAGRAM_LINK_TYPES or packet.link_type == NO_LINK:
            yield from self._radars.read_packet(packet)
        else:
            message = f"packets of link type {packet.link_type} carry neither Remote ID nor ASTERIX"
            self._ledger.error(None, DecodeError("link_type_not_read", message, packet.data))

    def _receiver_notes(self) -> list[str]:
        unused, locations = (
            self._ledger.unassigned.refused[NO_SENSOR],
            self._ledger.decoded["Location"],
        )
        if unused:
            return [f"{unused} Remote ID positions not used: the site file has no sensor of kind remote_id"]
        if locations and len(self._receivers) > 1:
            name = self._ledger.statuses[self._receivers[0]].name
            return [
                f"the site has {len(self._receivers)} Remote ID receivers: the capture is taken as {name}'s"
            ]
        return []
