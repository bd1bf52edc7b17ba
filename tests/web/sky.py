"""What flies over the tests' town: objects that a radar really sees, as ASTERIX over UDP."""

from __future__ import annotations

import math
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.brokers import HERE

from tocsin.formats.asterix import DetectionType, RadarPlot, encode_plots

TURN_S = 0.5
FAR_M = 12_000.0
"""They begin so far out that none arrives while tests run."""


@dataclass(frozen=True)
class Radar:
    """Where one radar's datagrams go, its code, from where the objects come that it sees, and how fast."""

    port: int
    code: int
    bearings_deg: tuple[float, ...]
    speed_mps: float


class Sky:
    """Objects fly towards the town; each radar sends its own at every turn, until it is silenced."""

    def __init__(self, radars: tuple[Radar, ...]) -> None:
        self._radars, self._silent = radars, set[int]()
        self._over = threading.Event()
        self._began_s = time.time()

    def silence(self, code: int) -> None:
        """This radar says nothing more."""
        self._silent.add(code)

    def speak(self, code: int) -> None:
        """It does again."""
        self._silent.discard(code)

    @contextmanager
    def flying(self) -> Iterator[Sky]:
        sending = threading.Thread(target=self._send)
        sending.start()
        try:
            yield self
        finally:
            self._over.set()
            sending.join()

    def _send(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            while not self._over.wait(TURN_S):
                for radar in self._radars:
                    if radar.code not in self._silent:
                        sender.sendto(self._turn(radar), (HERE, radar.port))

    def _turn(self, radar: Radar) -> bytes:
        now_s = time.time()
        range_m = FAR_M - radar.speed_mps * (now_s - self._began_s)
        plots = [
            RadarPlot(
                25, radar.code, time_of_day_s=now_s % 86_400, detection=DetectionType.PRIMARY,
                range_m=range_m, azimuth_rad=math.radians(bearing_deg), is_simulated=True,
            )
            for bearing_deg in radar.bearings_deg
        ]  # fmt: skip
        return encode_plots(plots)
