"""One radar: its plots become detections, one scan for each turn of the antenna.

A turn is handed on when it is complete: when a plot of the next one comes, or a quarter of a period after
the next north marker, or when a period and a quarter have passed since its first plot. What comes still later
goes on at once under the number of its scan. So a plot counts as received when its turn was complete; of a
turn that takes longer than the contract's 10 s, the first plots are refused as received too late.

What is given: range, azimuth and time. Heights of category 048 are above mean sea level or of pressure, which
are no elevations, and the sign of its radial speed is not defined: both are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter

from tocsin.formats.asterix import (
    DetectionType,
    PlacedPlot,
    PlotMarks,
    RadarService,
    ServiceKind,
    time_of_day_to_ns,
)
from tocsin.model.detections import NO_SCAN, Detection
from tocsin.model.timeliness import FARTHEST_AHEAD_NS, LATEST_NS
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.radar_turns import Turns
from tocsin.sensors.repeats import Repeats
from tocsin.sensors.rows import polar_row
from tocsin.sensors.source_clock import SourceClock
from tocsin.sensors.turn_gathering import TurnGathering

_TIME_OF_DAY = attrgetter("time_of_day_s")


class RadarChannel:
    """Takes the messages of one radar of the site; each method gives the rows that it completes.

    Simulated plots are used only with `takes_simulated`; test targets and field monitors never.
    """

    def __init__(
        self, sensor: int, ledger: Ledger, usual_period_s: float, is_placed: bool, takes_simulated: bool
    ) -> None:
        self.sensor = sensor
        self.clock = SourceClock()
        self.simulated_used = 0
        self._ledger = ledger
        self.turns = Turns(usual_period_s)
        self._gathering = TurnGathering(self.turns, self._row, self._count_scan)
        self._is_placed = is_placed
        self._takes_simulated = takes_simulated
        self._repeats = Repeats()
        self._usual_marks: PlotMarks | None = None

    @property
    def due_ns(self) -> int | None:
        """When the open turn counts as complete; None while none is open."""
        return self._gathering.due_ns

    def service(self, service: RadarService, received_ns: int) -> None:
        """A message of the radar about itself."""
        self.turns.told_period(service.rotation_period_s)
        time_s = service.time_of_day_s
        own_ns = None if time_s is None else time_of_day_to_ns(time_s, received_ns)
        time_ns = self.clock.date(own_ns, received_ns)
        if service.latitude_rad is not None and service.longitude_rad is not None:
            place = service.latitude_rad, service.longitude_rad, service.altitude_m
            self._ledger.place(self.sensor, time_ns, *place)
        is_timely = -FARTHEST_AHEAD_NS <= received_ns - time_ns <= LATEST_NS
        if service.kind is not ServiceKind.NORTH_MARKER or not is_timely:
            return
        if self.turns.north(time_ns):
            self._gathering.next_begins(received_ns)

    def plots(self, plots: Iterable[PlacedPlot], received_ns: int) -> list[Detection]:
        """Target reports: turns that they complete, and those themselves whose turn was complete before."""
        rows: list[Detection] = []
        # Time of day comes in steps, of which a datagram has few.
        for time_s, alike in groupby(self._usable(plots, received_ns), _TIME_OF_DAY):
            own_ns = None if time_s is None else time_of_day_to_ns(time_s, received_ns)
            for plot in alike:
                time_ns = self.clock.date(own_ns, received_ns)
                if not -FARTHEST_AHEAD_NS <= received_ns - time_ns <= LATEST_NS:
                    # To be counted and refused: it dates no turn of the others.
                    rows.append(self._row(time_ns, received_ns, NO_SCAN, plot))
                    continue
                assert plot.azimuth_rad is not None
                self._gathering.add(time_ns, plot.azimuth_rad, received_ns, plot, rows)
        return rows

    def _usable(self, plots: Iterable[PlacedPlot], received_ns: int) -> list[PlacedPlot]:
        """Those that are not refused; the others are counted."""
        usable = []
        came, usual = self._repeats.has, self._usual_marks if self._is_placed else None
        for plot in plots:
            _, _, time_s, range_m, azimuth_rad, _, marks, record = plot
            is_new = time_s is None or not came(record, received_ns)
            if is_new and marks is usual and range_m is not None and azimuth_rad is not None:
                usable.append(plot)  # as nearly all are
                continue
            refusal = self._refusal(plot) if is_new else "repeated"
            if refusal is not None:
                self._ledger.refuse(self.sensor, refusal)
                continue
            usable.append(plot)
        simulated = sum(plot.marks.is_simulated for plot in usable)
        if simulated:
            self.simulated_used += simulated
            self._ledger.simulated(self.sensor, received_ns)
        return usable

    def complete(self, received_ns: int) -> list[Detection]:
        """Ends the open turn: its rows, received now."""
        return self._gathering.complete(received_ns)

    def _count_scan(self) -> None:
        self._ledger.of(self.sensor).scans += 1

    def _row(self, time_ns: int, received_ns: int, scan: int, plot: PlacedPlot) -> Detection:
        address = plot.mode_s_address
        identity = f"icao:{address}" if address else ""
        return polar_row(time_ns, received_ns, self.sensor, scan, plot.range_m, plot.azimuth_rad, identity)

    def _refusal(self, plot: PlacedPlot) -> str | None:
        if plot.marks is not self._usual_marks:
            refusal = self._refusal_of(plot.marks)
            if refusal is not None:
                return refusal
            self._usual_marks = plot.marks
        if plot.range_m is None or plot.azimuth_rad is None:
            return "position_unknown"
        return None if self._is_placed else "radar_position_unknown"

    def _refusal_of(self, marks: PlotMarks) -> str | None:
        reasons = (
            ("test_target", marks.is_test or marks.is_field_monitor),
            ("simulated", marks.is_simulated and not self._takes_simulated),
            ("ghost", marks.is_ghost),
            ("not_detected", marks.detection is DetectionType.NONE or marks.is_end_of_track),
        )
        return next((reason for reason, holds in reasons if holds), None)
