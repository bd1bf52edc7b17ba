"""The grid of undetected objects around a site's sensors, and where each sensor would have found them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tocsin.config.site import Site
from tocsin.tracking.kernels.layout import Record, Records, Undetected
from tocsin.tracking.kernels.undetected import detection_map
from tocsin.tracking.settings import PLACING
from tocsin.units import FloatArray

_MOST_CELLS = 48
_SMALLEST_CELL_M = 250.0
# Silence of a sensor that perceives only some of the objects says little of the others.
_PERCEIVES_ALL = 0.85


def searchers_of(site: Site, sensors: Records) -> list[Record]:
    """The sensors whose silence means that nothing new is there."""
    return [
        sensor
        for sensor in sensors
        if site.sensors[sensor.number].kind in PLACING and sensor.visible_prior >= _PERCEIVES_ALL
    ]


def undetected_of(
    searchers: Sequence[Record], motion: Record, initial_per_km2: float | None = None
) -> Undetected:
    """A square grid over all that the searchers cover, filled as if nobody had ever looked."""
    if searchers:
        centres = np.array([sensor.position[:2] for sensor in searchers])
        reach = np.array([sensor.max_range_m for sensor in searchers])[:, None]
        low, high = (centres - reach).min(axis=0), (centres + reach).max(axis=0)
    else:
        low, high = np.full(2, -_SMALLEST_CELL_M / 2), np.full(2, _SMALLEST_CELL_M / 2)
    side_m = float((high - low).max())
    cells = int(np.clip(np.ceil(side_m / _SMALLEST_CELL_M), 1, _MOST_CELLS))
    never_looked = motion.birth_rate_per_m2_s * motion.lifetime_s
    if initial_per_km2 is not None:
        never_looked = initial_per_km2 * 1e-6
    return Undetected(np.full((cells, cells), never_looked), float(low[0]), float(low[1]), side_m / cells)


def unseen_shares(
    searchers: Sequence[Record], undetected: Undetected, motion: Record
) -> dict[int, FloatArray]:
    """By sensor number: the share of the undetected that stays so in one of its looks, on the grid."""
    return {sensor.number: 1.0 - detection_map(undetected, motion, sensor) for sensor in searchers}
