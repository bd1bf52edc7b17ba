"""A whole scan against the readable twin that enumerates every association event."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.tracking import twin, twin_motion, twin_scan
from tests.tracking.made import (
    AGILE,
    OPEN_GATES,
    SECOND_NS,
    START_NS,
    STRAIGHT,
    WIDE_OPEN,
    changed,
    looks_of,
    mask_of,
    random_track,
    rows_of,
    scanned,
    sensor_model,
    store_of,
    tracks_in,
    undetected_of,
    witnesses_for,
    works_of,
)
from tests.tracking.plain import plain
from tests.tracking.twin_motion import Bernoulli, single

from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    EAST,
    ELEVATION,
    MODES,
    NEVER,
    NORTH,
    RANGE,
    RANGE_RATE,
    UP,
    VELOCITY_EAST,
    VELOCITY_NORTH,
    Record,
    Records,
    Store,
)
from tocsin.tracking.kernels.scan import process_scan
from tocsin.tracking.settings import gate_quantiles
from tocsin.tracking.store import new_edges
from tocsin.tracking.tracklets import NOT_REPORTS
from tocsin.units import AnyArray, FloatArray

pytestmark = pytest.mark.usefixtures("compiled_kernels")

Process = Callable[..., int]
SIGMA = np.array([40.0, 0.01, 0.02, 1.5, 30.0, 30.0, 40.0, 2.0, 2.0, 1.0])
KINDS = {
    "a 2-D radar": mask_of(RANGE, AZIMUTH),
    "a radar with elevation": mask_of(RANGE, AZIMUTH, ELEVATION),
    "a radar with elevation and range rate": mask_of(RANGE, AZIMUTH, ELEVATION, RANGE_RATE),
    "positions on the ground": mask_of(EAST, NORTH),
    "positions with height and velocity": mask_of(EAST, NORTH, UP, VELOCITY_EAST, VELOCITY_NORTH),
    "bearings": mask_of(AZIMUTH),
    "bearings with elevation": mask_of(AZIMUTH, ELEVATION),
}
TILT = 0.02
NEW = 3e-9
# Where less of its detections than this may as well be of others, a track is one Gaussian.
CLEAR = 0.1
AGO_S = 2.0
NOW_NS = START_NS + int(AGO_S * SECOND_NS)


def tilted(rng: np.random.Generator, **changes: Any) -> Record:
    """A sensor away from the origin whose horizontal is tilted a little, as of one far away."""
    turn = sensor_model(seed=3).rotation[0] * TILT
    rotation = np.linalg.qr(np.eye(3) + np.cross(np.eye(3), turn))[0]
    rotation *= np.sign(np.diag(rotation))[None, :]
    position = rng.normal(0.0, [500.0, 500.0, 50.0])
    usual = {"position": position, "rotation": rotation, "min_elevation_rad": -0.3, "visible_prior": 0.8}
    return changed(sensor_model(), **usual | changes)


def a_scene(
    rng: np.random.Generator,
    mask: int,
    sensor: Record,
    identities: tuple[int, ...] = (0, 11, 12),
    modes: tuple[int, ...] = (1, MODES),
) -> tuple[list[Bernoulli], Records]:
    """Up to three close tracks a while ago, of one mode or of all, and up to three detections near them now.

    The detections of half of the scenes are all of one time, of the others of different ones.
    """
    middle = np.array([*rng.uniform(3000.0, 5000.0, 2) * rng.choice([-1, 1], 2), 800.0, 0.0, 0.0, 0.0])
    tracks = []
    for _ in range(rng.integers(1, 4)):
        state = middle + rng.normal(0.0, [120.0] * 3 + [15.0] * 3)
        known: dict[str, Any] = {"identity": int(rng.choice(identities)), "visible": rng.uniform(0.3, 1.0)}
        tracks.append(random_track(rng, state, int(rng.choice(modes)), **known))
    offsets = rng.uniform(-0.5, 0.0, rng.integers(0, 4)) * rng.integers(0, 2)
    rows = []
    for offset in offsets:
        state, _ = tracks[rng.integers(len(tracks))].merged
        truth = state + rng.normal(0.0, [60.0] * 3 + [5.0] * 3)
        truth[:3] += (AGO_S + offset) * truth[3:]
        exact = [float(np.real(twin.expected(sensor, c, truth, 0.0))) for c in range(10)]
        rows.append(np.where(mask >> np.arange(10) & 1, exact + SIGMA * rng.normal(size=10), 0.0))
    looks = looks_of(rows, SIGMA, mask, offsets, rng.choice(identities, len(rows)))
    return tracks, looks


def twin_of(
    tracks: list[Bernoulli], motion: Record, sensor: Record, looks: Records, gates: FloatArray = OPEN_GATES
) -> twin_scan.After:
    ahead = [twin_motion.predict(track, AGO_S, motion, sensor) for track in tracks]
    return twin_scan.scan(ahead, motion, sensor, looks, undetected_of(NEW), gates)


def assert_exact(
    process: Process,
    tracks: list[Bernoulli],
    motion: Record,
    sensor: Record,
    looks: Records,
    gates: FloatArray = OPEN_GATES,
) -> None:
    """The kernel's tracks are the twin's: those that were there, then those born, in this order."""
    after, store = twin_of(tracks, motion, sensor, looks, gates), store_of(tracks, START_NS)
    works = works_of(gates)
    count = scanned(process, store, motion, sensor, looks, NOW_NS, undetected_of(NEW), works=works)
    kept = [track for track in after.tracks if track.existence >= WIDE_OPEN.prune]
    expected = kept + [track for track in after.born if track.existence > WIDE_OPEN.prune]
    assert count == len(expected)
    for track, true in zip(tracks_in(store), expected, strict=True):
        assert track.existence == pytest.approx(true.existence, rel=1e-8, abs=1e-12)
        assert track.visible == pytest.approx(true.visible, rel=1e-8)
        assert len(track.modes) == len(true.modes)
        for mode, true_mode in zip(track.modes, true.modes, strict=True):
            assert mode.probability == pytest.approx(true_mode.probability, rel=1e-8, abs=1e-12)
            scale = np.sqrt(np.diag(true_mode.covariance))
            np.testing.assert_allclose((mode.state - true_mode.state) / scale, 0.0, atol=1e-8)
            off = (mode.covariance - true_mode.covariance) / np.outer(scale, scale)
            np.testing.assert_allclose(off, 0.0, atol=1e-8)


@pytest.mark.parametrize("kind", KINDS)
def test_where_tracks_are_apart_a_scan_is_what_enumerating_all_association_events_gives(kind: str) -> None:
    rng = np.random.default_rng(list(KINDS).index(kind))
    compared = 0
    for _ in range(60):
        sensor = tilted(rng, propagation_speed_mps=340.0 if kind.startswith("bearings") else math.inf)
        tracks, looks = a_scene(rng, KINDS[kind], sensor)
        if twin_of(tracks, AGILE, sensor, looks).contested < CLEAR:
            assert_exact(process_scan, tracks, AGILE, sensor, looks)
            compared += len(tracks) > 1 and len(looks) > 1
    assert compared >= 5


@pytest.fixture
def marginals_alone(monkeypatch: pytest.MonkeyPatch) -> Process:
    """The plain kernel, keeping no hypotheses however ambiguous it becomes."""
    monkeypatch.setattr(plain("association"), "_MOST_CONTESTED", math.inf)
    process: Process = plain("scan").process_scan
    return process


@pytest.mark.parametrize("kind", KINDS)
def test_without_hypotheses_it_is_so_where_tracks_meet(kind: str, marginals_alone: Process) -> None:
    rng = np.random.default_rng(20 + list(KINDS).index(kind))
    contested = 0
    while contested < 4:
        sensor = tilted(rng)
        tracks, looks = a_scene(rng, KINDS[kind], sensor)
        if twin_of(tracks, AGILE, sensor, looks).contested >= CLEAR:
            assert_exact(marginals_alone, tracks, AGILE, sensor, looks)
            contested += 1


def test_so_it_is_where_all_are_taken_to_fly_straight_on(marginals_alone: Process) -> None:
    rng = np.random.default_rng(40)
    for mask in KINDS.values():
        for _ in range(3):
            sensor = tilted(rng)
            tracks, looks = a_scene(rng, mask, sensor, modes=(1,))
            assert_exact(marginals_alone, tracks, STRAIGHT, sensor, looks)


def two_that_share_hypotheses() -> Store:
    """Two tracks after a scan in which either detection may be of either of them."""
    tracks = [single(0.9, PLACE + np.array([x, 0.0, 0.0, 0.0, 0.0, 0.0]), KNOWN) for x in (-20.0, 20.0)]
    rows = np.zeros((2, 10))
    rows[:, EAST : UP + 1] = PLACE[:3] + np.array([[0.0, 25.0, 0.0], [0.0, -25.0, 0.0]])
    store = store_of(tracks, START_NS)
    looks = looks_of(rows, SIGMA, mask_of(EAST, NORTH, UP))
    scanned(process_scan, store, AGILE, sensor_model(), looks)
    assert store.clusters.members[0] == 2 and store.clusters.hypotheses[0] >= 2
    return store


def test_where_there_is_no_room_for_hypotheses_each_track_stays_what_it_most_probably_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = two_that_share_hypotheses()
    heaviest = store.clusters.row[0, 0, :2]
    states = store.tracks.state[heaviest].copy()
    monkeypatch.setattr(plain("association"), "SPARE_CLUSTERS", 0)
    scanned(plain("scan").process_scan, store, AGILE, sensor_model(), looks_of([], SIGMA, 0), START_NS)
    assert not store.clusters.members.any()
    assert (store.tracks.existence[:2] > 0.5).all() and not store.tracks.existence[2:].any()
    np.testing.assert_allclose(store.tracks.state[:2, :3], states[:, :3], atol=1.0)


@pytest.mark.parametrize("kind", ["a radar with elevation", "positions with height and velocity"])
def test_a_mode_that_a_detection_is_too_far_from_has_no_share_in_it(kind: str) -> None:
    rng, gates = np.random.default_rng(50), gate_quantiles()
    compared = 0
    for _ in range(30):
        sensor = tilted(rng)
        tracks, looks = a_scene(rng, KINDS[kind], sensor, identities=(0,))
        if twin_of(tracks, AGILE, sensor, looks, gates).contested < CLEAR:
            assert_exact(process_scan, tracks, AGILE, sensor, looks, gates)
            compared += len(looks) > 0
    assert compared >= 5


def test_a_radar_blind_to_what_stands_still_learns_of_the_modes_by_what_it_misses() -> None:
    rng, compared = np.random.default_rng(60), 0
    for _ in range(30):
        sensor = tilted(rng, min_range_rate_mps=10.0)
        tracks, looks = a_scene(rng, KINDS["a radar with elevation"], sensor)
        if twin_of(tracks, AGILE, sensor, looks).contested < CLEAR:
            assert_exact(process_scan, tracks, AGILE, sensor, looks)
            compared += 1
    assert compared >= 5


def assert_alike(compiled: AnyArray, plain_rows: AnyArray) -> None:
    """Structured arrays are the same but for the rounding of the last digits."""
    for field in compiled.dtype.names or ():
        if compiled[field].dtype.names:
            assert_alike(compiled[field], plain_rows[field])
        else:
            scale = np.abs(plain_rows[field]).max(initial=1.0)
            np.testing.assert_allclose(compiled[field], plain_rows[field], rtol=1e-9, atol=1e-9 * scale)


def test_compiled_and_plain_kernels_say_the_same() -> None:
    rng = np.random.default_rng(8)
    for mask in KINDS.values():
        sensor = tilted(rng)
        tracks, looks = a_scene(rng, mask, sensor)
        stores = [store_of(tracks, START_NS) for _ in range(2)]
        for store, process in zip(stores, (process_scan, plain("scan").process_scan), strict=True):
            scanned(process, store, AGILE, sensor, looks.copy(), NOW_NS, undetected_of(NEW))
        assert stores[0].used.tolist() == stores[1].used.tolist()
        taken = stores[0].tracks.existence > 0.0
        for compiled, by_hand in zip(*(store[:3] for store in stores), strict=True):
            assert_alike(np.asarray(compiled)[taken], np.asarray(by_hand)[taken])


PLACE = np.array([3000.0, 0.0, 800.0, 0.0, 0.0, 0.0])
KNOWN = np.diag([100.0] * 3 + [1.0] * 3)


def test_a_miss_lowers_what_should_have_been_seen_and_leaves_alone_what_is_out_of_reach() -> None:
    near = single(0.8, PLACE, KNOWN)
    far = single(0.8, np.array([90_000.0, 0, 800, 0, 0, 0]), KNOWN)
    store = store_of([near, far], START_NS)
    assert scanned(process_scan, store, AGILE, sensor_model(), looks_of([], SIGMA, 0), NOW_NS) == 2
    assert store.tracks.existence[0] < 0.4
    assert store.tracks.existence[1] == 0.8
    assert store.tracks.time_ns.tolist()[:2] == [NOW_NS, START_NS]


def test_tracks_keep_their_rows_and_new_ones_take_the_first_free() -> None:
    away = np.array([2000.0, 0, 0, 0, 0, 0])
    tracks = [
        single(r, PLACE + k * away, KNOWN, identity=10 + k) for k, r in enumerate([0.9, 1e-5, 0.8, 1e-6, 0.7])
    ]
    store, thresholds = store_of(tracks, START_NS), WIDE_OPEN._replace(prune=1e-4, prune_unseen=1e-4)
    scanned(process_scan, store, AGILE, sensor_model(), looks_of([], SIGMA, 0), thresholds=thresholds)
    assert (store.tracks.existence[:6] > 0.0).tolist() == [True, False, True, False, True, False]
    rows = np.zeros((3, 10))
    rows[:, EAST : UP + 1] = (-4000.0, 0.0, 700.0), (0.0, 5000.0, 700.0), (0.0, -5000.0, 700.0)
    sensor = sensor_model(clutter_per_m2=1e-12)
    new = looks_of(rows, SIGMA, mask_of(EAST, NORTH, UP), identity=[20, 21, 22])
    count = scanned(process_scan, store, AGILE, sensor, new, NOW_NS, thresholds=thresholds)
    assert count == 6
    assert store.tracks.identity[:6].tolist() == [10, 20, 12, 21, 14, 22]
    assert not store.tracks.existence[6:].any()


def test_what_was_worked_out_before_leaves_no_trace() -> None:
    rng = np.random.default_rng(9)
    for mask in (*KINDS.values(), mask_of(RANGE), mask_of(ELEVATION), mask_of(RANGE_RATE, ELEVATION)):
        sensor = tilted(rng)
        tracks, looks = a_scene(rng, mask, sensor)
        results = []
        for scribble in (0.0, math.nan, 1e7):
            works, store = works_of(), store_of(tracks, START_NS)
            for name in ("share", "away", "about", "place", "direction", "local", "column"):
                works[name] = scribble
            scanned(process_scan, store, AGILE, sensor, looks.copy(), NOW_NS, works=works)
            results.append(b"".join(rows.tobytes() for rows in store))
        assert results[0] == results[1] == results[2]


def test_a_sensor_that_never_errs_in_a_sky_without_births_gives_no_nonsense() -> None:
    sensor = sensor_model(clutter_per_m2=0.0, clutter_per_rad=0.0)
    loose = np.diag([400.0] * 3 + [9.0] * 3)
    sure = [single(0.99, PLACE + 30.0 * k, loose, identity=7) for k in range(3)]
    rows = [[float(np.real(twin.expected(sensor, c, t.merged[0], 0.0))) for c in range(10)] for t in sure]
    looks = looks_of(rows, SIGMA, mask_of(EAST, NORTH, UP), identity=7)
    store = store_of(sure, START_NS)
    assert scanned(process_scan, store, AGILE, sensor, looks, undetected=undetected_of(0.0)) == 3
    assert all(np.isfinite(mode.state).all() for track in tracks_in(store) for mode in track.modes)
    existence = store.tracks.existence[:3]
    assert (existence > 0.999).all() and (existence <= 1.0).all()


def test_a_sensor_knows_its_own_part_of_a_track_alone() -> None:
    tracks = [replace(single(0.8, PLACE, KNOWN), visible=0.5)]
    store = store_of(tracks, START_NS, sensors=3)
    sensors = [changed(sensor_model(visible_prior=0.5), number=number) for number in range(3)]
    table = np.zeros(3, sensors[0].dtype).view(np.recarray)
    for number, sensor in enumerate(sensors):
        table[number] = sensor
    motions = np.array([AGILE], AGILE.dtype).view(np.recarray)
    process_scan(
        store, motions, table, 1, table.visible_prior.copy(), looks_of([], SIGMA, 0), NOW_NS, True,
        undetected_of(), np.zeros((0, 0)), WIDE_OPEN, works_of(), new_edges(9), witnesses_for(store),
        NOT_REPORTS,
    )  # fmt: skip
    assert store.perception.visible[0, 1] < 0.4
    assert store.perception.visible[0, [0, 2]].tolist() == [0.5, 0.5]
    assert store.perception.touched_ns[0].tolist() == [START_NS, NOW_NS, START_NS]


def test_a_new_track_is_hidden_from_others_as_the_undetected_were_there() -> None:
    sensors = rows_of(*(changed(sensor_model(visible_prior=0.9), number=number) for number in range(3)))
    row = np.zeros((1, 10))
    row[:, EAST : UP + 1] = 3000.0, -4000.0, 700.0
    undetected = undetected_of(hidden={0: 0.05, 1: 0.1})
    undetected.intensity[0] *= 0.01
    for s, expected in ((0, [1.0, None, 0.9]), (1, [None, 1.0, 0.9]), (2, [None, None, 1.0])):
        store = store_of([], START_NS, sensors=3)
        looks = looks_of(row, SIGMA, mask_of(EAST, NORTH, UP))
        process_scan(
            store, rows_of(AGILE), sensors, s, sensors.visible_prior.copy(), looks, NOW_NS, True,
            undetected, np.zeros((0, 0)), WIDE_OPEN, works_of(), new_edges(9), witnesses_for(store),
            NOT_REPORTS,
        )  # fmt: skip
        there = twin.findable_at(undetected, AGILE, sensors[s], row[0, EAST:UP])
        hidden = there / there.sum()
        shares = [1.0 - hidden[1], 1.0 - hidden[2], None]
        for number, (visible, share) in enumerate(zip(expected, shares, strict=True)):
            found = store.perception.visible[0, number]
            assert found == pytest.approx(share if visible is None else visible, rel=1e-12)


def test_what_a_sensor_never_saw_is_pruned_by_its_silence_only_far_below_what_others_prune() -> None:
    thresholds, away = WIDE_OPEN._replace(prune=1e-3, prune_unseen=1e-5), np.array([2000.0, 0, 0, 0, 0, 0])
    existence = np.array([1e-2, 5e-3, 1e-3, 5e-5])
    for seen_ns, left in ((START_NS, [True, False, False, False]), (NEVER, [True, True, True, False])):
        store = store_of([single(r, PLACE + k * away, KNOWN) for k, r in enumerate(existence)], START_NS)
        store.perception.seen_ns = seen_ns
        sensor = sensor_model(table=((0.0, 0.88),))
        scanned(process_scan, store, AGILE, sensor, looks_of([], SIGMA, 0), NOW_NS, thresholds=thresholds)
        assert (store.tracks.existence[:4] > 0.0).tolist() == left


def test_a_new_track_is_kept_until_the_sensor_that_made_it_looks_again() -> None:
    thresholds = WIDE_OPEN._replace(prune=0.5, prune_unseen=1e-5)
    row = np.zeros((1, 10))
    row[:, EAST : UP + 1] = 3000.0, -4000.0, 700.0
    store, looks = store_of([], START_NS), looks_of(row, SIGMA, mask_of(EAST, NORTH, UP))
    scarce: dict[str, Any] = {"undetected": undetected_of(1e-10), "thresholds": thresholds}
    assert scanned(process_scan, store, AGILE, sensor_model(), looks, START_NS, **scarce) == 1
    assert 1e-3 < store.tracks.existence[0] < 0.1
    nothing = looks_of([], SIGMA, 0)
    assert scanned(process_scan, store, AGILE, sensor_model(), nothing, NOW_NS, **scarce) == 0
