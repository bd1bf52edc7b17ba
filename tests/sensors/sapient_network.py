"""Nodes of a SAPIENT network that talk to a reader, for its tests."""

from __future__ import annotations

from typing import Any

from sapient_msg.bsi_flex_335_v2_0.sapient_message_pb2 import SapientMessage as Wire
from tests.formats.sapient import made
from tests.formats.sapient.made import START_NS, R
from tests.sensors.made import SECRET, site

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Sensor
from tocsin.formats.sapient import framed
from tocsin.model.detections import Detection
from tocsin.sensors.answers import Answer
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.sapient_reader import SapientReader

HERE = "10.0.0.7:4000"
LATITUDE_DEG, LONGITUDE_DEG = -46.5, -20.25


def seconds(value: float) -> int:
    return START_NS + round(value * 1e9)


def sensor(kind: SensorKind = SensorKind.RADAR, name: str = "it", placed: bool = True, **more: Any) -> Sensor:
    place = {"latitude_deg": LATITUDE_DEG, "longitude_deg": LONGITUDE_DEG} if placed else {}
    way = {"input": "tcp-listen://127.0.0.1:5020", "format": "sapient", "period_s": 2.0}
    return Sensor.model_validate({"name": name, "kind": kind} | place | way | more)


class Network:
    """A reader with what is sent to it and what it answers."""

    def __init__(self, *sensors: Sensor, is_called: bool = True) -> None:
        known = site(*sensors)
        self.ledger = Ledger(known)
        self.reader = SapientReader(known, range(len(sensors)), self.ledger, SECRET, is_called)
        self.answers: list[Any] = []
        self.hung_up: list[str] = []

    def send(self, *messages: Any, at_s: float = 0.0, source: str = HERE) -> list[Detection]:
        return self.feed(b"".join(framed(m.SerializeToString()) for m in messages), at_s, source)

    def feed(self, data: bytes, at_s: float = 0.0, source: str = HERE) -> list[Detection]:
        rows = list(self.reader.read(data, seconds(at_s), source))
        self._keep(self.reader.answers(seconds(at_s)))
        return rows

    def due(self, at_s: float) -> list[Detection]:
        return list(self.reader.due(seconds(at_s)))

    def _keep(self, answers: list[Answer]) -> None:
        for answer in answers:
            if answer.data:
                self.answers.append(Wire.FromString(answer.data[4:]))
            if answer.hangs_up:
                self.hung_up.append(answer.source)

    def refused(self, number: int | None = 0) -> dict[str, int]:
        return dict(self.ledger.of(number).refused)


def tracks(**more: Any) -> Network:
    network = Network(sensor(SensorKind.TRACKS, placed=False, **more))
    network.send(made.registration(R.NODE_TYPE_FUSION_NODE))
    return network


def over(latitude_deg: float = -46.51, **more: Any) -> Any:
    return made.located(latitude_deg, -20.26, 300.0, **more)
