"""The way that is expected of a track: the middle of the futures that zones are entered by."""

from __future__ import annotations

import numpy as np
import pytest
from tests.assessment.pictures import START_NS, diagonal, make_site, make_tracks, picture, square

from tocsin.assessment.assessor import Assessor, ZoneGround
from tocsin.assessment.foresight import Foresight, weighted_quantiles
from tocsin.model.assessments import Assessments

pytestmark = pytest.mark.usefixtures("compiled_kernels")

STRAIGHT = (-20_000.0, 0.0, 500.0, 30.0, 0.0, 0.0)


def assessed(assessor: Assessor, seconds: range, state=STRAIGHT) -> Assessments:
    """One track that flies straight for so long, seen every second."""
    found = None
    for second in seconds:
        now = np.array(state) + second * np.array([*state[3:], 0.0, 0.0, 0.0])
        seen = np.full((1, 5), START_NS + second * 1_000_000_000)
        tracks = make_tracks([now], [diagonal(20, 20, 20, 1, 1, 1)], seen_ns=seen)
        found = assessor.assess(picture(tracks, second))
    assert found is not None
    return found


def test_what_flies_straight_is_expected_straight_on_and_less_surely_with_time() -> None:
    site = make_site(square(0.0, 0.0, 1000.0))
    known = assessed(Assessor(site), range(120))
    path = Foresight(site).paths(known, ["T0"])
    assert path.after_s[0] == 0.0 and np.all(np.diff(path.after_s) > 0)
    far = int(np.searchsorted(path.after_s, 300.0))
    place = known.state[0, :2] + path.after_s[far] * known.state[0, 3:5]
    np.testing.assert_allclose(path.place_enu_m[far, :2], place, atol=500.0)
    np.testing.assert_allclose(path.course_rad[:far], np.pi / 2, atol=0.05)
    assert np.all(np.diff(path.sigma_across_m[:far]) > 0)


def test_level_flight_keeps_its_height_over_the_round_earth() -> None:
    site = make_site()
    path = Foresight(site).paths(assessed(Assessor(site), range(60)), ["T0"])
    _, _, altitude_m = site.frame.to_geodetic(path.place_enu_m)
    np.testing.assert_allclose(altitude_m[:6], altitude_m[0], atol=60.0)


def test_tracks_that_are_not_there_have_no_way_and_others_come_in_the_order_asked_for() -> None:
    site = make_site()
    known = Assessor(site).assess(picture(make_tracks([STRAIGHT, STRAIGHT])))
    path = Foresight(site).paths(known, ["T1", "gone", "T0"])
    assert list(dict.fromkeys(path.track_id.tolist())) == ["T1", "T0"]
    assert len(Foresight(site).paths(known, [])) == 0


def test_quantiles_count_weights() -> None:
    values, weights = np.array([[3.0, 1.0, 2.0]]), np.array([0.5, 0.25, 0.25])
    np.testing.assert_allclose(weighted_quantiles(values, weights, (0.5, 0.0, 1.0)), [[7 / 3, 1.0, 3.0]])


def test_with_other_zones_an_assessor_is_as_one_that_had_them_from_the_beginning() -> None:
    old, new = make_site(square(9000.0, 0.0, 500.0)), make_site(square(0.0, 0.0, 1000.0, name="Havn"))
    changed, always = Assessor(old), Assessor(new)
    assessed(changed, range(60))
    assessed(always, range(60))
    changed.rezone(ZoneGround.of(new))
    one, other = assessed(changed, range(60, 62)), assessed(always, range(60, 62))
    assert one.zones == ("Havn",) and other.entry_probability[0, 0] > 0.3
    np.testing.assert_array_equal(one.entry_probability, other.entry_probability)
    np.testing.assert_array_equal(one.entry_s, other.entry_s)
    np.testing.assert_array_equal(one.class_probability, other.class_probability)
