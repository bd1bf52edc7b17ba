"""Assessments: what each track probably is, and which zones it will probably enter, and when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tocsin.model.activity import Activity
from tocsin.model.class_evidence import ClassEvidence, EvidenceKind, Said
from tocsin.model.motion import Motion
from tocsin.units import FloatArray, IntArray

_LEAST_PROBABILITY = 1e-12  # its log still has a place in files


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
    prior: FloatArray | None = None
    """(c,): class probabilities before anything is seen; None where nobody classified."""
    said: tuple[Said, ...] = ()
    """What each kind of evidence says of the tracks."""
    activity: Activity | None = None
    """What sensors report near the zones that no track accounts for; None where nobody looked for it."""
    motion: Motion | None = None
    """How each of them flies, from which its way can be foreseen; None where nobody asked."""

    def __len__(self) -> int:
        return len(self.track_id)

    def class_evidence(self, tracks: IntArray) -> ClassEvidence:
        """Why these tracks (k,), by their places, are taken for what they are; none if nobody classified."""
        if self.prior is None:
            return ClassEvidence(self.track_id[:0], self.track_id[:0], tracks[:0], self.class_probability[:0])
        prior = np.tile(np.log(self.prior), (len(tracks), 1))
        together = np.log(np.maximum(self.class_probability[tracks], _LEAST_PROBABILITY))
        parts = [
            Said.of_tracks(EvidenceKind.PRIOR, tracks, prior),
            *(part.among(tracks) for part in self.said),
            Said.of_tracks(EvidenceKind.TOGETHER, tracks, together),
        ]
        track = np.concatenate([part.track for part in parts])
        kinds = np.repeat(
            np.array([part.kind.value for part in parts], object), [len(part.track) for part in parts]
        )
        order = np.argsort(self.track_id[track], kind="stable")
        return ClassEvidence(
            self.track_id[track][order],
            kinds[order],
            np.concatenate([part.sensor for part in parts])[order],
            np.concatenate([part.log_likelihood for part in parts])[order],
        )

    def most_probable_class(self, index: int) -> tuple[str, float]:
        """Name and probability of the likeliest class of one track."""
        best = int(np.argmax(self.class_probability[index]))
        return self.classes[best], float(self.class_probability[index, best])
