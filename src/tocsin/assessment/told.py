"""What sensors say of objects beyond where they are, brought to the tracks that it is said of.

A label or a cross section comes with a detection; which track that is of, and how surely, the tracker says
with its associations, a picture or several later. In between it is kept here by the detection's number, which
counts all that was accepted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tocsin.assessment.labels import LabelMemory
from tocsin.assessment.memory import Memory
from tocsin.assessment.size import take_looks
from tocsin.model.columns import Columns
from tocsin.model.detections import Detections
from tocsin.model.tracks import Associations
from tocsin.units import NANOSECONDS_PER_SECOND, FloatArray, IntArray

_KEPT_NS = 120 * NANOSECONDS_PER_SECOND


@dataclass(frozen=True, slots=True, eq=False)
class _Remarks(Columns):
    """Of the few detections that say something; `number` grows."""

    number: IntArray
    received_ns: IntArray
    sensor: IntArray
    label: IntArray
    confidence: FloatArray
    section_m2: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting(Columns):
    """Remarks with the track that they are of, as surely as `probability` says."""

    track_id: npt.NDArray[np.object_]
    probability: FloatArray
    sensor: IntArray
    label: IntArray
    confidence: FloatArray
    section_m2: FloatArray


class Told:
    """The remarks of one site's sensors."""

    def __init__(self) -> None:
        self._count = 0
        self._remarks: list[_Remarks] = []
        self._waiting: list[_Waiting] = []

    def hear(self, detections: Detections) -> None:
        """Takes accepted detections, all of them, in the order in which the tracker does."""
        first, self._count = self._count, self._count + len(detections)
        rows = np.flatnonzero((detections.label >= 0) | np.isfinite(detections.radar_cross_section_m2))
        if not len(rows):
            return
        said = detections.take(rows)
        self._remarks.append(
            _Remarks(first + rows, said.received_ns, said.sensor.astype(np.int64),
                     said.label.astype(np.int64), said.label_confidence, said.radar_cross_section_m2)
        )  # fmt: skip
        newest_ns = int(said.received_ns[-1])
        while int(self._remarks[0].received_ns[-1]) < newest_ns - _KEPT_NS:
            self._remarks.pop(0)

    def associate(self, associations: Associations) -> None:
        """Takes what a picture says of which detection is of which track."""
        if not (self._remarks and len(associations)):
            return
        first, last = int(associations.detection.min()), int(associations.detection.max())
        for remarks in self._remarks:
            if remarks.number[-1] < first or remarks.number[0] > last:
                continue
            place = np.minimum(np.searchsorted(remarks.number, associations.detection), len(remarks) - 1)
            found = np.flatnonzero(remarks.number[place] == associations.detection)
            if len(found):
                said = remarks.take(place[found])
                self._waiting.append(
                    _Waiting(associations.track_id[found], associations.probability[found], said.sensor,
                             said.label, said.confidence, said.section_m2)
                )  # fmt: skip

    def settle(self, time_ns: int, memory: Memory, labels: LabelMemory) -> None:
        """Hands on what was said of the tracks that `memory` knows; others are not told."""
        if not self._waiting:
            return
        said = _Waiting.concatenate(self._waiting)
        self._waiting = []
        row = memory.known_rows(said.track_id)
        known = np.flatnonzero(row >= 0)
        said, row = said.take(known), row[known]
        labels.take(time_ns, row, said.sensor, said.label, said.confidence, said.probability)
        measured = np.flatnonzero(np.isfinite(said.section_m2))
        if len(measured):
            take_looks(
                memory.size, time_ns, row[measured], said.section_m2[measured], said.probability[measured]
            )
