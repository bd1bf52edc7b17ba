from dataclasses import replace

import numpy as np
import pytest
from tests.evaluation.samples import a_flight, a_square, an_alert, tracks_of

from tocsin.evaluation.over_warned import over_warned
from tocsin.evaluation.ties import Ties
from tocsin.geo.frame import LocalFrame

FRAME = LocalFrame.from_degrees(30.0, -40.0, 0.0)
# Flies along the middle of a zone of 10 km by 10 km, and enters it 500 s after its first row.
TOWN = a_square(half=5000.0)
THREAT = a_flight(-10_000, 10, seconds=3001)


def found(alerts, paths=(THREAT,), tracks=None):
    tracks = tracks_of([THREAT], ["T1"]) if tracks is None else tracks
    return over_warned(alerts, Ties(tracks, paths, [a.issued_s for a in alerts]), [TOWN], FRAME)


def test_the_strip_of_a_kilometre_on_both_sides_is_what_had_to_be_warned():
    measured = found([an_alert(100, expires=300)])
    assert measured.warned_km2_s == pytest.approx(100 * 200)
    assert measured.needed_km2_s == pytest.approx(20 * 200, rel=0.05)
    assert measured.ratio == pytest.approx(5.0, rel=0.05)


def test_what_the_object_has_passed_had_to_be_warned_no_more():
    # From 500 s to 1500 s it flies through; half of the area times time is behind it.
    measured = found([an_alert(500, expires=1500)])
    assert measured.needed_km2_s == pytest.approx(20 * 1000 * 0.6, rel=0.07)


def test_a_message_stands_until_the_next_a_lower_level_or_a_cancel_ends_it():
    alerts = [
        an_alert(100, expires=900),
        an_alert(200, version=2, kind="Update", expires=900),
        an_alert(300, "advisory", version=3, kind="Update", expires=900),
    ]
    assert found(alerts).warned_km2_s == pytest.approx(100 * 200)
    ended = [an_alert(100, expires=900), an_alert(150, version=2, kind="Cancel")]
    assert found(ended).warned_km2_s == pytest.approx(100 * 50)


def test_a_warning_of_nothing_had_to_warn_nobody():
    nobody = found([an_alert(100, expires=200, tracks=("T9",))])
    assert (nobody.needed_km2_s, nobody.ratio) == (0.0, None)


def test_a_warning_of_a_bird_had_to_warn_nobody():
    bird = a_flight(-10_000, 10, seconds=3001, threat=False)
    assert found([an_alert(100, expires=200)], [bird]).needed_km2_s == 0.0


def test_what_comes_after_the_truth_is_left_out():
    assert found([an_alert(2900, expires=3900)]).warned_km2_s == pytest.approx(100 * 100)


def test_what_had_to_be_warned_and_lay_outside_the_polygon_is_missed():
    def polygon(south_m, north_m):
        corners = [[-5000.0, south_m], [5000.0, south_m], [5000.0, north_m], [-5000.0, north_m]]
        latitude, longitude, _ = FRAME.to_geodetic(np.array([[*corner, 0.0] for corner in corners]))
        return tuple(zip(np.degrees(latitude).tolist(), np.degrees(longitude).tolist(), strict=True))

    def missed(*polygons):
        return found([replace(an_alert(100, expires=300), polygons_deg=polygons)]).missed_share

    assert missed() == missed(polygon(-1200.0, 1200.0)) == 0.0
    assert missed(polygon(0.0, 2000.0)) == pytest.approx(0.5, abs=0.05)
    assert missed(polygon(0.0, 2000.0), polygon(-2000.0, 0.0)) == pytest.approx(0.0, abs=0.05)
    assert missed(polygon(2000.0, 4000.0)) == 1.0
