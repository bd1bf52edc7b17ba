"""The grid of undetected objects around a site's sensors, and where each sensor would have found them."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import numpy as np

from tocsin.config.site import Site
from tocsin.tracking.kernels.layout import (
    NOBODY,
    UNDETECTED_CLASS,
    Record,
    Records,
    Undetected,
    plain_rows,
    records,
)
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


def classes_of(searchers: Sequence[Record]) -> Records:
    """The classes (c,) of undetected objects: perceived by all, and hidden from one of the searchers.

    Sensors hide objects independently of each other; what is hidden from several counts as hidden from one.
    """
    partial = [sensor for sensor in searchers if sensor.visible_prior < 1.0]
    classes = records(UNDETECTED_CLASS, 1 + len(partial))
    classes[0].hidden_from, classes[0].hold_s = NOBODY, np.inf
    classes[0].share = math.prod(sensor.visible_prior for sensor in partial)
    for row, sensor in zip(classes[1:], partial, strict=True):
        row.hidden_from, row.hold_s = sensor.number, sensor.visible_hold_s
        row.share = 1.0 - sensor.visible_prior
    classes.share /= classes.share.sum()
    return classes


def undetected_of(
    searchers: Sequence[Record],
    motion: Record,
    initial_per_km2: float | None = None,
    moving: Collection[int] = (),
) -> Undetected:
    """A square grid over all that the searchers cover, filled as if nobody had ever looked; what those whose
    numbers are `moving` will cover is taken to lie within twice their range."""
    if searchers:
        centres = np.array([sensor.position[:2] for sensor in searchers])
        times = [2.0 if sensor.number in moving else 1.0 for sensor in searchers]
        reach = (np.array([sensor.max_range_m for sensor in searchers]) * times)[:, None]
        low, high = (centres - reach).min(axis=0), (centres + reach).max(axis=0)
    else:
        low, high = np.full(2, -_SMALLEST_CELL_M / 2), np.full(2, _SMALLEST_CELL_M / 2)
    side_m = float((high - low).max())
    cells = int(np.clip(np.ceil(side_m / _SMALLEST_CELL_M), 1, _MOST_CELLS))
    never_looked = motion.birth_rate_per_m2_s * motion.lifetime_s
    if initial_per_km2 is not None:
        never_looked = initial_per_km2 * 1e-6
    classes = plain_rows(classes_of(searchers))
    intensity = np.broadcast_to(never_looked * classes["share"][:, None, None], (len(classes), cells, cells))
    return Undetected(classes, intensity.copy(), float(low[0]), float(low[1]), side_m / cells)


def unseen_shares(
    searchers: Sequence[Record], undetected: Undetected, motion: Record
) -> dict[int, FloatArray]:
    """By sensor number: the share of the undetected that stays so in one of its looks, on the grid."""
    return {sensor.number: 1.0 - detection_map(undetected, motion, sensor) for sensor in searchers}
