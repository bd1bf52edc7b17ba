from __future__ import annotations

import time

import numpy as np
import pytest
from tests.assessment.pictures import (
    RADAR,
    SECOND_NS,
    SENSORS,
    START_NS,
    diagonal,
    make_site,
    make_tracks,
    picture,
    square,
)

from tocsin.assessment.assessor import Assessor
from tocsin.assessment.classes import CLASSES, fastest_mps
from tocsin.assessment.winds import any_wind
from tocsin.config.site import Site
from tocsin.errors import InvalidInput
from tocsin.model.assessments import Assessments
from tocsin.model.detections import Detections
from tocsin.model.tracks import NEVER_NS, Picture

KNOWN = diagonal(50, 50, 200, 1, 1, 1)


def two_zones() -> Site:
    return make_site(square(0, 0, 2000), square(9000, 0, 1000, name="Verket"))


def flight(at_s: float, names: tuple[str, ...] = ("A", "B")) -> Picture:
    """Two aircraft that come in from the west, ten kilometres apart, seen by the radar each second."""
    states = [(-20_000 - 10_000 * i + 28 * at_s, 100 * i, 1500, 28, 0, 0) for i in range(len(names))]
    seen = np.full((len(names), len(SENSORS)), NEVER_NS)
    seen[:, RADAR] = START_NS + round(at_s * SECOND_NS)
    support = np.zeros(seen.shape)
    support[:, RADAR] = min(at_s, 10.0)
    tracks = make_tracks(states, [KNOWN] * len(names), list(names), seen_ns=seen, support=support)
    return picture(tracks, at_s)


def as_bytes(assessments: Assessments) -> tuple[object, ...]:
    columns = (assessments.class_probability, assessments.entry_probability, assessments.entry_s)
    return (*(column.tobytes() for column in columns), assessments.kinds)


def test_an_assessment_has_a_row_for_each_track_in_the_picture_s_order() -> None:
    assessor = Assessor(two_zones())
    for second in range(60):
        result = assessor.assess(flight(second))

    assert result.track_id.tolist() == ["A", "B"]
    assert result.zones == ("Kaldvik", "Verket")
    assert result.classes == CLASSES
    assert result.entry_probability.shape == (2, 2)
    assert result.entry_s.shape == (2, 2, 3)
    assert result.class_probability.sum(axis=1) == pytest.approx(1.0)
    assert result.kinds == (frozenset({"radar"}), frozenset({"radar"}))
    assert result.seen_ns.tolist() == [START_NS + 59 * SECOND_NS] * 2
    assert result.most_probable_class(0)[0] == "small_piston_fixed_wing"
    nearer, farther = result.entry_s[:, 0, 1]
    assert nearer == pytest.approx(18_000 / 28 - 59, rel=0.1)
    assert farther > nearer + 200


def test_the_same_pictures_give_the_same_bits() -> None:
    one, other = Assessor(two_zones()), Assessor(two_zones())
    for second in range(30):
        assert as_bytes(one.assess(flight(second))) == as_bytes(other.assess(flight(second)))


def test_the_order_of_tracks_changes_nothing_but_the_order() -> None:
    one, other = Assessor(two_zones()), Assessor(two_zones())
    for second in range(30):
        straight = one.assess(flight(second))
        turned = flight(second)
        mirrored = other.assess(Picture(turned.time_ns, turned.tracks.take([1, 0]), turned.associations))

    np.testing.assert_array_equal(mirrored.class_probability[::-1], straight.class_probability)
    np.testing.assert_array_equal(mirrored.entry_s[::-1], straight.entry_s)


def test_a_picture_of_nothing_is_assessed_as_nothing() -> None:
    result = Assessor(two_zones()).assess(picture(make_tracks([])))

    assert len(result) == 0
    assert result.entry_probability.shape == (0, 2)
    assert result.class_probability.shape == (0, len(CLASSES))
    assert result.kinds == ()


def test_a_site_without_sensors_and_zones_is_assessed() -> None:
    assessor = Assessor(make_site(sensors=[]))
    result = assessor.assess(picture(make_tracks([(0, 0, 1000, 28, 0, 0)], sensors=0)))

    assert result.kinds == (frozenset(),)
    assert result.seen_ns.tolist() == [NEVER_NS]


def test_a_state_that_is_not_finite_is_refused_by_name() -> None:
    broken = make_tracks([(0, 0, 1000, 28, 0, 0), (0, 0, np.nan, 28, 0, 0)], names=["A", "B"])

    with pytest.raises(InvalidInput, match=r"'B'.*not finite"):
        Assessor(two_zones()).assess(picture(broken))


def test_tracks_of_another_site_are_refused() -> None:
    with pytest.raises(InvalidInput, match="this site needs"):
        Assessor(two_zones()).assess(picture(make_tracks([(0, 0, 1000, 28, 0, 0)], sensors=2)))


def test_a_night_is_assessed_in_seconds() -> None:
    assessor = Assessor(make_site(*(square(5000 * i, 0, 2000, name=f"zone {i}") for i in range(3))))
    names = tuple(f"T{i}" for i in range(10))
    pictures = [flight(second, names) for second in range(50)]
    assessor.assess(pictures[0])

    started_s = time.process_time()
    for one in pictures[1:]:
        assessor.assess(one)
    # 0.3 ms each on a quiet machine; ten times that is a mistake, not a busy machine.
    assert (time.process_time() - started_s) / 49 < 3e-3


def test_without_a_classifier_every_track_has_the_classes_of_before() -> None:
    knowing, not_knowing = Assessor(two_zones()), Assessor(two_zones(), classifies=False)
    for second in range(40):
        known = knowing.assess(flight(second)).class_probability
        unknown = not_knowing.assess(flight(second)).class_probability
    before = Assessor(two_zones()).assess(flight(0)).class_probability
    np.testing.assert_array_equal(unknown[0], unknown[1])
    assert unknown.sum(axis=1) == pytest.approx([1.0, 1.0])
    assert np.abs(unknown - before).max() < 0.1 < np.abs(known - before).max()


def test_how_fast_an_object_can_be_is_that_of_the_fastest_class_that_it_may_be() -> None:
    probability = np.zeros((3, len(CLASSES)))
    probability[0, [CLASSES.index("multirotor"), -1]] = 0.85, 0.15
    probability[1, [CLASSES.index("multirotor"), CLASSES.index("delta_wing_drone")]] = 0.6, 0.4
    probability[2, -1] = 1.0
    state = np.zeros((3, 6))
    state[2, 3] = 80.0
    np.testing.assert_allclose(fastest_mps(probability, state, any_wind(3)), [26.0, 57.0, 80.0])
    told = np.tile([3.0, -4.0, 1.0], (3, 1))
    np.testing.assert_allclose(fastest_mps(probability, state, told), [26.0, 57.0, 80.0])


def test_activity_is_assessed_once_detections_are_heard() -> None:
    assessor = Assessor(make_site())
    assert assessor.assess(picture(make_tracks([]))).activity is None
    assessor.hear(Detections.empty())
    found = assessor.assess(picture(make_tracks([]), 1.0)).activity
    assert found is not None
    assert len(found) == 0
