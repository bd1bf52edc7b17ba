"""What the store remembers of each track beside its state: visibility, support, identity, evidence."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.tracking.made import (
    AGILE,
    SECOND_NS,
    START_NS,
    WIDE_OPEN,
    looks_of,
    mask_of,
    scanned,
    sensor_model,
    store_of,
    undetected_of,
)
from tests.tracking.plain import plain
from tests.tracking.twin_motion import single

from tocsin.tracking.kernels.layout import (
    EAST,
    EVIDENCE_PROBABILITY,
    EXISTENCE_WITH_MODES,
    HOVER,
    MODES,
    NO_IDENTITY,
    NORTH,
    REMEMBERED,
    SUPPORT_SECONDS,
    TURN_LEFT,
    UP,
    Record,
    Store,
)
from tocsin.units import FloatArray

POSITION = mask_of(EAST, NORTH, UP)
PLACE = np.array([3000.0, 0.0, 800.0, 0.0, 0.0, 0.0])
SIGMA = np.full(10, 20.0)


def a_store(existence: float = 0.9, visible: float = 0.6, identity: int = NO_IDENTITY) -> Store:
    return store_of(
        [single(existence, PLACE, np.diag([400.0] * 3 + [25.0] * 3), visible, identity)], START_NS
    )


def scan(
    store: Store,
    seconds: float,
    seen: bool,
    identity: int = NO_IDENTITY,
    sensor: Record | None = None,
    offset_m: float = 0.0,
) -> int:
    """One look, in which the object is reported where it is, or not at all."""
    measured = np.zeros((int(seen), 10))
    measured[:, EAST : UP + 1] = PLACE[:3]
    measured[:, EAST] += offset_m
    looks = looks_of(measured, SIGMA, POSITION, identity=identity)
    model, time_ns = sensor or sensor_model(visible_prior=0.5), START_NS + round(seconds * SECOND_NS)
    thresholds = WIDE_OPEN._replace(prune=1e-3)
    process_scan = plain("scan").process_scan
    return scanned(process_scan, store, AGILE, model, looks, time_ns, undetected_of(1e-8), thresholds)


def test_a_hit_shows_that_a_track_is_visible_and_misses_that_it_may_be_hidden() -> None:
    store = a_store()
    scan(store, 1.0, seen=True)
    assert store.perception[0, 0].visible > 0.999
    for second in range(2, 12):
        scan(store, second, seen=False)
    assert store.perception[0, 0].visible < 0.2
    # Silence of a sensor that may be blind to it is little evidence against it.
    assert store.tracks[0].existence > 0.3


def test_support_adds_up_and_fades_in_a_minute() -> None:
    store = a_store()
    for second in (1, 2, 3):
        scan(store, second, seen=True)
    fades = [math.exp(-k / SUPPORT_SECONDS) for k in range(3)]
    assert store.perception[0, 0].support == pytest.approx(sum(fades), rel=1e-3)
    assert store.perception[0, 0].seen_ns == START_NS + 3 * SECOND_NS
    scan(store, 63.0, seen=False)
    assert store.perception[0, 0].support == pytest.approx(sum(fades) * math.exp(-1.0), rel=1e-3)
    assert store.perception[0, 0].seen_ns == START_NS + 3 * SECOND_NS


def test_a_track_takes_the_identity_that_its_detection_carries_and_keeps_it() -> None:
    store = a_store()
    scan(store, 1.0, seen=True, identity=42)
    assert store.tracks[0].identity == 42
    scan(store, 2.0, seen=True)
    assert store.tracks[0].identity == 42


@pytest.mark.parametrize(("identity", "is_its_own"), [(41, False), (NO_IDENTITY, False), (42, True)])
def test_a_detection_nearby_is_of_the_track_unless_it_carries_another_identity(
    identity: int, is_its_own: bool
) -> None:
    store = a_store(identity=41)
    count = scan(store, 1.0, seen=True, identity=identity, offset_m=110.0)
    if is_its_own:
        assert count == 2 and store.tracks.identity[:2].tolist() == [41, 42]
        assert 0.0 < store.perception[0, 0].support < 0.25
    else:
        assert store.perception[0, 0].support > 0.95


def test_a_new_track_starts_with_its_detection_as_evidence_and_the_usual_visibility() -> None:
    store = store_of([], START_NS)
    assert scan(store, 1.0, seen=True, identity=9) == 1
    assert store.perception[0, 0].visible == store.perception[0, 0].support == 1.0
    track, now_ns = store.tracks[0], START_NS + SECOND_NS
    assert track.born_ns == track.time_ns == store.perception[0, 0].seen_ns == now_ns
    assert (track.name, track.identity) == (100, 9)
    assert (store.evidence[0].count, store.evidence[0].published, store.evidence[0].number[0]) == (1, 0, 0)
    assert not store.tracks[0].confirmed or store.tracks[0].existence > WIDE_OPEN.confirm


def test_evidence_is_a_ring_of_the_latest() -> None:
    store = a_store()
    for second in range(1, REMEMBERED + 4):
        scan(store, second, seen=True)
    assert store.evidence[0].count == REMEMBERED + 3
    assert sorted((store.evidence[0].time_ns - START_NS) // SECOND_NS) == list(range(4, REMEMBERED + 4))
    assert (store.evidence[0].probability > EVIDENCE_PROBABILITY).all()


def test_a_track_is_confirmed_above_one_threshold_and_dropped_below_another() -> None:
    store = a_store(existence=0.45, visible=1.0)
    sensor = sensor_model(visible_prior=1.0, table=((0.0, 0.5),))
    scan(store, 0.1, seen=False, sensor=sensor)
    assert not store.tracks[0].confirmed
    scan(store, 0.2, seen=True, sensor=sensor)
    assert store.tracks[0].confirmed
    was_between = False
    for tenth in range(3, 30):
        scan(store, tenth / 10, seen=False, sensor=sensor)
        was_between |= WIDE_OPEN.drop < store.tracks[0].existence < WIDE_OPEN.confirm
        assert store.tracks[0].confirmed == (store.tracks[0].existence >= WIDE_OPEN.drop)
        if not store.tracks[0].confirmed:
            break
    assert was_between and not store.tracks[0].confirmed


def test_a_track_flies_in_any_mode_once_it_probably_exists() -> None:
    store, noisy = store_of([], START_NS), sensor_model(clutter_per_m2=1e-6)
    used = []
    for second in range(1, 4):
        scan(store, second, seen=True, sensor=noisy)
        used.append((bool(store.tracks[0].existence > EXISTENCE_WITH_MODES), int(store.tracks[0].modes)))
    assert used == [(False, 1), (True, MODES), (True, MODES)]
    assert store.tracks[0].mode["probability"].sum() == pytest.approx(1.0)


def test_hits_along_a_turn_tell_that_it_turns_and_on_the_spot_that_it_hovers() -> None:
    radius_m, turn_radps = 300.0, AGILE.turn_radps[TURN_LEFT]
    around, on_the_spot = a_store(existence=0.95), a_store(existence=0.95)
    for store in (around, on_the_spot):
        plain("motion").spread_over_modes(store.tracks[0], AGILE)
    sensor = sensor_model()
    for second in range(1, 25):
        angle = turn_radps * second
        place = PLACE[:3] + radius_m * np.array([math.cos(angle) - 1.0, math.sin(angle), 0.0])
        for store, there in ((around, place), (on_the_spot, PLACE[:3])):
            measured = np.zeros(10)
            measured[EAST : UP + 1] = there
            looks = looks_of(measured, np.full(10, 3.0), POSITION)
            time_ns = START_NS + second * SECOND_NS
            scanned(plain("scan").process_scan, store, AGILE, sensor, looks, time_ns)
    assert store_probabilities(around)[TURN_LEFT] > 0.7
    assert store_probabilities(on_the_spot)[HOVER] > AGILE.prior[HOVER]
    speed = around.tracks[0].mode[TURN_LEFT].state[3:5]
    assert np.linalg.norm(speed) == pytest.approx(radius_m * turn_radps, rel=0.1)


def store_probabilities(store: Store) -> FloatArray:
    """Of the modes of the first track."""
    return np.asarray(store.tracks[0].mode["probability"])


def test_a_detection_that_several_hypotheses_of_a_track_claim_is_one_piece_of_evidence() -> None:
    evidence = a_store().evidence[0]
    remember = plain("update").remember
    for number, seconds, probability in ((7, 1, 0.9), (8, 2, 0.3), (9, 2, 0.2), (8, 2, 0.5), (7, 3, 0.8)):
        remember(evidence, number, START_NS + seconds * SECOND_NS, 0, probability)
    assert evidence.count == 4
    assert evidence.number[:4].tolist() == [7, 8, 9, 7]
    np.testing.assert_allclose(evidence.probability[:4], [0.9, 0.8, 0.2, 0.8])


def test_what_is_visible_for_sure_stays_so_whatever_is_seen_and_missed() -> None:
    store = a_store(visible=1.0)
    for second in range(1, 41):
        scan(store, second, seen=second % 3 == 0, sensor=sensor_model(visible_prior=1.0), offset_m=30.0)
        # Rounding, ten times as large with each miss, made 1.8 of it, and nonsense of tracks.
        assert store.perception[0, 0].visible == 1.0
    assert store.tracks[0].existence > 0.0
