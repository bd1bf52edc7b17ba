"""How tracks fly now: what is believed of them in each of the ways to fly."""

from __future__ import annotations

from dataclasses import dataclass

from tocsin.units import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """Of n tracks in m modes: `weight` (n, m), whose rows sum to 1, `state` (n, m, 4), east and north [m]
    and their velocities [m/s], and `covariance` (n, m, 4, 4). `short_legs` (n,) is how probably a straight
    leg is a short one, of what turns every minute or two."""

    weight: FloatArray
    state: FloatArray
    covariance: FloatArray
    short_legs: FloatArray

    def take(self, rows: IntArray | slice) -> Motion:
        """That of some tracks."""
        return Motion(self.weight[rows], self.state[rows], self.covariance[rows], self.short_legs[rows])
