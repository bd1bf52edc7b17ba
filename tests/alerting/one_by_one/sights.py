"""Sights: the tracks of one picture as plain values, which rules read many times without touching arrays."""

from __future__ import annotations

from dataclasses import dataclass

from tocsin.model.assessments import Assessments
from tocsin.units import FloatArray


@dataclass(slots=True)
class Sight:
    """One track of one picture; `entry_probability` and `entry_s` go by zone, `class_probabilities` by class.

    `state` is east, north, up [m] and their velocities [m/s] in the site's tangent plane, `covariance` (6, 6)
    that of it.
    """

    track_id: str
    picture_ns: int
    seen_ns: int
    existence: float
    kinds: frozenset[str]
    object_class: str
    class_probability: float
    class_probabilities: dict[str, float]
    entry_probability: list[float]
    entry_s: list[list[float]]
    state: list[float]
    covariance: FloatArray


def sights_of(assessments: Assessments) -> list[Sight]:
    """All tracks of a picture, in its order."""
    classes = assessments.classes
    rows = zip(
        assessments.track_id.tolist(),
        assessments.seen_ns.tolist(),
        assessments.existence.tolist(),
        assessments.kinds,
        assessments.class_probability.tolist(),
        assessments.entry_probability.tolist(),
        assessments.entry_s.tolist(),
        assessments.state.tolist(),
        assessments.covariance,
        strict=True,
    )
    sights = []
    for track_id, seen_ns, existence, kinds, by_class, probability, entry_s, state, covariance in rows:
        best = max(by_class)
        name = classes[by_class.index(best)]
        named = dict(zip(classes, by_class, strict=True))
        sights.append(Sight(str(track_id), assessments.time_ns, seen_ns, existence, kinds, name, best, named,
                            probability, entry_s, state, covariance))  # fmt: skip
    return sights
