"""When bearings of direction finders are evidence for what may be a bird on their line."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from tests.assessment.activity_scene import FINDER, PLACES_M, at_ns, bearings, scene_site
from tests.assessment.pictures import as_class, make_site, make_tracks

from tocsin.assessment.activity import ActivityWatch
from tocsin.assessment.evidence import Evidence
from tocsin.assessment.memory import Memory
from tocsin.config.site import Site
from tocsin.model.tracks import NEVER_NS, Tracks
from tocsin.units import FloatArray

OTHER = len(PLACES_M)
"""A second direction finder."""
SENSORS = OTHER + 1
PLACE, ELSEWHERE, FAR = (-1000.0, 2000.0), (4000.0, 9000.0), (-1000.0, -30_000.0)
ONE, TWO = {FINDER: 15.0}, {FINDER: 15.0, OTHER: 1.0}
BIRD, DRONE = as_class("bird"), as_class("small_piston_fixed_wing")
STANDS, NOTHING = frozenset({"direction_finder"}), frozenset[str]()


def site(other_m: tuple[float, float] = (6000.0, 9000.0)) -> Site:
    latitude, longitude, _ = make_site().frame.to_geodetic(np.array([*other_m, 0.0]))
    degrees = {"latitude_deg": float(np.degrees(latitude)), "longitude_deg": float(np.degrees(longitude))}
    other = {"name": "other finder", "kind": "direction_finder", "max_range_m": 12_000.0, **degrees}
    return scene_site(other)


class Watched:
    """One track that may be of a class, second after second, from when on it is in a picture."""

    def __init__(self, classes: FloatArray, place: Site | None = None) -> None:
        self.site = site() if place is None else place
        self.evidence = Evidence(self.site)
        self.memory = Memory(8, len(self.evidence.kinds))
        self.classes = classes
        self.activity = ActivityWatch(self.site)
        self.second = 0

    def reports(self, towards_m: tuple[float, float], seconds: int, then_silent: int) -> None:
        """The first finder reports something that no track accounts for, and then nothing."""
        self.activity.push(bearings(FINDER, np.arange(self.second, self.second + seconds, 2.0), towards_m))
        for _ in range(0, seconds + then_silent, 5):
            self.activity.look(at_ns(self.second), Tracks.empty(SENSORS))
            self.second += 5

    def through(
        self, seconds: int, support: Mapping[int, float], place_m: tuple[float, float] = PLACE
    ) -> frozenset[str]:
        stands = NOTHING
        for _ in range(seconds):
            self.second += 1
            time_ns = at_ns(self.second)
            tracks = _track(support, time_ns, place_m)
            rows, elapsed_s = self.memory.rows(time_ns, tracks.track_id)
            (stands,) = self.evidence.stands(
                time_ns, tracks, self.classes, self.activity, self.memory, rows, elapsed_s
            )
        return stands


def _track(support: Mapping[int, float], time_ns: int, place_m: tuple[float, float]) -> Tracks:
    supports, seen = np.zeros((1, SENSORS)), np.full((1, SENSORS), NEVER_NS)
    for sensor, value in support.items():
        supports[0, sensor], seen[0, sensor] = value, time_ns
    return make_tracks([(*place_m, 300, 12, 0, 0)], sensors=SENSORS, support=supports, seen_ns=seen)


def test_bearings_that_come_as_soon_as_it_is_in_reach_count_from_one_post() -> None:
    assert Watched(BIRD).through(120, ONE) == STANDS


@pytest.mark.parametrize("silent", ["bird", "balloon"])
def test_what_was_long_in_reach_unheard_and_may_transmit_nothing_is_not_what_is_heard(silent: str) -> None:
    for classes in (as_class(silent), as_class(silent, 0.1)):
        watched = Watched(classes)
        watched.through(100, {})
        assert watched.through(120, ONE) == watched.through(120, TWO) == NOTHING
    surely_another = Watched(as_class(silent, 0.09))
    surely_another.through(100, {})
    assert surely_another.through(120, ONE) == STANDS


def test_time_out_of_reach_and_after_the_first_bearing_is_no_silence() -> None:
    watched = Watched(BIRD)
    watched.through(300, {}, FAR)
    watched.through(80, {})
    watched.through(1, {FINDER: 1.0})
    watched.through(300, {})

    assert watched.through(120, ONE) == STANDS


def test_while_something_else_is_heard_two_posts_must_agree() -> None:
    watched = Watched(BIRD)
    watched.reports(ELSEWHERE, 60, then_silent=60)

    assert watched.through(120, ONE) == NOTHING
    assert watched.through(120, {FINDER: 15.0, OTHER: 0.99}) == NOTHING
    assert watched.through(120, TWO) == STANDS


def test_two_sensors_of_one_post_are_one_line() -> None:
    beside = (PLACES_M["finder"][0] + 100.0, PLACES_M["finder"][1])
    watched = Watched(BIRD, site(beside))
    watched.reports(ELSEWHERE, 60, then_silent=60)

    assert watched.through(120, {FINDER: 15.0, OTHER: 15.0}) == NOTHING


def test_what_was_heard_of_something_else_is_forgotten_after_minutes() -> None:
    watched = Watched(BIRD)
    watched.reports(ELSEWHERE, 60, then_silent=600)

    assert watched.through(120, ONE) == STANDS


def test_what_is_usual_in_its_direction_is_not_its() -> None:
    for support, stands in ((ONE, NOTHING), ({OTHER: 15.0}, STANDS)):
        watched = Watched(BIRD)
        watched.reports(PLACE, 60, then_silent=600)
        assert watched.through(120, support) == stands


def test_none_of_it_is_asked_of_what_can_be_no_bird() -> None:
    watched = Watched(DRONE)
    watched.reports(PLACE, 60, then_silent=60)
    watched.through(100, {})

    assert watched.through(120, ONE) == STANDS
