from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from tests.assessment.pictures import (
    ARRAY_1,
    ARRAY_2,
    FINDER,
    RADAR,
    RECEIVER,
    SECOND_NS,
    SENSORS,
    START_NS,
    as_class,
    make_site,
    make_tracks,
)

from tocsin.assessment.evidence import REQUIREMENTS, Evidence
from tocsin.assessment.memory import Memory
from tocsin.config.kinds import SensorKind
from tocsin.model.tracks import NEVER_NS, Tracks

FULL = {ARRAY_1: 30.0}
DRONE = as_class("small_piston_fixed_wing")


class Watched:
    """One track, second after second; what is not said is neither seen nor supported."""

    def __init__(self) -> None:
        self.evidence = Evidence(make_site())
        self.memory = Memory(8, len(self.evidence.kinds))

    def at(
        self, at_s: float, support: Mapping[int, float], visible: float = 1.0, seen_s: float | None = None
    ) -> frozenset[str]:
        time_ns = START_NS + round(at_s * SECOND_NS)
        tracks = track(support, visible, time_ns if seen_s is None else START_NS + round(seen_s * SECOND_NS))
        rows, elapsed_s = self.memory.rows(time_ns, tracks.track_id)
        return self.evidence.stands(time_ns, tracks, DRONE, None, self.memory, rows, elapsed_s)[0]

    def through(
        self, first_s: int, last_s: int, support: Mapping[int, float], visible: float = 1.0
    ) -> frozenset[str]:
        return [self.at(second, support, visible) for second in range(first_s, last_s + 1)][-1]


def track(support: Mapping[int, float], visible: float, seen_ns: int) -> Tracks:
    shape = (1, len(SENSORS))
    supports, seen = np.zeros(shape), np.full(shape, NEVER_NS)
    for sensor, value in support.items():
        supports[0, sensor], seen[0, sensor] = value, seen_ns
    return make_tracks(
        [(0, 0, 1000, 28, 0, 0)], support=supports, seen_ns=seen, visible=np.full(shape, visible)
    )


def test_every_kind_of_sensor_has_its_requirement() -> None:
    assert set(REQUIREMENTS) == set(SensorKind)


@pytest.mark.parametrize(("sensor", "kind"), [(RADAR, "radar"), (RECEIVER, "adsb")])
def test_two_sure_plots_stand_behind_a_track_at_once(sensor: int, kind: str) -> None:
    assert Watched().at(0, {sensor: 2.0}) == {kind}
    assert Watched().at(0, {sensor: 1.9}) == frozenset()


def test_bearings_must_be_as_many_as_of_an_object_in_view() -> None:
    # Microphones give 0.6 a second: 36 a minute, of which a quarter is asked for.
    assert Watched().through(0, 120, {ARRAY_1: 9.1}) == {"microphone"}
    assert Watched().through(0, 120, {ARRAY_1: 8.9}) == frozenset()


def test_two_arrays_add_up() -> None:
    assert Watched().through(0, 120, {ARRAY_1: 5.0, ARRAY_2: 5.0}) == {"microphone"}


def test_bearings_must_last() -> None:
    watched = Watched()

    assert watched.through(0, 25, FULL) == frozenset()
    assert watched.through(26, 30, FULL) == {"microphone"}


def test_bursts_of_passing_cars_are_not_a_second_kind() -> None:
    watched = Watched()
    for start_s in range(0, 600, 60):
        assert watched.through(start_s, start_s + 19, FULL | {RADAR: 5.0}) == {"radar"}
        assert watched.through(start_s + 20, start_s + 59, {RADAR: 5.0}) == {"radar"}


def test_a_sensor_that_can_hardly_see_the_object_does_not_count() -> None:
    assert Watched().through(0, 120, FULL, visible=0.49) == frozenset()


def test_a_kind_counts_for_a_minute_after_it_last_stood() -> None:
    watched = Watched()
    watched.through(0, 120, FULL)

    assert watched.at(150, {ARRAY_1: 5.0}, seen_s=121) == {"microphone"}
    assert watched.at(200, {ARRAY_1: 5.0}, seen_s=199) == frozenset()


def test_a_kind_that_saw_nothing_for_a_minute_does_not_count() -> None:
    watched = Watched()

    assert watched.at(0, {RADAR: 13.0}) == {"radar"}
    assert watched.at(60, {RADAR: 5.0}, seen_s=0) == {"radar"}
    assert watched.at(61, {RADAR: 5.0}, seen_s=0) == frozenset()


def test_kinds_are_counted_by_kind_and_not_by_sensor() -> None:
    assert Watched().through(0, 120, {ARRAY_1: 30.0, ARRAY_2: 30.0}) == {"microphone"}
    assert Watched().through(0, 120, {ARRAY_1: 30.0, FINDER: 15.0, RADAR: 5.0}) == {
        "microphone",
        "direction_finder",
        "radar",
    }


def test_a_night_of_clutter_never_makes_a_second_kind() -> None:
    """Uniform false bearings, five times as many as declared, beside a track that four arrays could hear."""
    generator = np.random.default_rng(2)
    arrays = [{"name": f"array {i}", "kind": "microphone"} for i in range(4)]
    evidence = Evidence(make_site(sensors=arrays))
    memory = Memory(8, 1)
    support, visible = np.zeros(4), np.full(4, 0.5)
    for second in range(3600):
        # A false bearing falls within 3 sigma of 7.5 deg with 45 in 360; it is then taken as the object's.
        hit = generator.random(4) < 0.1 * 45 / 360
        support = support * np.exp(-1 / 60) + hit * 0.95
        visible = 0.5 + (visible - 0.5) * np.exp(-1 / 120)
        odds = visible / (1 - visible) * np.where(hit, 50.0, 0.4)
        visible = odds / (1 + odds)
        time_ns = START_NS + second * SECOND_NS
        tracks = make_tracks(
            [(0, 0, 1000, 28, 0, 0)], sensors=4, support=support[None], visible=visible[None],
            seen_ns=np.full((1, 4), time_ns),
        )  # fmt: skip
        rows, elapsed_s = memory.rows(time_ns, tracks.track_id)
        assert evidence.stands(time_ns, tracks, DRONE, None, memory, rows, elapsed_s) == (frozenset(),)
