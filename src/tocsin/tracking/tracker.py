"""The tracker: scans in, the air picture out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tocsin.config.site import Site
from tocsin.model.tracks import Associations, Picture, Tracks
from tocsin.tracking.kernels.layout import COMPONENTS, REMEMBERED, SUPPORT_SECONDS, Looks, Store
from tocsin.tracking.kernels.scan import predict_all, process_scan
from tocsin.tracking.kernels.undetected import drift
from tocsin.tracking.measurements import Measurements, distinct_names
from tocsin.tracking.settings import motion_of, sensor_model_of, thresholds_of
from tocsin.tracking.store import copied, new_store, restored, with_room
from tocsin.tracking.surroundings import searchers_of, undetected_of, unseen_shares
from tocsin.units import AnyArray, FloatArray, IntArray

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: none is misheard or misread for another
_NAME_LENGTH = 8  # 40 bits: among 10,000 tracks two share a name once in 20,000 recordings


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """One look of one sensor, dated at its last row; None measured is evidence too."""

    time_ns: int
    sensor: int
    measurements: Measurements | None


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """All that the tracker knows at one time."""

    time_ns: int | None
    rows: tuple[AnyArray, ...]
    intensity: FloatArray


class Tracker:
    """A track-oriented Poisson multi-Bernoulli filter over all sensors of a site.

    Scans must come in order of time; `tocsin.tracking.timeline` sees to that.
    """

    def __init__(self, site: Site) -> None:
        frame = site.frame
        self._motion = motion_of(site.prior, frame)
        self._sensors = [sensor_model_of(sensor, i, frame) for i, sensor in enumerate(site.sensors)]
        self._visible_prior = np.array([sensor.visible_prior for sensor in self._sensors])
        self._thresholds = thresholds_of(site)
        searchers = searchers_of(site, self._sensors)
        self._undetected = undetected_of(searchers, self._motion)
        self._unseen = unseen_shares(searchers, self._undetected, self._motion)
        self._store = new_store(256, len(self._sensors))
        self._count = 0
        self.time_ns: int | None = None

    def process(self, scan: Scan) -> None:
        """Updates all tracks inside the scan's coverage and starts new ones."""
        looks = _looks(scan)
        dt_s = 0.0 if self.time_ns is None else (scan.time_ns - self.time_ns) * 1e-9
        if dt_s > 0.0:
            drift(self._undetected, self._motion, dt_s)
        self._store = with_room(self._store, self._count, self._count + len(looks.mask))
        self._count = process_scan(
            self._store,
            self._count,
            self._motion,
            self._sensors[scan.sensor],
            self._visible_prior,
            looks,
            self._undetected,
            self._thresholds,
        )
        if (unseen := self._unseen.get(scan.sensor)) is not None:
            np.multiply(self._undetected.intensity, unseen, out=self._undetected.intensity)
        self.time_ns = scan.time_ns

    def picture(self, identities: dict[int, str]) -> Picture:
        """Every confirmed track at the time of the latest scan, with the evidence not yet published.

        identities tells what the numbers of `Measurements.identity` stand for.
        """
        if self.time_ns is None:
            raise ValueError("there is no picture before the first scan")
        store = self._store
        rows = np.flatnonzero(store.confirmed[: self._count])
        # A copy is predicted: what is published must not round differently from what is not.
        shown = Store._make(array[rows] for array in store)
        predict_all(shown, len(rows), self.time_ns, self._motion)
        names = _texts(name_text(number) for number in shown.name.tolist())
        age_s = (self.time_ns - shown.touched_ns) * 1e-9
        tracks = Tracks(
            names,
            shown.state,
            shown.covariance,
            shown.existence,
            shown.born_ns,
            shown.seen_ns,
            shown.support * np.exp(-age_s / SUPPORT_SECONDS),
            shown.visible,
            _texts(identities[number] for number in shown.identity.tolist()),
        )
        return Picture(self.time_ns, tracks, self._unpublished(rows, names))

    def checkpoint(self) -> Checkpoint:
        """A copy of everything, to go back to."""
        return Checkpoint(self.time_ns, copied(self._store, self._count), self._undetected.intensity.copy())

    def go_back_to(self, checkpoint: Checkpoint) -> None:
        """Forgets all that came after a checkpoint."""
        self.time_ns = checkpoint.time_ns
        self._store = restored(self._store, checkpoint.rows)
        self._count = len(checkpoint.rows[0])
        self._undetected.intensity[:] = checkpoint.intensity

    def _unpublished(self, rows: IntArray, names: AnyArray) -> Associations:
        """The evidence that came since the last picture; of a track just confirmed, what it remembers."""
        store = self._store
        count, published = store.evidence_count[rows], store.evidence_published[rows]
        if (count == published).all():
            return Associations.empty()
        first = np.maximum(published, count - REMEMBERED)
        length = count - first
        which = np.repeat(np.arange(len(rows)), length)
        slot = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length) + first[which]
        at = (rows[which], slot % REMEMBERED)
        store.evidence_published[rows] = count
        return Associations(
            store.evidence_time_ns[at],
            names[which],
            store.evidence_number[at],
            store.evidence_sensor[at].astype(np.int16),
            store.evidence_probability[at],
        )


@lru_cache(maxsize=100_000)
def name_text(number: int) -> str:
    """A track's number as people say it."""
    value = number & ((1 << 5 * _NAME_LENGTH) - 1)
    return "".join(_LETTERS[(value >> 5 * k) & 31] for k in reversed(range(_NAME_LENGTH)))


def _texts(texts: Iterable[str]) -> AnyArray:
    values = list(texts)
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


_NOTHING = Looks(
    0,
    np.zeros((0, COMPONENTS)),
    np.zeros((0, COMPONENTS)),
    np.zeros(0, np.int64),
    np.zeros(0),
    np.zeros(0, np.int64),
    np.zeros(0, np.int64),
    np.zeros(0, np.int64),
    True,
)


def _looks(scan: Scan) -> Looks:
    """A scan as the kernels take it."""
    m = scan.measurements
    if m is None:
        return _NOTHING._replace(time_ns=scan.time_ns)
    offset_s = (m.time_ns - scan.time_ns).astype(np.float64) * 1e-9
    names, is_whole = distinct_names(m.name), bool(m.is_numbered.all())
    return Looks(scan.time_ns, m.measured, m.sigma, m.mask, offset_s, m.identity, m.number, names, is_whole)
