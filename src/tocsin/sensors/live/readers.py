"""Who reads what comes over one way in: a reader for each format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from tocsin.config.inputs import InputFormat
from tocsin.config.site import Site
from tocsin.model.detections import Detection
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.radar_reader import RadarReader
from tocsin.sensors.radars import code_of


class Reader(Protocol):
    """Makes detections of the bytes of one or several sensors; never raises, whatever the bytes are."""

    def read(self, data: bytes, received_ns: int, source: str) -> Iterator[Detection]:
        """The detections that these bytes complete."""

    def due(self, now_ns: int) -> Iterator[Detection]:
        """Those that were held back until now, because more might have belonged to them."""


class AsterixReader:
    """Radars that share a port, told apart by SAC and SIC."""

    def __init__(self, site: Site, sensors: Sequence[int], ledger: Ledger) -> None:
        numbers = {code: n for n in sensors if (code := code_of(site.sensors[n])) is not None}
        self._radars = RadarReader(site, numbers, ledger)

    def read(self, data: bytes, received_ns: int, source: str) -> Iterator[Detection]:
        """The turns that a datagram completes."""
        return self._radars.read(data, received_ns, source)

    def due(self, now_ns: int) -> Iterator[Detection]:
        """Turns that were complete before now."""
        return self._radars.due(now_ns)


READERS: Mapping[InputFormat, Callable[[Site, Sequence[int], Ledger], Reader]] = {
    InputFormat.ASTERIX: AsterixReader,
}
