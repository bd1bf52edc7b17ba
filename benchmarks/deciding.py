"""What assessment and alerting add to a scan: 1,000 tracks and 200 zones."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from benchmarks.options import Options
from benchmarks.table import Column, Part, Table, at_most
from tocsin.alerting.alerter import Alerter
from tocsin.assessment.assessor import Assessor
from tocsin.config.site import Site
from tocsin.model.tracks import Associations, Picture, Tracks
from tocsin.units import FloatArray

TRACKS, ZONES = 1000, 200
SIDE_M, ZONE_M = 100_000.0, 2_000.0
PICTURES, WARM_UP = 40, 10
MOST_MS = 50.0
_DEGREE_M = 111_180.0


def describe() -> str:
    return f"""Deciding: assessment and alerting of {TRACKS:,} tracks and {ZONES} zones

Straight fliers of 20 to 50 m/s, known to 50 m and 2 m/s, and square zones of {ZONE_M / 1e3:g} km, both
anywhere in {SIDE_M / 1e3:g} km x {SIDE_M / 1e3:g} km. A picture a second, seen by radar and microphone array,
under the rules that come with tocsin. Timed: assessment, and what alerting decides from it, of each picture
by itself."""


def run(options: Options) -> Sequence[Part]:
    table = Table(
        "Added to a picture",
        [Column("part"), Column("median ms", ".1f"), Column("95 % ms", ".1f"), Column("worst ms", ".1f")],
        note=f"{PICTURES - WARM_UP} pictures after {WARM_UP}.",
    )
    assessed, decided = timed(15 if options.quick else PICTURES)
    for name, spent in (("assessment", assessed), ("alerting", decided), ("both", assessed + decided)):
        ms = 1e3 * spent
        median, high = float(np.median(ms)), float(np.percentile(ms, 95))
        goals = [at_most(high, MOST_MS)] if name == "both" else []
        table.add(name, median, high, float(ms.max()), goals=goals)
    return [table]


def timed(pictures: int) -> tuple[FloatArray, FloatArray]:
    """Seconds of assessment and of alerting for each picture after the first ones."""
    draw = np.random.default_rng(1)
    site, start = _site(draw), _states(draw)
    assessor, alerter = Assessor(site), Alerter(site)
    assessed, decided = np.zeros(pictures), np.zeros(pictures)
    for second in range(pictures):
        picture = _picture(start, second)
        began = time.perf_counter()
        assessments = assessor.assess(picture)
        between = time.perf_counter()
        alerter.decide(assessments)
        assessed[second], decided[second] = between - began, time.perf_counter() - between
    return assessed[WARM_UP:], decided[WARM_UP:]


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


def _picture(start: FloatArray, second: int) -> Picture:
    time_ns = (1_900_000_000 + second) * 1_000_000_000
    state = start.copy()
    state[:, :3] += second * start[:, 3:]
    count = len(state)
    return Picture(
        time_ns,
        Tracks(
            track_id=np.array([f"T{number}" for number in range(count)], dtype=object),
            state=state,
            covariance=np.tile(np.diag([2500.0, 2500.0, 2500.0, 4.0, 4.0, 1.0]), (count, 1, 1)),
            existence=np.full(count, 0.99),
            born_ns=np.full(count, time_ns - 60 * 10**9 - second * 10**9),
            seen_ns=np.full((count, 2), time_ns if second % 4 == 0 else time_ns - 10**9),
            support=np.full((count, 2), 12.0),
            visible=np.ones((count, 2)),
            identity=np.full(count, "", dtype=object),
        ),
        Associations.empty(),
    )
