"""Numbers for detections that depend on nothing but what was measured, when and by whom."""

from __future__ import annotations

import numpy as np

from tocsin.jit import bare_kernel, entry
from tocsin.tracking.kernels.layout import COMPONENTS, Records
from tocsin.units import AnyArray, IntArray


@bare_kernel
def _mixed(value: np.uint64, part: np.uint64) -> np.uint64:
    """One more part into a hash: splitmix64's mixing (Steele, Lea, Flood 2014)."""
    value ^= part
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@entry
def name_looks(looks: Records, time_ns: IntArray, sensor: AnyArray) -> None:
    """Names each of m detections (LOOK) of these times and sensors, (m,) each, after all it measured."""
    bits = np.empty(1)
    for j in range(len(looks)):
        look = looks[j]
        value = _mixed(np.uint64(0x9E3779B97F4A7C15), np.uint64(time_ns[j]))
        value = _mixed(value, np.uint64(sensor[j]))
        value = _mixed(value, np.uint64(look.mask))
        value = _mixed(value, np.uint64(look.identity))
        for c in range(COMPONENTS):
            if (look.mask >> c) & 1:
                bits[0] = look.measured[c] + 0.0  # so that -0 is 0
                value = _mixed(value, bits.view(np.uint64)[0])
                bits[0] = look.sigma[c]
                value = _mixed(value, bits.view(np.uint64)[0])
        look.name = np.int64(value)
