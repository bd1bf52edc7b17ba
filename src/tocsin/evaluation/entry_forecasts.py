"""Brier score of zone entry against straight-line extrapolation, where the answer is not plain.

A sample is one track, one zone and one look-ahead, every ten seconds of the recording: of tracks that are
tied to an object which is outside the zone, but could reach it within the look-ahead, flying straight at it
at its true speed. So neither forecast chooses what is asked, and the many objects that are far from every
zone don't make both look good. It is asked whether the object enters within the look-ahead. tocsin says the
recorded probability times the share of its entries by then, linear between the 5, 50 and 95 % points;
extrapolation says 1 where the same track, flown straight on, is in the zone by then, and else 0. Samples
whose look-ahead ends after the recording are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tocsin.evaluation.paths import TruePath, places_at
from tocsin.evaluation.prediction_log import Prediction, PredictionLog
from tocsin.evaluation.ties import NO_OBJECT, nearest
from tocsin.evaluation.track_log import TrackLog
from tocsin.evaluation.zone_volume import ZoneVolume
from tocsin.units import FloatArray

LOOK_AHEADS_S = (120.0, 300.0, 600.0)
EVERY_S = 10.0
BINS = 10
_STEP_S = 2.0
# Shares of the entries at the recorded points, and where a straight line through them meets 0 and 1.
_TAIL = 0.05 / 0.45


@dataclass(frozen=True, slots=True)
class EntryForecasts:
    """Sums over the samples of one look-ahead, so that runs can be pooled; `bins_...` are for reliability.

    `squared` and `straight_squared` are the summed squared errors of tocsin and of extrapolation; bin k
    holds the samples that tocsin gave a probability of k to k + 1 tenths.
    """

    look_ahead_s: float
    samples: int
    entered: int
    squared: float
    straight_squared: float
    bins_samples: list[int]
    bins_probability: list[float]
    bins_entered: list[int]

    @property
    def skill(self) -> float | None:
        """1 - Brier score / that of extrapolation; None where extrapolation made no error at all."""
        return 1.0 - self.squared / self.straight_squared if self.straight_squared > 0 else None


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """Tied tracks of one instant and one zone; all (n,). `entry_s` is from now, inf where there is none.

    `reach_s`: how long the object would need, straight to the zone; inf where it is in it or has been.
    """

    time_s: float
    predicted: list[Prediction | None]
    straight_s: FloatArray
    reach_s: FloatArray
    entry_s: FloatArray


def entry_forecasts(
    tracks: TrackLog,
    predictions: PredictionLog,
    paths: Sequence[TruePath],
    zones: Sequence[ZoneVolume],
    entry_s: Mapping[tuple[str, str], float],
) -> list[EntryForecasts]:
    """One for each look-ahead. `entry_s` is when each object first entered each zone, UTC seconds."""
    entries_s = np.array(
        [[entry_s.get((path.object_id, zone.name), np.inf) for zone in zones] for path in paths]
    )
    asked = list(_asked(tracks, predictions, paths, zones, entries_s))
    ends_s = max((float(path.time_s[-1]) for path in paths), default=0.0)
    return [_summed(look_ahead, asked, ends_s) for look_ahead in LOOK_AHEADS_S]


def entered_by(prediction: Prediction | None, now_s: float, look_ahead_s: float) -> float:
    """The forecast probability of an entry within the look-ahead; no prediction is 0."""
    if prediction is None or np.isnan(prediction.median_s):
        return 0.0
    early, middle, late = prediction.earliest_s, prediction.median_s, prediction.latest_s
    points = [early - _TAIL * (middle - early), early, middle, late, late + _TAIL * (late - middle)]
    share = np.interp(now_s + look_ahead_s, points, [0.0, 0.05, 0.5, 0.95, 1.0])
    return prediction.probability * float(share)


def _asked(
    tracks: TrackLog,
    predictions: PredictionLog,
    paths: Sequence[TruePath],
    zones: Sequence[ZoneVolume],
    entry_s: FloatArray,
) -> Iterator[_Asked]:
    instants = _instants(tracks, predictions)
    places, later = places_at(paths, instants), places_at(paths, instants + 1.0)
    speeds = np.linalg.norm((later - places)[..., :2], axis=-1)
    for column, time_s in enumerate(instants.tolist()):
        rows = tracks.rows_of_picture(int(np.searchsorted(tracks.picture_s, time_s)))
        tied = nearest(places[:, column], tracks.place_m[rows])
        chosen = np.flatnonzero(tied != NO_OBJECT)
        objects, place, velocity = (
            tied[chosen],
            tracks.place_m[rows][chosen],
            tracks.velocity_mps[rows][chosen],
        )
        predicted = predictions.of_instant(time_s)
        for number, zone in enumerate(zones):
            distance_m, left_s = zone.distance_m(places[objects, column]), entry_s[objects, number] - time_s
            with np.errstate(divide="ignore", invalid="ignore"):
                reach_s = distance_m / speeds[objects, column]
            is_open = (distance_m > 0.0) & (left_s > 0.0) & np.isfinite(reach_s)
            near = is_open & (reach_s <= LOOK_AHEADS_S[-1])
            names = tracks.track_id[rows][chosen][near]
            yield _Asked(
                time_s,
                [predicted.get((str(name), zone.name)) for name in names],
                _straight_entry_s(place[near], velocity[near], zone),
                reach_s[near],
                left_s[near],
            )


def _instants(tracks: TrackLog, predictions: PredictionLog) -> FloatArray:
    """Recorded predictions at least ten seconds apart, of which there is a picture."""
    chosen: list[float] = []
    for time_s in np.intersect1d(predictions.times_s, tracks.picture_s).tolist():
        if not chosen or time_s - chosen[-1] >= EVERY_S:
            chosen.append(time_s)
    return np.array(chosen)


def _straight_entry_s(place_m: FloatArray, velocity_mps: FloatArray, zone: ZoneVolume) -> FloatArray:
    """Seconds (n,) until tracks (n, 3) that fly straight on are in the zone; inf: not in any look-ahead."""
    ahead_s = np.arange(0.0, LOOK_AHEADS_S[-1] + _STEP_S, _STEP_S)
    inside = zone.contains(place_m[:, np.newaxis] + velocity_mps[:, np.newaxis] * ahead_s[:, np.newaxis])
    return np.where(inside.any(axis=1), ahead_s[inside.argmax(axis=1)], np.inf)


def _summed(look_ahead_s: float, parts: Sequence[_Asked], ends_s: float) -> EntryForecasts:
    probability, straight, entered = [np.zeros(0)], [np.zeros(0)], [np.zeros(0)]
    for part in parts:
        if part.time_s + look_ahead_s <= ends_s:
            chosen = part.reach_s <= look_ahead_s
            said = [entered_by(one, part.time_s, look_ahead_s) for one in part.predicted]
            probability.append(np.array(said, dtype=np.float64)[chosen])
            straight.append((part.straight_s[chosen] <= look_ahead_s).astype(np.float64))
            entered.append((part.entry_s[chosen] <= look_ahead_s).astype(np.float64))
    forecast, line, came = np.concatenate(probability), np.concatenate(straight), np.concatenate(entered)
    bins = np.minimum((forecast * BINS).astype(np.int64), BINS - 1)
    return EntryForecasts(
        look_ahead_s=look_ahead_s,
        samples=len(came),
        entered=int(came.sum()),
        squared=float(((forecast - came) ** 2).sum()),
        straight_squared=float(((line - came) ** 2).sum()),
        bins_samples=np.bincount(bins, minlength=BINS).tolist(),
        bins_probability=np.bincount(bins, forecast, minlength=BINS).tolist(),
        bins_entered=np.bincount(bins, came, minlength=BINS).astype(np.int64).tolist(),
    )
