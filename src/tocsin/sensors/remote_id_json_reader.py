"""Receivers of Remote ID that speak JSON to detections, as those of `remote_id_reader` from frames."""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.config.site import Site
from tocsin.errors import DecodeError
from tocsin.formats.json_stream import JsonStream
from tocsin.formats.remote_id_json import MOST_BYTES, RemoteIdReport, decode_remote_id_json
from tocsin.model.detections import Detection
from tocsin.sensors.kept import MOST_SOURCES, Kept
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.remote_id_measurements import RemoteIdMeasurements
from tocsin.sensors.secrets import site_secret

# Last words of DragonSync's topics beside those of drones: dropped unread. Of persons:
OF_PERSONS = frozenset({"pilot_attrs", "pilot_state", "pilot_availability", "home_attrs", "home_state",
                         "home_availability"})  # fmt: skip
NOTICES = frozenset({"availability", "state", "attrs"})


class RemoteIdJsonReader:
    """Reads one receiver; with `is_stream` as bytes of a stream, else each time one message as a whole.

    Readers that share `measurements` take what several receivers hear as one measurement.
    """

    def __init__(
        self,
        site: Site,
        sensor: int,
        ledger: Ledger,
        measurements: RemoteIdMeasurements | None = None,
        is_stream: bool = False,
    ) -> None:
        self._measurements = measurements or RemoteIdMeasurements(site_secret(site))
        self._sensor = sensor
        self._ledger = ledger
        self._is_stream = is_stream
        self._streams: Kept[str, JsonStream] = Kept(lambda: JsonStream(MOST_BYTES), MOST_SOURCES)

    def read(self, data: bytes, received_ns: int, source: str = "") -> Iterator[Detection]:
        """The detections of a payload, or those that a chunk of a stream completes."""
        if self._is_stream:
            yield from self._read_stream(self._streams.of(source), data, received_ns)
            return
        word = source.rpartition("/")[2]
        if word in OF_PERSONS:
            self._ledger.refuse(self._sensor, "position_of_a_person")
        elif word in NOTICES:
            self._ledger.decoded["Notice"] += 1
        else:
            yield from self._read(data, received_ns)

    def forget(self, source: str) -> None:
        """The connection is closed: drops and counts what it left unfinished."""
        stream = self._streams.forget(source)
        if stream is not None and (unfinished := stream.end()):
            text = f"{unfinished} bytes of a message that was cut off"
            self._ledger.error(self._sensor, DecodeError("remote_id_json_truncated", text))

    def _read_stream(self, stream: JsonStream, chunk: bytes, received_ns: int) -> Iterator[Detection]:
        skipped = stream.skipped
        for message in stream.add(chunk):
            yield from self._read(message, received_ns)
        if stream.skipped > skipped:
            text = f"{stream.skipped - skipped} bytes are no part of a message"
            self._ledger.error(self._sensor, DecodeError("remote_id_json_bytes_skipped", text))

    def _read(self, data: bytes, received_ns: int) -> Iterator[Detection]:
        try:
            report = decode_remote_id_json(data)
        except DecodeError as error:
            self._ledger.error(self._sensor, error)
            return
        if report is None:
            self._ledger.decoded["Notice"] += 1
            return
        found = self._measured(report, received_ns)
        if isinstance(found, str):
            self._ledger.refuse(self._sensor, found)
        elif found is not None:
            yield found._replace(sensor=self._sensor)

    def _measured(self, report: RemoteIdReport, received_ns: int) -> Detection | str | None:
        """A detection, why there is none, or None where no position was told at all."""
        if report.unusable:
            return report.unusable
        transmitter = self._measurements.transmitter(report.address)
        for name in report.names:
            self._ledger.decoded["BasicId"] += 1
            self._measurements.name(transmitter, name)
        if report.location is None:
            return None
        self._ledger.decoded["Location"] += 1
        self._ledger.message(self._sensor, received_ns)
        return self._measurements.measured(report.location, transmitter, received_ns, report.observed_ns)
