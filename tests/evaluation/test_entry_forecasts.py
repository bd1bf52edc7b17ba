import numpy as np
import pytest
from tests.evaluation.samples import a_flight, a_square, tracks_of
from tests.evaluation.test_arrival import predicted

from tocsin.evaluation.entry_forecasts import entered_by, entry_forecasts
from tocsin.evaluation.prediction_log import Prediction
from tocsin.evaluation.track_log import TrackLog

TOWN = a_square()
# Enters at 290 s; in reach of 120 s from 170 s on.
THREAT = a_flight(-3000, 10, seconds=1201)
ENTRIES = {("O1", "Town"): 290.0}


def flying(tracks, east_mps):
    velocity = np.zeros_like(tracks.place_m)
    velocity[:, 0] = east_mps
    return TrackLog(tracks.time_s, tracks.track_id, tracks.place_m, velocity, tracks.sigma_m)


def test_the_share_of_entries_by_then_is_linear_between_the_recorded_points():
    prediction = Prediction(0.8, 100.0, 145.0, 190.0)
    shares = {time: entered_by(prediction, 0.0, time) for time in (90, 95, 100, 122.5, 145, 190, 195, 300)}
    expected = (0.0, 0.0, 0.05, 0.275, 0.5, 0.95, 1.0, 1.0)
    assert list(shares.values()) == pytest.approx([0.8 * share for share in expected])
    assert entered_by(None, 0.0, 100.0) == 0.0


def scored(east_mps, probability, times=range(0, 300, 10)):
    tracks = flying(tracks_of([THREAT], ["T1"]), east_mps)
    rows = [(time, "T1", probability, 286, 288) for time in times]
    return {f.look_ahead_s: f for f in entry_forecasts(tracks, predicted(rows), [THREAT], [TOWN], ENTRIES)}


def test_a_forecast_that_is_right_beats_a_line_that_is_wrong():
    found = scored(east_mps=-10.0, probability=1.0)[120.0]
    assert (found.samples, found.entered) == (12, 12)
    assert found.straight_squared == 12.0
    assert found.skill == pytest.approx(1.0)


def test_a_forecast_that_says_nothing_loses_against_a_line_that_is_right():
    found = scored(east_mps=10.0, probability=0.1)[300.0]
    assert found.straight_squared == 0.0
    assert found.squared == pytest.approx(found.samples * 0.81)
    assert found.skill is None


def test_only_what_could_reach_the_zone_is_asked_and_nobody_who_is_inside_or_has_been():
    assert scored(10.0, 0.5)[120.0].samples == 12  # from 170 to 280 s
    assert scored(10.0, 0.5, range(300, 320, 10))[120.0].samples == 0
    assert scored(10.0, 0.5, range(320, 400, 10))[120.0].samples == 0


def test_predictions_are_asked_every_ten_seconds_however_often_they_are_recorded():
    assert scored(10.0, 0.5, range(170, 290))[120.0].samples == 12


def test_what_would_be_known_after_the_end_is_not_asked():
    late = a_flight(-13000, 10, seconds=1201)  # enters 90 s after the recording's end
    tracks = flying(tracks_of([late], ["T1"]), 10.0)
    rows = [(time, "T1", 0.5, 1289, 1291) for time in range(1090, 1200, 10)]
    found = entry_forecasts(tracks, predicted(rows), [late], [TOWN], {})
    assert [f.samples for f in found] == [0, 0, 0]


def test_bins_hold_the_samples_by_what_was_said():
    found = scored(10.0, 0.55)[120.0]
    assert found.bins_samples == [0, 0, 0, 0, 0, 12, 0, 0, 0, 0]
    assert found.bins_entered[5] == 12
