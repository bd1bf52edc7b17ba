"""ASTERIX datagrams of all sensors that share a port: radars by SAC and SIC, tracks of others, ADS-B."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Site
from tocsin.errors import DecodeError
from tocsin.formats.asterix import (
    AdsbTarget,
    AsterixStream,
    PlacedMessage,
    SystemTrack,
    decode_placed,
    prepare_to_decode,
)
from tocsin.model.detections import Detection
from tocsin.sensors.adsb_asterix_reader import AdsbAsterixReader
from tocsin.sensors.asterix_input import is_from, is_own_track
from tocsin.sensors.kept import MOST_SOURCES, Kept
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.radar_reader import RadarReader
from tocsin.sensors.radars import code_of, editions_of
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

    def __init__(self, site: Site, sensors: Sequence[int], ledger: Ledger, is_stream: bool = False) -> None:
        self._site, self._ledger, self._is_stream = site, ledger, is_stream
        self._streams: Kept[str, AsterixStream] = Kept(AsterixStream, MOST_SOURCES)
        self._editions, self._own_editions = editions_of(site, sensors)
        for editions in (self._editions, *self._own_editions.values()):
            prepare_to_decode(editions)
        radars = [n for n in sensors if site.sensors[n].kind not in _REPORTING]
        numbers = {code: n for n in radars if (code := code_of(site.sensors[n])) is not None}
        left_over = next((n for n in radars if n not in numbers.values()), None)
        self._radars = RadarReader(site, numbers, ledger, left_over=left_over)
        # Those that are known by SAC and SIC first: one without takes what is left over.
        reporting = [n for n in sensors if site.sensors[n].kind in _REPORTING]
        reporting.sort(key=lambda n: code_of(site.sensors[n]) is None)
        self._reporting = [(n, _REPORTING[site.sensors[n].kind](site, n, ledger)) for n in reporting]

    def read(self, data: bytes, received_ns: int, source: str = "") -> Iterator[Detection]:
        """The detections that a datagram completes, or these bytes of one connection."""
        unread: list[DecodeError] = []
        if self._is_stream:
            data, unread = self._streams.of(source).feed(data)
        messages, errors = decode_placed(data, self._editions, self._own_editions) if data else ([], [])
        others: list[PlacedMessage] = []
        for message in messages:
            reader = self._reader_of(message)
            if reader is None:
                others.append(message)
            else:
                yield from reader.take(message, received_ns)  # type: ignore[arg-type]
        yield from self._radars.use(others, [*errors, *unread], received_ns, source)

    def forget(self, source: str) -> None:
        """The connection is closed: drops and counts what it left unfinished."""
        stream = self._streams.forget(source)
        if stream is not None and (unfinished := stream.end()) is not None:
            self._radars.damage(unfinished, source)

    def due(self, now_ns: int) -> Iterator[Detection]:
        """Turns of radars that were complete before now."""
        return self._radars.due(now_ns)

    def rest(self, now_ns: int) -> Iterator[Detection]:
        """Turns of radars that are open: nothing more comes."""
        return self._radars.rest(now_ns)

    def _reader_of(self, message: PlacedMessage) -> _Reader | None:
        if not isinstance(message, SystemTrack | AdsbTarget):
            return None
        is_own = is_own_track(message, self._site.own_track_codes)
        for number, reader in self._reporting:
            # One of our own is counted by whoever reads tracks, whomever else that sensor listens to.
            if reader.takes(message) and (is_own or is_from(self._site.sensors[number], message)):
                return reader
        return None
