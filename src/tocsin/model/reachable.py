"""Where a lost object can be: what it could have reached since it was last seen, by its speed and its turns.

An aircraft with wings turns with a bank of at most 45 degrees, so its circles have a radius of v2 / g; a path
of one such turn and a straight leg reaches farthest in every direction (Dubins 1957). Before there was time
for a whole circle, what is reached is taken as the disc around it, which is larger. What is likely instead is
`tocsin.alerting.same_object`, by which a new track is taken for a lost one, or not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tocsin.geo.polygon import Polygon
from tocsin.model.zones import Zone
from tocsin.units import FloatArray

GRAVITY_MPS2 = 9.81
STEEPEST_BANK_DEG = 45.0
"""Assumed; survey and one-way drones fly shallower turns."""
CORNERS = 36
SIGMAS = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """What one lost object could have reached: `outline_m` (36, 2) east and north, around `last_m` (2,)."""

    last_m: FloatArray
    outline_m: FloatArray
    radius_m: float
    unseen_s: float
    fastest_mps: float

    def earliest_s(self, zone: Zone) -> float:
        """The earliest time from now at which it can be in a zone; 0: it can be there by now."""
        away_m = float(Polygon(zone.vertices_enu_m).signed_distance(self.last_m))
        margin_m = self.radius_m - self.fastest_mps * self.unseen_s
        return max(0.0, (away_m - margin_m) / self.fastest_mps - self.unseen_s)


def reach_of(
    state: FloatArray, covariance: FloatArray, unseen_s: float, fastest_mps: float, can_hover: bool = False
) -> Reach:
    """The reach of a track from its state (6,), covariance (6, 6) and how long nothing has seen it.

    The state was carried straight on since, so it is taken back; what is not known of the place then, three
    sigma, is added all around. `fastest_mps` is above 0. What hovers turns on the spot.
    """
    last_m = state[:2] - unseen_s * state[3:5]
    heading = math.atan2(state[3], state[4])
    flown_m = fastest_mps * unseen_s
    turn_m = fastest_mps**2 / (GRAVITY_MPS2 * math.tan(math.radians(STEEPEST_BANK_DEG)))
    outline = np.linspace(-math.pi, math.pi, CORNERS, endpoint=False)
    if can_hover or flown_m < 2.0 * math.pi * turn_m:
        ahead, right = flown_m * np.cos(outline), flown_m * np.sin(outline)
    else:
        straight_m = flown_m - turn_m * np.abs(outline)
        ahead = turn_m * np.sin(np.abs(outline)) + straight_m * np.cos(outline)
        right = np.sign(outline) * turn_m * (1.0 - np.cos(outline)) + straight_m * np.sin(outline)
    margin_m = SIGMAS * _sigma_then_m(covariance, unseen_s)
    length = np.maximum(np.hypot(ahead, right), 1e-9)
    ahead, right = ahead * (1.0 + margin_m / length), right * (1.0 + margin_m / length)
    east = ahead * math.sin(heading) + right * math.cos(heading)
    north = ahead * math.cos(heading) - right * math.sin(heading)
    return Reach(last_m, last_m + np.stack([east, north], axis=1), flown_m + margin_m, unseen_s, fastest_mps)


def _sigma_then_m(covariance: FloatArray, unseen_s: float) -> float:
    """Worst horizontal error when it was last seen: what time added since is in the path."""
    position = np.linalg.eigvalsh(covariance[:2, :2])[-1]
    velocity = np.linalg.eigvalsh(covariance[3:5, 3:5])[-1]
    return math.sqrt(max(position - velocity * unseen_s**2, 0.0))
