"""Streams of Mode S messages, as ADS-B receivers send them, to detections.

A message is dated by its receipt, for a receiver's counter has no epoch. What comes again from another
receiver is one detection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from tocsin.config.site import Site
from tocsin.errors import DecodeError
from tocsin.formats.adsb import AvrStream, BeastStream, ReceivedMessage, Squitter, decode_squitters
from tocsin.model.detections import Detection
from tocsin.sensors.adsb_aircraft import AircraftMemory
from tocsin.sensors.kept import MOST_SOURCES, Kept
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.reach import BEYOND_REACH, Reach


class _Stream(Protocol):
    def feed(self, data: bytes) -> tuple[list[ReceivedMessage], list[DecodeError]]: ...
    def end(self) -> DecodeError | None: ...


class _ModeSReader:
    """Reads streams of Mode S messages; all connections of a sensor tell of the same aircraft."""

    def __init__(self, make_stream: Callable[[], _Stream], site: Site, sensor: int, ledger: Ledger) -> None:
        self._sensor = sensor
        self._ledger = ledger
        self._reach = Reach(site, sensor)
        self._streams: Kept[str, _Stream] = Kept(make_stream, MOST_SOURCES)
        self._memory = AircraftMemory()

    def read(self, data: bytes, received_ns: int, source: str = "") -> Iterator[Detection]:
        """The detections that these bytes of one connection complete."""
        messages, errors = self._streams.of(source).feed(data)
        for error in errors:
            self._ledger.error(self._sensor, error)
        for squitter in decode_squitters([message.data for message in messages]):
            self._ledger.message(self._sensor, received_ns)
            if isinstance(squitter, DecodeError):
                self._ledger.error(self._sensor, squitter)
                continue
            self._ledger.decoded["ModeS" if squitter is None else type(squitter).__name__] += 1
            if squitter is not None:
                yield from self._taken(squitter, received_ns)

    def forget(self, source: str) -> None:
        """The connection is closed: drops and counts what it left unfinished."""
        stream = self._streams.forget(source)
        if stream is not None and (unfinished := stream.end()) is not None:
            self._ledger.error(self._sensor, unfinished)

    def _taken(self, squitter: Squitter, received_ns: int) -> Iterator[Detection]:
        found = self._memory.take(squitter, received_ns)
        if isinstance(found, str):
            self._ledger.refuse(self._sensor, found)
        elif found is not None and not self._reach.holds(found.latitude_rad, found.longitude_rad):
            self._ledger.refuse(self._sensor, BEYOND_REACH)
        elif found is not None:
            yield found._replace(sensor=self._sensor)


class BeastReader(_ModeSReader):
    """Reads Beast streams, as of readsb and dump1090 on port 30005."""

    def __init__(self, site: Site, sensor: int, ledger: Ledger) -> None:
        super().__init__(BeastStream, site, sensor, ledger)


class AvrReader(_ModeSReader):
    """Reads AVR streams, as of readsb and dump1090 on port 30002."""

    def __init__(self, site: Site, sensor: int, ledger: Ledger) -> None:
        super().__init__(AvrStream, site, sensor, ledger)
