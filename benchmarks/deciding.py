"""What assessment and alerting add to a scan: 1,000 tracks and 200 zones."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from benchmarks.options import Options
from benchmarks.table import Column, Part, Table, at_most
from tocsin.alerting.alerter import Alerter
from tocsin.assessment.assessor import Assessor
from tocsin.config.site import Site
from tocsin.model.tracks import Associations, Picture, Tracks
from tocsin.runtime.warm_up import warm_up_beside_scans
from tocsin.units import BoolArray, FloatArray, IntArray

TRACKS, ZONES = 1000, 200
SIDE_M, ZONE_M = 100_000.0, 2_000.0
APPEAR_WITHIN_S, TIMED_S = 120, 120
AT_ONCE_S, MANY = 40, 50
OLD_S = 60
MOST_MS = 50.0
_DEGREE_M = 111_180.0
_START_S = 1_900_000_000


def describe() -> str:
    return f"""Deciding: assessment and alerting of {TRACKS:,} tracks and {ZONES} zones

Straight fliers of 20 to 50 m/s, known to 50 m and 2 m/s, and square zones of {ZONE_M / 1e3:g} km, both
anywhere in {SIDE_M / 1e3:g} km x {SIDE_M / 1e3:g} km. A picture a second, seen by radar and microphone
array, which support a track the more the longer it was seen, up to a minute; under the rules that come with
tocsin. For what leaves the square a new track comes in on the other side, so that there are always as many.
Timed: assessment, and what alerting decides from it, of each picture by itself; kernels are loaded before.

As a night begins: the tracks appear one after the other within {APPEAR_WITHIN_S} s. The goal is for the
{TIMED_S} pictures after that, all of them; those before hold fewer tracks, open most of the alerts, and stand
in a row of their own.

All at once: the same tracks are all there in the first picture and a minute old, so that nearly all alerts
open in a few pictures. No night begins so, but a service does that starts again in the middle of one. The
pictures that give {MANY} messages or more are shown one by one. (Before, the goal was judged on 30 pictures
of that start, of which two such pictures were the 95th percentile.)"""


def run(options: Options) -> Sequence[Part]:
    warm_up_beside_scans()
    appear_s, timed_s = (10, 10) if options.quick else (APPEAR_WITHIN_S, TIMED_S)
    night = timed(Fliers(spread_over_s=appear_s), appear_s + timed_s)
    at_once = timed(Fliers(spread_over_s=0), 12 if options.quick else AT_ONCE_S)
    return [_as_a_night_begins(night, appear_s), _all_at_once(at_once)]


class Spent(NamedTuple):
    """Of k pictures: seconds of assessment and of alerting (k,), and how many messages there were (k,)."""

    assessed: FloatArray
    decided: FloatArray
    messages: IntArray

    def among(self, pictures: slice | BoolArray) -> Spent:
        return Spent(*(column[pictures] for column in self))


class Fliers:
    """The tracks of the world, second by second; each has appeared at its time."""

    def __init__(self, spread_over_s: int) -> None:
        draw = np.random.default_rng(1)
        self.site = _site(draw)
        self._state = _states(draw)
        first_s = np.sort(draw.uniform(0.0, spread_over_s, TRACKS)).astype(np.int64)
        self._born_s = first_s if spread_over_s else np.full(TRACKS, -OLD_S)
        self._laps = np.zeros(TRACKS, np.int64)
        self._now_s = 0

    def picture(self) -> Picture:
        """The next one; there is one each second."""
        there = np.flatnonzero(self._born_s <= self._now_s)
        found = _picture(self._now_s, there, self._laps[there], self._state[there], self._born_s[there])
        self._fly_on()
        return found

    def _fly_on(self) -> None:
        self._now_s += 1
        self._state[:, :3] += self._state[:, 3:]
        is_out = (np.abs(self._state[:, :2]) > SIDE_M / 2).any(axis=1)
        self._state[:, :2] = (self._state[:, :2] + SIDE_M / 2) % SIDE_M - SIDE_M / 2
        comes_in = is_out & (self._born_s < self._now_s)
        self._laps[comes_in] += 1
        self._born_s[comes_in] = self._now_s


def timed(fliers: Fliers, pictures: int) -> Spent:
    """What each of the first pictures took."""
    assessor, alerter = Assessor(fliers.site), Alerter(fliers.site)
    spent = Spent(np.zeros(pictures), np.zeros(pictures), np.zeros(pictures, np.int64))
    for number in range(pictures):
        picture = fliers.picture()
        began = time.perf_counter()
        assessments = assessor.assess(picture)
        between = time.perf_counter()
        messages = alerter.decide(assessments)
        spent.decided[number] = time.perf_counter() - between
        spent.assessed[number], spent.messages[number] = between - began, len(messages)
    return spent


def _as_a_night_begins(spent: Spent, appear_s: int) -> Table:
    before, after = spent.among(slice(0, appear_s)), spent.among(slice(appear_s, None))
    table = Table(
        "As a night begins: added to a picture",
        [
            Column("part"), Column("pictures", ",d"), Column("messages", ",d"), Column("median ms", ".1f"),
            Column("95 % ms", ".1f"), Column("worst ms", ".1f"),
        ],
    )  # fmt: skip
    _add_row(table, "both, while they appear", before, before.assessed + before.decided)
    _add_row(table, "assessment", after, after.assessed)
    _add_row(table, "alerting", after, after.decided)
    _add_row(table, "both", after, after.assessed + after.decided, most_ms=MOST_MS)
    return table


def _add_row(table: Table, name: str, spent: Spent, seconds: FloatArray, most_ms: float = 0.0) -> None:
    ms = 1e3 * seconds
    median, high = float(np.median(ms)), float(np.percentile(ms, 95))
    goals = [at_most(high, most_ms)] if most_ms else []
    table.add(name, len(ms), int(spent.messages.sum()), median, high, float(ms.max()), goals=goals)


def _all_at_once(spent: Spent) -> Table:
    table = Table(
        "All at once: pictures that open alerts",
        [
            Column("picture", "d"), Column("messages", "d"), Column("assessment ms", ".1f"),
            Column("alerting ms", ".1f"), Column("alerting ms a message", ".2f"),
        ],
        note=f"Those of the first {len(spent.messages)} with {MANY} messages or more.",
    )  # fmt: skip
    for number in np.flatnonzero(spent.messages >= MANY).tolist():
        assessed, decided = 1e3 * spent.assessed[number], 1e3 * spent.decided[number]
        messages = int(spent.messages[number])
        table.add(number + 1, messages, float(assessed), float(decided), float(decided / messages))
    return table


def _site(draw: np.random.Generator) -> Site:
    half, size = SIDE_M / 2 / _DEGREE_M, ZONE_M / _DEGREE_M
    corners = np.array([0.0, -127.0]) + draw.uniform(-half, half, (ZONES, 2))
    zones = [
        {"name": f"Zone {number}", "polygon": [(a, b), (a, b + size), (a + size, b + size), (a + size, b)]}
        for number, (a, b) in enumerate(corners.tolist())
    ]
    sensors = [{"name": "radar", "kind": "radar"}, {"name": "array", "kind": "microphone"}]
    place = {"name": "Everywhere", "latitude_deg": 0.0, "longitude_deg": -127.0}
    return Site.model_validate({"site": place, "sensors": sensors, "zones": zones})


def _states(draw: np.random.Generator) -> FloatArray:
    course, speed = draw.uniform(0.0, 2.0 * np.pi, TRACKS), draw.uniform(20.0, 50.0, TRACKS)
    place = draw.uniform(-SIDE_M / 2, SIDE_M / 2, (TRACKS, 2))
    up = draw.uniform(200.0, 2000.0, TRACKS)
    return np.column_stack([place, up, speed * np.sin(course), speed * np.cos(course), np.zeros(TRACKS)])


def _picture(now_s: int, number: IntArray, lap: IntArray, state: FloatArray, born_s: IntArray) -> Picture:
    count, second_ns = len(number), 1_000_000_000
    time_ns = (_START_S + now_s) * second_ns
    names = [f"T{one}.{other}" for one, other in zip(number.tolist(), lap.tolist(), strict=True)]
    support = 12.0 * np.minimum((now_s - born_s) / OLD_S, 1.0)
    seen_ns = np.maximum(time_ns - (now_s % 4 > 0) * second_ns, (_START_S + born_s) * second_ns)
    return Picture(
        time_ns,
        Tracks(
            track_id=np.array(names, dtype=object),
            state=state,
            covariance=np.tile(np.diag([2500.0, 2500.0, 2500.0, 4.0, 4.0, 1.0]), (count, 1, 1)),
            existence=np.full(count, 0.99),
            born_ns=(_START_S + born_s) * second_ns,
            seen_ns=np.column_stack([seen_ns, seen_ns]),
            support=np.column_stack([support, support]),
            visible=np.ones((count, 2)),
            identity=np.full(count, "", dtype=object),
        ),
        Associations.empty(),
    )
