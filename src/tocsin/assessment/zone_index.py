"""Which zones are near: a grid over all zones of a site, so that what flies elsewhere costs nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tocsin.units import FloatArray, IntArray

_LEAST_CELL_M = 250.0
_MOST_CELLS = 64  # along a side


@dataclass(frozen=True, slots=True, eq=False)
class ZoneIndex:
    """Square cells over the boxes of all zones, row by row from the south-west.

    `grid` (3,) is the west and south of the first cell and the size of one [m]; `columns` and `rows` how many
    there are. Cell c is met by the zones `zones[first[c]:first[c + 1]]`, by their boxes. `below` (rows + 1,
    columns + 1) counts how many such meetings lie south-west of each corner.
    """

    grid: FloatArray
    first: IntArray
    zones: IntArray
    below: IntArray

    @classmethod
    def of(cls, boxes: FloatArray) -> ZoneIndex:
        """Of boxes (z, 4 or more): west, east, south, north [m]."""
        if not len(boxes):
            return cls(np.array([0.0, 0.0, _LEAST_CELL_M]), np.zeros(2, np.int64), np.zeros(0, np.int64),
                       np.zeros((2, 2), np.int64))  # fmt: skip
        west, south = float(boxes[:, 0].min()), float(boxes[:, 2].min())
        side_m = max(float(boxes[:, 1].max()) - west, float(boxes[:, 3].max()) - south)
        cell_m = max(side_m / _MOST_CELLS, _LEAST_CELL_M)
        per_m = 1.0 / cell_m  # as the kernel rounds
        count = math.floor(side_m * per_m) + 1
        members: list[list[int]] = [[] for _ in range(count * count)]
        for zone, box in enumerate(boxes.tolist()):
            for row in range(int((box[2] - south) * per_m), int((box[3] - south) * per_m) + 1):
                for column in range(int((box[0] - west) * per_m), int((box[1] - west) * per_m) + 1):
                    members[row * count + column].append(zone)
        sizes = np.array([len(inside) for inside in members], dtype=np.int64)
        below = np.zeros((count + 1, count + 1), np.int64)
        below[1:, 1:] = sizes.reshape(count, count).cumsum(axis=0).cumsum(axis=1)
        return cls(
            np.array([west, south, cell_m]),
            np.concatenate([[0], sizes.cumsum()]).astype(np.int64),
            np.array([zone for inside in members for zone in inside], dtype=np.int64),
            below,
        )
