"""ASTERIX datagrams of all sensors that share a port: radars by SAC and SIC, tracks of others, ADS-B."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Site
from tocsin.model.detections import Detection
from tocsin.sensors.adsb_asterix_reader import AdsbAsterixReader
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.radar_reader import RadarReader
from tocsin.sensors.radars import code_of
from tocsin.sensors.system_track_reader import SystemTrackReader

_SYSTEM_TRACKS, _ADSB = 62, 21
_HEADER_BYTES = 3


class AsterixReader:
    """Gives each block of a datagram to those who read its category; all others are the radars' to count."""

    def __init__(self, site: Site, sensors: Sequence[int], ledger: Ledger) -> None:
        numbers = {code: n for n in sensors if (code := code_of(site.sensors[n])) is not None}
        self._radars = RadarReader(site, numbers, ledger)
        by_kind: dict[SensorKind, list[int]] = {}
        for number in sensors:
            by_kind.setdefault(site.sensors[number].kind, []).append(number)
        tracks, adsb = by_kind.get(SensorKind.TRACKS, []), by_kind.get(SensorKind.ADSB, [])
        self._readers: dict[int, list[SystemTrackReader | AdsbAsterixReader]] = {
            _SYSTEM_TRACKS: [SystemTrackReader(site, number, ledger) for number in tracks],
            _ADSB: [AdsbAsterixReader(site, number, ledger) for number in adsb],
        }

    def read(self, data: bytes, received_ns: int, source: str = "") -> Iterator[Detection]:
        """The detections that a datagram completes."""
        for category, blocks in _by_category(data):
            readers = self._readers.get(category)
            if not readers:
                yield from self._radars.read(blocks, received_ns, source)
            for reader in readers or ():
                yield from reader.read(blocks, received_ns, source)

    def due(self, now_ns: int) -> Iterator[Detection]:
        """Turns of radars that were complete before now."""
        return self._radars.due(now_ns)


def _by_category(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Runs of data blocks of one category (EUROCONTROL-SPEC-0149, 4.3: category, length, records); what does
    not end as it says goes on whole, for who reads it counts it."""
    start = at = 0
    while at + _HEADER_BYTES <= len(data):
        length = int.from_bytes(data[at + 1 : at + _HEADER_BYTES], "big")
        if length < _HEADER_BYTES or at + length > len(data):
            break
        if data[at] != data[start]:
            yield data[start], data[start:at]
            start = at
        at += length
    if start < len(data):
        yield data[start], data[start:]
