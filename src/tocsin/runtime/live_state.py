"""What a running service tells of itself: made by the line's thread, read by whoever asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from tocsin.clock import WallClock
from tocsin.config.kinds import SensorKind
from tocsin.config.site import Site
from tocsin.model.alert_report import AlertReport
from tocsin.model.deliveries import ReceiverReport
from tocsin.model.output_report import OutputReport
from tocsin.model.sensor_report import SensorReport
from tocsin.model.sensors import UNASSIGNED, SensorStatus
from tocsin.runtime.line import Line
from tocsin.runtime.watch import Moment
from tocsin.sensors.live.channel import Channel
from tocsin.sensors.live.presence import Presence, PresenceChange, PresenceWatch
from tocsin.sensors.live.source import LiveSource
from tocsin.units import NANOSECONDS_PER_SECOND

_RATE_OVER_S = 10.0
NOT_LIVE = "not_live"
"""State of a sensor that is read from files only, beside those of `Presence`."""


@dataclass(frozen=True, slots=True, eq=False)
class LiveState:
    """The service at one time; a new one takes its place, none is ever changed."""

    time_ns: int
    started_ns: int
    site: str
    status: str
    reports: tuple[SensorReport, ...] = ()
    outputs: tuple[OutputReport, ...] = ()
    receivers: tuple[ReceiverReport, ...] = ()
    alerts: tuple[AlertReport, ...] = ()
    ended: tuple[AlertReport, ...] = ()
    """Alerts that ended in the last minutes, the latest first."""
    moment: Moment | None = None
    pictures: int = 0
    tracks_confirmed: int = 0
    detections: int = 0
    lag_s: float = 0.0
    """How long the oldest of what just came had waited."""
    zones_version: int = 0
    """How often the zones were changed."""


@dataclass(slots=True)
class _Rate:
    """Messages a second, over the last seconds."""

    marks: list[tuple[int, int]] = field(default_factory=list)

    def note(self, now_ns: int, messages: int) -> float:
        self.marks.append((now_ns, messages))
        while len(self.marks) > 2 and now_ns - self.marks[1][0] >= _RATE_OVER_S * NANOSECONDS_PER_SECOND:
            self.marks.pop(0)
        then_ns, before = self.marks[0]
        passed_ns = now_ns - then_ns
        return (messages - before) * NANOSECONDS_PER_SECOND / passed_ns if passed_ns else 0.0


class Reporter:
    """Makes the report of every sensor, and notices who comes and goes."""

    def __init__(self, site: Site, source: LiveSource, line: Line, clock: WallClock) -> None:
        self._site, self._source, self._line, self._clock = site, source, line, clock
        self._watches = [PresenceWatch(sensor) for sensor in site.sensors]
        self._rates = [_Rate() for _ in site.sensors]
        self._nobodys_rate = _Rate()
        self._channels = {number: channel for channel in source.channels for number in channel.sensors}
        self.changes: list[PresenceChange] = []
        """Since they were last taken away."""

    def reports(self) -> tuple[SensorReport, ...]:
        """Of all sensors, in the order of the site file; last what belongs to none of them, if any came."""
        now_ns = self._clock.now_ns()
        known = [self._report(k, status, now_ns) for k, status in enumerate(self._source.statuses)]
        nobodys = self._source.unassigned
        rate = self._nobodys_rate.note(now_ns, nobodys.messages)
        dropped = dict(self._source.posted.inbox.dropped)
        if not (nobodys.messages or nobodys.decode_errors or nobodys.refused or dropped):
            return tuple(known)
        report = replace(counted(nobodys, UNASSIGNED, rate), dropped=dropped)
        if nobodys.strangers:
            names = ", ".join(map(ascii, nobodys.strangers))  # which anybody can choose
            report = replace(report, trouble=f"no sensor of its input is called {names}")
        return (*known, report)

    def _report(self, number: int, status: SensorStatus, now_ns: int) -> SensorReport:
        sensor, channel = self._site.sensors[number], self._channels.get(number)
        change = self._look(number, status, channel, now_ns)
        if change is not None:
            self.changes.append(change)
        learnt = self._line.learnt(number)
        report = replace(
            counted(status, NOT_LIVE, self._rates[number].note(now_ns, status.messages)),
            input=sensor.input,
            health=learnt.health,
            nis=learnt.nis,
            bias=learnt.bias,
            detection_factor=learnt.detection_factor,
        )
        if channel is None and sensor.kind is SensorKind.SIGHTING:
            return replace(report, state=Presence.LIVE)  # for people can tell the service itself
        if channel is None:
            return report
        return replace(
            report,
            state=self._watches[number].now,
            trouble=channel.link.trouble,
            last_byte_ns=channel.inbox.last_received_ns,
            dropped=dict(channel.dropped),
        )

    def _look(
        self, number: int, status: SensorStatus, channel: Channel | None, now_ns: int
    ) -> PresenceChange | None:
        if channel is None:
            return None
        return self._watches[number].look(now_ns, status.last_received_ns, channel.link.is_open)


def counted(status: SensorStatus, state: str, messages_per_s: float) -> SensorReport:
    """What the counts alone tell."""
    return SensorReport(
        name=status.name,
        kind=status.kind,
        state=state,
        last_message_ns=status.last_received_ns,
        last_measured_ns=status.last_measured_ns,
        messages=status.messages,
        messages_per_s=messages_per_s,
        detections=status.detections,
        scans=status.scans,
        decode_errors=dict(status.decode_errors),
        refused=dict(status.refused),
    )


def who_is_there(reports: Sequence[SensorReport]) -> dict[str, int]:
    """How many sensors are in each state that one is in, best state first."""
    counts = Counter(report.state for report in reports if report.state != UNASSIGNED)
    return {state: counts[state] for state in (*Presence, NOT_LIVE) if counts[state]}


_Linked = TypeVar("_Linked", OutputReport, ReceiverReport)


def links_that_changed(before: Sequence[_Linked], now: Sequence[_Linked]) -> list[tuple[_Linked, bool]]:
    """The outputs or receivers whose way came to stand (True) or broke (False) since the reports before."""
    stood = {report.name for report in before if report.is_open}
    return [(report, report.is_open) for report in now if report.is_open != (report.name in stood)]
