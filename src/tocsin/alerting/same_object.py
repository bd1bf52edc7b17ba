"""Whether two tracks can be one object: side by side as twins, or one after the other with a gap between.

A lost object is expected where straight flight with white acceleration noise takes it, the same motion as the
tracker's (nearly constant velocity: Bar-Shalom, Li and Kirubarajan 2001, section 6.2.2); distances are judged
in the metric of the joint covariance, which grows with the gap, so that velocity counts as much as place.

That is what is likely, which tells objects apart. What is possible at all, under any turn at full speed, is
`tocsin.model.reachable`, for people near a lost object: by that measure every new track within kilometres
would be the lost one, and by this one people would be told that they are safe where it may have turned to.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tocsin.config.site import Prior
from tocsin.units import FloatArray

TWIN_DISTANCE_M = 300.0
TWIN_VELOCITY_MPS = 10.0
# Chi-square of 6 degrees of freedom: 90 % for twins of uncertain tracks, 99.9 % for what a gap allows.
TWIN_GATE = 10.64
GAP_GATE = 22.46
TWIN_LIMIT_M = 1000.0
SEPARATE_DISTANCE_M = 1000.0
_PLACE, _VELOCITY = np.arange(3), np.arange(3, 6)
INHERIT_NS = 120_000_000_000
"""In two minutes a flight strays by about 400 m (1 sigma): later, too much could be taken for it."""


@dataclass(slots=True)
class Glimpse:
    """Where a track was in the last picture that held it; units as in `Sight`."""

    picture_ns: int
    seen_ns: int
    state: list[float]
    covariance: FloatArray


class Motion:
    """Straight flight with the acceleration noise that the site expects."""

    def __init__(self, prior: Prior) -> None:
        horizontal = prior.acceleration_density_m2ps3
        vertical = horizontal * (prior.vertical_speed_sigma_mps / prior.speed_sigma_mps) ** 2
        self._density = np.diag([horizontal, horizontal, vertical])

    def predicted(self, glimpse: Glimpse, now_ns: int) -> Glimpse:
        """Where the track is expected at a later time."""
        gap_s = (now_ns - glimpse.picture_ns) / 1e9
        if gap_s <= 0:
            return glimpse
        transition, noise = np.eye(6), np.empty((6, 6))
        transition[_PLACE, _VELOCITY] = gap_s
        noise[:3, :3], noise[3:, 3:] = gap_s**3 / 3 * self._density, gap_s * self._density
        noise[:3, 3:] = noise[3:, :3] = gap_s**2 / 2 * self._density
        state = (transition @ np.asarray(glimpse.state)).tolist()
        covariance = transition @ glimpse.covariance @ transition.T + noise
        return Glimpse(now_ns, glimpse.seen_ns, state, covariance)


def are_twins(first: Glimpse, second: Glimpse) -> bool:
    """Whether two tracks of one time are so alike in place and velocity that they pass for one object."""
    distance_m = horizontal_distance_m(first, second)
    velocity_mps = math.hypot(first.state[3] - second.state[3], first.state[4] - second.state[4])
    if distance_m <= TWIN_DISTANCE_M and velocity_mps <= TWIN_VELOCITY_MPS:
        return True
    return distance_m <= TWIN_LIMIT_M and squared_distance(first, second) <= TWIN_GATE


def can_follow(lost: Glimpse, found: Glimpse) -> bool:
    """Whether a lost track, predicted to the time of a found one, can be it."""
    return squared_distance(lost, found) <= GAP_GATE


def have_parted(first: Glimpse, second: Glimpse) -> bool:
    """Whether two tracks of one time, once taken for one object, are too far apart for that now."""
    is_far = horizontal_distance_m(first, second) > SEPARATE_DISTANCE_M
    return is_far and squared_distance(first, second) > GAP_GATE


def horizontal_distance_m(first: Glimpse, second: Glimpse) -> float:
    """Distance in the tangent plane; height is left out, for many sensors don't measure it."""
    return math.hypot(first.state[0] - second.state[0], first.state[1] - second.state[1])


def squared_distance(first: Glimpse, second: Glimpse) -> float:
    """Squared Mahalanobis distance of position and velocity under the joint covariance."""
    difference = np.asarray(first.state) - np.asarray(second.state)
    # 1 m and 0.1 m/s keep the joint covariance regular where both tracks claim to be exact.
    joint = first.covariance + second.covariance + np.diag([1.0, 1.0, 1.0, 0.01, 0.01, 0.01])
    return float(difference @ np.linalg.solve(joint, difference))
