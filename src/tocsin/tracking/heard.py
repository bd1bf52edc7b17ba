"""Nodes that only hear: what their reports say of tracks, and where they place objects that have none.

A single microphone or an RSSI receiver says once a second whether it heard anything. `HeardField` uses what
such nodes say on tracks, keeps what they leave open, and gives birth to tracks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tocsin.tracking.heard_lattice import lattice_of
from tocsin.tracking.heard_listeners import MOST_DETECTED, Listener, Prior, nodes_of
from tocsin.tracking.heard_unplaced import MOST_TENTATIVE, Births, UnplacedObjects
from tocsin.tracking.kernels.heard import hear
from tocsin.tracking.kernels.heard_layout import HEARD_TRACK, PAIR, REPORT, Cells, Sounds
from tocsin.units import NANOSECONDS_PER_SECOND, AnyArray, BoolArray, FloatArray, IntArray

__all__ = ["CORRELATION_S", "Births", "HeardField", "Listener", "Outcome", "Prior", "Tracks", "carried_over"]

# Reports of one node are not independent: engines are masked and cars pass for seconds. A node is taken to
# repeat itself unless it listens anew, which it does every so often: a long 'heard' says little more than a
# short one, and neither does a long silence.
CORRELATION_S = 2.0
_MOST_STALE = 0.99
_MOST_VISIBLE = 0.9
_NEVER_NS = -(1 << 62)
_LONG_STEP_S = 60
_FORGET_AFTER_S = 3600


class Tracks(NamedTuple):
    """Tracks predicted to the time of the reports."""

    state: FloatArray  # (n, 6)
    covariance: FloatArray  # (n, 6, 6)
    existence: FloatArray  # (n,)
    visible: FloatArray  # (n, l) probability that the node of each report can hear it at all


class Outcome(NamedTuple):
    """What the reports of one time led to."""

    tracks: Tracks  # the same tracks afterwards
    support: FloatArray  # (n, l) probability that the track is there and the node heard it
    births: Births


def carried_over(
    state: FloatArray, covariance: FloatArray, after: FloatArray, covariance_after: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """(matrix (..., 6, 6), shift (..., 6)) by which each track's reports turned one Gaussian into the other.

    For tracks of several modes, which are heard as their mean: each mode's x becomes matrix x + shift, and
    its P matrix P matrix', so that their mixture has the moments `after` and `covariance_after`. How probable
    each mode is stays as it was. States are (..., 6), covariances (..., 6, 6).
    """
    root = np.linalg.cholesky(covariance[..., :3, :3])
    gain = np.linalg.solve(root, covariance[..., :3, :]).swapaxes(-1, -2)
    half = np.linalg.solve(root, covariance_after[..., :3, :3]).swapaxes(-1, -2)
    white = np.linalg.solve(root, half)
    narrowed = np.linalg.cholesky((white + white.swapaxes(-1, -2)) / 2.0) - np.eye(3)
    matrix = np.broadcast_to(np.eye(6), covariance.shape).copy()
    matrix[..., :3] += gain @ narrowed @ np.linalg.inv(root)
    return matrix, np.asarray(after - (matrix @ state[..., None])[..., 0])


class HeardField:
    """What m nodes that only hear know of objects that nobody has placed.

    The caller keeps the tracks. For the reports of one time (each node at most once), in order of time:

    1. predict all tracks near any of the nodes to that time; as existence, mean and covariance over modes;
    2. let the probability that each of these nodes can hear each track drift to the node's `visible_prior`
       (v <- p + (v - p) exp(-dt / visible_hold_s)), as for any sensor;
    3. `hear(time, nodes, heard, Tracks(state, covariance, existence, visible))`, visible (n, nodes);
    4. write back the outcome's tracks (state and covariance: by `carried_over` into each mode of a track that
       has several, where they changed) and its visible, and add its support to the track's;
    5. add the outcome's births as tracks, with their visible and support for all m nodes.

    Tracks far from all the nodes may be left out: they would come back as they were. Births come at most once
    a second. `checkpoint` is plain arrays: one more part of the caller's.
    """

    def __init__(self, listeners: Sequence[Listener], prior: Prior) -> None:
        if not listeners:
            raise ValueError("there must be at least one node that listens")
        self._lattice, first = lattice_of(listeners, prior)
        self._nodes = nodes_of(listeners, prior, self._lattice.cell_m)
        self._nodes["first"], self._nodes["last"] = first[:-1], first[1:]
        self._visible_prior = np.array([min(one.visible_prior, _MOST_VISIBLE) for one in listeners])
        ranges_m, holds_s = (
            np.array([getattr(one, name) for one in listeners]) for name in ("max_range_m", "visible_hold_s")
        )
        self._unplaced = UnplacedObjects(
            self._lattice, prior, self._nodes["position"], ranges_m, self._visible_prior, holds_s
        )
        widest = max(int(np.diff(first).max()), 2 + MOST_TENTATIVE)
        self._room = np.empty((3 + len(self._lattice.velocity), widest))
        self._none = Births.none(len(listeners))
        self._forget()

    @property
    def visible_prior(self) -> FloatArray:
        """Probability (m,) that each node can hear an object of which nothing is known."""
        return self._visible_prior.copy()

    def hear(self, time_ns: int, node: npt.ArrayLike, heard: npt.ArrayLike, tracks: Tracks) -> Outcome:
        """Uses what nodes (l,) say at one time, each node once; tracks must be predicted to it.

        Reports at one time are used jointly on tracks, up to ten that share nodes (more: one after another),
        and one after another on what has no track, in the order of the nodes.
        """
        nodes, said = np.array(node, np.int64), np.array(heard, np.bool_)
        order = np.argsort(nodes, kind="stable")
        nodes, said = nodes[order], said[order]
        self._check(time_ns, nodes, tracks)
        is_new_second = self._advance(time_ns)
        dt_s = (time_ns - int(self._clock_ns[0])) / NANOSECONDS_PER_SECOND
        sounds = Sounds(self._nodes, self._reports(time_ns, nodes, said), *_rows_of(tracks, order))
        lattice = self._lattice
        cells = Cells(lattice.centre, lattice.near, lattice.velocity, self._unplaced.moved(dt_s))
        hear(sounds, cells, self._unplaced.rows, self._room)
        self._last_ns[nodes], self._said[nodes] = time_ns, said
        births = self._unplaced.births(dt_s) if is_new_second else self._none
        after, pairs = sounds.tracks, np.empty_like(sounds.pairs)
        pairs[:, order] = sounds.pairs
        now = Tracks(
            after["state"].copy(),
            after["covariance"].copy(),
            after["existence"].copy(),
            pairs["visible"].copy(),
        )
        return Outcome(now, pairs["support"].copy(), births)

    def checkpoint(self) -> tuple[AnyArray, ...]:
        """A copy of everything, to go back to: nine plain arrays."""
        return tuple(
            array.copy()
            for array in (*self._unplaced.arrays(), self._last_ns, self._said, self._clock_ns)
        )  # fmt: skip

    def go_back_to(self, checkpoint: tuple[AnyArray, ...]) -> None:
        """Forgets all that came after a checkpoint."""
        *unplaced, last_ns, said, clock_ns = checkpoint
        self._unplaced.take(tuple(unplaced))
        self._last_ns, self._said, self._clock_ns = last_ns.copy(), said.copy(), clock_ns.copy()

    def _forget(self) -> None:
        """As if nobody had ever listened."""
        self._unplaced.forget()
        self._last_ns = np.full(len(self._nodes), _NEVER_NS, np.int64)
        self._said = np.zeros(len(self._nodes), np.bool_)
        self._clock_ns = np.full(2, -1, np.int64)  # the whole second reached, the latest reports

    def _check(self, time_ns: int, nodes: IntArray, tracks: Tracks) -> None:
        if time_ns < self._clock_ns[1]:
            raise ValueError(f"reports of {time_ns} ns come after those of {self._clock_ns[1]} ns")
        if len(nodes) == 0 or (nodes[1:] == nodes[:-1]).any():
            raise ValueError("reports of one time must be of at least one node, and of each node once")
        if nodes[0] < 0 or nodes[-1] >= len(self._nodes):
            raise ValueError(f"there is no node {nodes[0] if nodes[0] < 0 else nodes[-1]}")
        count = len(tracks.existence)
        if tracks.state.shape != (count, 6) or tracks.covariance.shape != (count, 6, 6):
            raise ValueError("states must be (n, 6) and covariances (n, 6, 6)")
        if tracks.visible.shape != (count, len(nodes)):
            raise ValueError(f"visible must be {(count, len(nodes))}, and is {tracks.visible.shape}")
        if count and not np.isfinite(tracks.state).all():
            wrong = int(np.argmin(np.isfinite(tracks.state).all(axis=1)))
            raise ValueError(f"the state of track {wrong} is not finite")

    def _reports(self, time_ns: int, nodes: IntArray, said: BoolArray) -> AnyArray:
        """What nodes say, (l,) REPORT: also how probably each only repeats itself, and whether it does so."""
        reports, last_ns = np.zeros(len(nodes), REPORT), self._last_ns[nodes]
        stale = np.exp((last_ns - time_ns) * (1.0 / (CORRELATION_S * NANOSECONDS_PER_SECOND)))
        reports["node"], reports["heard"] = nodes, said
        reports["stale"] = np.minimum(stale, _MOST_STALE)
        reports["repeats"] = (self._said[nodes] == said) & (last_ns >= 0)
        return reports

    def _advance(self, time_ns: int) -> bool:
        """Predicts to the last whole second; whether a new one has begun."""
        second = time_ns // NANOSECONDS_PER_SECOND
        before = int(self._clock_ns[0]) // NANOSECONDS_PER_SECOND
        passed = second - before if before >= 0 else 0
        if passed > _FORGET_AFTER_S:
            self._forget()
        reached = second - passed
        while reached < second and passed <= _FORGET_AFTER_S:
            # Nothing of note can be heard over a long gap, so that long steps will do.
            step = 1 if second - reached < _LONG_STEP_S else _LONG_STEP_S
            reached += step
            self._unplaced.predict(step, reached)
        self._clock_ns[:] = second * NANOSECONDS_PER_SECOND, time_ns
        return passed > 0


def _rows_of(tracks: Tracks, order: IntArray) -> tuple[AnyArray, AnyArray]:
    """The tracks, (n,) HEARD_TRACK, and with reports in an order, (n, l) PAIR; copies."""
    rows, pairs = np.zeros(len(tracks.existence), HEARD_TRACK), np.zeros(tracks.visible.shape, PAIR)
    rows["state"], rows["covariance"], rows["existence"] = tracks[:3]
    pairs["visible"] = np.minimum(tracks.visible[:, order], MOST_DETECTED)
    return rows, pairs
