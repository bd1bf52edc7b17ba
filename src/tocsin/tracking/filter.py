"""The filter: scans in order of time in, the air picture out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Site
from tocsin.model.detections import HEARD
from tocsin.model.tracks import Associations, Picture, Tracks
from tocsin.tracking.bearings import (
    WINDOW_NS,
    BearingBirths,
    Memory,
    bearings_of,
    finders_of,
    prior_of,
)
from tocsin.tracking.confirmed import Confirmed
from tocsin.tracking.hearing import Hearing
from tocsin.tracking.kernels.layout import (
    LOOK,
    NOBODY,
    REMEMBERED,
    ROWS,
    SPARE_ROWS,
    STATE,
    TRACK,
    WITNESS,
    WORK,
    Records,
    plain_rows,
    records,
)
from tocsin.tracking.kernels.scan import add_tracks, collapse_all, process_scan
from tocsin.tracking.kernels.showing import Columns, show
from tocsin.tracking.kernels.undetected import drift
from tocsin.tracking.learning import Consistency, Learning
from tocsin.tracking.measurements import LISTENERS, Measurements, distinct_names
from tocsin.tracking.places import Places
from tocsin.tracking.registration import Registration
from tocsin.tracking.settings import gate_quantiles, motion_of, sensor_models_of, thresholds_of
from tocsin.tracking.store import SavedRows, as_plain, copied, new_edges, new_store, restored, with_room
from tocsin.tracking.surroundings import searchers_of, undetected_of, unseen_shares
from tocsin.tracking.tracklets import Tracklets
from tocsin.units import AnyArray, FloatArray, IntArray

_POINTING = frozenset({SensorKind.DIRECTION_FINDER, SensorKind.MICROPHONE, SensorKind.CAMERA})


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """One look of one sensor, dated at its last row; None measured is evidence too. Of nodes that only hear,
    sensor is LISTENERS: all that said something at that time."""

    time_ns: int
    sensor: int
    measurements: Measurements | None


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """Bernoulli components: existence (n,), state (n, 6), covariance (n, 6, 6), time (n,) they are for."""

    existence: FloatArray
    state: FloatArray
    covariance: FloatArray
    time_ns: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """All that the tracker knows at one time."""

    time_ns: int | None
    rows: SavedRows
    intensity: FloatArray
    learnt: tuple[tuple[AnyArray, ...], ...]  # of registration, learning and consistency
    bearings: Memory  # that no track explains
    heard: tuple[AnyArray, ...]  # what nodes that only hear know of objects without a track
    told: tuple[AnyArray, ...]  # by the tracks of other systems
    places: tuple[AnyArray, ...]  # of sensors that move


class Filter:
    """A track-oriented Poisson multi-Bernoulli filter over all sensors of a site.

    Scans must come in order of time; `tocsin.tracking.timeline` sees to that.
    """

    def __init__(self, site: Site) -> None:
        motions, sensors = motion_of(site.prior, site.frame), sensor_models_of(site)
        self._motions, self._sensors = plain_rows(motions), plain_rows(sensors)
        self._visible_prior = self._sensors["visible_prior"].copy()
        self._works = np.zeros(1, WORK)
        self._works["gates"] = gate_quantiles()
        searchers = searchers_of(site, sensors)
        self._thresholds = thresholds_of(site, sensors, searchers)
        moving = [number for number, sensor in enumerate(site.sensors) if sensor.moves]
        initial = site.prior.initial_objects_per_km2
        self._undetected = undetected_of(searchers, motions[0], initial, moving)
        self._unseen = unseen_shares(searchers, self._undetected, motions[0])
        self._places = Places(site, sensors, motions[0], self._undetected)
        self._cells: dict[int, tuple[int, int]] = {}
        self._store = as_plain(new_store(2 * SPARE_ROWS, len(self._sensors)))
        self._scratch = np.empty(1, TRACK)
        self._witnesses = np.empty(0, WITNESS)
        self._edges = as_plain(new_edges(1))
        self._make_room()
        self._births = BearingBirths(finders_of(sensors), prior_of(motions[0]))
        self._hearing = Hearing(site, self._sensors, self._motions)
        self._tracklets = Tracklets(site, motions[0])
        # Births need bearings of some time together, from places that stay.
        self._points = [sensor.kind in _POINTING and not sensor.moves for sensor in site.sensors]
        self.registration = Registration.for_site(site)
        self.learning = Learning(site)
        self.consistency = Consistency(len(self._sensors))
        self.time_ns: int | None = None
        for sensor in moving:
            self._follow(sensor)

    def warm_up(self) -> None:
        """Compiles, or loads, what not every scan needs."""
        self.registration.warm_up()
        self.components()
        self._births.warm_up()
        self._tracklets.warm_up()
        self._hearing.warm_up(self._store, self._works, self._visible_prior, self._thresholds)
        add_tracks(
            self._store, self._sensors, self._visible_prior, 0, np.zeros((0, STATE)),
            np.zeros((0, STATE, STATE)), np.zeros(0),
            *(np.zeros(0, np.int64) for _ in range(5)),
        )  # fmt: skip

    def process(self, scan: Scan) -> None:
        """Updates all tracks inside the scan's coverage and starts new ones."""
        if scan.sensor == LISTENERS:
            self._process_heard(scan)
            return
        if scan.sensor in self._places.moving:
            if scan.measurements is not None:
                self._places.take(scan.sensor, scan.measurements)
                self._follow(scan.sensor)
            elif self._places.is_lost(scan.sensor, scan.time_ns):
                self._pass_time(scan.time_ns)
                self.time_ns = scan.time_ns
                return
        looks, is_whole = _looks(scan)
        self.process_looks(scan.time_ns, scan.sensor, looks, is_whole)

    def process_looks(self, time_ns: int, sensor: int, looks: AnyArray, is_whole: bool) -> None:
        """As `process`: looks (d,) LOOK in canonical order; with is_whole they are all that a look found."""
        self._pass_time(time_ns)
        self._store = with_room(self._store, len(looks) + SPARE_ROWS)
        self._make_room()
        looks = plain_rows(self.registration.corrected(sensor, looks))
        equivalents = self._tracklets.equivalents(sensor, time_ns, looks)
        witnesses = process_scan(
            self._store,
            self._motions,
            self._sensors,
            sensor,
            self._visible_prior,
            looks,
            time_ns,
            is_whole,
            self._undetected,
            self._unseen.get(sensor, _NO_SEARCH),
            self._thresholds,
            self._works,
            self._edges,
            self._witnesses,
            equivalents,
        )
        self._learn(sensor, time_ns, looks)
        if is_whole and self.learning.learn(sensor, time_ns, self._witnesses[:witnesses], looks):
            self._take_over(sensor)
        if self._points[sensor] and is_whole:
            self._be_born(sensor, time_ns, looks)
        elif self._births.is_waiting:
            self._claim(time_ns)
        self.time_ns = time_ns

    def _process_heard(self, scan: Scan) -> None:
        """Reports of one time of nodes that only hear; of each node one that heard something, if any did."""
        m = scan.measurements
        assert m is not None, "nodes that say nothing are not known to have listened"
        order = np.lexsort((m.heard, m.node))
        last = np.append(m.node[order][1:] != m.node[order][:-1], True)
        rows = m.take(order[last])
        self._pass_time(scan.time_ns)
        self._store = with_room(self._store, SPARE_ROWS)
        self._hearing.process(
            self._store, self._works, self._visible_prior, self._thresholds, scan.time_ns, rows.node,
            rows.heard == HEARD, np.ascontiguousarray(rows.looks["number"]),
        )  # fmt: skip
        self.time_ns = scan.time_ns

    def _follow(self, sensor: int) -> None:
        """Lets the coverage of a sensor that has moved go with it."""
        self.learning.move(sensor, self._sensors)
        if sensor in self._unseen and self._cells.get(sensor) != (cell := self._places.cell(sensor)):
            self._cells[sensor], self._unseen[sensor] = cell, self._places.unseen_share(sensor)

    def _pass_time(self, time_ns: int) -> None:
        """Lets undetected objects fly on."""
        dt_s = 0.0 if self.time_ns is None else (time_ns - self.time_ns) * 1e-9
        if dt_s > 0.0:
            drift(self._undetected, self._motions, dt_s)

    def _be_born(self, sensor: int, time_ns: int, looks: AnyArray) -> None:
        """Adds what bearings of several sensors together tell of."""
        new = self._births.look(sensor, time_ns, bearings_of(looks))
        if new is not None:
            add_tracks(
                self._store, self._sensors, self._visible_prior, time_ns, new.state, new.covariance,
                new.existence, new.name, new.used_by, new.used_sensor, new.used_time_ns, new.used_number,
            )  # fmt: skip

    def _claim(self, time_ns: int) -> None:
        """Lets new tracks explain the bearings that came before them."""
        tracks = self._store.tracks[: self._store.used[ROWS]]
        is_new = tracks["confirmed"] & (tracks["born_ns"] > time_ns - WINDOW_NS)
        if is_new.any():
            new = tracks[is_new]
            self._births.claim(
                time_ns, _column(new["state"]), _column(new["covariance"]), _column(new["existence"])
            )

    def _make_room(self) -> None:
        """For edges, and for what is told of each track; kept, as fresh memory takes longer than what is put
        into it."""
        if len(self._edges.edges) < 2 * self._store.used[ROWS]:
            self._edges = as_plain(new_edges(4 * int(self._store.used[ROWS])))
        if len(self._witnesses) < len(self._store.tracks):
            self._witnesses = np.empty(len(self._store.tracks), WITNESS)
            self._confirmed = Confirmed(len(self._store.tracks))

    def _learn(self, sensor: int, time_ns: int, looks: AnyArray) -> None:
        """What sure associations tell of the sensor's biases, and of whether its errors are as it says."""
        store = self._store
        squares, components = self.registration.learn(
            self._sensors, sensor, time_ns, store.tracks, store.perception, looks
        )
        self.consistency.add(sensor, time_ns, squares, components)

    def _take_over(self, sensor: int | slice) -> None:
        """Lets the kernels know what was learnt of a sensor."""
        self._sensors["detection_factor"][sensor] = self.learning.detection_factor[sensor]
        self._sensors["clutter_factor"][sensor] = self.learning.clutter_factor[sensor]

    def tracks(self, identities: Mapping[int, str]) -> Tracks:
        """Every confirmed track at the time of the latest scan, in the order of their births.

        identities tells what the numbers of the detections' identities stand for.
        """
        _, tracks = self._shown(identities)
        return tracks

    def picture(self, identities: Mapping[int, str]) -> Picture:
        """Every confirmed track at the time of the latest scan, with the evidence not yet published."""
        if self.time_ns is None:
            raise ValueError("there is no picture before the first scan")
        rows, tracks = self._shown(identities)
        return Picture(self.time_ns, tracks, self._unpublished(rows, tracks.track_id))

    def _shown(self, identities: Mapping[int, str]) -> tuple[IntArray, Tracks]:
        """Rows (n,) of the confirmed tracks, and these."""
        if self.time_ns is None:
            raise ValueError("there are no tracks before the first scan")
        rows, names, called = self._confirmed.find(self._store, identities)
        count, sensors = len(rows), len(self._sensors)
        out = Columns(
            np.empty((count, STATE)), np.empty((count, STATE, STATE)), np.empty(count),
            np.empty(count, np.int64), np.empty((count, sensors), np.int64),
            np.empty((count, sensors)), np.empty((count, sensors)),
        )  # fmt: skip
        show(self._store, rows, self.time_ns, self._motions, self._works, self._scratch, out)
        tracks = Tracks(
            names, out.state, out.covariance, out.existence, out.born_ns, out.seen_ns, out.support,
            out.visible, called,
        )  # fmt: skip
        return rows, tracks

    def components(self) -> Components:
        """All that may be there, published or not, each as at its own latest look."""
        tracks = self._store.tracks[: self._store.used[ROWS]]
        places = np.flatnonzero((tracks["existence"] > 0.0) & (tracks["owner"] == NOBODY))
        rows = tracks[places]
        collapse_all(rows, self._works)
        return Components(
            rows["existence"] * (1.0 - rows["copied"]),
            _column(rows["state"]),
            _column(rows["covariance"]),
            _column(rows["time_ns"]),
        )

    def checkpoint(self) -> Checkpoint:
        """A copy of everything, to go back to."""
        learners = self.registration, self.learning, self.consistency
        learnt = tuple(part.checkpoint() for part in learners)
        bearings, heard = self._births.checkpoint(), self._hearing.checkpoint()
        return Checkpoint(
            self.time_ns, copied(self._store), self._undetected.intensity.copy(), learnt, bearings, heard,
            self._tracklets.checkpoint(),
            self._places.checkpoint(),
        )  # fmt: skip

    def go_back_to(self, checkpoint: Checkpoint) -> None:
        """Forgets all that came after a checkpoint."""
        self.time_ns = checkpoint.time_ns
        self._store = restored(self._store, checkpoint.rows)
        self._undetected.intensity[:] = checkpoint.intensity
        self._births.go_back_to(checkpoint.bearings)
        self._hearing.go_back_to(checkpoint.heard)
        self._tracklets.go_back_to(checkpoint.told)
        self._places.go_back_to(checkpoint.places)
        for sensor in self._places.moving:
            self._follow(sensor)
        biases, experience, innovations = checkpoint.learnt
        self.registration.go_back_to(biases)
        self.learning.go_back_to(experience)
        self.consistency.go_back_to(innovations)
        self._take_over(slice(None))

    def _unpublished(self, rows: IntArray, names: AnyArray) -> Associations:
        """The evidence that came since the last picture; of a track just confirmed, what it remembers."""
        evidence = self._store.evidence
        count, published = evidence["count"][rows], evidence["published"][rows]
        if (count == published).all():
            return Associations.empty()
        first = np.maximum(published, count - REMEMBERED)
        length = count - first
        which = np.repeat(np.arange(len(rows)), length)
        slot = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length) + first[which]
        at = (rows[which], slot % REMEMBERED)
        evidence["published"][rows] = count
        return Associations(
            evidence["time_ns"][at],
            names[which],
            evidence["number"][at],
            evidence["sensor"][at].astype(np.int16),
            evidence["probability"][at],
        )


def _column(field: AnyArray) -> AnyArray:
    """A field of structured rows as an array of its own."""
    return np.ascontiguousarray(field)


_NOTHING = records(LOOK, 0)
_NO_SEARCH = np.zeros((0, 0))


def _looks(scan: Scan) -> tuple[Records, bool]:
    """A scan as the kernels take it, and whether it is one look at all that is covered."""
    m = scan.measurements
    if m is None:
        return _NOTHING, True
    looks = m.looks.copy()
    looks["offset_s"] = (m.time_ns - scan.time_ns) * 1e-9
    looks["name"] = distinct_names(m.name)
    return looks, bool(m.is_numbered.all())
