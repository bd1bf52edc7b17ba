"""A plain Poisson multi-Bernoulli filter with exact association marginals: the yardstick of ambiguous scenes.

Track-oriented (Williams 2015, TOMB/P, arXiv 1203.2995): one Gaussian a track, moments matched after each
scan. State [x, vx, y, vy], nearly constant velocity; a detection is a position with its covariance. It shares
no code with the tracker and is written to be read, not to be fast.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numba
import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from tocsin.units import FloatArray, IntArray

GATE = 20.0  # chi-square of two dimensions: 5e-5 of the true detections fall outside
LARGEST_CLUSTER = 16  # tracks or detections, whichever are fewer: 2^16 sets are summed
_PLACE = np.array([[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]])


def motion(dt_s: float, density: float) -> tuple[FloatArray, FloatArray]:
    """Transition (4, 4) and process noise (4, 4) of white acceleration noise [m2/s3] on each axis."""
    step: FloatArray = np.array([[1.0, dt_s], [0.0, 1.0]])
    noise: FloatArray = density * np.array([[dt_s**3 / 3, dt_s**2 / 2], [dt_s**2 / 2, dt_s]])
    axes: FloatArray = np.eye(2)
    return np.asarray(np.kron(axes, step), np.float64), np.asarray(np.kron(axes, noise), np.float64)


class Undetected(Protocol):
    """The Poisson process of objects that no scan has found yet."""

    def predict(self, step: FloatArray, noise: FloatArray, survival: float) -> None:
        """One step on, with what is born in it."""

    def explain(
        self, places: FloatArray, errors: FloatArray, pd: float
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Of detections (m, 2) with covariances (m, 2, 2): density (m,) of new objects there, times Pd, and
        their states (m, 4) and covariances (m, 4, 4)."""

    def miss(self, pd: float) -> None:
        """The scan looked everywhere."""


@dataclass
class GaussianBirths:
    """A Gaussian mixture, to which each step adds the same component."""

    weight: FloatArray  # (k,) expected objects
    mean: FloatArray  # (k, 4)
    covariance: FloatArray  # (k, 4, 4)
    birth_weight: float
    birth_mean: FloatArray
    birth_covariance: FloatArray

    def predict(self, step: FloatArray, noise: FloatArray, survival: float) -> None:
        kept = self.weight * survival > 1e-5  # lighter ones make no track that is not pruned at once
        mean, covariance = self.mean[kept] @ step.T, step @ self.covariance[kept] @ step.T + noise
        self.weight = np.append(self.weight[kept] * survival, self.birth_weight)
        self.mean = np.concatenate([mean, self.birth_mean[None]])
        self.covariance = np.concatenate([covariance, self.birth_covariance[None]])

    def explain(
        self, places: FloatArray, errors: FloatArray, pd: float
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        likelihood, _, mean, covariance = conditioned(self.mean, self.covariance, places, errors)
        share = pd * self.weight[:, None] * likelihood
        density = share.sum(axis=0)
        states, covariances = matched(share.T / np.maximum(density, 1e-300)[:, None], mean, covariance)
        return density, states, covariances

    def miss(self, pd: float) -> None:
        self.weight = self.weight * (1.0 - pd)


@dataclass
class UniformBirths:
    """The same everywhere, with velocities spread about 0: a new object stands where it is detected."""

    intensity: float  # objects per m2
    birth_intensity: float  # per m2 and step
    speed_sigma_mps: float

    def predict(self, step: FloatArray, noise: FloatArray, survival: float) -> None:  # noqa: ARG002
        self.intensity = self.intensity * survival + self.birth_intensity

    def explain(
        self, places: FloatArray, errors: FloatArray, pd: float
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        covariances = np.tile(np.eye(4) * self.speed_sigma_mps**2, (len(places), 1, 1))
        covariances[:, ::2, ::2] = errors
        return np.full(len(places), pd * self.intensity), places @ _PLACE, covariances

    def miss(self, pd: float) -> None:
        self.intensity *= 1.0 - pd


def conditioned(
    mean: FloatArray, covariance: FloatArray, places: FloatArray, errors: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Every Gaussian (n, 4) conditioned on every detection (m, 2).

    Likelihoods (n, m), squared distances (n, m), means (n, m, 4) and covariances (n, m, 4, 4).
    """
    innovation = places[None] - (mean @ _PLACE.T)[:, None]
    spread = (_PLACE @ covariance @ _PLACE.T)[:, None] + errors[None]
    inverse = np.linalg.inv(spread)
    across = covariance @ _PLACE.T  # (n, 4, 2)
    gain = across[:, None] @ inverse
    distance = np.einsum("nma,nmab,nmb->nm", innovation, inverse, innovation)
    likelihood = np.exp(-0.5 * distance) / (2.0 * math.pi * np.sqrt(np.linalg.det(spread)))
    after = mean[:, None] + np.einsum("nmab,nmb->nma", gain, innovation)
    return likelihood, distance, after, covariance[:, None] - gain @ np.swapaxes(across, 1, 2)[:, None]


def matched(share: FloatArray, mean: FloatArray, covariance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean (m, 4) and covariance (m, 4, 4) of m mixtures of k Gaussians each: share (m, k) sums to 1,
    mean (k, m, 4), covariance (k, m, 4, 4)."""
    middle = np.einsum("mk,kma->ma", share, mean)
    off = mean - middle[None]
    spread = covariance + off[..., :, None] * off[..., None, :]
    found = np.einsum("mk,kmab->mab", share, spread)
    return middle, 0.5 * (found + np.swapaxes(found, 1, 2))  # rounding would grow from scan to scan


@numba.njit(cache=True)
def _summed_events(weight: FloatArray) -> FloatArray:
    """Probability (n, m) that row i takes column j, where an event weighs the product of its pairs.

    Rows may stay without a column and columns without a row. forward[i, s] is the weight of all that rows
    before i can do so that just the set s of columns is taken; backward[i, s] of what those from i on can do.
    """
    rows, columns = weight.shape
    sets = 1 << columns
    forward, backward = np.zeros((rows + 1, sets)), np.ones((rows + 1, sets))
    forward[0, 0] = 1.0
    for i in range(rows):
        for s in range(sets):
            forward[i + 1, s] += forward[i, s]
            for j in range(columns):
                if weight[i, j] > 0.0 and not s & (1 << j):
                    forward[i + 1, s | (1 << j)] += forward[i, s] * weight[i, j]
    for i in range(rows - 1, -1, -1):
        for s in range(sets):
            backward[i, s] = backward[i + 1, s]
            for j in range(columns):
                if weight[i, j] > 0.0 and not s & (1 << j):
                    backward[i, s] += weight[i, j] * backward[i + 1, s | (1 << j)]
    probability = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            for s in range(sets):
                if weight[i, j] > 0.0 and not s & (1 << j):
                    probability[i, j] += forward[i, s] * weight[i, j] * backward[i + 1, s | (1 << j)]
    probability /= backward[0, 0]
    return probability


def exact_marginals(weight: FloatArray) -> FloatArray:
    """Association probabilities (n, m) from the weights psi (n, m), 0 where out of gate; exact."""
    n, m = weight.shape
    probability = np.zeros((n, m))
    rows, columns = np.nonzero(weight)
    graph = csr_matrix((np.ones(len(rows)), (rows, n + columns)), shape=(n + m, n + m))
    count, cluster = connected_components(graph, directed=False)
    for c in range(count):
        i, j = np.flatnonzero(cluster[:n] == c), np.flatnonzero(cluster[n:] == c)
        if not len(i) or not len(j):
            continue
        part = weight[np.ix_(i, j)]
        if min(part.shape) > LARGEST_CLUSTER:
            raise ValueError(
                f"a cluster of {len(i)} tracks and {len(j)} detections is too large to enumerate"
            )
        turned = len(j) > len(i)  # sets of the fewer
        found = _summed_events(np.ascontiguousarray(part.T if turned else part))
        probability[np.ix_(i, j)] = found.T if turned else found
    return probability


class PlainFilter:
    """The tracks: `existence` (n,), `mean` (n, 4), `covariance` (n, 4, 4), `label` (n,)."""

    def __init__(
        self,
        undetected: Undetected,
        density: float,
        pd: float,
        clutter_per_m2: float,
        lifetime_s: float,
        prune: float = 1e-5,
    ) -> None:
        self.undetected, self.density = undetected, density
        self.pd, self.clutter, self.lifetime_s, self.prune = pd, clutter_per_m2, lifetime_s, prune
        self.existence, self.mean = np.zeros(0), np.zeros((0, 4))
        self.covariance: FloatArray = np.zeros((0, 4, 4))
        self.label: IntArray = np.zeros(0, np.int64)
        self._labels = 0

    def predict(self, dt_s: float) -> None:
        """Brings all to the time of the next scan."""
        step, noise = motion(dt_s, self.density)
        survival = math.exp(-dt_s / self.lifetime_s)
        self.existence = survival * self.existence
        self.mean, self.covariance = self.mean @ step.T, step @ self.covariance @ step.T + noise
        self.undetected.predict(step, noise, survival)

    def scan(self, places: FloatArray, errors: FloatArray) -> None:
        """Detections (m, 2) with covariances (m, 2, 2)."""
        pd, r = self.pd, self.existence
        new, new_mean, new_covariance = self.undetected.explain(places, errors, pd)
        likelihood, distance, mean, covariance = conditioned(self.mean, self.covariance, places, errors)
        odds = (r * pd / (1.0 - r * pd))[:, None] * likelihood / (self.clutter + new)
        probability = exact_marginals(np.where(distance < GATE, odds, 0.0))
        missed = (1.0 - probability.sum(axis=1)) * r * (1.0 - pd) / (1.0 - r * pd)
        self.existence = missed + probability.sum(axis=1)
        # The miss is one more part of each track's mixture, in front.
        share = np.column_stack([missed, probability]) / np.maximum(self.existence, 1e-300)[:, None]
        means = np.concatenate([self.mean[:, None], mean], axis=1).swapaxes(0, 1)
        covariances = np.concatenate([self.covariance[:, None], covariance], axis=1).swapaxes(0, 1)
        self.mean, self.covariance = matched(share, means, covariances)
        self._add((1.0 - probability.sum(axis=0)) * new / (self.clutter + new), new_mean, new_covariance)
        self.undetected.miss(pd)

    def _add(self, existence: FloatArray, mean: FloatArray, covariance: FloatArray) -> None:
        label = self._labels + np.arange(len(existence))
        self._labels += len(existence)
        existence = np.append(self.existence, existence)
        kept = existence >= self.prune
        self.existence, self.label = existence[kept], np.append(self.label, label)[kept]
        self.mean = np.concatenate([self.mean, mean])[kept]
        self.covariance = np.concatenate([self.covariance, covariance])[kept]

    def shown(self, above: float) -> tuple[IntArray, FloatArray, FloatArray]:
        """Labels (k,), positions (k, 2) and their covariances (k, 2, 2) of tracks that exist above this."""
        rows = np.flatnonzero(self.existence > above)
        return self.label[rows], self.mean[rows] @ _PLACE.T, _PLACE @ self.covariance[rows] @ _PLACE.T
