"""A simulated night with people at its desk, who steer its clock: what the console shows of `tocsin demo`."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from tocsin.clock import SteeredClock
from tocsin.config.escalation import chains_or_default
from tocsin.config.site import Site
from tocsin.model.alerts import AlertMessage, Level
from tocsin.model.sensor_report import SensorReport
from tocsin.outputs.refusal import Refusal
from tocsin.outputs.web.gate import Visitor
from tocsin.outputs.web.source import ENDED_FOR_S, Mode, SceneClock
from tocsin.recording.recorder import Recorder
from tocsin.recording.rows import Taken
from tocsin.runtime.alert_door import AlertDoor
from tocsin.runtime.alert_office import AlertOffice
from tocsin.runtime.errands import Errands
from tocsin.runtime.line import Line
from tocsin.runtime.live_console import LiveConsole
from tocsin.runtime.live_state import LiveState, counted
from tocsin.runtime.statuses import Statuses
from tocsin.runtime.trails import Trails
from tocsin.runtime.watch import Moment, Watch
from tocsin.sensors.live.presence import Presence
from tocsin.simulation.run import Simulated
from tocsin.units import NANOSECONDS_PER_SECOND

_ENDED_FOR_NS = round(ENDED_FOR_S * NANOSECONDS_PER_SECOND)
_STEP_S = 0.05
_REFRESH_S = 0.1
_FLUSH_S = 5.0
"""What is recorded reaches the disk so often, where the night can be looked back at while it goes on."""
_OVER = "the night is over: watch its recording, or start another"
SLOWEST, FASTEST = 0.1, 200.0


class AttendedNight:
    """The desk and the clock of a run, in the thread of its line. Any thread may read `state`."""

    def __init__(self, simulated: Simulated, book: Path, speed: float) -> None:
        self.site = simulated.site
        self.clock = SteeredClock(simulated.start_ns, simulated.end_ns, speed)
        self.office = AlertOffice(_patient(simulated.site, speed), book)
        self.trails, self.errands = Trails(), Errands()
        self.is_over = False
        self._simulated = simulated
        self._refreshed_s = self._flushed_s = -1e9
        self._last_ns = simulated.start_ns
        self._present: dict[str, str] = {}
        place = simulated.site.site
        self.state = LiveState(simulated.start_ns, simulated.start_ns, place.name, place.status)

    def line(self, recorder: Recorder, statuses: Statuses, watch: Watch | None) -> Line:
        """The line that the desk has its say in."""
        self._recorder, self._statuses, self._watch = recorder, statuses, watch
        self._line = Line(
            self.site, recorder, statuses.all, self._see, self.office.desk.editor, self._issued,
            recent=self.office.recent,
        )  # fmt: skip
        return self._line

    def wait_until(self, time_ns: int) -> None:
        """The desk goes on meanwhile, also while the clock stands still."""
        while True:
            is_time = self.clock.wait_until(time_ns, _STEP_S)
            self._step(min(self.clock.now_ns(), time_ns))
            if is_time:
                return

    def end(self) -> None:
        """Nothing more comes, and nobody can act any more."""
        self._step(self._simulated.end_ns)
        self.is_over = True
        self._refresh(self._simulated.end_ns)

    def flush(self) -> None:
        """Puts on the disk what was recorded; in the line's thread."""
        if not self.is_over:
            self._recorder.flush()

    def _step(self, now_ns: int) -> None:
        self._last_ns = max(self._last_ns, now_ns)
        self.office.step(self._line, self._last_ns)
        self.errands.run()
        if time.perf_counter() - self._refreshed_s >= _REFRESH_S:
            self._refreshed_s = time.perf_counter()
            self._refresh(self._last_ns)
        if time.perf_counter() - self._flushed_s >= _FLUSH_S:
            self._flushed_s = time.perf_counter()
            self.flush()

    def _refresh(self, now_ns: int) -> None:
        self.state = replace(
            self.state,
            time_ns=now_ns,
            reports=self._reports(now_ns),
            alerts=self.office.reports(),
            ended=self.office.ended(now_ns - _ENDED_FOR_NS),
            pictures=self._line.pictures,
            tracks_confirmed=self._line.tracks_confirmed,
            detections=sum(status.detections for status in self._statuses.all),
        )

    def _reports(self, now_ns: int) -> tuple[SensorReport, ...]:
        """A sensor is there while its schedule says so: one that sees nothing looks all the same."""
        after_s = (now_ns - self._simulated.start_ns) / NANOSECONDS_PER_SECOND
        gone_s = max(after_s, 1.0)
        found = []
        for status, schedule in zip(self._statuses.all, self._simulated.schedules, strict=True):
            is_there = bool(schedule.in_order(np.array([after_s]))[0])
            state = Presence.LIVE if is_there else Presence.OFFLINE
            found.append(counted(status, state, status.messages / gone_s))
        self._record_presence({report.name: report.state for report in found}, now_ns)
        return tuple(found)

    def _record_presence(self, states: Mapping[str, str], now_ns: int) -> None:
        changed = {name: state for name, state in states.items() if self._present.get(name) != state}
        if changed and not self.is_over:
            self._recorder.presence(now_ns, changed)
            self._present.update(changed)

    def _see(self, moment: Moment) -> None:
        self.state = replace(self.state, moment=moment)
        self.trails.note(moment.time_ns, moment.tracks)
        if self._watch is not None:
            self._watch(moment)

    def _issued(self, messages: Sequence[AlertMessage], taken: Taken) -> None:
        self.office.issued(messages, taken)


def _patient(site: Site, speed: float) -> Site:
    """With a chain that waits for people as long as in real time, however fast the night goes at first."""
    factor, waits = max(speed, 1.0), [f"{level.word}_acknowledge_s" for level in Level]
    chains = [
        chain.model_copy(update={wait: getattr(chain, wait) * factor for wait in waits})
        for chain in chains_or_default(site.chains, site.units)
    ]
    return site.model_copy(update={"chains": tuple(chains)})


class NightConsole(LiveConsole):
    """A `ConsoleSource` of such a night."""

    mode: Mode = "demo"

    def __init__(self, night: AttendedNight, health: Any, scenario: str, seed: int) -> None:
        super().__init__(night.site, lambda: night.state, health)
        self.demo = {"scenario": scenario, "seed": seed}
        self._night = night

    def play(self, speed: float) -> None:
        """Goes on at a speed."""
        if not SLOWEST <= speed <= FASTEST:
            raise Refusal(422, f"speed {speed:g}: a demo plays from {SLOWEST:g} to {FASTEST:g} times")
        self._night.clock.play(speed)

    def pause(self) -> None:
        """Stands still; alerts can be acted on meanwhile."""
        self._night.clock.pause()

    def seek(self, time_ns: int) -> None:  # noqa: ARG002
        """Raises Refusal."""
        raise Refusal(409, "a night that goes on can't be sought in; its recording can when it is over")

    def _clock(self, state: LiveState) -> SceneClock:
        clock = self._night.clock
        speed, is_going = clock.pace
        playing = is_going and not self._night.is_over
        return SceneClock(state.time_ns, speed, playing, clock.start_ns, clock.end_ns)


class NightDoor(AlertDoor):
    """What people may ask of its alerts."""

    def __init__(self, night: AttendedNight) -> None:
        super().__init__(night.office, lambda: night.state.alerts)
        self._night = night

    def act(self, visitor: Visitor, verb: str, alert_id: str, payload: bytes) -> dict[str, Any]:
        """Raises Refusal, also when the night is over."""
        if self._night.is_over:
            raise Refusal(410, _OVER)
        return super().act(visitor, verb, alert_id, payload)
