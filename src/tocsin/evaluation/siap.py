"""SIAP: how complete, clear and true the air picture is (Votruba and others, "Single Integrated Air Picture
attributes", SIAP SE TF Technical Report 2001-003), once a second over a run.

A track is assigned to the object that it is tied to (nearest truth within 500 m), so that one object may have
several. Completeness is of the threats from their third true detection on, since before it nothing could be
known, and nobody has to know every bird; all else is of all tracks and objects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tocsin.evaluation.paths import TruePath, places_at
from tocsin.evaluation.ties import NO_OBJECT, nearest
from tocsin.evaluation.track_log import TrackLog
from tocsin.units import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Siap:
    """Sums over the seconds of a run, from which the attributes follow; runs are pooled by adding them.

    `threat_s` object-seconds of known threats, `threat_tracked_s` of them with a track; `tracked_s`
    object-seconds of any object with a track; `tracks_s` track-seconds, `assigned_s` of those that have an
    object; squared errors are horizontal and over the assigned ones; `identity_changes` counts how often the
    track that stands for a threat became another.
    """

    threat_s: int
    threat_tracked_s: int
    tracked_s: int
    tracks_s: int
    assigned_s: int
    position_squared_m2: float
    velocity_squared_m2ps2: float
    identity_changes: int

    def attributes(self) -> dict[str, float | None]:
        """By the names of the report; None where nothing was there to say it of."""
        hours = self.threat_tracked_s / 3600.0
        return {
            "completeness": _ratio(self.threat_tracked_s, self.threat_s),
            "ambiguity": _ratio(self.assigned_s, self.tracked_s),
            "spuriousness": _ratio(self.tracks_s - self.assigned_s, self.tracks_s),
            "position_rms_m": _root(_ratio(self.position_squared_m2, self.assigned_s)),
            "velocity_rms_mps": _root(_ratio(self.velocity_squared_m2ps2, self.assigned_s)),
            "identity_changes_per_threat_hour": _ratio(self.identity_changes, hours),
        }


def siap(tracks: TrackLog, paths: Sequence[TruePath], known_s: Mapping[str, float] | None) -> Siap:
    """Compares one picture of each second with the truth.

    `known_s` is when each object's third true detection was received; None counts threats from their start.
    """
    chosen = np.unique(np.floor(tracks.picture_s), return_index=True)[1]
    times_s = tracks.picture_s[chosen]
    places = places_at(paths, times_s)
    velocities = _velocities(paths, times_s, places)
    started_s = np.array([_known_from(path, known_s) for path in paths])
    is_threat = np.array([path.threat for path in paths], dtype=np.bool_)
    known = np.isfinite(places[..., 0]) & (times_s >= started_s[:, np.newaxis]) & is_threat[:, np.newaxis]
    counts, squared_m2, squared_m2ps2 = np.zeros(4, dtype=np.int64), 0.0, 0.0
    standing: dict[int, str] = {}
    changes = 0
    for column, picture in enumerate(chosen.tolist()):
        rows = tracks.rows_of_picture(picture)
        tied = nearest(places[:, column], tracks.place_m[rows])
        assigned = np.flatnonzero(tied != NO_OBJECT)
        objects = tied[assigned]
        has_track = np.unique(objects)
        counts += [known[has_track, column].sum(), len(has_track), len(tied), len(assigned)]
        error = tracks.place_m[rows][assigned] - places[objects, column]
        squared_m2 += float((error[:, :2] ** 2).sum())
        difference = tracks.velocity_mps[rows][assigned] - velocities[objects, column]
        squared_m2ps2 += float(np.nansum(difference[:, :2] ** 2))
        threats = assigned[is_threat[objects]]
        changes += _follow(standing, tied[threats], tracks.track_id[rows][threats])
    tracked_threat_s, tracked_s, tracks_s, assigned_s = counts.tolist()
    return Siap(
        int(known.sum()),
        tracked_threat_s,
        tracked_s,
        tracks_s,
        assigned_s,
        squared_m2,
        squared_m2ps2,
        changes,
    )


def _follow(standing: dict[int, str], objects: IntArray, names: npt.NDArray[np.object_]) -> int:
    """Notes which track stands for each object, the same as before while it is there; counts the changes."""
    present: dict[int, list[str]] = {}
    for number, name in zip(objects.tolist(), names.tolist(), strict=True):
        present.setdefault(number, []).append(name)
    changes = 0
    for number, tracks in present.items():
        if standing.get(number) not in tracks:
            changes += number in standing
            standing[number] = tracks[0]
    return changes


def _velocities(paths: Sequence[TruePath], times_s: FloatArray, places: FloatArray) -> FloatArray:
    """Of all objects at times (m,), (objects, m, 3): over the next second, at the end over the last one."""
    ahead = places_at(paths, times_s + 1.0) - places
    return np.where(np.isnan(ahead), places - places_at(paths, times_s - 1.0), ahead)


def _known_from(path: TruePath, known_s: Mapping[str, float] | None) -> float:
    return float(path.time_s[0]) if known_s is None else known_s.get(path.object_id, np.inf)


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _root(value: float | None) -> float | None:
    return None if value is None else float(np.sqrt(value))
