import pytest
from tests.evaluation.samples import a_flight, tracks_of

from tocsin.evaluation.siap import siap

THREAT = a_flight(-3000, 10, seconds=101)
BIRD = a_flight(-3000, 10, seconds=101, north=5000.0, object_id="B1", threat=False)


def test_a_picture_that_is_complete_and_clear():
    found = siap(tracks_of([THREAT], ["T1"], (30, 40, 500)), [THREAT], None).attributes()
    assert (found["completeness"], found["ambiguity"], found["spuriousness"]) == (1.0, 1.0, 0.0)
    assert found["position_rms_m"] == pytest.approx(50.0)
    assert found["velocity_rms_mps"] == pytest.approx(10.0)  # these tracks have no velocity
    assert found["identity_changes_per_threat_hour"] == 0.0


def test_two_tracks_of_one_object_are_ambiguous_and_one_of_none_is_spurious():
    far = a_flight(50_000, 0, seconds=101)
    found = siap(tracks_of([THREAT, THREAT, far], ["T1", "T2", "T3"]), [THREAT], None).attributes()
    assert (found["ambiguity"], found["spuriousness"]) == (2.0, pytest.approx(1 / 3))


def test_a_threat_counts_from_its_third_detection_and_a_bird_not_at_all():
    half = tracks_of([a_flight(-2500, 10, seconds=51, first=50)], ["T1"])
    assert siap(half, [THREAT, BIRD], {"O1": 50.0}).attributes()["completeness"] == 1.0
    assert siap(half, [THREAT, BIRD], {}).attributes()["completeness"] is None


def test_a_track_that_takes_over_is_a_change_of_identity():
    parts = [a_flight(-3000, 10, seconds=50), a_flight(-2500, 10, seconds=51, first=50)]
    assert siap(tracks_of(parts, ["T1", "T2"]), [THREAT], None).identity_changes == 1
    assert siap(tracks_of(parts, ["T1", "T1"]), [THREAT], None).identity_changes == 0


def test_nothing_in_the_picture_says_nothing():
    assert siap(tracks_of([], []), [THREAT], None).attributes()["spuriousness"] is None
