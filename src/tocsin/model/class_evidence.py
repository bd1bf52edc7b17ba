"""Why an object is taken for what it is: what each kind of evidence says of each class."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tocsin.model.columns import Columns
from tocsin.units import FloatArray, IntArray

NO_SENSOR = -1


class EvidenceKind(StrEnum):
    """What speaks for a class. The first is what was likely before anything was seen, the last what all come
    to, doubt included: the log of the class probability."""

    PRIOR = "prior"
    KINEMATICS = "kinematics"
    """Speed, climb and height, in any wind."""
    WIND = "wind"
    """What it changes that the wind is told."""
    SIZE = "size"
    """Radar cross section."""
    LABEL = "label"
    """What one sensor calls it."""
    IDENTITY = "identity"
    """What it says of itself."""
    TOGETHER = "together"


class Said(NamedTuple):
    """What evidence of one kind says of k tracks of a picture: their places in it (k,), the sensor (k,) that
    says it or `NO_SENSOR`, and log-likelihoods (k, c), up to a constant for each."""

    kind: EvidenceKind
    track: IntArray
    sensor: IntArray
    log_likelihood: FloatArray

    @classmethod
    def of_tracks(cls, kind: EvidenceKind, track: IntArray, log_likelihood: FloatArray) -> Said:
        """Of evidence that is no single sensor's."""
        return cls(kind, track, np.full(len(track), NO_SENSOR), log_likelihood)

    def among(self, tracks: IntArray) -> Said:
        """What of it is of these tracks."""
        rows = np.flatnonzero(np.isin(self.track, tracks))
        return Said(self.kind, self.track[rows], self.sensor[rows], self.log_likelihood[rows])


@dataclass(frozen=True, slots=True, eq=False)
class ClassEvidence(Columns):
    """Rows of what was said of tracks, (m,); `log` (m, c) in the order of the classes, natural logs."""

    track_id: npt.NDArray[np.object_]
    kind: npt.NDArray[np.object_]
    sensor: IntArray
    log: FloatArray
