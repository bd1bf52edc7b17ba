"""Nodes that only hear, as the filter believes them, and what it expects to fly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tocsin.tracking.kernels.heard_layout import HEARING_POINTS, NODE
from tocsin.units import AnyArray, FloatArray

# No node is sure: terrain and wind hide objects from it whatever the site file says, and it errs at times.
MOST_DETECTED = 0.99
_LEAST_FALSE = 1e-4
_EARTH_RADIUS_M = 6_371_000.0


class Listener(NamedTuple):
    """One node as the filter believes it."""

    position_m: FloatArray  # (3,) in the site's plane
    detection_ranges_m: FloatArray  # (k,) slant ranges, increasing
    detection_probabilities: FloatArray  # (k,)
    max_range_m: float
    false_probability: float  # that it says 'heard' for nothing that flies
    propagation_speed_mps: float  # inf: at once
    visible_prior: float  # probability that it can hear an object at all
    visible_hold_s: float  # how long that stays so


class Prior(NamedTuple):
    """What flies here before anyone heard it."""

    altitude_up_m: float  # mean height over the tangent plane at its origin
    altitude_sigma_m: float
    speed_sigma_mps: float  # per horizontal axis
    vertical_speed_sigma_mps: float
    lifetime_s: float
    birth_rate_per_m2_s: float

    def up_m(self, place: FloatArray) -> float:
        """Mean height over the site's plane at a place, whose east and north come first."""
        return self.altitude_up_m - float(place[0] ** 2 + place[1] ** 2) / (2.0 * _EARTH_RADIUS_M)


def nodes_of(listeners: Sequence[Listener], prior: Prior, cell_m: float) -> AnyArray:
    """The listeners as the kernels see them, (m,) NODE, but for the cells near them."""
    nodes = np.zeros(len(listeners), NODE)
    for node, one in zip(nodes, listeners, strict=True):
        slant_m = np.linspace(0.0, one.max_range_m + cell_m, HEARING_POINTS)
        up_m = prior.up_m(one.position_m) - float(one.position_m[2])
        node["position"], node["step_m"], node["up_m"] = one.position_m, slant_m[1], up_m
        node["detection"] = _detection(one, slant_m)
        node["blurred"] = _blurred(one, slant_m, up_m, prior.altitude_sigma_m, cell_m)
        node["false_probability"] = max(one.false_probability, _LEAST_FALSE)
        node["slowness_spm"] = 1.0 / one.propagation_speed_mps
    return nodes


def _detection(listener: Listener, slant_m: FloatArray) -> FloatArray:
    """Probability of hearing at slant ranges of any shape."""
    values = np.interp(slant_m, listener.detection_ranges_m, listener.detection_probabilities)
    return np.where(slant_m > listener.max_range_m, 0.0, np.minimum(values, MOST_DETECTED))


def _blurred(
    listener: Listener, slant_m: FloatArray, up_m: float, sigma_up_m: float, cell_m: float
) -> FloatArray:
    """The same averaged over the heights and a cell, by slant range at the mean height (Gauss-Hermite)."""
    x, weight = np.polynomial.hermite_e.hermegauss(7)
    ground_m = np.sqrt(np.maximum(slant_m**2 - up_m**2, 0.0))[:, None, None, None]
    sigma_m = cell_m / math.sqrt(12.0)
    along, across, up = ground_m + sigma_m * x[:, None, None], sigma_m * x[:, None], up_m + sigma_up_m * x
    chance = _detection(listener, np.sqrt(along**2 + across**2 + up**2))
    average: FloatArray = np.einsum("rabc,a,b,c->r", chance, weight, weight, weight) / weight.sum() ** 3
    average[-1] = 0.0
    return average
