"""What the store remembers of each track beside its state: visibility, support, identity, evidence."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.tracking.made import (
    MOTION,
    SECOND_NS,
    START_NS,
    WIDE_OPEN,
    looks_of,
    mask_of,
    sensor_model,
    store_of,
    undetected_of,
)
from tests.tracking.plain import plain
from tests.tracking.twin import Bernoulli

from tocsin.tracking.kernels.layout import (
    EAST,
    EVIDENCE_PROBABILITY,
    IDENTITY_MATCH,
    IDENTITY_MISMATCH,
    NO_IDENTITY,
    NORTH,
    REMEMBERED,
    SUPPORT_SECONDS,
    UP,
    SensorModel,
    Store,
)

POSITION = mask_of(EAST, NORTH, UP)
PLACE = np.array([3000.0, 0.0, 800.0, 0.0, 0.0, 0.0])
SIGMA = np.full(10, 20.0)


def a_store(existence: float = 0.9, visible: float = 0.6, identity: int = NO_IDENTITY) -> Store:
    return store_of(
        [Bernoulli(existence, PLACE, np.diag([400.0] * 3 + [25.0] * 3), visible, identity)], START_NS
    )


def scan(
    store: Store,
    seconds: float,
    seen: bool,
    identity: int = NO_IDENTITY,
    sensor: SensorModel | None = None,
    count: int = 1,
    offset_m: float = 0.0,
) -> int:
    """One look, in which the object is reported where it is, or not at all."""
    measured = np.zeros((int(seen), 10))
    measured[:, EAST : UP + 1] = PLACE[:3]
    measured[:, EAST] += offset_m
    looks = looks_of(measured, SIGMA, POSITION, START_NS + round(seconds * SECOND_NS), identity=identity)
    model = sensor or sensor_model(visible_prior=0.5)
    thresholds = WIDE_OPEN._replace(prune=1e-3)
    return int(
        plain("scan").process_scan(
            store,
            count,
            MOTION,
            model,
            np.array([model.visible_prior]),
            looks,
            undetected_of(1e-8),
            thresholds,
        )
    )


def test_a_hit_shows_that_a_track_is_visible_and_misses_that_it_may_be_hidden() -> None:
    store = a_store()
    scan(store, 1.0, seen=True)
    assert store.visible[0, 0] > 0.999
    for second in range(2, 12):
        scan(store, second, seen=False)
    assert store.visible[0, 0] < 0.2
    # Silence of a sensor that may be blind to it is little evidence against it.
    assert store.existence[0] > 0.3


def test_visibility_drifts_back_to_what_is_usual() -> None:
    store, sensor = a_store(visible=1.0), sensor_model(visible_prior=0.3, visible_hold_s=60.0)
    plain("edges").refresh_perception(store, 0, sensor, START_NS + 60 * SECOND_NS)
    assert store.visible[0, 0] == pytest.approx(0.3 + 0.7 * math.exp(-1.0))
    plain("edges").refresh_perception(store, 0, sensor, START_NS + 6000 * SECOND_NS)
    assert store.visible[0, 0] == pytest.approx(0.3)


def test_support_adds_up_and_fades_in_a_minute() -> None:
    store = a_store()
    for second in (1, 2, 3):
        scan(store, second, seen=True)
    fades = [math.exp(-k / SUPPORT_SECONDS) for k in range(3)]
    assert store.support[0, 0] == pytest.approx(sum(fades), rel=1e-3)
    assert store.seen_ns[0, 0] == START_NS + 3 * SECOND_NS
    scan(store, 63.0, seen=False)
    assert store.support[0, 0] == pytest.approx(sum(fades) * math.exp(-1.0), rel=1e-3)
    assert store.seen_ns[0, 0] == START_NS + 3 * SECOND_NS


def test_a_track_takes_the_identity_that_its_detection_carries_and_keeps_it() -> None:
    store = a_store()
    scan(store, 1.0, seen=True, identity=42)
    assert store.identity[0] == 42
    scan(store, 2.0, seen=True)
    assert store.identity[0] == 42


@pytest.mark.parametrize(("identity", "is_its_own"), [(41, False), (NO_IDENTITY, False), (42, True)])
def test_a_detection_nearby_is_of_the_track_unless_it_carries_another_identity(
    identity: int, is_its_own: bool
) -> None:
    store = a_store(identity=41)
    count = scan(store, 1.0, seen=True, identity=identity, offset_m=110.0)
    if is_its_own:
        assert count == 2 and store.identity[:2].tolist() == [41, 42]
        assert 0.0 < store.support[0, 0] < 0.25
    else:
        assert store.support[0, 0] > 0.95


def test_identities_speak_for_and_against_but_never_rule_out() -> None:
    ratio = plain("edges").identity_ratio
    assert ratio(5, 5) == IDENTITY_MATCH > 1.0 > IDENTITY_MISMATCH == ratio(5, 6) > 0.0
    assert ratio(5, NO_IDENTITY) == ratio(NO_IDENTITY, 5) == ratio(NO_IDENTITY, NO_IDENTITY) == 1.0


def test_a_new_track_starts_with_its_detection_as_evidence_and_the_usual_visibility() -> None:
    store = store_of([], START_NS)
    assert scan(store, 1.0, seen=True, identity=9, count=0) == 1
    assert store.visible[0, 0] == store.support[0, 0] == 1.0
    assert store.born_ns[0] == store.time_ns[0] == store.seen_ns[0, 0] == START_NS + SECOND_NS
    assert (store.name[0], store.identity[0]) == (100, 9)
    assert (store.evidence_count[0], store.evidence_published[0], store.evidence_number[0, 0]) == (1, 0, 0)
    assert not store.confirmed[0] or store.existence[0] > WIDE_OPEN.confirm


def test_evidence_is_a_ring_of_the_latest() -> None:
    store = a_store()
    for second in range(1, REMEMBERED + 4):
        scan(store, second, seen=True)
    assert store.evidence_count[0] == REMEMBERED + 3
    assert sorted((store.evidence_time_ns[0] - START_NS) // SECOND_NS) == list(range(4, REMEMBERED + 4))
    assert (store.evidence_probability[0] > EVIDENCE_PROBABILITY).all()


def test_a_track_is_confirmed_above_one_threshold_and_dropped_below_another() -> None:
    store = a_store(existence=0.45, visible=1.0)
    sensor = sensor_model(visible_prior=1.0, detection_probabilities=np.full(3, 0.5))
    scan(store, 0.1, seen=False, sensor=sensor)
    assert not store.confirmed[0]
    scan(store, 0.2, seen=True, sensor=sensor)
    assert store.confirmed[0]
    was_between = False
    for tenth in range(3, 30):
        scan(store, tenth / 10, seen=False, sensor=sensor)
        was_between |= WIDE_OPEN.drop < store.existence[0] < WIDE_OPEN.confirm
        assert store.confirmed[0] == (store.existence[0] >= WIDE_OPEN.drop)
        if not store.confirmed[0]:
            break
    assert was_between and not store.confirmed[0]
