"""What transmits nothing: for it, nothing that direction finders receive can speak, of its own or lent."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.units import BoolArray, FloatArray

SILENT_CLASSES = ("bird", "balloon")
"""What transmits nothing that a direction finder receives."""
POSSIBLE = 0.1
"""What is less probable is not reckoned with."""


def may_be_silent(classes: Sequence[str], class_probability: FloatArray) -> BoolArray:
    """Which tracks (n,), of whose `classes` `class_probability` (n, c) is known, may transmit nothing."""
    silent = [number for number, name in enumerate(classes) if name in SILENT_CLASSES]
    found: BoolArray = class_probability[:, silent].sum(axis=1) >= POSSIBLE
    return found
