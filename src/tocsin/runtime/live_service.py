"""`tocsin run`: the line on live sensors, until it is told to stop.

Sockets live in the event loop; reading, tracking and deciding happen in one thread of their own, which takes
what has come ten times a second. So a slow scan delays no socket, and one thread owns all state of the line.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import structlog

from tocsin.assessment.assessor import ZoneGround
from tocsin.clock import WallClock
from tocsin.config.site import Site
from tocsin.config.writing import to_toml
from tocsin.errors import UnusableFile
from tocsin.model.alerts import AlertMessage
from tocsin.model.sensors import UNASSIGNED
from tocsin.outputs.delivery.courier import Courier
from tocsin.outputs.delivery.dispatcher import Dispatcher
from tocsin.outputs.feed_api import add_feed_routes
from tocsin.outputs.live.channel import OutputChannel
from tocsin.outputs.live.publisher import Publisher
from tocsin.outputs.web.detail_api import add_detail_routes
from tocsin.outputs.web.source import ENDED_FOR_S
from tocsin.recording.delivery_book import DeliveryBook
from tocsin.recording.recorder import Recorder
from tocsin.recording.recording import Recording
from tocsin.recording.rows import Taken
from tocsin.recording.series import Series
from tocsin.runtime.alert_door import AlertDoor
from tocsin.runtime.alert_office import AlertOffice
from tocsin.runtime.alert_report import AlertReports
from tocsin.runtime.desk_files import DeskFiles
from tocsin.runtime.errands import Errands
from tocsin.runtime.line import Line
from tocsin.runtime.live_console import LiveConsole
from tocsin.runtime.live_details import LiveDetails
from tocsin.runtime.live_state import LiveState, Reporter, links_that_changed, who_is_there
from tocsin.runtime.live_view import LiveView
from tocsin.runtime.operators import of_no_unit
from tocsin.runtime.past_archive import PastArchive
from tocsin.runtime.reminder import Reminder
from tocsin.runtime.serving import Served, operators_gate, serve
from tocsin.runtime.summary import RunSummary
from tocsin.runtime.trails import Trails
from tocsin.runtime.watch import Moment
from tocsin.runtime.zone_keeper import TAKEN_AWAY, ZoneKeeper
from tocsin.sensors.live.channel import Channel
from tocsin.sensors.live.source import TICK_NS, LiveSource
from tocsin.units import NANOSECONDS_PER_SECOND

_REPORT_EVERY_NS, _FLUSH_EVERY_NS = NANOSECONDS_PER_SECOND, 5 * NANOSECONDS_PER_SECOND
_ENDED_FOR_NS = round(ENDED_FOR_S * NANOSECONDS_PER_SECOND)
_LONGEST_STOP_S = 10.0  # so long a line that is behind reads on when it is told to stop
_SETTLE_S = 2.0  # so long READY waits for ways in that are slow to open
_log = structlog.get_logger()


class LiveService:
    """One site, running. `state` is replaced about once a second; any thread may read it."""

    def __init__(self, site: Site, out: Path, overwrite: bool = False, site_file: Path | None = None) -> None:
        """Operators are beside the site file, which is written when zones change; absent: around `out`."""
        self._site, self._out, self._clock = site, out, WallClock()
        self._site_file = site_file
        self._files = DeskFiles.of(site, out, (site_file or out).parent)
        self._source = LiveSource(site, self._clock)
        self._publisher = Publisher(site, self._clock)
        self._overwrite = overwrite
        self._series = Series(out, site.recording, self._recorder)
        self._moment: Moment | None = None
        self._disks, self._part_trouble = Reminder(), ""
        self._present_in: Recorder | None = None
        self._trails, self._errands = Trails(), Errands()
        self._reported_ns = self._flushed_ns = 0
        self._began = time.perf_counter()
        now_ns = self._clock.now_ns()
        self.state = LiveState(now_ns, now_ns, site.site.name, site.site.status)

    def run(self, ready: Callable[[int], None]) -> RunSummary:
        """Runs until SIGINT, SIGTERM or `stop`; calls `ready` with the API's port once all is up.

        Raises UnusableFile where the recording can't be written, OSError where the API's port is taken.
        """
        recorder = self._series.begin(self._clock.now_ns())
        with self._series:
            self._files.book.parent.mkdir(parents=True, exist_ok=True)
            self._office = AlertOffice(self._site, self._files.book)
            self._check_operators()
            roles = {unit.name: unit.role for unit in self._site.units}
            waiting = self._office.waiting
            with (
                DeliveryBook(self._files.book, self._clock.now_ns(), roles, waiting) as deliveries,
                ThreadPoolExecutor(1, "cap") as self._caps,
            ):
                self._dispatcher = Dispatcher(self._site, deliveries, self._clock, lambda: self.state.time_ns)
                self._line = Line(
                    self._site, recorder, self._source.statuses, self._see, self._office.desk.editor,
                    self._issued, self._clock, self._office.recent, beside=self._work_beside,
                )  # fmt: skip
                self._office.reopen(self._line, self._clock.now_ns())
                self._reporter = Reporter(self._site, self._source, self._line, self._clock)
                asyncio.run(self._serve(ready))
                self._line.finish()
            self._office.close()
        summary = self._summary()
        Recording(self._series.directories[-1]).write_metrics({"run": summary.counts()})
        return summary

    def stop(self) -> None:
        """Ends the run at the next step; from any thread, while it runs."""
        self._loop.call_soon_threadsafe(self._begin_to_stop)

    def _check_operators(self) -> None:
        try:
            wrong = of_no_unit(self._files.operators, [unit.name for unit in self._site.units])
        except UnusableFile as error:
            wrong = [f"nobody can act on alerts: {error}"]
        for trouble in wrong:
            _log.warning("operators", trouble=trouble)

    def _begin_to_stop(self) -> None:
        if not self._stopped.is_set():
            self._stopped.set()
            self._loop.call_later(_LONGEST_STOP_S, self._source.give_up)

    async def _serve(self, ready: Callable[[int], None]) -> None:
        self._stopped, self._loop = asyncio.Event(), asyncio.get_running_loop()
        for told in (signal.SIGINT, signal.SIGTERM):
            self._loop.add_signal_handler(told, self.stop)
        async with AsyncExitStack() as stack:
            view = LiveView(self._site, lambda: self.state, self._source.posted)
            port = await stack.enter_async_context(self._served(view))
            receiving = asyncio.create_task(self._source.receive(self._tell))
            outgoing = self._publisher.run(lambda: self.state.moment, self._tell_output)
            publishing = asyncio.create_task(outgoing)
            publishing.add_done_callback(_tell_end("no tracks go out any more"))
            delivering = asyncio.create_task(self._dispatcher.run(self._tell_receiver))
            delivering.add_done_callback(_tell_end("no alerts go out any more"))
            thread = stack.enter_context(ThreadPoolExecutor(1, "line"))
            try:
                await self._source.settle(_SETTLE_S)
                ready(port)
                await self._step_until_stopped(thread, receiving)
            finally:
                receiving.cancel()
                publishing.cancel()
                delivering.cancel()
                await asyncio.gather(receiving, publishing, delivering, return_exceptions=True)

    def _served(self, view: LiveView) -> AbstractAsyncContextManager[int]:
        """The API and the console."""
        door = AlertDoor(self._office, lambda: self.state.alerts)
        add_feed = partial(add_feed_routes, feed=self._dispatcher.feed, clock=self._clock)
        console = LiveConsole(self._site, lambda: self.state, view.health)
        settings = self._site.console
        gate = operators_gate(settings, self._files.operators, self._clock)
        archive = PastArchive(self._out if self._site.recording.part_hours else self._out.parent, self._clock)
        zones = ZoneKeeper(
            lambda: self._site, self._site_file, self._errands, self._rezone, self._office.note, self._clock
        )
        details = partial(add_detail_routes, live=self._details(archive), library=archive, zones=zones)
        served = Served(view, door, console, archive, parts=(add_feed,), guarded=(details,))
        return serve(served, settings, self._site.service.port, gate, self._clock)

    def _details(self, archive: PastArchive) -> LiveDetails:
        book, layers = self._files.book, self._site.console.layers
        reports = AlertReports(book, archive.directories, lambda: self._errands.do(self._flush), self._clock)
        return LiveDetails(lambda: self._site, lambda: self.state, self._trails, book, reports.report, layers)

    def _rezone(self, ground: ZoneGround) -> None:
        """Goes on with other zones, between two pictures; recorded with the part that is under way."""
        self._site = ground.site
        self._office.rezone(self._site)
        self._dispatcher.learn(self._site)
        self._line.rezone(ground, self._clock.now_ns(), TAKEN_AWAY)
        self._series.recorder.rezone(to_toml(self._site))
        self.state = replace(self.state, zones_version=self.state.zones_version + 1)

    async def _step_until_stopped(self, thread: ThreadPoolExecutor, receiving: asyncio.Task[None]) -> None:
        stopped = asyncio.create_task(self._stopped.wait())
        while not stopped.done():
            await self._loop.run_in_executor(thread, self._step)
            until_s = (TICK_NS - self._clock.now_ns() % TICK_NS) / NANOSECONDS_PER_SECOND
            await asyncio.wait({stopped, receiving}, timeout=until_s, return_when=asyncio.FIRST_COMPLETED)
            if receiving.done():
                receiving.result()
        await self._loop.run_in_executor(thread, self._step, True)

    def _step(self, is_last: bool = False) -> None:
        """Everything that came in ticks that are over, through the line; the last time all there is."""
        now_ns = self._clock.now_ns()
        now_ns = now_ns if is_last else now_ns // TICK_NS * TICK_NS
        detections, oldest_ns = 0, now_ns
        for batch in self._source.rest(now_ns) if is_last else self._source.batches(now_ns):
            detections += len(batch)
            oldest_ns = min(oldest_ns, int(batch.received_ns[0]))
            self._line.push(batch)
        self._line.advance(now_ns + 1)  # nothing more comes of this tick
        self._keep(now_ns, self.state.detections + detections)
        self._office.step(self._line, now_ns)
        self._errands.run()
        lag_s = (self._clock.now_ns() - oldest_ns) / NANOSECONDS_PER_SECOND
        self.state = replace(
            self.state,
            time_ns=now_ns,
            moment=self._moment,
            alerts=self._office.reports(),
            ended=self._office.ended(now_ns - _ENDED_FOR_NS),
            pictures=self._line.pictures,
            tracks_confirmed=self._line.tracks_confirmed,
            detections=self.state.detections + detections,
            lag_s=lag_s if detections else 0.0,
        )
        if now_ns - self._reported_ns >= _REPORT_EVERY_NS:
            self._reported_ns = now_ns
            self._report()

    def _recorder(self, directory: Path, first_detection: int) -> Recorder:
        return Recorder(
            directory, to_toml(self._site), self._site.sensor_names, self._site.frame,
            overwrite=self._overwrite, is_journaled=True, first_detection=first_detection,
        )  # fmt: skip

    def _keep(self, now_ns: int, detections: int) -> None:
        """Puts on the disk what was recorded, every few seconds, and begins the next part when it is time."""
        try:
            following, self._part_trouble = self._series.roll(now_ns, detections), ""
        except UnusableFile as error:
            following, self._part_trouble = None, f"no new part of the recording: {error}"
        if following is not None:
            self._line.record_in(following)
            _log.info("recording", part=str(following.directory))
        if now_ns - self._flushed_ns >= _FLUSH_EVERY_NS:
            self._flush()
            self._flushed_ns = now_ns

    def _look_at_disks(self) -> None:
        """Tries again what waits for one, and says loudly, once a minute, while something does."""
        self._office.retry()
        troubles = tuple(
            filter(None, (self._office.trouble, self._series.recorder.trouble, self._part_trouble))
        )
        if self._disks.is_to_be_told(troubles, self._clock.now_ns()):
            for trouble in troubles:
                _log.error("disk", trouble=trouble)
            if not troubles:
                _log.info("disk", state="all that waited in memory is written")
        self.state = replace(self.state, troubles=troubles)

    def _flush(self) -> None:
        self._series.recorder.flush()

    def _report(self) -> None:
        self._look_at_disks()
        self.state = replace(self.state, reports=self._reporter.reports())
        self._record_presence()
        for change in self._reporter.changes:
            _log.info("sensor", sensor=change.sensor, was=change.before.value, now=change.now.value)
        if self._reporter.changes:
            _log.info("sensors", **who_is_there(self.state.reports))
        self._reporter.changes.clear()
        outputs = self._publisher.reports()
        for output, stands in links_that_changed(self.state.outputs, outputs):
            _log.info("output", output=output.name, now="open" if stands else "broken")
        receivers = self._dispatcher.reports
        for receiver, stands in links_that_changed(self.state.receivers, receivers):
            _log.info("receiver", receiver=receiver.name, now="open" if stands else "broken")
        self.state = replace(self.state, outputs=outputs, receivers=receivers)

    def _record_presence(self) -> None:
        """What changed; all of it where a recording begins."""
        recorder, now_ns = self._series.recorder, self.state.time_ns
        changed: dict[str, str] = {change.sensor: change.now for change in self._reporter.changes}
        if self._present_in is not recorder:
            self._present_in = recorder
            changed = {one.name: one.state for one in self.state.reports if one.name != UNASSIGNED}
        if changed:
            recorder.presence(now_ns, changed)

    def _issued(self, messages: Sequence[AlertMessage], taken: Taken) -> None:
        """Messages go out: once they are in the book, to all receivers."""
        self._office.issued(messages, taken)
        self._dispatcher.wake()

    def _work_beside(self, work: Callable[[], None]) -> None:
        self._caps.submit(work).add_done_callback(_tell_defect)

    def _see(self, moment: Moment) -> None:
        self._moment = moment
        self._trails.note(moment.time_ns, moment.tracks)
        for message in moment.new_messages:
            _log.info(
                "alert", alert=message.alert_id, level=message.level.name.lower(), zone=message.zone,
                type=message.message_type.value, reason=message.reason,
            )  # fmt: skip

    def _tell(self, channel: Channel) -> None:
        names = [self._site.sensors[number].name for number in channel.sensors]
        _log.warning("input", sensors=names, trouble=channel.link.trouble)

    def _tell_output(self, channel: OutputChannel) -> None:
        _log.warning("output", output=channel.output.name, trouble=channel.link.trouble)

    def _notes(self) -> tuple[str, ...]:
        left = self._source.left_at_stop
        if not left:
            return ()
        return (f"{left:,} messages were not read: too much was waiting when the run was stopped",)

    def _tell_receiver(self, courier: Courier) -> None:
        _log.warning("receiver", receiver=courier.receiver.name, trouble=courier.link.trouble)

    def _summary(self) -> RunSummary:
        statuses = self._source.statuses
        return RunSummary(
            directory=self._out,
            scans=sum(status.scans for status in statuses),
            detections=sum(status.detections for status in statuses),
            statuses=(*statuses, self._source.unassigned),
            tracks_confirmed=self._line.tracks_confirmed,
            messages=tuple(self._line.alerts.messages),
            metrics=None,
            notes=self._notes(),
            replays=self._line.replays,
            duration_s=(self.state.time_ns - self.state.started_ns) / NANOSECONDS_PER_SECOND,
            wall_s=time.perf_counter() - self._began,
        )


def _tell_defect(working: Future[None]) -> None:
    if (error := working.exception()) is not None:
        _log.error("cap", trouble=f"not kept: {type(error).__name__}: {error}")


def _tell_end(what: str) -> Callable[[asyncio.Task[None]], None]:
    """What goes out and ends by a defect is told of, and ends nothing else."""

    def tell(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("outputs", trouble=f"{what}: {type(error).__name__}: {error}")

    return tell
