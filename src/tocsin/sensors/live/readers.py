"""Who reads what comes over one way in: a reader for each format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, runtime_checkable

from tocsin.config.inputs import STREAMS, Input, InputFormat
from tocsin.config.site import Site
from tocsin.model.detections import Detection
from tocsin.sensors.adsb_reader import AvrReader, BeastReader
from tocsin.sensors.aircraft_json_reader import AircraftJsonReader
from tocsin.sensors.cot_reader import CotReader
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.live.asterix import AsterixReader
from tocsin.sensors.node_reader import NodeReader
from tocsin.sensors.remote_id_json_reader import RemoteIdJsonReader
from tocsin.sensors.remote_id_measurements import RemoteIdMeasurements
from tocsin.sensors.sapient_reader import SapientReader
from tocsin.sensors.secrets import site_secret
from tocsin.sensors.table_reader import CsvReader, ParquetReader


class Reader(Protocol):
    """Makes detections of the bytes of one or several sensors; never raises, whatever the bytes are."""

    def read(self, data: bytes, received_ns: int, source: str = "") -> Iterator[Detection]:
        """The detections that these bytes complete."""


@runtime_checkable
class HoldsBack(Protocol):
    """A reader that waits for what may belong together."""

    def due(self, now_ns: int) -> Iterator[Detection]:
        """What was held back until now."""

    def rest(self, now_ns: int) -> Iterator[Detection]:
        """What is held back still: nothing more comes."""


class Common:
    """What the readers of a site share: what several receivers hear of one transmitter is one measurement."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @cached_property
    def secret(self) -> bytes:
        """That identities are hashed with."""
        return site_secret(self._site)

    @cached_property
    def remote_id(self) -> RemoteIdMeasurements:
        """What was measured by Remote ID."""
        return RemoteIdMeasurements(self.secret)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a reader is made for: sensors of a site by number, on one way in."""

    site: Site
    sensors: Sequence[int]
    way: Input
    ledger: Ledger
    common: Common

    @property
    def one(self) -> int:
        return self.sensors[0]

    @property
    def is_stream(self) -> bool:
        return self.way.transport in STREAMS


def _node_reader(wanted: _Wanted) -> Reader:
    # Several nodes on one topic are told apart by the names in it.
    return NodeReader(wanted.site, wanted.sensors, wanted.ledger, wanted.is_stream)


_MAKERS: Mapping[InputFormat, Callable[[_Wanted], Reader]] = {
    InputFormat.ASTERIX: lambda w: AsterixReader(w.site, w.sensors, w.ledger, w.is_stream),
    InputFormat.NODE: _node_reader,
    InputFormat.BEAST: lambda w: BeastReader(w.site, w.one, w.ledger),
    InputFormat.AVR: lambda w: AvrReader(w.site, w.one, w.ledger),
    InputFormat.AIRCRAFT_JSON: lambda w: AircraftJsonReader(w.site, w.one, w.ledger),
    InputFormat.COT: lambda w: CotReader(w.site, w.one, w.ledger, w.common.secret, w.is_stream),
    InputFormat.CSV: lambda w: CsvReader(w.site, w.sensors, w.ledger, w.is_stream),
    InputFormat.PARQUET: lambda w: ParquetReader(w.site, w.sensors, w.ledger),
    InputFormat.REMOTE_ID_JSON: lambda w: RemoteIdJsonReader(
        w.site, w.one, w.ledger, w.common.remote_id, w.is_stream
    ),
    InputFormat.SAPIENT: lambda w: SapientReader(
        w.site, w.sensors, w.ledger, w.common.secret, w.way.is_called
    ),
}


def reader_for(
    kind_of_bytes: InputFormat, site: Site, sensors: Sequence[int], way: Input, ledger: Ledger,
    common: Common,
) -> Reader:  # fmt: skip
    """Reads what comes over one way in."""
    return _MAKERS[kind_of_bytes](_Wanted(site, sensors, way, ledger, common))
