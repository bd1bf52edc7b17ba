"""The expected way of a track: the middle of the futures that stand for it, and how far they part.

They are those that zones are entered by (entry.py), so that what is shown is what is decided on. Where they
split, as of what may turn at any time, the median stays with those that fly on as they do, and quartiles say
how far the middle half of them reaches: a mean would fly where nothing flies.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from tocsin.assessment.entry import LEAST_WEIGHT, horizon_s, root_density
from tocsin.assessment.futures import Futures
from tocsin.assessment.kernels.entry import fly_one
from tocsin.assessment.short_legs import ways
from tocsin.config.site import Site
from tocsin.model.assessments import Assessments
from tocsin.model.paths import PathPoints
from tocsin.units import FloatArray

_QUARTILE = 0.6744897501960817  # of a standard normal: half of it is within so many sigmas
_HEIGHT = np.array([2, 5])
_EARTH_RADIUS_M = 6_371_000.0


class Foresight:
    """Foresees the ways of the tracks of one site; any thread may ask, nothing is kept."""

    def __init__(self, site: Site, futures: Futures | None = None) -> None:
        self._futures = Futures.of(horizon_s(site)) if futures is None else futures
        self._root_density = root_density(site.prior)

    def paths(self, assessments: Assessments, track_ids: Iterable[str]) -> PathPoints:
        """The ways of those of the tracks that are there, a point for each bend of the futures, 13 in all."""
        if assessments.motion is None:
            return PathPoints.empty()
        rows = {track_id: row for row, track_id in enumerate(assessments.track_id.tolist())}
        found = [self._path(assessments, rows[name]) for name in track_ids if name in rows]
        return PathPoints.concatenate(found) if found else PathPoints.empty()

    def _path(self, assessments: Assessments, row: int) -> PathPoints:
        shares, paths = self._fly(assessments, row)
        flown = shares > 0.0
        shares, paths = shares[flown], paths[:, :, flown]
        middle = np.stack([weighted_quantiles(paths[:, axis], shares, (0.5,))[:, 0] for axis in range(3)], 1)
        course = _courses(middle, assessments.state[row, 3:5])
        knots = len(middle)
        offset = paths[:, :2] - middle[:, :2, np.newaxis]
        along_to = np.stack([np.sin(course), np.cos(course)], axis=1)
        across_to = np.stack([np.cos(course), -np.sin(course)], axis=1)
        along = np.einsum("kdf,kd->kf", offset, along_to)
        across = np.einsum("kdf,kd->kf", offset, across_to)
        middle[:, 2] -= (middle[:, :2] ** 2).sum(axis=1) / (2.0 * _EARTH_RADIUS_M)  # height to 'up'
        return PathPoints(
            np.full(knots, assessments.time_ns, np.int64),
            np.full(knots, assessments.track_id[row], object),
            self._futures.knots_s,
            middle,
            _sigma(along, shares),
            _sigma(across, shares),
            course % (2.0 * np.pi),
        )

    def _fly(self, assessments: Assessments, row: int) -> tuple[FloatArray, FloatArray]:
        """Shares (futures,) and places (knots, 3, futures) of the futures of one track."""
        motion, futures, one = assessments.motion, self._futures, slice(row, row + 1)
        assert motion is not None
        count = futures.standard.shape[1]
        shares, paths = np.empty(count), np.empty((len(futures.knots_s), 3, count))
        fly_one(
            *ways(motion.take(one)),
            assessments.state[one][:, _HEIGHT],
            np.ascontiguousarray(assessments.covariance[one][:, _HEIGHT[:, None], _HEIGHT]),
            LEAST_WEIGHT,
            futures.knots_s,
            futures.first,
            futures.standard,
            futures.unit_path_s,
            futures.unit_climb_m,
            self._root_density,
            shares,
            paths,
        )
        return shares, paths


def weighted_quantiles(values: FloatArray, weights: FloatArray, shares: tuple[float, ...]) -> FloatArray:
    """Of each row of `values` (k, n) with `weights` (n,), which sum to 1, those at `shares` (q,): (k, q)."""
    order = np.argsort(values, axis=1)
    sorted_values = np.take_along_axis(values, order, axis=1)
    middles = np.cumsum(weights[order], axis=1) - 0.5 * weights[order]
    found: FloatArray = np.array(
        [np.interp(shares, at, row) for at, row in zip(middles, sorted_values, strict=True)]
    )
    return found


def _courses(middle: FloatArray, velocity: FloatArray) -> FloatArray:
    """Direction of the way at each point (k,): that of the velocity now, then from point to point."""
    steps = np.diff(middle[:, :2], axis=0)
    first = velocity if np.hypot(*velocity) > 0.0 else np.array([0.0, 1.0])
    ahead = np.vstack([first, steps])
    course: FloatArray = np.arctan2(ahead[:, 0], ahead[:, 1])
    return course


def _sigma(values: FloatArray, weights: FloatArray) -> FloatArray:
    quartiles = weighted_quantiles(values, weights, (0.25, 0.75))
    sigma: FloatArray = (quartiles[:, 1] - quartiles[:, 0]) / (2.0 * _QUARTILE)
    return sigma
