"""Whether objects fly alike: what makes neighbours a formation."""

from __future__ import annotations

import numpy as np

from tocsin.units import BoolArray, FloatArray

SAME_SHARE = 0.3
"""How much of the slower velocity two of a formation may differ by."""


def fly_alike(first: FloatArray, second: FloatArray, most_mps: float, times: float = 1.0) -> BoolArray:
    """Whether velocities (..., 2) [m/s] differ by no more than `most_mps`, and a share of the slower one.

    Without the share, everything slow would fly together: birds with what drives below them.
    """
    slower_mps = np.minimum(np.hypot(first[..., 0], first[..., 1]), np.hypot(second[..., 0], second[..., 1]))
    apart_mps = np.hypot(first[..., 0] - second[..., 0], first[..., 1] - second[..., 1])
    found: BoolArray = apart_mps <= np.minimum(most_mps, times * SAME_SHARE * slower_mps)
    return found
