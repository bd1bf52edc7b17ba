"""Which track follows which object: what the tracker published of a scene, beside the truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from benchmarks.flights import Flight, states_at
from benchmarks.instruments import START_NS
from tocsin.config.site import Site
from tocsin.evaluation.gospa import CUTOFF_M, gospa
from tocsin.model.detections import Detections
from tocsin.tracking import Timeline
from tocsin.units import NANOSECONDS_PER_SECOND, AnyArray, BoolArray, FloatArray, IntArray

NOBODY = ""


class Estimate(NamedTuple):
    """The tracks (m,) at one time: labels, positions (m, 2) and their covariances (m, 2, 2)."""

    time_s: float
    label: Sequence[str]
    place_m: FloatArray
    covariance: FloatArray


def watched(site: Site, detections: Detections, seconds: float) -> list[Estimate]:
    """Every picture that tocsin publishes of a scene, to the end of it."""
    timeline = Timeline(site)
    end_ns = START_NS + round(seconds * NANOSECONDS_PER_SECOND)
    pictures = [*timeline.push(detections), *timeline.advance(end_ns)]
    return [
        Estimate(
            (picture.time_ns - START_NS) / NANOSECONDS_PER_SECOND,
            list(picture.tracks.track_id),
            picture.tracks.state[:, :2],
            picture.tracks.covariance[:, :2, :2],
        )
        for picture in pictures
    ]


@dataclass(frozen=True)
class Following:
    """At k times, of n objects: the label of the track that follows each, its error and normalised error.

    A track follows an object where GOSPA's assignment pairs them, horizontally and within the cutoff.
    """

    time_s: FloatArray  # (k,)
    label: AnyArray  # (k, n), NOBODY where none
    error_m: FloatArray  # (k, n), NaN where none
    squared: FloatArray  # (k, n) error' covariance^-1 error, of two dimensions
    alive: BoolArray  # (k, n)
    ghosts: IntArray  # (k,) tracks that follow nothing
    gospa_m: FloatArray  # (k,)

    def between(self, start_s: float, end_s: float) -> Following:
        """The times from start to before end."""
        rows = (self.time_s >= start_s) & (self.time_s < end_s)
        return Following(**{part.name: getattr(self, part.name)[rows] for part in fields(self)})

    def leader(self, k: int) -> str:
        """The label that follows object k for most of the time that it is there; NOBODY if none does so."""
        there = self.label[self.alive[:, k], k]
        if not len(there):
            return NOBODY
        label, count = Counter(there.tolist()).most_common(1)[0]
        return str(label) if 2 * count > len(there) else NOBODY

    def followed(self) -> float:
        """Share of the objects' time in which a track follows them."""
        return float((self.label != NOBODY)[self.alive].mean())

    def changes(self, k: int) -> int:
        """How often another label than before follows object k; gaps in between do not count."""
        labels = [label for label in self.label[:, k] if label != NOBODY]
        return sum(one != other for one, other in pairwise(labels))

    def rmse_m(self) -> float:
        """Of all followed objects and times."""
        return float(np.sqrt(np.nanmean(self.error_m**2)))

    def anees(self) -> float:
        """Mean normalised squared error a dimension: 1 is consistent."""
        return float(np.nanmean(self.squared)) / 2.0


def following(
    estimates: Iterable[Estimate], flights: Sequence[Flight], cutoff_m: float = CUTOFF_M
) -> Following:
    """Pairs the tracks with the objects that are there at each time."""
    listed = list(estimates)
    time_s = np.array([estimate.time_s for estimate in listed])
    truth = states_at(flights, time_s)[..., :2]
    shape = truth.shape[:2]
    label = np.full(shape, NOBODY, dtype=object)
    error, squared = np.full(shape, np.nan), np.full(shape, np.nan)
    ghosts, score = np.zeros(len(listed), np.int64), np.zeros(len(listed))
    alive = np.isfinite(truth[..., 0])
    for k, estimate in enumerate(listed):
        there = np.flatnonzero(alive[k])
        found = gospa(truth[k, there], estimate.place_m, cutoff_m)
        ghosts[k], score[k] = found.false_count, found.value_m
        for row, track in found.pairs:
            off = estimate.place_m[track] - truth[k, there[row]]
            error[k, there[row]] = np.hypot(*off)
            squared[k, there[row]] = off @ np.linalg.solve(estimate.covariance[track], off)
            label[k, there[row]] = estimate.label[track]
    return Following(time_s, label, error, squared, alive, ghosts, score)
