"""Cursor on Target events of aircraft to detections of kind tracks: what others know to be in the air.

Events of anything but the air are counted and dropped; of them nothing is kept. A uid may name a person, so
it becomes a keyed hash. Events that tocsin itself wrote come back from servers: they are no evidence.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from tocsin.config.site import Site
from tocsin.errors import DecodeError
from tocsin.formats.cot import (
    OWN_UID_PREFIX,
    CotEvent,
    CotStream,
    RawEvent,
    decode_event,
    split_datagram,
)
from tocsin.model.detections import Detection
from tocsin.sensors.adsb_aircraft import with_velocity
from tocsin.sensors.identities import hashed_identity
from tocsin.sensors.kept import MOST_SOURCES, Kept
from tocsin.sensors.labels import label_of_cot
from tocsin.sensors.ledger import OWN_TRACK, Ledger
from tocsin.sensors.reach import BEYOND_REACH, Reach
from tocsin.sensors.rows import BLANK

MOST_OBJECTS = 20_000
NOT_AIR = "not_an_air_type"
"""Reason under which events of anything but the air are counted."""


@dataclass(slots=True)
class _LastEvent:
    time_ns: int = -1


class CotReader:
    """Reads datagrams and messages of a broker, or with `is_stream` connections of TCP."""

    def __init__(
        self, site: Site, sensor: int, ledger: Ledger, secret: bytes, is_stream: bool = False
    ) -> None:
        self._sensor = sensor
        self._ledger = ledger
        self._secret = secret
        self._is_stream = is_stream
        self._takes_simulated = site.site.status == "Exercise"
        self._reach = Reach(site, sensor)
        self._streams: Kept[str, CotStream] = Kept(CotStream, MOST_SOURCES)
        self._last: Kept[str, _LastEvent] = Kept(_LastEvent, MOST_OBJECTS)

    def read(self, data: bytes, received_ns: int, source: str = "") -> Iterator[Detection]:
        """The detections of a datagram, or those that these bytes of one connection complete."""
        events, errors = self._streams.of(source).feed(data) if self._is_stream else split_datagram(data)
        for error in errors:
            self._ledger.error(self._sensor, error)
        for raw in events:
            yield from self._read_event(raw, received_ns)

    def forget(self, source: str) -> None:
        """The connection is closed: drops and counts what it left unfinished."""
        stream = self._streams.forget(source)
        if stream is not None and (unfinished := stream.end()) is not None:
            self._ledger.error(self._sensor, unfinished)

    def _read_event(self, raw: RawEvent, received_ns: int) -> Iterator[Detection]:
        self._ledger.message(self._sensor, received_ns)
        try:
            event = decode_event(raw)
        except DecodeError as error:
            self._ledger.error(self._sensor, error)
            return
        if event is None:
            self._ledger.refuse(self._sensor, NOT_AIR)
            return
        self._ledger.decoded["CotEvent"] += 1
        identity = hashed_identity(self._secret, "COT_UID", event.uid, prefix="cot")
        refusal = self._refusal(event, identity)
        if refusal is None:
            if event.is_simulated:
                self._ledger.simulated(self._sensor, received_ns)
            yield reported(event)._replace(received_ns=received_ns, sensor=self._sensor, identity=identity)
        else:
            self._ledger.refuse(self._sensor, refusal)

    def _refusal(self, event: CotEvent, identity: str) -> str | None:
        """Why an event is no detection, or None."""
        if event.uid.startswith(OWN_UID_PREFIX):
            return OWN_TRACK
        if event.is_simulated and not self._takes_simulated:
            return "simulated"
        if event.latitude_rad == 0.0 and event.longitude_rad == 0.0:
            return "position_unknown"  # what senders write that have none
        if not self._reach.holds(event.latitude_rad, event.longitude_rad):
            return BEYOND_REACH
        last = self._last.of(identity)
        if event.time_ns == last.time_ns:
            return "repeated"
        last.time_ns = event.time_ns
        return None


def reported(event: CotEvent) -> Detection:
    """What an event says of place and motion, as a row without receipt, sensor and identity.

    Its errors are one sigma already; the worse of both counts, for a row has one sigma for all axes.
    """
    told = [event.horizontal_error_m, event.vertical_error_m if event.altitude_m is not None else None]
    label, confidence = label_of_cot(event.kind)
    row = BLANK._replace(
        label=label,
        label_confidence=confidence,
        time_ns=event.time_ns,
        latitude_rad=event.latitude_rad,
        longitude_rad=event.longitude_rad,
        altitude_m=math.nan if event.altitude_m is None else event.altitude_m,
        position_sigma_m=max((error for error in told if error is not None), default=math.nan),
    )
    return with_velocity(row, event.speed_mps, event.course_rad, None)
