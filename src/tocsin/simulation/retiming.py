"""A run at another time and pace: what is sent live has to happen now."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tocsin.simulation.run import Simulated
from tocsin.simulation.schedule import Schedule
from tocsin.units import IntArray


def retimed(simulated: Simulated, start_ns: int, speed: float = 1.0) -> Simulated:
    """The same run from `start_ns` on, all of it `speed` times as fast: also what flies."""

    def moved(time_ns: IntArray) -> IntArray:
        # To the microsecond, which tables can hold.
        after_us = np.rint((time_ns - simulated.start_ns) / (1000.0 * speed)).astype(np.int64)
        return start_ns + 1000 * after_us

    seen, truth = simulated.detections, simulated.truth
    state = truth.state.copy()
    state[:, 3:] *= speed
    return replace(
        simulated,
        detections=replace(
            seen,
            time_ns=moved(seen.time_ns),
            received_ns=moved(seen.received_ns),
            range_rate_mps=seen.range_rate_mps * speed,
            velocity_east_mps=seen.velocity_east_mps * speed,
            velocity_north_mps=seen.velocity_north_mps * speed,
            velocity_up_mps=seen.velocity_up_mps * speed,
        ),
        truth=replace(truth, time_ns=moved(truth.time_ns), state=state),
        schedules=tuple(_faster(schedule, speed) for schedule in simulated.schedules),
        start_ns=start_ns,
        end_ns=start_ns + round((simulated.end_ns - simulated.start_ns) / speed),
    )


def _faster(schedule: Schedule, speed: float) -> Schedule:
    outages = tuple((start_s / speed, end_s / speed) for start_s, end_s in schedule.outages)
    return Schedule(schedule.phase_s / speed, schedule.period_s / speed, schedule.duration_s / speed, outages)
