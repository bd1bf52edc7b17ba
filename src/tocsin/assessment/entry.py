"""Which zones a track will enter, and when: its futures flown through every zone.

Each track stands for a bundle of futures (futures.py): of every way to fly (motion.py), states drawn from its
Gaussian, each flown on as objects go on that fly so, with the weight of that way. Heights fly on under the
share of the site's acceleration noise that the tracker gives them. The weight of the futures that are inside
now or enter within the horizon is the probability; their times give the interval.

Height is often not measured: a 2-D radar leaves it to the prior, whose spread and slow drift reach below the
ground. Nothing flies there, so a zone whose floor is at or under the ground has no floor here, and the low
tail counts as low flight. Ceilings, and floors above the ground, cut the bundle as they are: a height known
to +-1000 m is inside a layer of 300 m with little probability, and that is the truth about what is known. In
the same way a track known to several kilometres crosses a small zone with few of its futures.
"""

from __future__ import annotations

import math

import numpy as np

from tocsin.assessment.futures import Futures
from tocsin.assessment.kernels.entry import count_down, zone_entries
from tocsin.assessment.memory import Memory
from tocsin.assessment.short_legs import ways
from tocsin.assessment.zone_index import ZoneIndex
from tocsin.config.site import Prior, Site, ZoneSection
from tocsin.model.motion import Motion
from tocsin.model.tracks import Tracks
from tocsin.model.zones import Zone
from tocsin.units import NANOSECONDS_PER_SECOND, BoolArray, FloatArray, IntArray

DEFAULT_HORIZON_S = 900.0
"""How far ahead a site without rules looks."""
LEAST_WEIGHT = 0.04
"""Ways to fly that are less probable are not flown."""
MOST_AT_ONCE = 200
"""Up to so many tracks are all predicted in each picture; more take turns."""
RENEWED_WITHIN_S = 5
"""Entries are foreseen over minutes: they change little in so many seconds."""
_HEIGHT = np.array([2, 5])
QUANTILES: FloatArray = np.array([0.05, 0.5, 0.95])


class ZoneEntry:
    """Entry probability and time for the zones of one site, up to the longest `within_s` of its rules."""

    def __init__(self, site: Site, futures: Futures | None = None) -> None:
        self.zones = site.placed_zones()
        self.horizon_s = horizon_s(site)
        self.futures = Futures.of(self.horizon_s) if futures is None else futures
        self._root_density = root_density(site.prior)
        outlines = [zone.vertices_enu_m for zone in self.zones]
        self._vertices = np.concatenate([*outlines, np.empty((0, 2))])
        self._first_vertex = np.cumsum([0, *map(len, outlines)], dtype=np.int64)
        boxes = [_box(zone, section, site) for zone, section in zip(self.zones, site.zones, strict=True)]
        self._boxes = np.array(boxes, dtype=np.float64).reshape(-1, 6)
        self._index = ZoneIndex.of(self._boxes)

    def foresee(
        self, time_ns: int, tracks: Tracks, motion: Motion, memory: Memory, rows: IntArray
    ) -> tuple[FloatArray, FloatArray]:
        """As `predict`, but where many tracks are there, they take turns; what was predicted last is kept.

        Each is predicted anew at the latest `RENEWED_WITHIN_S` seconds later, and times count down meanwhile.
        """
        chosen = np.flatnonzero(_is_due(time_ns, memory.predicted_ns[rows], memory.turn[rows]))
        some = rows[chosen]
        entries = self.predict(tracks.take(chosen), motion.take(chosen))
        memory.entry_probability[some], memory.entry_s[some] = entries
        memory.predicted_ns[some] = time_ns
        passed_s = (time_ns - memory.predicted_ns[rows]) / 1e9
        entry_s = np.empty((len(rows), *memory.entry_s.shape[1:]))
        count_down(memory.entry_s, rows, passed_s, entry_s)
        return memory.entry_probability.take(rows, axis=0), entry_s

    def predict(self, tracks: Tracks, motion: Motion) -> tuple[FloatArray, FloatArray]:
        """Probability of entry (n, z), and the 5, 50 and 95 % points of its time from now (n, z, 3) [s].

        Both are given that the object exists; the times are given that it enters, NaN where no future does.
        `motion` is that of the tracks, of which height and climb are used.
        """
        probability = np.empty((len(tracks), len(self.zones)))
        entry_s = np.empty((len(tracks), len(self.zones), len(QUANTILES)))
        zone_entries(
            *ways(motion),
            np.ascontiguousarray(tracks.state[:, _HEIGHT]),
            np.ascontiguousarray(tracks.covariance[:, _HEIGHT[:, None], _HEIGHT]),
            LEAST_WEIGHT,
            self.futures.knots_s,
            self.futures.first,
            self.futures.standard,
            self.futures.unit_path_s,
            self.futures.unit_climb_m,
            self._root_density,
            self._vertices,
            self._first_vertex,
            self._boxes,
            self._index.grid,
            self._index.first,
            self._index.zones,
            self._index.below,
            QUANTILES,
            probability,
            entry_s,
        )
        return probability, entry_s


def horizon_s(site: Site) -> float:
    """How far ahead is looked [s]: as far as the longest `within_s` of its rules."""
    return max((rule.within_s for rule in site.rules), default=DEFAULT_HORIZON_S)


def root_density(prior: Prior) -> float:
    """Root of the density of the vertical acceleration [m/s^1.5]: a share of the horizontal one's."""
    vertical_share = prior.vertical_speed_sigma_mps / prior.speed_sigma_mps
    return math.sqrt(prior.acceleration_density_m2ps3) * vertical_share


def _is_due(time_ns: int, predicted_ns: IntArray, turn: IntArray) -> BoolArray:
    """Which tracks (n,) are predicted now: all that have waited for `turns` seconds, or never were."""
    turns = min(-(-len(turn) // MOST_AT_ONCE), RENEWED_WITHIN_S)
    is_turn: BoolArray = (time_ns // NANOSECONDS_PER_SECOND + turn) % max(turns, 1) == 0
    oldest_ns = time_ns - turns * NANOSECONDS_PER_SECOND
    return is_turn | (predicted_ns <= oldest_ns)


def _box(zone: Zone, section: ZoneSection, site: Site) -> list[float]:
    """Least and greatest east and north, and floor and ceiling above the site [m]."""
    west, south = zone.vertices_enu_m.min(axis=0)
    east, north = zone.vertices_enu_m.max(axis=0)
    ground_m = site.site.altitude_m
    floor_m = -math.inf if section.floor_m <= ground_m else section.floor_m - ground_m
    return [west, east, south, north, floor_m, section.ceiling_m - ground_m]
