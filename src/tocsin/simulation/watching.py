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
from tocsin.units import IntArray, seconds_to_nanoseconds_array

_REPORTED = frozenset({SensorKind.REMOTE_ID, SensorKind.ADSB})


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

    def _rows(self, plots: Plots) -> Detections:
        time_ns = self.scenario.start_ns + seconds_to_nanoseconds_array(plots.time_s)
        return Detections.of(
            time_ns=time_ns,
            received_ns=time_ns + seconds_to_nanoseconds_array(self.instrument.true.latency_s or 0.0),
            sensor=np.full(len(plots), self.instrument.number),
            scan=plots.look,
            range_m=plots.range_m,
            azimuth_rad=plots.azimuth_rad,
            elevation_rad=plots.elevation_rad,
            range_rate_mps=plots.range_rate_mps,
        )

    def _draw(self, *purpose: str) -> np.random.Generator:
        return stream(self.seed, "sensor", self.instrument.name, *purpose)
