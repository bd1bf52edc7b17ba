"""What sensors call an object, weighed: by their confusions, their confidence, and how often they said it.

One label L of a sensor s, told with confidence q, that belongs to a track with association probability p:

    P(L | c) = p q P_s(L | c) + (1 - p q) P_s(L)      P_s(L): mean over the classes

for what is not sure, or of another object, says nothing of this one. Labels of one sensor are not
independent: what looks like a bird once looks like one again. With n the sum of p, and rho the correlation
between two labels of one sensor, n labels are worth n / (1 + (n - 1) rho) (the design effect of clusters:
Kish, 'Survey Sampling', 1965, section 5.4): never more than 1 / rho. The sum of their logs is scaled so, and
those of the sensors of one kind, which learnt from the same examples, likewise among each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tocsin.assessment.classes import CLASSES
from tocsin.assessment.confusion import confusions, says_of_itself, vouches
from tocsin.config.site import Site
from tocsin.model.columns import Columns
from tocsin.units import NANOSECONDS_PER_SECOND, FloatArray, IntArray

SAME_SENSOR = 0.5
"""Correlation between two labels of one sensor for one object (assumed): it counts as two at most."""
SAME_KIND = 0.3
"""Correlation between the labels of two sensors of one kind (assumed)."""
FADES_S = 300.0
"""How long a label is remembered while the same sensor gives others (assumed)."""
FORGET_AFTER_NS = 600 * NANOSECONDS_PER_SECOND
"""As long as `Memory` knows a track that is in no picture: rows are then used for others."""
LEAST_EVIDENCE = -4.6
"""One sensor speaks against a class by at most a factor of 100."""


class Opinions(NamedTuple):
    """What k pairs of track and sensor come to: `track` (k,) and `sensor` (k,) are numbers of both, `log`
    (k, c) the log-likelihoods, less those of the best class, `vouched` (k,) how surely it is right."""

    track: IntArray
    sensor: IntArray
    log: FloatArray
    vouched: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _Entries(Columns):
    """One for each track and sensor: `key` grows, `weight` is the sum of p, `log` (k, c) that of the logs."""

    key: IntArray
    weight: FloatArray
    log: FloatArray
    last_ns: IntArray

    def with_more(self, new: _Entries) -> _Entries:
        """Both, where those of the same key are one, the old part of it faded."""
        if not len(self):
            return new
        place = np.minimum(np.searchsorted(self.key, new.key), len(self) - 1)
        is_known = self.key[place] == new.key
        old, more = place[is_known], np.flatnonzero(is_known)
        aged_s = np.maximum(new.last_ns[more] - self.last_ns[old], 0) / NANOSECONDS_PER_SECOND
        keep = np.exp(-aged_s / FADES_S)
        weight, log, last_ns = self.weight.copy(), self.log.copy(), self.last_ns.copy()
        weight[old] = keep * weight[old] + new.weight[more]
        log[old] = keep[:, np.newaxis] * log[old] + new.log[more]
        last_ns[old] = new.last_ns[more]
        both = _Entries.concatenate([_Entries(self.key, weight, log, last_ns), new.take(~is_known)])
        return both.take(np.argsort(both.key))


def _effect(count: FloatArray, correlation: float) -> FloatArray:
    """By how much more of them there would have to be than if they were independent."""
    return 1.0 + np.maximum(count - 1.0, 0.0) * correlation


class LabelMemory:
    """The labels of one site's sensors for its tracks, by row of `Memory`."""

    def __init__(self, site: Site) -> None:
        self._sensors = max(len(site.sensors), 1)
        self._likelihood = confusions(site)
        self._vouches = vouches(site)
        self._tells_itself = says_of_itself(site)
        kinds = list(dict.fromkeys(sensor.kind for sensor in site.sensors))
        self._kind_of = np.array([kinds.index(sensor.kind) for sensor in site.sensors], dtype=np.int64)
        self._kinds = max(len(kinds), 1)
        none = np.zeros(0, np.int64)
        self._entries = _Entries(none, np.zeros(0), np.zeros((0, len(CLASSES))), none)

    def __len__(self) -> int:
        return len(self._entries)

    def take(
        self,
        time_ns: int,
        row: IntArray,
        sensor: IntArray,
        label: IntArray,
        confidence: FloatArray,
        probability: FloatArray,
    ) -> None:
        """Adds k labels that sensors gave to the tracks of k rows; a confidence of NaN is one of 1."""
        told = np.flatnonzero((label >= 0) & ~self._tells_itself[sensor])
        if not len(told):
            return
        share = (probability * np.where(np.isnan(confidence), 1.0, confidence))[told, np.newaxis]
        likelihood = self._likelihood[sensor[told], label[told]]
        log = np.log(share * likelihood + (1.0 - share) * likelihood[:, -1:])
        key, of_key = np.unique(row[told] * self._sensors + sensor[told], return_inverse=True)
        weight, total = np.zeros(len(key)), np.zeros((len(key), len(CLASSES)))
        np.add.at(weight, of_key, probability[told])
        np.add.at(total, of_key, log)
        self._entries = self._entries.with_more(
            _Entries(key, weight, total, np.full(len(key), time_ns, np.int64))
        )

    def opinions(self, time_ns: int, rows: IntArray) -> Opinions | None:
        """Those of the tracks of a picture, `rows` (n,); None where there are none."""
        if not (len(self._entries) and len(rows)):
            return None
        self._entries = self._entries.take(self._entries.last_ns >= time_ns - FORGET_AFTER_NS)
        entries = self._entries
        row, sensor = np.divmod(entries.key, self._sensors)
        order = np.argsort(rows)
        place = np.minimum(np.searchsorted(rows, row, sorter=order), len(rows) - 1)
        here = np.flatnonzero(rows[order[place]] == row)
        if not len(here):
            return None
        track, sensor, weight = order[place[here]], sensor[here], entries.weight[here]
        worth = 1.0 / _effect(weight, SAME_SENSOR)
        of_kind = track * self._kinds + self._kind_of[sensor]
        _, group = np.unique(of_kind, return_inverse=True)
        worth /= _effect(np.bincount(group, np.minimum(weight, 1.0)).astype(np.float64), SAME_KIND)[group]
        log = worth[:, np.newaxis] * entries.log[here]
        log = np.maximum(log - log.max(axis=1, keepdims=True), LEAST_EVIDENCE)
        return Opinions(track, sensor, log, self._vouches[sensor] * np.minimum(weight, 1.0))
