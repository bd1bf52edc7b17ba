"""`tocsin demo` with the console: a simulated night on the page of the running service, and its replay."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tocsin.clock import WallClock
from tocsin.config.console import ConsoleSection
from tocsin.outputs.web.detail_api import add_detail_routes
from tocsin.outputs.web.gate import Gate, OpenHouse, Visitor
from tocsin.runtime.alert_report import AlertReports
from tocsin.runtime.attended_night import AttendedNight, NightConsole, NightDoor
from tocsin.runtime.live_details import LiveDetails
from tocsin.runtime.live_view import LiveView
from tocsin.runtime.past_archive import PastArchive
from tocsin.runtime.scenario_job import run_scenario
from tocsin.runtime.serving import Served, served_beside
from tocsin.runtime.summary import RunSummary
from tocsin.runtime.watch import Progress, Watch
from tocsin.sensors.live.posted import NoSightingSensor, Taken
from tocsin.simulation.run import Simulated

YOU = "you"
"""Who looks at a demo is its operator."""


class NightShow:
    """`out` is where the recording goes; `ready` is called with the port once the page is there."""

    def __init__(
        self, scenario: str, seed: int, out: Path, speed: float, port: int, ready: Callable[[int], None]
    ) -> None:
        self._scenario, self._seed, self._out, self._speed = scenario, seed, out, speed
        self._port, self._ready = port, ready
        self._clock = WallClock()
        self._left = threading.Event()

    def run(
        self, watch: Watch | None, progress: Progress, overwrite: bool, over: Callable[[RunSummary], None]
    ) -> None:
        """Calls `over` when the night is, and returns when somebody interrupts it after that, or by `leave`.

        Raises KeyboardInterrupt while the night goes on, OSError where the port is taken.
        """
        with TemporaryDirectory() as folder, ExitStack() as stack:
            attend = partial(self._attend, stack=stack, book=Path(folder) / "alerts.sqlite")
            summary = run_scenario(
                self._scenario, self._seed, self._out, self._speed, watch, progress, overwrite, attend=attend
            )
            over(summary)
            try:
                self._left.wait()
            except KeyboardInterrupt:
                return

    def leave(self) -> None:
        """Nobody looks any more; from any thread."""
        self._left.set()

    def _attend(self, simulated: Simulated, stack: ExitStack, book: Path) -> AttendedNight:
        night = AttendedNight(simulated, book, self._speed)
        stack.callback(night.office.close)
        unit = simulated.site.units[0].name
        gate: Gate = OpenHouse(Visitor(YOU, unit))
        serving = served_beside(
            self._served(night, book), ConsoleSection(), self._port, lambda _: gate, self._clock
        )
        self._ready(stack.enter_context(serving))
        return night

    def _served(self, night: AttendedNight, book: Path) -> Served:
        view = LiveView(night.site, lambda: night.state, _NoSightings())
        archive = PastArchive(self._out, self._clock)
        reports = AlertReports(book, archive.directories, partial(_flush, night), self._clock)
        details = LiveDetails(lambda: night.site, lambda: night.state, night.trails, book, reports.report)
        console = NightConsole(night, view.health, Path(self._scenario).stem, self._seed)
        return Served(
            view, NightDoor(night), console, archive,
            guarded=(partial(add_detail_routes, live=details, library=archive),),
        )  # fmt: skip


def _flush(night: AttendedNight) -> None:
    if not night.is_over:
        night.errands.do(night.flush)


class _NoSightings:
    """A simulation hears nobody."""

    def post(self, payload: bytes) -> Taken:  # noqa: ARG002
        """Raises NoSightingSensor."""
        raise NoSightingSensor("a demo takes no sightings")
