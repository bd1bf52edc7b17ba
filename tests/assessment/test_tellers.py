"""What tells of itself has the bearings from its direction, and not a bird on the same line."""

from __future__ import annotations

import numpy as np
import pytest
from tests.assessment.activity_scene import ARRAY_1, FINDER, PLACES_M, at_ns, scene_site
from tests.assessment.pictures import as_class, make_tracks

from tocsin.assessment.evidence import Evidence
from tocsin.assessment.memory import Memory
from tocsin.model.tracks import NEVER_NS, Tracks
from tocsin.units import FloatArray

SENSORS = len(PLACES_M)
BIRD, DRONE = as_class("bird"), as_class("small_piston_fixed_wing")
ASIDE, BEYOND = (3000.0, 0.0), (3000.0, 6000.0)
"""East of the finder and of the first array, as the bird is; and far from that direction."""
KINDS = {FINDER: "direction_finder", ARRAY_1: "microphone"}


class Pair:
    """A bird 3 km east of a sensor that perceives it, and another object, second after second."""

    def __init__(self, sensor: int, classes: FloatArray = BIRD) -> None:
        self.evidence = Evidence(scene_site())
        self.memory = Memory(8, len(self.evidence.kinds))
        self.sensor, self.classes, self.second = sensor, classes, 0

    def through(self, seconds: int, identity: str, away_m: tuple[float, float], exists: float = 1.0) -> bool:
        """Whether the sensor's kind stands behind the bird in the end."""
        for _ in range(seconds):
            self.second += 1
            time_ns = at_ns(self.second)
            tracks = self._tracks(identity, away_m, exists, time_ns)
            rows, elapsed_s = self.memory.rows(time_ns, tracks.track_id)
            classes = np.concatenate([self.classes, DRONE])
            stands = self.evidence.stands(time_ns, tracks, classes, None, self.memory, rows, elapsed_s)
        return KINDS[self.sensor] in stands[0]

    def _tracks(self, identity: str, away_m: tuple[float, float], exists: float, time_ns: int) -> Tracks:
        east, north = list(PLACES_M.values())[self.sensor]
        support, seen = np.zeros((2, SENSORS)), np.full((2, SENSORS), NEVER_NS)
        support[0, self.sensor], seen[0, self.sensor] = 15.0, time_ns
        places = [(east + 3000.0, north + 300.0), (east + away_m[0], north + away_m[1])]
        return make_tracks([(*place, 300, 12, 0, 0) for place in places], sensors=SENSORS, support=support,
                           seen_ns=seen, existence=np.array([1.0, exists]),
                           identity=np.array(["", identity], dtype=object))  # fmt: skip


@pytest.mark.parametrize(
    ("sensor", "identity"), [(FINDER, "rid:1"), (ARRAY_1, "rid:1"), (ARRAY_1, "adsb:1"), (ARRAY_1, "icao:1")]
)
def test_what_tells_of_itself_has_the_bearings_from_its_direction(sensor: int, identity: str) -> None:
    assert Pair(sensor).through(120, "", ASIDE)
    assert not Pair(sensor).through(120, identity, ASIDE)


def test_what_says_nothing_of_itself_answers_for_nothing() -> None:
    assert Pair(FINDER).through(120, "", ASIDE)


def test_an_aircraft_is_heard_and_not_received_by_direction_finders() -> None:
    assert Pair(FINDER).through(120, "adsb:1", ASIDE)


def test_it_answers_for_its_direction_within_reach_only_and_must_be_there() -> None:
    assert Pair(FINDER).through(120, "rid:1", BEYOND)
    assert Pair(FINDER).through(120, "rid:1", (40_000.0, 0.0))
    assert Pair(FINDER).through(120, "rid:1", ASIDE, exists=0.4)


def test_a_drone_by_its_flight_keeps_its_bearings() -> None:
    assert Pair(FINDER, DRONE).through(120, "rid:1", ASIDE)


def test_once_another_answers_nothing_is_left_of_what_they_said() -> None:
    pair = Pair(FINDER)
    assert pair.through(120, "", ASIDE)
    assert not pair.through(1, "rid:1", ASIDE)
    assert not pair.through(20, "", ASIDE)
    assert pair.through(40, "", ASIDE)
