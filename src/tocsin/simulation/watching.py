"""What one sensor reports over a whole run: objects, cars and nothing at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.config.kinds import SensorKind
from tocsin.model.detections import Detections
from tocsin.simulation.clutter import uniform_clutter
from tocsin.simulation.flight import Flight
from tocsin.simulation.instrument import Instrument
from tocsin.simulation.merging import merge_unresolved
from tocsin.simulation.multipath import with_copies
from tocsin.simulation.perceiving import perceive, perceptible
from tocsin.simulation.plots import FALSE_DETECTION, Plots
from tocsin.simulation.reporting import reports
from tocsin.simulation.scenario import Scenario
from tocsin.simulation.schedule import Schedule
from tocsin.simulation.streams import stream
from tocsin.units import AnyArray, FloatArray, IntArray, seconds_to_nanoseconds_array

_REPORTED = frozenset({SensorKind.REMOTE_ID, SensorKind.ADSB, SensorKind.TRACKS})


@dataclass(frozen=True, slots=True, eq=False)
class Watch:
    """One sensor in one run, with all that flies and all cars that its kind takes for flyers."""

    scenario: Scenario
    seed: int
    instrument: Instrument
    schedule: Schedule
    flights: tuple[Flight, ...]
    cars: tuple[Flight, ...]

    def detections(self) -> tuple[Detections, IntArray]:
        """All its detections, and the number of the flight that each is of, or `FALSE_DETECTION`."""
        if self.instrument.sensor.kind in _REPORTED:
            return self._reports()
        plots = self._plots()
        if "heard" in self.instrument.measures:
            return self._heard(plots)
        return self._rows(plots), plots.source

    def _reports(self) -> tuple[Detections, IntArray]:
        frame, start_ns = self.scenario.site.frame, self.scenario.start_ns
        parts = [
            reports(
                self.instrument,
                self.schedule,
                flight,
                frame,
                start_ns,
                self._draw("object", flight.object_id),
            )
            for flight in self.flights
        ]
        source = np.repeat(np.arange(len(parts), dtype=np.int64), [len(part) for part in parts])
        return Detections.concatenate([Detections.empty(), *parts]), source

    def _plots(self) -> Plots:
        seen = [
            self._perceived(flight, number, "object")
            for number, flight in enumerate(self.flights)
            if perceptible(self.instrument, flight)
        ]
        seen += [self._perceived(car, FALSE_DETECTION, "noise") for car in self.cars]
        plots = Plots.concatenate([Plots.none(), *seen])
        if self.instrument.cell is not None:
            plots = merge_unresolved(plots, self.instrument.cell)
        clutter = uniform_clutter(self.instrument, self.schedule, self._draw("clutter"))
        return Plots.concatenate([plots, clutter])

    def _perceived(self, flight: Flight, source: int, purpose: str) -> Plots:
        draw = self._draw(purpose, flight.object_id)
        plots = perceive(self.instrument, self.schedule, flight, source, draw)
        if self.instrument.multipath_probability > 0.0:
            plots = with_copies(self.instrument, plots, self._draw("copies", flight.object_id))
        return plots

    def _heard(self, plots: Plots) -> tuple[Detections, IntArray]:
        """One row a look, of the first that is heard in it or of none."""
        schedule = self.schedule
        looks = schedule.looks(0.0, schedule.duration_s)
        looks = looks[schedule.in_order(schedule.time_s(looks))]
        heard, first = np.unique(plots.look, return_index=True)
        source = np.full(len(looks), FALSE_DETECTION, dtype=np.int64)
        is_heard = np.isin(looks, heard)
        source[is_heard] = plots.source[first[np.isin(heard, looks)]]
        return self._detections(looks, schedule.time_s(looks), heard=is_heard), source

    def _rows(self, plots: Plots) -> Detections:
        return self._detections(
            plots.look,
            plots.time_s,
            range_m=plots.range_m,
            azimuth_rad=plots.azimuth_rad,
            elevation_rad=plots.elevation_rad,
            range_rate_mps=plots.range_rate_mps,
        )

    def _detections(self, looks: IntArray, time_s: FloatArray, **measured: AnyArray) -> Detections:
        time_ns = self.scenario.start_ns + seconds_to_nanoseconds_array(time_s)
        return Detections.of(
            time_ns=time_ns,
            received_ns=time_ns + seconds_to_nanoseconds_array(self.instrument.true.latency_s or 0.0),
            sensor=np.full(len(looks), self.instrument.number),
            scan=looks,
            **measured,
        )

    def _draw(self, *purpose: str) -> np.random.Generator:
        return stream(self.seed, "sensor", self.instrument.name, *purpose)
