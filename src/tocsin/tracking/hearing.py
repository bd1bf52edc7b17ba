"""Nodes that only say whether they hear anything: their reports on the filter's tracks, and their births."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tocsin.config.site import Site
from tocsin.tracking.heard import HeardField, Listener, Outcome, Prior, Tracks, carried_over
from tocsin.tracking.kernels.hearing import Heard, add_heard, find_audible, tidy_up, write_heard
from tocsin.tracking.kernels.layout import ROWS, STATE, TRACK, Records, Store, Thresholds
from tocsin.tracking.measurements import LISTENING, identity_number
from tocsin.units import AnyArray, BoolArray, FloatArray, IntArray


class Hearing:
    """What the nodes of a site hear.

    The field of what nobody has placed is made when the first report comes: most sites have no such nodes.
    """

    def __init__(self, site: Site, sensors: Records, motions: Records) -> None:
        self._sensors, self._motions = sensors, motions
        listening = [number for number, sensor in enumerate(site.sensors) if sensor.kind in LISTENING]
        self._numbers = np.array(listening, np.int64)
        self._false = [site.sensors[number].filled().false_detections_per_scan or 0.0 for number in listening]
        self.node_of = np.full(len(site.sensors), -1)
        self.node_of[self._numbers] = np.arange(len(listening))
        self._scratch = np.empty(1, TRACK)
        self._field: HeardField | None = None

    def process(
        self, store: Store, works: Records, visible_prior: FloatArray, thresholds: Thresholds, time_ns: int,
        sensor: AnyArray, heard: BoolArray, detection: IntArray,
    ) -> None:  # fmt: skip
        """Uses reports of one time, one of each sensor (l,), whose detections have these numbers (l,)."""
        field, number = self._field_of_all(), sensor.astype(np.int64)
        room = int(store.used[ROWS])
        out = Heard(
            np.empty(room, np.int64), np.empty((room, STATE)), np.empty((room, STATE, STATE)), np.empty(room)
        )
        count = find_audible(store, self._motions, self._sensors, works, self._scratch, number, time_ns, out)
        row = out.row[:count]
        visible = np.ascontiguousarray(store.perception["visible"][row][:, number])
        before = Tracks(out.state[:count], out.covariance[:count], out.existence[:count], visible)
        outcome = field.hear(time_ns, self.node_of[number], heard, before)
        self._write(store, row, before, outcome, number, detection, time_ns)
        births = outcome.births
        if len(births.existence):
            names = [identity_number(f"heard {time_ns} {k}") for k in range(len(births.existence))]
            add_heard(
                store, self._sensors, visible_prior, time_ns, births.state, births.covariance,
                births.existence, np.array(names, np.int64), self._numbers, births.visible, births.support,
            )  # fmt: skip
        tidy_up(store, self._motions, int(number[0]), time_ns, thresholds)

    def warm_up(
        self, store: Store, works: Records, visible_prior: FloatArray, thresholds: Thresholds
    ) -> None:
        """Compiles, or loads, what the first report would wait for; the store must be empty."""
        some = Listener(np.zeros(3), np.zeros(1), np.ones(1), 1000.0, 0.1, math.inf, 0.5, 60.0)
        none, no_floats = np.zeros(0, np.int64), np.zeros((0, 0))
        state, covariance = np.zeros((0, STATE)), np.zeros((0, STATE, STATE))
        nobody = Tracks(state, covariance, np.zeros(0), np.zeros((0, 1)))
        HeardField([some], self._prior()).hear(0, [0], [True], nobody)
        heard = Heard(none, state, covariance, np.zeros(0))
        find_audible(store, self._motions, self._sensors, works, self._scratch, none, 0, heard)
        write_heard(
            store, self._sensors, none, np.zeros(0), covariance, state, no_floats, no_floats, none, none, 0
        )
        add_heard(
            store, self._sensors, visible_prior, 0, state, covariance, np.zeros(0), none, none, no_floats,
            no_floats,
        )  # fmt: skip
        tidy_up(store, self._motions, 0, 0, thresholds)

    def checkpoint(self) -> tuple[AnyArray, ...]:
        """A copy of all that is kept."""
        return () if self._field is None else self._field.checkpoint()

    def go_back_to(self, checkpoint: tuple[AnyArray, ...]) -> None:
        """Forgets all that came after a checkpoint."""
        if checkpoint:
            self._field_of_all().go_back_to(checkpoint)
        else:
            self._field = None

    def _write(
        self, store: Store, row: IntArray, before: Tracks, outcome: Outcome, number: IntArray,
        detection: IntArray, time_ns: int,
    ) -> None:  # fmt: skip
        after = outcome.tracks
        matrix = np.broadcast_to(np.eye(STATE), before.covariance.shape).copy()
        shift = np.zeros_like(before.state)
        changed = (after.state != before.state).any(axis=1)
        changed |= (after.covariance != before.covariance).any(axis=(1, 2))
        if changed.any():
            old = before.state[changed], before.covariance[changed]
            new = after.state[changed], after.covariance[changed]
            matrix[changed], shift[changed] = carried_over(*old, *new)
        write_heard(
            store, self._sensors, row, after.existence, matrix, shift, after.visible, outcome.support, number,
            detection, time_ns,
        )  # fmt: skip

    def _field_of_all(self) -> HeardField:
        if self._field is None:
            rows = self._sensors[self._numbers]
            listeners = [_listener(row, false) for row, false in zip(rows, self._false, strict=True)]
            self._field = HeardField(listeners, self._prior())
        return self._field

    def _prior(self) -> Prior:
        motion = self._motions[0]
        return Prior(*(float(motion[name]) for name in Prior._fields))


def _listener(sensor: Any, false_per_scan: float) -> Listener:
    """One SENSOR row as a node."""
    points = int(sensor["points"])
    return Listener(
        sensor["position"].copy(),
        sensor["detection_range_m"][:points].copy(),
        sensor["detection_probability"][:points].copy(),
        float(sensor["max_range_m"]),
        -math.expm1(-false_per_scan),
        float(sensor["propagation_speed_mps"]),
        float(sensor["visible_prior"]),
        float(sensor["visible_hold_s"]),
    )
