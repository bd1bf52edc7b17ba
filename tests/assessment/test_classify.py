from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.assessment.pictures import RADAR, SECOND_NS, START_NS, diagonal, make_site, make_tracks

from tocsin.assessment.classes import CLASSES, KINEMATICS, THREAT_CLASSES
from tocsin.assessment.classify import Classifier
from tocsin.assessment.memory import Memory
from tocsin.units import FloatArray

WELL_KNOWN = diagonal(30, 30, 50, 1.5, 1.5, 0.5)
HEIGHT_UNKNOWN = diagonal(30, 30, 1000, 1.5, 1.5, 2)
NOTHING_KNOWN = diagonal(3000, 3000, 1000, 25, 25, 2)


class Watched:
    """One track, seen in the same state second after second."""

    def __init__(self) -> None:
        self.classifier, self.memory = Classifier(make_site()), Memory(len(CLASSES), 1)

    def at(
        self,
        at_s: float,
        speed_mps: float,
        height_m: float,
        covariance: Any = WELL_KNOWN,
        identity: str = "",
        seen: bool = True,
    ) -> FloatArray:
        tracks = make_tracks(
            [(0, 0, height_m, speed_mps, 0, 0)], [covariance], identity=np.array([identity], object)
        )
        time_ns = START_NS + round(at_s * SECOND_NS)
        seen_ns = np.array([time_ns if seen else START_NS])
        rows, _ = self.memory.rows(time_ns, tracks.track_id)
        probability: FloatArray = self.classifier.classify(
            time_ns, tracks, seen_ns, self.memory, rows
        ).probability[0]
        return probability


def after(seconds: int, *flight: Any, **known: Any) -> FloatArray:
    watched = Watched()
    return [watched.at(second, *flight, **known) for second in range(seconds + 1)][-1]


def best(probability: FloatArray) -> str:
    return CLASSES[int(probability.argmax())]


def test_unknown_is_the_last_class_and_threats_are_classes() -> None:
    assert CLASSES[-1] == "unknown"
    assert set(CLASSES) > THREAT_CLASSES
    assert (KINEMATICS[:, 0] <= KINEMATICS[:, 1]).all()
    assert (KINEMATICS[:, 2] < KINEMATICS[:, 3]).all()


@pytest.mark.parametrize(
    ("speed_mps", "height_m", "expected"),
    [
        (43.0, 1500.0, "delta_wing_drone"),
        (28.0, 2500.0, "small_piston_fixed_wing"),
        (2.0, 80.0, "multirotor"),
        (6.0, 5000.0, "balloon"),
        (160.0, 2000.0, "unknown"),
        (28.0, 11_000.0, "unknown"),
    ],
)
def test_what_fits_one_class_best_becomes_the_likeliest(
    speed_mps: float, height_m: float, expected: str
) -> None:
    assert best(after(180, speed_mps, height_m)) == expected


@pytest.mark.parametrize("speed_mps", [0.0, 5.0, 13.0, 20.0, 28.0, 43.0, 60.0, 90.0])
@pytest.mark.parametrize("height_m", [20.0, 300.0, 1500.0, 5000.0])
def test_kinematics_alone_never_confirm_a_class_however_long_watched(
    speed_mps: float, height_m: float
) -> None:
    probability = after(900, speed_mps, height_m)

    assert probability[:-1].max() <= 0.88
    assert probability.sum() == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("speed_mps", "height_m"), [(28.0, 2000.0), (43.0, 1500.0), (50.0, 3000.0), (17.0, 300.0)]
)
@pytest.mark.parametrize("covariance", [WELL_KNOWN, HEIGHT_UNKNOWN])
def test_what_flies_like_a_threat_is_not_explained_away(
    speed_mps: float, height_m: float, covariance: Any
) -> None:
    probability = dict(zip(CLASSES, after(300, speed_mps, height_m, covariance), strict=True))

    # Rules are silent about these two from a half on.
    assert probability["bird"] < 0.5
    assert probability["light_aircraft"] < 0.5


@pytest.mark.parametrize("identity", ["icao:4b1a2c", "adsb:4b1a2c"])
@pytest.mark.parametrize("speed_mps", [0.0, 28.0, 55.0, 75.0, 115.0, 230.0])
def test_what_reports_itself_as_an_aircraft_is_one(speed_mps: float, identity: str) -> None:
    probability = dict(zip(CLASSES, after(120, speed_mps, 800.0, identity=identity), strict=True))

    assert probability["light_aircraft"] > 0.9


def test_a_remote_id_makes_a_multirotor_likelier_but_anyone_can_forge_it() -> None:
    silent = after(120, 3.0, 40.0)[CLASSES.index("multirotor")]
    reported = after(120, 3.0, 40.0, identity="rid:6f1e")

    assert best(reported) == "multirotor"
    assert silent < reported[CLASSES.index("multirotor")] <= 0.88
    assert best(after(120, 45.0, 1500.0, identity="rid:6f1e")) != "multirotor"


def test_a_name_of_no_known_kind_says_nothing() -> None:
    np.testing.assert_array_equal(after(60, 28.0, 2000.0, identity="N-17"), after(60, 28.0, 2000.0))


def test_a_track_of_which_nothing_is_measured_stays_as_the_classes_are() -> None:
    np.testing.assert_allclose(
        after(300, 0.0, 1000.0, NOTHING_KNOWN), Watched().at(0, 0.0, 1000.0), atol=1e-12
    )


def test_the_height_that_only_the_prior_gave_is_no_evidence() -> None:
    np.testing.assert_array_equal(
        after(120, 28.0, 1000.0, HEIGHT_UNKNOWN), after(120, 28.0, 9000.0, HEIGHT_UNKNOWN)
    )


def test_many_pictures_of_a_second_are_no_more_evidence_than_one() -> None:
    slowly, quickly = Watched(), Watched()
    seldom = [slowly.at(second, 43.0, 1500.0) for second in range(0, 31, 5)][-1]
    often = [quickly.at(step / 10, 43.0, 1500.0) for step in range(301)][-1]

    np.testing.assert_allclose(often, seldom, atol=0.02)


def test_a_lost_track_keeps_its_class() -> None:
    watched = Watched()
    known = [watched.at(second, 43.0, 1500.0) for second in range(121)][-1]
    watched.memory.looked_ns[:] = START_NS + 120 * SECOND_NS

    lost = [watched.at(second, 5.0, 4000.0, seen=False) for second in range(121, 300)][-1]
    np.testing.assert_array_equal(lost, known)


def test_old_evidence_fades_when_an_object_behaves_otherwise() -> None:
    watched = Watched()
    for second in range(121):
        watched.at(second, 43.0, 1500.0)

    later = [watched.at(second, 2.0, 80.0) for second in range(121, 500)][-1]
    assert best(later) == "multirotor"


def test_a_track_that_was_never_seen_is_not_looked_at() -> None:
    tracks = make_tracks([(0, 0, 80, 2, 0, 0)], [WELL_KNOWN])
    watched = Watched()
    rows, _ = watched.memory.rows(START_NS, tracks.track_id)
    seen_ns = tracks.seen_ns[:, RADAR]
    never = watched.classifier.classify(START_NS, tracks, seen_ns, watched.memory, rows).probability[0]

    np.testing.assert_array_equal(never, Watched().at(0, 28.0, 2000.0))
