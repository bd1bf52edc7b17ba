"""Columns of the line become columns on the Earth; the same places as every other output has."""

from __future__ import annotations

import numpy as np
import pytest
from tests.assessment.pictures import SECOND_NS, START_NS, make_site
from tests.outputs.live.made import sky

from tocsin.model.tracks import NEVER_NS
from tocsin.outputs.live.air_pictures import PictureMaker
from tocsin.outputs.web.moving import MovingTracksMaker


def test_tracks_are_where_every_other_output_has_them() -> None:
    site = make_site()
    states = [[1000.0, 2000.0, 300.0, 10.0, -20.0, 1.0], [-300_000.0, 100_000.0, 9000.0, 0.0, 200.0, 0.0]]
    shown = sky(states=states)
    made = MovingTracksMaker(site, ("bird", "unknown")).tracks(shown)
    for k, told in enumerate(PictureMaker(site).picture(shown).reports):
        assert np.radians(made.latitude_deg[k]) == pytest.approx(told.latitude_rad, abs=1e-12)
        assert np.radians(made.longitude_deg[k]) == pytest.approx(told.longitude_rad, abs=1e-12)
        velocity = (told.velocity_east_mps, told.velocity_north_mps, told.velocity_up_mps)
        assert made.velocity_mps[k] == pytest.approx(velocity)
        assert made.sigma_m[k] == pytest.approx(told.circle_sigma_m)
        assert made.is_lost[k] == told.is_coasting


def test_what_is_not_assessed_is_unknown_with_no_probability() -> None:
    made = MovingTracksMaker(make_site(), ("bird", "unknown")).tracks(sky(states=[[0.0] * 6]))
    assert (made.class_number.tolist(), made.class_probability.tolist()) == ([1], [0.0])


def test_it_says_how_long_nobody_has_seen_a_track_and_that_only_names_of_no_person_go_out() -> None:
    shown = sky(states=[[0.0] * 6, [1.0] * 6])
    shown.tracks.seen_ns[:] = NEVER_NS
    shown.tracks.seen_ns[0, 1] = START_NS - 7 * SECOND_NS
    shown.tracks.identity[:] = ["icao:3c6444", "Jane Doe"]
    made = MovingTracksMaker(make_site(), ("unknown",)).tracks(shown)
    assert made.unseen_s.tolist() == [7.0, np.inf]
    assert made.identity.tolist() == ["icao:3c6444", ""] and made.is_cooperative.all()
