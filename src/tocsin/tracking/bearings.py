"""Births from bearings alone: what no track explains is kept for some seconds, until sets of it make tracks.

Hypotheses at several ranges along each bearing would be ten components a bearing, most of them in one
cluster; here a bearing costs a row, and nothing is born before three sensors agree.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from tocsin.tracking.kernels.bearing_sky import (
    BEARING,
    BEARING_LOOK,
    FINDER,
    LEAST_CLUTTER_PER_RAD,
    SENSORS_NEEDED,
    Prior,
    Sets,
    Sky,
)
from tocsin.tracking.kernels.crossings import claim, explain
from tocsin.tracking.kernels.layout import AZIMUTH, CRUISE, EAST, ELEVATION, NORTH, RANGE
from tocsin.units import NANOSECONDS_PER_SECOND, AnyArray, BoolArray, FloatArray, IntArray

WINDOW_S = 12.0
"""Bearings are kept so long."""
WINDOW_NS = round(WINDOW_S * NANOSECONDS_PER_SECOND)
MOST_BEARINGS = 1024
"""So many are kept at most; the oldest looks go first."""
MOST_LOOKS = 1024
"""The same for looks, of which most may be empty."""
MOST_BEARINGS_PER_LOOK = 40
"""A look with more is left out: all that such a flood tells is that it is one."""

# A sensor's looks nearer together than this share errors and cost as much: a camera at 10 Hz is thinned.
_LEAST_SPACING_S = 0.4
# A bearing that tracks explain better than this is not kept. What is two sigma from where its track should be
# is: a track that has another's bearings has them all on one side, which only several together show.
_LEAST_UNEXPLAINED = 1e-3
# Where a look has too many, those that tracks explain better than this are left out first.
_RATHER_EXPLAINED = 0.02
# After a look, all is explained anew once it costs no more than this many bearings a look.
_BEARINGS_PER_LOOK = 30
# Log odds that a set needs at first to be a track. Patience ends with the window: what is still there then is
# as good as it gets. A track too early takes bearings of others, and ghosts come in chains.
_PATIENCE = 12.0
# However sure: among many objects some sets are mixed from two of them, which no evidence of theirs tells.
_MOST_EXISTENCE = 0.97
_MOST_SEEDS = 48
# Bits of a detection's mask: what points, and what places it.
_POINTS, _PLACES = 1 << AZIMUTH, 1 << RANGE | 1 << EAST | 1 << NORTH
# A sensor that never sees anything still has hits to be weighed.
_LEAST_DETECTION, _LEAST_SPAN_RAD = 1e-3, 1e-3
_RINGS = 64
_NEVER_NS = -(2**62)  # what is later by any time of this age still fits int64


class Bearings(NamedTuple):
    """The bearings of one look, d of them, each array (d,)."""

    azimuth_rad: FloatArray  # at the sensor, clockwise from its north
    elevation_rad: FloatArray  # NaN where not measured
    azimuth_sigma_rad: FloatArray
    elevation_sigma_rad: FloatArray
    offset_s: FloatArray  # time of each minus that of the look
    unexplained: FloatArray  # probability that no existing track has made it
    number: IntArray  # of the detection, given back as evidence
    name: IntArray  # hash of its content: orders equal bearings, and names the track


@dataclass(frozen=True, slots=True, eq=False)
class NewTracks:
    """n objects born from bearings, in the order of their evidence."""

    state: FloatArray  # (n, 6) at the newest look
    covariance: FloatArray  # (n, 6, 6)
    existence: FloatArray  # (n,)
    name: IntArray  # (n,) of all bearings used, and when
    used_by: IntArray  # (u,) row of the new track
    used_sensor: IntArray  # (u,)
    used_time_ns: IntArray  # (u,)
    used_number: IntArray  # (u,) of the detection


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """All that is kept; its arrays are replaced and never changed, so that a checkpoint is a reference."""

    looks: AnyArray  # (l,) BEARING_LOOK, oldest first
    bearings: AnyArray  # (b,) BEARING
    seeds: FloatArray  # (k, 6) objects of the last explanation that are no tracks yet
    seeds_ns: int
    looks_since: int  # since the last explanation
    kept_ns: IntArray  # (s,) when a look of each sensor was last kept


@dataclass(slots=True)
class Refused:
    """Bearings left out, by reason; counted since the start."""

    flood: int = 0  # of looks with more than MOST_BEARINGS_PER_LOOK unexplained ones
    full: int = 0  # of the oldest looks, when there was no room for more
    too_often: int = 0  # of looks too soon after one of the same sensor


def finders_of(sensors: AnyArray) -> AnyArray:
    """All sensors of a site, (s,) SENSOR of the filter, as those that tell directions; a sensor that never
    calls `BearingBirths.look` does not matter."""
    finders = np.zeros(len(sensors), FINDER)
    for name in (
        "position", "rotation", "max_range_m", "visible_prior", "clutter_per_rad", "propagation_speed_mps"
    ):  # fmt: skip
        finders[name] = sensors[name]
    span_rad = sensors["max_elevation_rad"] - sensors["min_elevation_rad"]
    finders["elevation_span_rad"] = np.maximum(span_rad, _LEAST_SPAN_RAD)
    for finder, sensor in zip(finders, sensors, strict=True):
        finder["detection_probability"] = _mean_detection(sensor)
    return finders


def _mean_detection(sensor: Any) -> float:
    """Detection probability of a SENSOR over the area that it covers."""
    points = sensor["points"]
    width_m = (sensor["max_range_m"] - sensor["min_range_m"]) / _RINGS
    ranges_m = sensor["min_range_m"] + width_m * (np.arange(_RINGS) + 0.5)
    table = sensor["detection_range_m"][:points], sensor["detection_probability"][:points]
    return max(float(np.average(np.interp(ranges_m, *table), weights=ranges_m)), _LEAST_DETECTION)


def prior_of(motion: Any) -> Prior:
    """What a MOTION row of the filter says of objects that nobody has found."""
    return Prior(
        float(motion["altitude_up_m"]),
        float(motion["altitude_sigma_m"]),
        float(motion["speed_sigma_mps"]),
        float(motion["vertical_speed_sigma_mps"]),
        float(motion["horizontal_density"][CRUISE]),
        float(motion["birth_rate_per_m2_s"] * motion["lifetime_s"]),
    )


def bearings_of(looks: AnyArray) -> Bearings:
    """The bearings among a scan's detections, (d,) LOOK after the filter has processed them: those with an
    azimuth and nothing that places them, unexplained as far as they are of no track (`alone`)."""
    rows = looks[(looks["mask"] & (_POINTS | _PLACES)) == _POINTS]
    is_raised = (rows["mask"] >> ELEVATION) & 1 == 1
    return Bearings(
        rows["measured"][:, AZIMUTH],
        np.where(is_raised, rows["measured"][:, ELEVATION], np.nan),
        rows["sigma"][:, AZIMUTH],
        rows["sigma"][:, ELEVATION],
        rows["offset_s"],
        np.clip(rows["alone"], 0.0, 1.0),
        rows["number"],
        rows["name"],
    )


@dataclass(slots=True)
class BearingBirths:
    """Keeps the bearings that no track explains, and proposes tracks when they suffice.

    Made once from `finders_of(sensors)` and `prior_of(motion)`. Then, in order of time:

    1. After each look at all that a bearing sensor covers, found something or not, `look` with `bearings_of`
       its detections as the filter has left them; sensors that place what they see never call it. The tracks
       it gives are for the time of that look, and their bearings are used: the filter only adds them.
    2. Where another sensor has made a track that is now confirmed, `claim` with that track once, so that its
       bearings of the last seconds do not make it again. (Later ones the filter explains.)
    3. `checkpoint` and `go_back_to` with the filter's own.

    Places are in the site's plane, angles at the sensor, clockwise from its north, in radians.
    """

    finders: AnyArray  # (s,) as `finders_of` gives them
    prior: Prior
    refused: Refused = field(default_factory=Refused)
    _memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        never = np.full(len(self.finders), _NEVER_NS)
        self._memory = Memory(np.zeros(0, BEARING_LOOK), np.zeros(0, BEARING), np.zeros((0, 6)), 0, 0, never)

    @property
    def is_waiting(self) -> bool:
        """Whether there are bearings that nothing explains."""
        return len(self._memory.bearings) > 0

    def warm_up(self) -> None:
        """Compiles, or loads, what the first bearings would wait for."""
        nothing = Sky(0, np.zeros(1, BEARING_LOOK), np.zeros(0, BEARING), self.finders, self.prior)
        explain(nothing, np.zeros((0, 6)))
        claim(nothing, np.zeros(6), np.eye(6), 0.5)

    def checkpoint(self) -> Memory:
        """What is kept, to go back to; the counts of what was refused go on."""
        return self._memory

    def go_back_to(self, memory: Memory) -> None:
        """Forgets all that came after a checkpoint."""
        self._memory = memory

    def look(self, sensor: int, time_ns: int, bearings: Bearings) -> NewTracks | None:
        """Takes one look of a sensor, empty ones too, not older than the one before, and gives the tracks
        that it completes. The order of the bearings does not matter."""
        self._forget(time_ns)
        if not self._keep(sensor, time_ns, bearings):
            return None
        memory = self._memory
        heard = memory.looks["sensor"][memory.looks["count"] > 0]
        is_still = not memory.looks["count"][-1] and not len(memory.seeds)
        is_early = len(memory.bearings) > _BEARINGS_PER_LOOK * memory.looks_since
        if is_still or is_early or len(set(heard.tolist())) < SENSORS_NEEDED:
            return None
        seeds = memory.seeds.copy()
        seeds[:, :3] += seeds[:, 3:] * ((time_ns - memory.seeds_ns) / NANOSECONDS_PER_SECOND)
        sky = Sky(time_ns, memory.looks, memory.bearings, self.finders, self.prior)
        sets, evidence, is_placed = explain(sky, seeds)
        return self._born(sky, sets, evidence, is_placed)

    def claim(self, time_ns: int, state: FloatArray, covariance: FloatArray, existence: FloatArray) -> None:
        """Tracks (n) that something else has made explain the bearings kept that were theirs: state (n, 6),
        covariance (n, 6, 6) and existence (n,) at a time. To be called once when a track is born."""
        memory = self._memory
        if not len(memory.bearings):
            return
        sky = Sky(time_ns, memory.looks, memory.bearings, self.finders, self.prior)
        left = np.ones(len(memory.bearings))
        for i in range(len(existence)):
            left *= 1.0 - claim(sky, state[i], covariance[i], existence[i])
        self._memory = self._explained(left)

    def _forget(self, now_ns: int) -> None:
        """Drops looks older than the window."""
        memory = self._memory
        old = int(np.searchsorted(memory.looks["time_ns"], now_ns - WINDOW_NS))
        self._memory = _without_looks(memory, old)

    def _keep(self, sensor: int, time_ns: int, bearings: Bearings) -> bool:
        """Adds a look to the memory, unless it comes too soon or is a flood."""
        memory = self._memory
        rows = _rows_of(bearings)
        if time_ns - memory.kept_ns[sensor] < _LEAST_SPACING_S * NANOSECONDS_PER_SECOND:
            self.refused.too_often += len(rows)
            return False
        if len(rows) > MOST_BEARINGS_PER_LOOK:
            rows = rows[rows["unexplained"] > _RATHER_EXPLAINED]
        if len(rows) > MOST_BEARINGS_PER_LOOK:
            self.refused.flood += len(rows)
            return False
        count = memory.looks["count"]
        excess = len(memory.bearings) + len(rows) - MOST_BEARINGS
        oldest = int(np.searchsorted(np.cumsum(count), excess)) + 1 if excess > 0 else 0
        oldest = max(oldest, len(count) + 1 - MOST_LOOKS)
        if oldest > 0:
            self.refused.full += int(count[:oldest].sum())
            memory = _without_looks(memory, oldest)
        rows["log_other"] = self._log_other(np.full(len(rows), sensor), rows)
        look = np.zeros(1, BEARING_LOOK)
        look["sensor"], look["time_ns"] = sensor, time_ns
        look["first"], look["count"] = len(memory.bearings), len(rows)
        look["has_elevation"] = np.isfinite(rows["elevation"]).any()
        kept_ns = memory.kept_ns.copy()
        kept_ns[sensor] = time_ns
        self._memory = replace(
            memory,
            looks=_joined(memory.looks, look),
            bearings=_joined(memory.bearings, rows),
            looks_since=memory.looks_since + 1,
            kept_ns=kept_ns,
        )
        return True

    def _log_other(self, sensor: IntArray, rows: AnyArray) -> FloatArray:
        """Log density of what else than a new object can have made each bearing: false ones, and tracks.

        A bearing that tracks explain but for a share u has u = (false + new) / (false + new + tracks), where
        new is the density of all undetected objects that the sensor would have seen there.
        """
        finder = self.finders[sensor]
        false = np.maximum(finder["clutter_per_rad"], LEAST_CLUTTER_PER_RAD)
        new = 0.5 * self.prior.intensity_per_m2 * finder["detection_probability"] * finder["max_range_m"] ** 2
        unexplained = np.maximum(rows["unexplained"], 1e-6)
        density = false + (false + new) * (1.0 - unexplained) / unexplained
        span = np.where(np.isfinite(rows["elevation"]), finder["elevation_span_rad"], 1.0)
        return np.asarray(np.log(density / span))

    def _explained(self, left: FloatArray) -> Memory:
        """The memory with the unexplained share of each bearing times left (b,)."""
        memory = self._memory
        bearings = memory.bearings.copy()
        bearings["unexplained"] *= left
        sensor = np.repeat(memory.looks["sensor"], memory.looks["count"])
        bearings["log_other"] = self._log_other(sensor, bearings)
        return _without_bearings(memory, bearings["unexplained"] > _LEAST_UNEXPLAINED, bearings)

    def _born(self, sky: Sky, sets: Sets, evidence: FloatArray, is_placed: BoolArray) -> NewTracks | None:
        """Tracks from the sets that are sure enough; the others are where the next explanation begins."""
        memory = self._memory
        hit = sets.hits >= 0
        time_ns = memory.looks["time_ns"]
        latest = np.where(hit, time_ns, _NEVER_NS).max(axis=1, initial=_NEVER_NS)
        earliest = np.where(hit, time_ns, sky.now_ns).min(axis=1, initial=sky.now_ns)
        patience = _PATIENCE * (1.0 - (latest - earliest) / WINDOW_NS)
        is_born = sets.chosen & is_placed & (evidence > np.maximum(patience, 0.0))
        waiting = np.flatnonzero(sets.chosen & ~is_born)
        waiting = waiting[np.argsort(-sets.score[waiting], kind="stable")][:_MOST_SEEDS]
        self._memory = replace(memory, seeds=sets.state[waiting], seeds_ns=sky.now_ns, looks_since=0)
        born = np.flatnonzero(is_born)
        if not len(born):
            return None
        born = born[np.argsort(-evidence[born], kind="stable")]
        existence = _MOST_EXISTENCE / (1.0 + np.exp(-evidence[born]))
        row, look = np.nonzero(hit[born])
        used = sets.hits[born][row, look]
        left = np.ones(len(memory.bearings))
        left[used] = 1.0 - existence[row]
        names = names_of(memory.bearings["name"][used], row, len(born), sky.now_ns)
        new = NewTracks(
            sets.state[born],
            sets.covariance[born],
            existence,
            names,
            np.ascontiguousarray(row),
            memory.looks["sensor"][look],
            time_ns[look],
            memory.bearings["number"][used],
        )
        self._memory = self._explained(left)
        return new


def names_of(used: IntArray, row: IntArray, count: int, time_ns: int) -> IntArray:
    """Names for so many tracks, born at one time of the bearings `used` (u,), each by the track `row` (u,).

    A bearing that one track explains for the most part may speak for another later: it alone is no name.
    """
    names = np.full(count, time_ns, dtype=np.int64)
    np.bitwise_xor.at(names, row, used)
    return names


def _rows_of(bearings: Bearings) -> AnyArray:
    """The bearings that tracks do not explain, in an order that their content alone decides."""
    rows = np.zeros(len(bearings.azimuth_rad), BEARING)
    rows["azimuth"] = np.remainder(bearings.azimuth_rad + np.pi, 2.0 * np.pi) - np.pi
    rows["elevation"], rows["offset_s"] = bearings.elevation_rad, bearings.offset_s
    rows["azimuth_sigma"], rows["elevation_sigma"] = bearings.azimuth_sigma_rad, bearings.elevation_sigma_rad
    rows["unexplained"], rows["number"], rows["name"] = bearings.unexplained, bearings.number, bearings.name
    rows = rows[rows["unexplained"] > _LEAST_UNEXPLAINED]
    return rows[np.lexsort((rows["name"], rows["elevation"], rows["azimuth"]))]


def _joined(first: AnyArray, second: AnyArray) -> AnyArray:
    """Both arrays in one: np.concatenate takes 25 us to compare structured dtypes."""
    both = np.empty(len(first) + len(second), first.dtype)
    both[: len(first)], both[len(first) :] = first, second
    return both


def _without_looks(memory: Memory, oldest: int) -> Memory:
    """The memory without so many of its oldest looks."""
    if oldest == 0:
        return memory
    looks = memory.looks[oldest:].copy()
    first = int(looks["first"][0]) if len(looks) else len(memory.bearings)
    looks["first"] -= first
    return replace(memory, looks=looks, bearings=memory.bearings[first:])


def _without_bearings(memory: Memory, is_kept: BoolArray, bearings: AnyArray) -> Memory:
    """The memory with those of these bearings that are kept."""
    looks = memory.looks.copy()
    owner = np.repeat(np.arange(len(looks)), looks["count"])
    looks["count"] = np.bincount(owner[is_kept], minlength=len(looks))
    looks["first"] = np.cumsum(looks["count"]) - looks["count"]
    return replace(memory, looks=looks, bearings=bearings[is_kept])
