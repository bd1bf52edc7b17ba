"""Numbers for detections that depend on nothing but what was measured, when and by whom."""

from __future__ import annotations

import numpy as np

from tocsin.jit import bare_kernel, entry
from tocsin.tracking.kernels.layout import COMPONENTS, Records
from tocsin.units import AnyArray, FloatArray, IntArray

_START = np.uint64(0x9E3779B97F4A7C15)


@bare_kernel
def _mixed(value: np.uint64, part: np.uint64) -> np.uint64:
    """One more part into a hash: splitmix64's mixing (Steele, Lea, Flood 2014)."""
    value ^= part
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@bare_kernel
def name_of(
    time_ns: int, sensor: int, mask: int, identity: int, measured: FloatArray, sigma: FloatArray,
    real: FloatArray, bits: AnyArray,
) -> np.int64:  # fmt: skip
    """A name for what was measured (COMPONENTS,) with these errors (COMPONENTS,), where the mask says so.

    real and bits (1,) are the same memory, read as float64 and as uint64.
    """
    value = _mixed(_mixed(_START, np.uint64(time_ns)), np.uint64(sensor))
    value = _mixed(_mixed(value, np.uint64(mask)), np.uint64(identity))
    for c in range(COMPONENTS):
        if (mask >> c) & 1:
            real[0] = measured[c] + 0.0  # so that -0 is 0
            value = _mixed(value, bits[0])
            real[0] = sigma[c]
            value = _mixed(value, bits[0])
    return np.int64(value)


@entry
def name_looks(looks: Records, time_ns: IntArray, sensor: AnyArray) -> None:
    """Names each of m detections (LOOK) of these times and sensors, (m,) each, after all it measured."""
    real = np.empty(1)
    bits = real.view(np.uint64)
    for j in range(len(looks)):
        look = looks[j]
        look.name = name_of(
            time_ns[j], sensor[j], look.mask, look.identity, look.measured, look.sigma, real, bits
        )
