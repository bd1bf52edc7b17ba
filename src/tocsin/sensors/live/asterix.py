"""ASTERIX datagrams of all sensors that share a port: radars by SAC and SIC, tracks of others, ADS-B."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Site
from tocsin.formats.asterix import (
    DEFAULT_EDITIONS,
    AdsbTarget,
    PlacedMessage,
    SystemTrack,
    decode_placed,
    prepare_to_decode,
)
from tocsin.model.detections import Detection
from tocsin.sensors.adsb_asterix_reader import AdsbAsterixReader
from tocsin.sensors.asterix_input import is_from
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.radar_reader import RadarReader
from tocsin.sensors.radars import code_of
from tocsin.sensors.system_track_reader import SystemTrackReader

_Reader: TypeAlias = SystemTrackReader | AdsbAsterixReader
_REPORTING: dict[SensorKind, Callable[[Site, int, Ledger], _Reader]] = {
    SensorKind.TRACKS: SystemTrackReader,
    SensorKind.ADSB: AdsbAsterixReader,
}


class AsterixReader:
    """Decodes a datagram once and gives each message to the sensor that it is of.

    What is nobody's, and what can't be read, is the radars' reader's to count.
    """

    def __init__(self, site: Site, sensors: Sequence[int], ledger: Ledger) -> None:
        prepare_to_decode()
        self._site = site
        radars = [n for n in sensors if site.sensors[n].kind not in _REPORTING]
        numbers = {code: n for n in radars if (code := code_of(site.sensors[n])) is not None}
        left_over = next((n for n in radars if n not in numbers.values()), None)
        self._radars = RadarReader(site, numbers, ledger, left_over=left_over)
        # Those that are known by SAC and SIC first: one without takes what is left over.
        reporting = [n for n in sensors if site.sensors[n].kind in _REPORTING]
        reporting.sort(key=lambda n: code_of(site.sensors[n]) is None)
        self._reporting = [(n, _REPORTING[site.sensors[n].kind](site, n, ledger)) for n in reporting]

    def read(self, data: bytes, received_ns: int, source: str = "") -> Iterator[Detection]:
        """The detections that a datagram completes."""
        messages, errors = decode_placed(data, DEFAULT_EDITIONS)
        others: list[PlacedMessage] = []
        for message in messages:
            reader = self._reader_of(message)
            if reader is None:
                others.append(message)
            else:
                yield from reader.take(message, received_ns)  # type: ignore[arg-type]
        yield from self._radars.use(others, errors, received_ns, source)

    def due(self, now_ns: int) -> Iterator[Detection]:
        """Turns of radars that were complete before now."""
        return self._radars.due(now_ns)

    def _reader_of(self, message: PlacedMessage) -> _Reader | None:
        if not isinstance(message, SystemTrack | AdsbTarget):
            return None
        for number, reader in self._reporting:
            if reader.takes(message) and is_from(self._site.sensors[number], message):
                return reader
        return None
