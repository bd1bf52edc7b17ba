"""Activity: what sensors report near zones that no track accounts for."""

from __future__ import annotations

from dataclasses import dataclass

from tocsin.units import FloatArray, IntArray

LIKELY = 0.5
"""What is at least so probable rests on two kinds of sensor, and has lasted."""


@dataclass(frozen=True, slots=True, eq=False)
class Activity:
    """For z zones of a site, at one time: the probability that something without a track is near each.

    'Near' is where the fastest drone is when the zone must just be warned; its course isn't known, so it
    counts as coming. `entry_s` (z, 3) is when it would be there, flying straight: fast, usual, slowly; NaN
    where nothing is active. `place_m` (z, 2) is the likeliest cell, east and north, NaN likewise; `radius_m`
    how near to it a track is taken for the same. `since_ns` (z,) is since when, `seen_ns` the time of the
    last report. `kinds` are those that speak for it, and `sensors` the
    names of those that do, each with its kind, in the order of the site.
    """

    probability: FloatArray
    entry_s: FloatArray
    place_m: FloatArray
    radius_m: float
    since_ns: IntArray
    seen_ns: IntArray
    kinds: tuple[frozenset[str], ...]
    sensors: tuple[tuple[tuple[str, str], ...], ...]

    def __len__(self) -> int:
        return len(self.probability)
