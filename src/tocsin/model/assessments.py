"""Assessments: what each track probably is, and which zones it will probably enter, and when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tocsin.model.activity import Activity
from tocsin.model.motion import Motion
from tocsin.units import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Assessments:
    """For the n tracks of one picture, c classes and z zones of the site.

    `class_probability` is (n, c), rows sum to 1, in the order of `classes`, of which the last is 'unknown'.
    `entry_probability` is (n, z): the object is inside now or enters within the horizon, if it exists.
    `entry_s` is (n, z, 3): 5 %, 50 % and 95 % points of the time from now to entry, NaN if it never enters.
    `kinds` holds for each track the kinds of sensor whose evidence stands behind it now.
    """

    time_ns: int
    track_id: npt.NDArray[np.object_]
    classes: tuple[str, ...]
    class_probability: FloatArray
    zones: tuple[str, ...]
    entry_probability: FloatArray
    entry_s: FloatArray
    kinds: tuple[frozenset[str], ...]
    state: FloatArray
    covariance: FloatArray
    existence: FloatArray
    seen_ns: IntArray
    """(n,): when any sensor last saw it."""
    fastest_mps: FloatArray | None = None
    """(n,): how fast each can fly over the ground, by what it probably is; None where nobody asked."""
    activity: Activity | None = None
    """What sensors report near the zones that no track accounts for; None where nobody looked for it."""
    motion: Motion | None = None
    """How each of them flies, from which its way can be foreseen; None where nobody asked."""

    def __len__(self) -> int:
        return len(self.track_id)

    def most_probable_class(self, index: int) -> tuple[str, float]:
        """Name and probability of the likeliest class of one track."""
        best = int(np.argmax(self.class_probability[index]))
        return self.classes[best], float(self.class_probability[index, best])
