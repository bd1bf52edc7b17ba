"""Reports in ASTERIX that place objects by themselves: what is the same for all categories of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from typing import ClassVar, Generic, TypeVar

from tocsin.config.site import Sensor, Site
from tocsin.formats.asterix import (
    DEFAULT_EDITIONS,
    AdsbTarget,
    PlacedMessage,
    SystemTrack,
    decode_placed,
    time_of_day_to_ns,
)
from tocsin.model.detections import Detection
from tocsin.sensors.ledger import OWN_TRACK, Ledger
from tocsin.sensors.radars import code_of
from tocsin.sensors.recent import Recent
from tocsin.sensors.source_clock import SourceClock

OTHER_CATEGORY = "asterix_of_another_category"
OTHER_SOURCE = "other_data_source"
Report = TypeVar("Report", SystemTrack, AdsbTarget)


class ReportReader(ABC, Generic[Report]):
    """Reads the reports of one category for one sensor.

    `editions` is by category, as for `decode_datagram`. With SAC and SIC in the site file, only reports that
    bear them are used. Simulated ones are used only where the site's status is Exercise.
    """

    wanted: ClassVar[type[SystemTrack] | type[AdsbTarget]]

    def __init__(
        self, site: Site, sensor: int, ledger: Ledger, editions: Mapping[int, str] = DEFAULT_EDITIONS
    ) -> None:
        self._sensor = sensor
        self._settings = site.sensors[sensor]
        self._takes_simulated = site.site.status == "Exercise"
        self._own_codes = site.own_track_codes
        self._ledger = ledger
        self._editions = editions
        self._clocks: dict[tuple[int, int], SourceClock] = {}
        self._recent: Recent[Report, bool] = Recent()

    def read(self, data: bytes, received_ns: int, source: str = "") -> Iterator[Detection]:  # noqa: ARG002
        """The detections of a datagram; messages of other categories are counted."""
        messages, errors = decode_placed(data, self._editions)
        for error in errors:
            self._ledger.error(self._sensor, error)
        for message in messages:
            if self.takes(message):
                yield from self.take(message, received_ns)  # type: ignore[arg-type]
            else:
                self._ledger.refuse(self._sensor, OTHER_CATEGORY)

    def takes(self, message: PlacedMessage) -> bool:
        """Whether a message is of the category that is read here."""
        return isinstance(message, self.wanted)

    def take(self, report: Report, received_ns: int) -> Iterator[Detection]:
        """The detection of one decoded report, or none."""
        self._ledger.decoded[type(report).__name__] += 1
        self._ledger.message(self._sensor, received_ns)
        refusal = self._refusal(report, received_ns)
        if refusal is not None:
            self._ledger.refuse(self._sensor, refusal)
            return
        if report.is_simulated:
            self._ledger.simulated(self._sensor, received_ns)
        time_s = report.time_of_day_s
        own_ns = None if time_s is None else time_of_day_to_ns(time_s, received_ns)
        clock = self._clocks.setdefault((report.sac, report.sic), SourceClock())
        yield self.located(report)._replace(
            time_ns=clock.date(own_ns, received_ns), received_ns=received_ns, sensor=self._sensor
        )

    def _refusal(self, report: Report, received_ns: int) -> str | None:
        if is_own_track(report, self._own_codes):
            return OWN_TRACK
        if not is_from(self._settings, report):
            return OTHER_SOURCE
        if report.time_of_day_s is not None and self._recent.get(report):
            return "repeated"
        self._recent.put(report, True, received_ns)
        if report.is_simulated and not self._takes_simulated:
            return "simulated"
        return next((reason for reason, holds in self.reasons_against(report) if holds), None)

    @staticmethod
    @abstractmethod
    def reasons_against(report: Report) -> tuple[tuple[str, bool], ...]:
        """Why a report may be no measurement, the first that holds is counted."""

    @staticmethod
    @abstractmethod
    def located(report: Report) -> Detection:
        """What a report says of place and motion, as a row without time and sensor."""


def is_own_track(message: PlacedMessage, own_codes: Collection[tuple[int, int]]) -> bool:
    """Whether a message is a track that this site sent, by the SAC and SIC of its outputs."""
    return isinstance(message, SystemTrack) and (message.sac, message.sic) in own_codes


def is_from(sensor: Sensor, message: PlacedMessage) -> bool:
    """Whether a message bears the SAC and SIC of a sensor; one without them takes all."""
    code = code_of(sensor)
    return code is None or code == (message.sac, message.sic)
