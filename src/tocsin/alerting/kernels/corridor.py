"""Compiled: where objects may pass on their way through a zone.

Nothing is checked here: `tocsin.alerting.area` is the door.
"""

from __future__ import annotations

import math

import numpy as np

from tocsin.jit import entry, kernel
from tocsin.units import FloatArray


@kernel
def spread(covariance: FloatArray, time_s: float, plane: FloatArray) -> None:
    """Writes the covariance (2, 2) of the place in the plane after a time of straight flight [m2]."""
    for row in range(2):
        for column in range(2):
            plane[row, column] = (
                covariance[row, column]
                + time_s * (covariance[row + 3, column] + covariance[row, column + 3])
                + time_s * time_s * covariance[row + 3, column + 3]
            )


@entry
def corridors(
    states: FloatArray, covariances: FloatArray, centre_m: FloatArray, limits: FloatArray, circle: FloatArray
) -> FloatArray:
    """Points (m, 2) around where objects pass from now until they have left a circle behind [m].

    `states` are (n, 6), `covariances` (n, 6, 6); `limits` are the radius around `centre_m` (2,) [m], how far
    to look ahead [s], the margin [m] and the number of sigmas; `circle` (c, 2) goes around the unit circle.
    Of each object there are c points now and c at the end: sigma is convex in time, so that between them
    nothing is farther out.
    """
    radius_m, longest_s, margin_m, sigmas = limits
    count, corners = states.shape[0], circle.shape[0]
    found, plane = np.empty((2 * count * corners, 2)), np.empty((2, 2))
    for track in range(count):
        state = states[track]
        way_m = math.hypot(centre_m[0] - state[0], centre_m[1] - state[1]) + radius_m
        until_s = min(way_m / max(math.hypot(state[3], state[4]), 0.1), longest_s)
        for end in range(2):
            time_s = end * until_s
            spread(covariances[track], time_s, plane)
            for corner in range(corners):
                x, y = circle[corner]
                out_x, out_y = plane[0, 0] * x + plane[0, 1] * y, plane[1, 0] * x + plane[1, 1] * y
                width_m = math.sqrt(max(out_x * x + out_y * y, 1e-12))
                row = (2 * track + end) * corners + corner
                found[row, 0] = state[0] + time_s * state[3] + sigmas * out_x / width_m + margin_m * x
                found[row, 1] = state[1] + time_s * state[4] + sigmas * out_y / width_m + margin_m * y
    return found
