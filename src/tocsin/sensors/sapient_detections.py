"""Detection reports of one SAPIENT sensor as detections: dated, told apart, and for radars look by look."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Sensor, Site
from tocsin.formats.sapient import DetectionReport, SapientMessage
from tocsin.model.detections import Detection
from tocsin.model.timeliness import FARTHEST_AHEAD_NS, LATEST_NS
from tocsin.sensors.identities import hashed_identity
from tocsin.sensors.labels import label_of_classes
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.looks import Looks
from tocsin.sensors.radar_turns import Turns
from tocsin.sensors.reach import BEYOND_REACH, Reach
from tocsin.sensors.recent import Recent
from tocsin.sensors.sapient_nodes import Node
from tocsin.sensors.sapient_rows import row_of
from tocsin.sensors.turn_gathering import TurnGathering


class NodeDetections:
    """Takes the reports of whichever node is the sensor now."""

    def __init__(self, site: Site, sensor: int, ledger: Ledger, secret: bytes) -> None:
        self._number, self._ledger, self._secret = sensor, ledger, secret
        self._sensor = _with_height(site.sensors[sensor].filled(), site)
        self._reach = Reach(site, sensor)
        self._recent: Recent[tuple[str, str], bool] = Recent()
        self._looks: TurnGathering[Detection] | None = None
        self._is_scanning = False

    def begin(self, node: Node) -> None:
        """A node has registered as this sensor: radars among them report looks."""
        if self._sensor.kind is not SensorKind.RADAR:
            return
        if self._looks is None or node.mode.is_scanning is not self._is_scanning:
            self._is_scanning = node.mode.is_scanning
            period_s = self._sensor.period_s or 1.0
            numbering = Turns(period_s) if self._is_scanning else Looks(period_s)
            self._looks = TurnGathering(numbering, self._row_of_look, self._count_scan)

    def take(
        self, report: DetectionReport, message: SapientMessage, node: Node, received_ns: int
    ) -> Iterator[Detection]:
        """The detections that a report completes."""
        row = self._measured(report, message.node_id, node, received_ns)
        if isinstance(row, str):
            self._ledger.refuse(self._number, row)
            return
        time_ns = node.clock.date(message.time_ns, received_ns)
        label, confidence = label_of_classes(report.classes)
        row = row._replace(
            label=label,
            label_confidence=confidence,
            time_ns=time_ns,
            received_ns=received_ns,
            sensor=self._number,
            identity=self._identity(report, message.node_id, node),
        )
        azimuth_rad = self._azimuth_rad(row)
        is_timely = -FARTHEST_AHEAD_NS <= received_ns - time_ns <= LATEST_NS
        if self._looks is None or not is_timely or not math.isfinite(azimuth_rad):
            yield row
        else:
            rows: list[Detection] = []
            self._looks.add(time_ns, azimuth_rad, received_ns, row, rows)
            yield from rows

    def due(self, now_ns: int) -> Iterator[Detection]:
        """A look that was complete before now."""
        if self._looks is not None and (due_ns := self._looks.due_ns) is not None and due_ns < now_ns:
            yield from self._looks.complete(due_ns)

    def _measured(
        self, report: DetectionReport, node_id: str, node: Node, received_ns: int
    ) -> Detection | str:
        if report.report_id:
            key = node_id, report.report_id
            is_repeated = self._recent.get(key) is not None
            self._recent.put(key, True, received_ns)
            if is_repeated:
                return "repeated"
        row = row_of(report, node, self._sensor)
        if isinstance(row, Detection) and math.isfinite(row.latitude_rad):
            return row if self._reach.holds(row.latitude_rad, row.longitude_rad) else BEYOND_REACH
        return row

    def _identity(self, report: DetectionReport, node_id: str, node: Node) -> str:
        """The node's own name for an object that it follows; a name that is new each time is none."""
        keeps = node.mode.keeps_identity
        follows = self._sensor.kind is SensorKind.TRACKS if keeps is None else keeps
        if not (follows and report.object_id):
            return ""
        return hashed_identity(
            self._secret, "SAPIENT_OBJECT", f"{node_id}/{report.object_id}", prefix="sapient"
        )

    def _azimuth_rad(self, row: Detection) -> float:
        """Where a radar looked; NaN where it is not known."""
        if not math.isfinite(row.latitude_rad):
            return row.azimuth_rad
        if self._sensor.latitude_deg is None or self._sensor.longitude_deg is None:
            return math.nan
        north = row.latitude_rad - math.radians(self._sensor.latitude_deg)
        east = math.remainder(row.longitude_rad - math.radians(self._sensor.longitude_deg), math.tau)
        return math.atan2(east * math.cos(row.latitude_rad), north) % math.tau

    @staticmethod
    def _row_of_look(_time_ns: int, received_ns: int, look: int, row: Detection) -> Detection:
        return row._replace(received_ns=received_ns, scan=look)

    def _count_scan(self) -> None:
        self._ledger.of(self._number).scans += 1


def _with_height(sensor: Sensor, site: Site) -> Sensor:
    """A sensor without a height stands at that of the site."""
    if sensor.altitude_m is not None:
        return sensor
    return sensor.model_copy(update={"altitude_m": site.site.altitude_m})
