"""Rows by the name that they carry, found in one sort, for truths and tracks have many of both."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tocsin.units import IntArray


def rows_by_name(names: npt.NDArray[np.object_]) -> dict[str, IntArray]:
    """Row numbers of each name, increasing; names (n,) in alphabetical order."""
    if not len(names):
        return {}
    order = np.argsort(names, kind="stable")
    ordered = names[order]
    starts = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    groups = np.split(order, starts)
    return {str(names[group[0]]): group for group in groups}
