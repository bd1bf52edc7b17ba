"""Which zones a track will enter, and when: its futures flown through every zone.

Each track stands for a bundle of futures (samples.py): states drawn from its Gaussian, each flown straight on
under the site's white acceleration noise, vertically with the share that the tracker gives it. The share of
futures that are inside now or enter within the horizon is the probability; their times give the interval.

Height is often not measured: a 2-D radar leaves it to the prior, whose spread and slow drift reach below the
ground. Nothing flies there, so a zone whose floor is at or under the ground has no floor here, and the low
tail counts as low flight. Ceilings, and floors above the ground, cut the bundle as they are: a height known
to +-1000 m is inside a layer of 300 m with little probability, and that is the truth about what is known. In
the same way a track known to several kilometres crosses a small zone with few of its futures.
"""

from __future__ import annotations

import math

import numpy as np

from tocsin.assessment.kernels.entry import entry_statistics, zone_entries
from tocsin.assessment.samples import Futures
from tocsin.config.site import Site, ZoneSection
from tocsin.model.tracks import Tracks
from tocsin.model.zones import Zone
from tocsin.units import FloatArray

DEFAULT_HORIZON_S = 900.0
"""How far ahead a site without rules looks."""
QUANTILES: FloatArray = np.array([0.05, 0.5, 0.95])


class ZoneEntry:
    """Entry probability and time for the zones of one site, up to the longest `within_s` of its rules."""

    def __init__(self, site: Site) -> None:
        self.zones = site.placed_zones()
        self.horizon_s = max((rule.within_s for rule in site.rules), default=DEFAULT_HORIZON_S)
        self.futures = Futures.of(self.horizon_s)
        self._longest = self.futures.longest
        prior = site.prior
        vertical_share = prior.vertical_speed_sigma_mps / prior.speed_sigma_mps
        root_density = math.sqrt(prior.acceleration_density_m2ps3)
        self._root_densities = root_density * np.array([1.0, 1.0, vertical_share])
        outlines = [zone.vertices_enu_m for zone in self.zones]
        self._vertices = np.concatenate([*outlines, np.empty((0, 2))])
        self._first_vertex = np.cumsum([0, *map(len, outlines)], dtype=np.int64)
        boxes = [_box(zone, section, site) for zone, section in zip(self.zones, site.zones, strict=True)]
        self._boxes = np.array(boxes, dtype=np.float64).reshape(-1, 6)

    def predict(self, tracks: Tracks) -> tuple[FloatArray, FloatArray]:
        """Probability of entry (n, z), and the 5, 50 and 95 % points of its time from now (n, z, 3) [s].

        Both are given that the object exists; the times are given that it enters, NaN where no future does.
        """
        times_s = np.empty((len(tracks), len(self.zones), self.futures.standard.shape[1]))
        zone_entries(
            tracks.state,
            tracks.covariance,
            self.futures.knots_s,
            self.futures.standard,
            self.futures.unit_path_m,
            self._longest,
            self._root_densities,
            self._vertices,
            self._first_vertex,
            self._boxes,
            times_s,
        )
        times_s.sort(axis=-1)
        probability = np.empty((len(tracks), len(self.zones)))
        entry_s = np.empty((len(tracks), len(self.zones), len(QUANTILES)))
        entry_statistics(times_s, QUANTILES, probability, entry_s)
        return probability, entry_s


def _box(zone: Zone, section: ZoneSection, site: Site) -> list[float]:
    """Least and greatest east and north, and floor and ceiling above the site [m]."""
    west, south = zone.vertices_enu_m.min(axis=0)
    east, north = zone.vertices_enu_m.max(axis=0)
    ground_m = site.site.altitude_m
    floor_m = -math.inf if section.floor_m <= ground_m else section.floor_m - ground_m
    return [west, east, south, north, floor_m, section.ceiling_m - ground_m]
