"""Runs a scenario: from a seed to the truth and to what every sensor reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Site
from tocsin.model.detections import Detections
from tocsin.model.truth import Origins, Truth
from tocsin.simulation.clutter import passes
from tocsin.simulation.flight import Flight
from tocsin.simulation.instrument import instruments
from tocsin.simulation.scenario import Scenario
from tocsin.simulation.schedule import Schedule, schedule_of
from tocsin.simulation.watching import Watch
from tocsin.simulation.world import fly_all, truth_of
from tocsin.units import IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Simulated:
    """One run. `detections` are sorted by time, then sensor; `truth` has every object at every second.

    `object_id` (n,) says of each detection which object it is of, '' for a false one: for oracles and scores
    only, no tracker may see it. `schedules` say when each sensor looked, also in vain.
    """

    site: Site
    detections: Detections
    object_id: npt.NDArray[np.object_]
    truth: Truth
    schedules: tuple[Schedule, ...]
    start_ns: int
    end_ns: int

    @property
    def origins(self) -> Origins:
        """The true detections, in the order in which they were received."""
        true = np.flatnonzero(self.object_id != "")
        rows = true[np.argsort(self.detections.received_ns[true], kind="stable")]
        found = self.detections
        return Origins(found.time_ns[rows], found.received_ns[rows], found.sensor[rows], self.object_id[rows])


def simulate(scenario: Scenario, seed: int, progress: Callable[[float], None] | None = None) -> Simulated:
    """Flies all objects and lets all sensors look at them, from the scenario's start to its end.

    The same scenario and seed give the same run, bit for bit. `progress` is called with the part that is
    done, up to 1. Raises `InvalidInput` for a negative seed.
    """
    flights = fly_all(scenario, seed)
    watches = _watches(scenario, seed, flights)
    reported: list[tuple[Detections, IntArray]] = []
    for watch in watches:
        if progress is not None:
            progress((len(reported) + 1) / (len(watches) + 2))
        reported.append(watch.detections())
    detections, source = _sorted(reported)
    names = np.array([*(flight.object_id for flight in flights), ""], dtype=object)
    truth = truth_of(flights, scenario.start_ns)
    if progress is not None:
        progress(1.0)
    return Simulated(
        site=scenario.site,
        detections=detections,
        object_id=names[source],
        truth=truth,
        schedules=tuple(watch.schedule for watch in watches),
        start_ns=scenario.start_ns,
        end_ns=scenario.end_ns,
    )


def _watches(scenario: Scenario, seed: int, flights: tuple[Flight, ...]) -> list[Watch]:
    duration_s, frame = scenario.header.duration_s, scenario.site.frame
    cars: dict[SensorKind, tuple[Flight, ...]] = {}
    for section in scenario.noise:
        cars[section.kind] = cars.get(section.kind, ()) + passes(section, frame, seed, duration_s)
    return [
        Watch(
            scenario,
            seed,
            instrument,
            schedule_of(instrument, seed, duration_s),
            flights,
            cars.get(instrument.sensor.kind, ()),
        )
        for instrument in instruments(scenario)
    ]


def _sorted(reported: list[tuple[Detections, IntArray]]) -> tuple[Detections, IntArray]:
    """By time, then sensor, then azimuth, so that the order does not say what is true and what is false."""
    detections = Detections.concatenate([Detections.empty(), *(rows for rows, _ in reported)])
    source = np.concatenate([np.zeros(0, dtype=np.int64), *(numbers for _, numbers in reported)])
    order = np.lexsort((detections.azimuth_rad, detections.sensor, detections.time_ns))
    return detections.take(order), source[order]
