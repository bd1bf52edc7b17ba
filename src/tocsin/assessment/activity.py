"""The model-free path: sensors that are active near one another warn the zones around, with no track needed.

As earthquake warning does beside its source models (PLUM: Kodera et al. 2018, two stations): who shakes warns
the neighbourhood. Here a report is counted only while no confirmed track accounts for it, so that this path
adds to the tracker and says nothing twice. For each cell of ground around the zones and each picture it asks
of the last 30 s, in bins of 5 s: did the post report from there? How likely that is with an object there
follows from the site's detection probabilities; without one from the declared false reports, from what was
usual there in the last hour, and from what the post reports from elsewhere at this time. Kinds of sensor are
multiplied, but each only up to the chance that something common to the kind did it: two kinds are needed.

Sound comes up to 15 s late. That is less than a cell of flight and far less than the width of a bearing here,
so cells are not corrected for it; when tracks are asked to account for a report, it is.
"""

from __future__ import annotations

import itertools
import math

import numpy as np

from tocsin.assessment.kernels.activity import learn, light, mark_explained, weigh
from tocsin.assessment.posts import Posts, cells_around, cover_of, posts_of, warned_radius_m
from tocsin.assessment.reports import LEAST_HALF_WIDTH_RAD, Reporting, Reports
from tocsin.assessment.tellers import has_remote_id
from tocsin.config.kinds import POINTING, SensorKind
from tocsin.config.site import Site
from tocsin.geo.polygon import Polygon
from tocsin.model.activity import LIKELY, Activity
from tocsin.model.detections import Detections
from tocsin.model.timeliness import FARTHEST_AHEAD_NS
from tocsin.model.tracks import Tracks
from tocsin.units import NANOSECONDS_PER_SECOND, BoolArray, FloatArray, IntArray

BIN_S = 5.0
BINS = 6
SETTLED_NS = FARTHEST_AHEAD_NS
"""A picture counts what was received so long before it: whatever the batches, all of that is there then."""
PRIOR_BINS = 120.0
"""The declared rate of false reports counts as much as ten minutes of looking."""
USUAL_FOR_BINS = 720.0
"""What is usual at a place is that of about the last hour."""
COMMON_CAUSE = 4.0
"""How much more often something common to one kind lights a cell than an object does (assumed): by one kind
alone the probability is at most 1 / (1 + this) = 0.2."""
LEAST_SUPPORT = 1.0
"""A sensor that gave a track as much as one sure detection in the last minute perceives it."""
STANDS = math.log(10.0)
"""A kind speaks for an object where its reports are ten times as likely with it; a sensor from three."""
SPEAKS = math.log(3.0)
LIT_CELLS = 1.5
"""A plot lights what is within so many cells of it."""
ACCOUNTED_M = 500.0
"""A plot within this of a track, and the errors of both, is its."""
WORTH_SAYING = 0.05
ABOUT_FOR_BINS = 60.0
"""What a kind reports of something that no track accounts for says for five minutes that it is about: what
transmits is often silent for some of them."""
ABOUT_BINS = 6.0
"""From so many bins of that time: of a direction finder as declared, false reports light three."""
USUAL_BINS = 8.0
"""From so many bins in the last hour a direction is usual: as declared, false reports light four."""
LASTS_NS = 20 * NANOSECONDS_PER_SECOND
"""What is likely counts as no more than a common cause until it was so without a break for this long: a car
and a radio that happen to lie in one direction do for seconds, what flies for minutes."""
_FAST_MPS, _USUAL_MPS, _SLOW_MPS = 51.0, 30.0, 15.0
_BIN_NS = round(BIN_S * NANOSECONDS_PER_SECOND)
_PLOTTING = frozenset({SensorKind.RADAR, SensorKind.TRACKS, SensorKind.SIGHTING})


class ActivityWatch:
    """Watches the detections of one site for what no track accounts for."""

    def __init__(self, site: Site) -> None:
        self.posts: Posts = posts_of(site, BIN_S)
        zones = site.placed_zones()
        radii = [warned_radius_m(z.required_lead_s, site.site.delivery_delay_s) for z in zones]
        cell_m, side_m, self._near = cells_around(zones, radii)
        self.cover = cover_of(site, self.posts, cell_m, side_m)
        self._away_m = [
            np.maximum(Polygon(zone.vertices_enu_m).signed_distance(cell_m[near]), 0.5 * side_m)
            for zone, near in zip(zones, self._near, strict=True)
        ]
        self._reporting = Reporting(site, self.posts)
        self._lit_m = LIT_CELLS * side_m
        density = site.prior.birth_rate_per_km2_s * site.prior.lifetime_s
        if site.prior.initial_objects_per_km2 is not None:
            density = site.prior.initial_objects_per_km2
        self._prior_odds = min(max(density * (side_m / 1000.0) ** 2, 1e-9), 1e-2)
        firsts = {s.name: s.filled() for s in site.sensors}
        own = [firsts[names[0]] for names in self.posts.sensors]
        self._sound_mps = np.array([s.propagation_speed_mps or 0.0 for s in own])
        self._places = np.array([s.kind not in POINTING for s in site.sensors], dtype=np.bool_)
        self._plots = np.array([s.kind in _PLOTTING for s in own], dtype=np.bool_)
        finder = SensorKind.DIRECTION_FINDER
        self._finders = np.array([s.kind is finder for s in site.sensors], dtype=np.bool_)
        self._half_width = np.full(len(own), LEAST_HALF_WIDTH_RAD)
        self._learnt_bins = np.zeros(len(own))
        self._occupied = np.zeros(len(self.cover.cell))
        self._unexplained_bins = np.zeros(len(own))
        self._waiting: list[Reports] = []
        self._kept = Reports.empty()
        self._known: frozenset[str] = frozenset()
        self._placed: frozenset[str] = frozenset()
        self._learnt_until: int | None = None
        self._since_ns: IntArray = np.zeros(len(zones), np.int64)

    def go_on_from(self, before: ActivityWatch) -> None:
        """Takes over what one of the same sensors knows; what is usual in the cells is learnt anew."""
        self._half_width, self._plots = before._half_width, before._plots
        self._learnt_until = before._learnt_until
        self._waiting, self._kept = before._waiting, before._kept
        self._known, self._placed = before._known, before._placed

    def push(self, detections: Detections) -> None:
        """Takes detections in any batches; they count from the first picture that is late enough."""
        reports = self._reporting.of(detections)
        reports = reports.take(self._may_light(reports))
        if len(reports):
            self._waiting.append(reports)

    def _may_light(self, reports: Reports) -> BoolArray:
        """Which reports can come from any cell, (n,): what is far from all zones is asked for nothing."""
        cell_m = self.cover.cell_m
        if not len(cell_m):
            return np.zeros(len(reports), dtype=np.bool_)
        reach_m = self._reach_m(reports)[:, np.newaxis]
        near = (reports.place_m >= cell_m.min(axis=0) - reach_m) & (
            reports.place_m <= cell_m.max(axis=0) + reach_m
        )
        return np.asarray(np.isnan(reports.place_m[:, 0]) | near.all(axis=1))

    def _reach_m(self, reports: Reports) -> FloatArray:
        """How far from a plot it lights cells, (n,)."""
        return np.maximum(self._lit_m, 3.0 * np.nan_to_num(reports.sigma_m))

    def look(self, time_ns: int, tracks: Tracks) -> Activity:
        """What is active near each zone at the time of a picture, beside its tracks."""
        until_ns = time_ns - SETTLED_NS
        self._take(until_ns, time_ns, tracks)
        self._learn(until_ns)
        kept = self._kept
        lit = np.zeros(len(self.cover.cell), dtype=np.int64)
        gain = np.zeros(len(lit))
        kind_gain = np.zeros((len(self.cover.cell_m), len(self.posts.kinds)))
        probability = np.zeros(len(self.cover.cell_m))
        if not len(kept):
            return self._activity(time_ns, probability, kind_gain, lit, gain)
        bin_of = np.clip((until_ns - kept.time_ns) // _BIN_NS, 0, None)
        recent = bin_of < BINS
        self._light(kept.take(recent), bin_of[recent], lit)
        cover, posts = self.cover, self.posts
        weigh(lit, BINS, cover.first, cover.post, cover.cell, cover.detection, cover.by_cell,
              cover.first_of_cell, posts.kind, posts.visible, self._false_share(), cover.azimuth_rad,
              self._width_of_pairs(), PRIOR_BINS, self._learnt_bins, self._occupied,
              self._prior_odds, COMMON_CAUSE * self._prior_odds, gain, kind_gain, probability)  # fmt: skip
        return self._activity(time_ns, probability, kind_gain, lit, gain)

    def is_usual(self, place_m: FloatArray, sensor: IntArray) -> BoolArray:
        """Whether what k sensors report from the direction of a place (k, 2) was usual in the last hour."""
        usual = np.zeros(len(sensor), dtype=np.bool_)
        for row in range(len(sensor) if len(self.cover.cell_m) else 0):
            away_m = np.hypot(*(self.cover.cell_m - place_m[row]).T)
            cell = int(np.argmin(away_m))
            first, end = self.cover.first_of_cell[cell : cell + 2].tolist()
            pairs = self.cover.by_cell[first:end]
            own = pairs[self.cover.post[pairs] == self.posts.of_sensor[sensor[row]]]
            usual[row] = away_m[cell] <= self.cover.side_m and bool((self._occupied[own] >= USUAL_BINS).any())
        return usual

    def kinds_about(self) -> frozenset[str]:
        """The kinds of sensor of which some post lately reported something that no track accounts for."""
        posts = np.flatnonzero(self._unexplained_bins >= ABOUT_BINS)
        return frozenset(self.posts.kinds[k] for k in self.posts.kind[posts].tolist())

    def _take(self, until_ns: int, time_ns: int, tracks: Tracks) -> None:
        """New reports are held against all tracks, those kept against the tracks that are new."""
        new = Reports.empty()
        if self._waiting:
            waiting = Reports.concatenate(self._waiting)
            ready = waiting.received_ns <= until_ns
            self._waiting = [] if ready.all() else [waiting.take(~ready)]
            new = waiting.take(ready)
        self._half_width[new.post] = new.half_width_rad
        self._plots[new.post] = np.isfinite(new.place_m[:, 0])
        names = tracks.track_id.tolist()
        fresh = np.array([name not in self._known for name in names], dtype=np.bool_)
        self._known = frozenset(names)
        is_placed = self._is_placed(tracks)
        self._placed = frozenset(itertools.compress(names, is_placed.tolist()))
        oldest_ns = until_ns - (BINS + 3) * _BIN_NS
        kept = self._kept.take(self._kept.time_ns > oldest_ns)
        # What a sensor perceives is known only after some looks, so bearings are always held against all.
        unsure = ~np.isfinite(kept.place_m[:, 0])
        parts = [
            self._unexplained(kept.take(~unsure), time_ns, tracks.take(fresh), is_placed[fresh]),
            self._unexplained(kept.take(unsure), time_ns, tracks, is_placed),
            self._unexplained(new, time_ns, tracks, is_placed),
        ]
        self._kept = Reports.concatenate(parts)

    def _unexplained(self, reports: Reports, time_ns: int, tracks: Tracks, is_placed: BoolArray) -> Reports:
        if not len(reports) or not len(tracks):
            return reports
        explained = np.zeros(len(reports), dtype=np.bool_)
        variance = np.maximum(tracks.covariance[:, 0, 0], tracks.covariance[:, 1, 1])
        mark_explained(
            reports.post,
            (time_ns - reports.time_ns) / 1e9,
            reports.azimuth_rad,
            reports.half_width_rad,
            reports.place_m,
            ACCOUNTED_M + 3.0 * np.nan_to_num(reports.sigma_m),
            reports.sensor,
            tracks.state,
            np.sqrt(variance),
            *self._perceived(tracks, is_placed),
            self.posts.place_m,
            self._sound_mps,
            explained,
        )
        return reports.take(~explained)

    def _perceived(self, tracks: Tracks, is_placed: BoolArray) -> tuple[IntArray, IntArray]:
        """The placed tracks that each sensor perceives, sensor by sensor, and the first of each sensor.

        What has Remote ID transmits, and direction finders perceive it whosever bearings the tracker took
        theirs for.
        """
        perceives = tracks.support >= LEAST_SUPPORT
        perceives |= has_remote_id(tracks)[:, np.newaxis] & self._finders
        sensor, track = np.nonzero((perceives & is_placed[:, np.newaxis]).T)
        first = np.searchsorted(sensor, np.arange(perceives.shape[1] + 1)).astype(np.int64)
        return track.astype(np.int64), first

    def _is_placed(self, tracks: Tracks) -> BoolArray:
        """Which tracks were placed by a sensor, (k,), lately or, where bearings still hold their place, ever:
        one of bearings alone may be where they happen to cross, so it accounts for no bearing."""
        lately = tracks.support[:, self._places].sum(axis=1) >= LEAST_SUPPORT
        before = np.array([name in self._placed for name in tracks.track_id.tolist()], dtype=np.bool_)
        variance = np.maximum(tracks.covariance[:, 0, 0], tracks.covariance[:, 1, 1])
        placed: BoolArray = lately | (before & (variance <= ACCOUNTED_M**2))
        return placed

    def _learn(self, until_ns: int) -> None:
        """Counts the bins that are too old for the window as what is usual."""
        newest = until_ns // _BIN_NS - BINS - 1
        if self._learnt_until is None:
            self._learnt_until = newest
        keep, keep_about = math.exp(-1.0 / USUAL_FOR_BINS), math.exp(-1.0 / ABOUT_FOR_BINS)
        for number in range(max(self._learnt_until + 1, newest - int(USUAL_FOR_BINS)), newest + 1):
            lit = np.zeros(len(self.cover.cell), dtype=np.int64)
            rows = self._kept.take(self._kept.time_ns // _BIN_NS == number)
            self._light(rows, np.zeros(len(rows), np.int64), lit)
            learn(lit, self.cover.first, self._learnt_bins, keep, self._occupied)
            self._unexplained_bins *= keep_about
            self._unexplained_bins[np.unique(rows.post)] += 1.0
        self._learnt_until = max(newest, self._learnt_until)

    def _light(self, reports: Reports, bin_of: IntArray, lit: IntArray) -> None:
        near = self._reach_m(reports)
        is_plot = np.isfinite(reports.place_m[:, 0])
        offset = np.where(is_plot[:, None], reports.place_m - self.posts.place_m[reports.post], np.inf)
        away = np.hypot(offset[:, 0], offset[:, 1])
        half = np.where(is_plot, _seen_under(near, away), reports.half_width_rad)
        light(reports.post, np.ascontiguousarray(bin_of), reports.azimuth_rad, half, reports.place_m, near,
              self.cover.first, self.cover.cell, self.cover.cell_m, self.cover.azimuth_rad, lit)  # fmt: skip

    def _false_share(self) -> FloatArray:
        """How probably false reports light a given cell in a bin, (p,)."""
        around = np.minimum(self._half_width / math.pi, 1.0)
        ground = np.minimum((self._lit_m / self.posts.max_range_m) ** 2, 1.0)
        mean = self.posts.false_per_look * self.posts.looks * np.where(self._plots, ground, around)
        return -np.expm1(-mean)

    def _width_of_pairs(self) -> FloatArray:
        """How wide one object is for each pair: its bearing's width, or that of what its plot lights."""
        post = self.cover.post
        plot = _seen_under(np.full(len(post), self._lit_m), self.cover.distance_m)
        return np.where(self._plots[post], plot, self._half_width[post])

    def _activity(
        self, time_ns: int, probability: FloatArray, kind_gain: FloatArray, lit: IntArray, gain: FloatArray
    ) -> Activity:
        count = len(self._near)
        at_zone, entry_s = np.zeros(count), np.full((count, 3), np.nan)
        place_m = np.full((count, 2), np.nan)
        seen_ns = np.zeros(count, np.int64)
        kinds: list[frozenset[str]] = [frozenset()] * count
        sensors: list[tuple[tuple[str, str], ...]] = [()] * count
        for zone, near in enumerate(self._near):
            best = int(np.argmax(probability[near])) if len(near) else 0
            if not len(near) or probability[near[best]] < WORTH_SAYING:
                continue
            cell = int(near[best])
            at_zone[zone], place_m[zone] = probability[cell], self.cover.cell_m[cell]
            away_m = self._away_m[zone][best]
            entry_s[zone] = away_m / _FAST_MPS, away_m / _USUAL_MPS, away_m / _SLOW_MPS
            stands = np.flatnonzero(kind_gain[cell] >= STANDS)
            kinds[zone] = frozenset(self.posts.kinds[k] for k in stands.tolist())
            sensors[zone], seen_ns[zone] = self._who(cell, time_ns, lit, gain)
        likely = at_zone >= LIKELY
        self._since_ns = np.where(likely, np.where(self._since_ns > 0, self._since_ns, time_ns), 0)
        lasts = likely & (time_ns - self._since_ns >= LASTS_NS)
        at_zone = np.where(lasts, at_zone, np.minimum(at_zone, 1.0 / (1.0 + COMMON_CAUSE)))
        return Activity(at_zone, entry_s, place_m, self._lit_m, self._since_ns, seen_ns, tuple(kinds),
                        tuple(sensors))  # fmt: skip

    def _who(
        self, cell: int, time_ns: int, lit: IntArray, gain: FloatArray
    ) -> tuple[tuple[tuple[str, str], ...], int]:
        """The posts that speak for something in a cell, by their first sensors, and when the last one did."""
        first, end = self.cover.first_of_cell[cell : cell + 2].tolist()
        pairs = self.cover.by_cell[first:end]
        speaking = pairs[(gain[pairs] >= SPEAKS) & (lit[pairs] != 0)]
        posts = self.cover.post[speaking].tolist()
        newest = min((int(bits & -bits).bit_length() - 1 for bits in lit[speaking].tolist()), default=BINS)
        named = tuple((self.posts.sensors[p][0], self.posts.kinds[self.posts.kind[p]]) for p in posts)
        return named, time_ns - SETTLED_NS - newest * _BIN_NS


def _seen_under(radius_m: FloatArray, away_m: FloatArray) -> FloatArray:
    """Half of the angle under which a circle is seen from so far away; pi from within it."""
    inside = away_m <= radius_m
    ratio = np.divide(radius_m, away_m, out=np.ones_like(away_m), where=~inside)
    return np.where(inside, math.pi, np.arcsin(np.minimum(ratio, 1.0)))
