"""How tracks fly now: what is believed of them in each of the ways to fly."""

from __future__ import annotations

from dataclasses import dataclass

from tocsin.units import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """Of n tracks in m modes: `weight` (n, m), whose rows sum to 1, `state` (n, m, 4), east and north [m]
    and their velocities [m/s], and `covariance` (n, m, 4, 4)."""

    weight: FloatArray
    state: FloatArray
    covariance: FloatArray
