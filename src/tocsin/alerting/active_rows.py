"""What is active near zones as rows of a picture, so that rules read it as they read tracks.

Activity beside a track raises what is said of that track; activity beside none is a row of its own, which may
come or not exist, with one probability for both. Its velocity is not known (NaN), so it flies with nothing.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tocsin.alerting.kind_sets import KindSets
from tocsin.alerting.rule_table import RuleTable
from tocsin.alerting.sights import blocked_by
from tocsin.model.activity import LIKELY, Activity
from tocsin.model.assessments import Assessments
from tocsin.units import BoolArray, FloatArray, IntArray

NO_TRACK = -1


def tracks_beside(
    picture: Assessments, activity: Activity, zones: IntArray, table: RuleTable, kind_sets: KindSets
) -> IntArray:
    """For what is active near each of k zones the track (k,) that it is taken for, `NO_TRACK` where none is.

    That is the nearest within the activity's radius that a sensor placed, and that no rule for the zone calls
    something else (a bird, a light aircraft).
    """
    if not len(picture) or not len(zones):
        return np.full(len(zones), NO_TRACK, dtype=np.int64)
    is_other = (blocked_by(table, picture)[:, np.newaxis] & table.applies[:, zones, np.newaxis]).any(axis=0)
    away_m = distances_m(activity.place_m[zones], picture)
    may_be = (away_m <= activity.radius_m) & ~is_other & is_placed(picture, kind_sets)
    nearest = np.where(may_be, away_m, np.inf).argmin(axis=1)
    return np.where(may_be.any(axis=1), nearest, NO_TRACK)


def lifted(picture: Assessments, activity: Activity, zones: IntArray, track: IntArray) -> Assessments:
    """A picture in which tracks (k,) have what activity beside them says of zones (k,), if that is more.

    Kinds only of what is likely: less may rest on one kind that reported for seconds, and confirms nothing.
    """
    entry_probability, entry_s = picture.entry_probability.copy(), picture.entry_s.copy()
    existence, kinds = picture.existence.copy(), list(picture.kinds)
    is_more = activity.probability[zones] > entry_probability[track, zones]
    row, zone = track[is_more], zones[is_more]
    has_entry = entry_s[row, zone, 1] >= 0  # false for NaN, which means no entry
    entry_s[row[~has_entry], zone[~has_entry]] = activity.entry_s[zone[~has_entry]]
    entry_probability[row, zone] = activity.probability[zone]
    np.maximum.at(existence, row, activity.probability[zone])
    for one, beside in zip(zones.tolist(), track.tolist(), strict=True):
        if activity.probability[one] >= LIKELY:
            kinds[beside] |= activity.kinds[one]
    return replace(picture, entry_probability=entry_probability, entry_s=entry_s, existence=existence,
                   kinds=tuple(kinds))  # fmt: skip


def with_rows(picture: Assessments, activity: Activity, zones: IntArray) -> Assessments:
    """A picture with one row more for each of k zones, in their order, behind its tracks."""
    count, rows = len(zones), np.arange(len(zones))
    probability = np.zeros((count, len(picture.zones)))
    probability[rows, zones] = activity.probability[zones]
    entry_s = np.full((count, len(picture.zones), 3), np.nan)
    entry_s[rows, zones] = activity.entry_s[zones]
    state = np.full((count, 6), np.nan)
    state[:, :2] = activity.place_m[zones]
    names = np.full(count, "", dtype=object)
    return replace(
        picture,
        track_id=np.concatenate([picture.track_id, names]),
        class_probability=_below(picture.class_probability, np.zeros((count, len(picture.classes)))),
        entry_probability=_below(picture.entry_probability, probability),
        entry_s=_below(picture.entry_s, entry_s),
        kinds=(*picture.kinds, *(activity.kinds[zone] for zone in zones.tolist())),
        state=_below(picture.state, state),
        covariance=_below(picture.covariance, np.full((count, 6, 6), np.nan)),
        existence=_below(picture.existence, activity.probability[zones]),
        seen_ns=np.concatenate([picture.seen_ns, activity.seen_ns[zones]]),
        fastest_mps=None if picture.fastest_mps is None else _below(picture.fastest_mps, np.zeros(count)),
    )


def is_placed(picture: Assessments, kind_sets: KindSets) -> BoolArray:
    """Behind which tracks (n,) a sensor stands that tells places; bearings alone may cross anywhere."""
    codes = kind_sets.codes(picture.kinds)
    found: BoolArray = ~kind_sets.pointing()[codes]
    return found


def distances_m(places_m: FloatArray, picture: Assessments) -> FloatArray:
    """From places (k, 2) to tracks, over ground: (k, n)."""
    offset = places_m[:, np.newaxis] - picture.state[np.newaxis, :, :2]
    found: FloatArray = np.hypot(offset[..., 0], offset[..., 1])
    return found


def _below(first: FloatArray, second: FloatArray) -> FloatArray:
    return np.concatenate([first, second])
