"""Remote ID to detections: where each aircraft says that it is.

What operators send of themselves (System, Operator ID, Self ID) is counted and dropped as soon as it is
decoded.
"""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.errors import DecodeError
from tocsin.formats.capture import Packet
from tocsin.formats.remote_id import (
    BasicId,
    Location,
    RemoteIdFrame,
    decode_message,
    remote_id_frames,
    split_payload,
)
from tocsin.model.detections import Detection
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.remote_id_measurements import RemoteIdMeasurements, Transmitter

NO_SENSOR = "no_remote_id_sensor"
"""Reason under which positions are counted at a site without a receiver."""


class RemoteIdReader:
    """Reads the Remote ID transmissions of one receiver; everything is counted under its sensor number.

    With sensor None nothing becomes a detection: the site has no receiver.
    """

    def __init__(
        self,
        secret: bytes,
        sensor: int | None,
        ledger: Ledger,
        measurements: RemoteIdMeasurements | None = None,
    ) -> None:
        self._measurements = measurements or RemoteIdMeasurements(secret)
        self._sensor = sensor
        self._ledger = ledger

    def read(self, packet: Packet) -> Iterator[Detection]:
        """The detections of a captured packet; the same message sent again is none."""
        try:
            frames = remote_id_frames(packet)
        except DecodeError as error:
            self._ledger.error(self._sensor, error)
            return
        for frame in frames:
            yield from self._read_frame(frame, packet.time_ns)

    def notes(self) -> list[str]:
        """What people should know of the transmitters."""
        clocks = self._measurements.clocks()
        off = [clock for clock in clocks if clock.is_off]
        if not off or self._sensor is None:
            return []
        worst_s = max((clock.behind_s for clock in off), key=abs)
        told = (
            f"the clocks of {len(off)} of {len(clocks)} transmitters are off, by up to {abs(worst_s):.0f} s"
        )
        return [f"{self._ledger.of(self._sensor).name}: {told}; their positions are dated by receipt"]

    def _read_frame(self, frame: RemoteIdFrame, received_ns: int) -> Iterator[Detection]:
        transmitter = self._measurements.transmitter(frame.transmitter)
        # All of a frame is decoded first: a pack may name the aircraft after it has located it.
        for location in list(self._locations(frame, transmitter)):
            self._ledger.message(self._sensor, received_ns)
            if self._sensor is None:
                self._ledger.refuse(None, NO_SENSOR)
                continue
            found = self._measurements.measured(location, transmitter, received_ns)
            if isinstance(found, str):
                self._ledger.refuse(self._sensor, found)
            else:
                yield found._replace(sensor=self._sensor)

    def _locations(self, frame: RemoteIdFrame, transmitter: Transmitter) -> Iterator[Location]:
        """The Location messages of a frame; what else it holds is counted, the aircraft's name hashed."""
        try:
            parts = split_payload(frame.payload)
        except DecodeError as error:
            self._ledger.error(self._sensor, error)
            return
        for data in parts:
            try:
                message = decode_message(data)
            except DecodeError as error:
                self._ledger.error(self._sensor, error)
                continue
            self._ledger.decoded[type(message).__name__] += 1
            if isinstance(message, Location):
                yield message
            elif isinstance(message, BasicId):
                self._measurements.name(transmitter, message)
