"""What others are told of a track: where it is on the Earth, how well that is known, and nobody's name."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from tests.assessment.pictures import ARRAY_1, RADAR, SECOND_NS, START_NS, diagonal, make_site, make_tracks
from tests.outputs.live.made import MadeSky, sky

from tocsin.model.assessments import Assessments
from tocsin.model.sensors import SensorStatus
from tocsin.model.track_reports import TrackReport
from tocsin.model.tracks import NEVER_NS, Tracks
from tocsin.outputs.live.air_pictures import PictureMaker, told_identity
from tocsin.units import FloatArray


def reports_of(shown: MadeSky) -> tuple[TrackReport, ...]:
    return PictureMaker(make_site()).picture(shown).reports


def seen(*ago_s: float | None) -> FloatArray:
    """When each of five sensors saw the only track."""
    row = [NEVER_NS if ago is None else START_NS - round(ago * SECOND_NS) for ago in ago_s]
    return np.array([row + [NEVER_NS] * (5 - len(row))])


def test_a_track_is_told_where_it_is_on_the_earth_in_axes_of_that_place() -> None:
    site = make_site()
    place = (math.radians(12.0), math.radians(23.0), 2500.0)  # 400 km off: the axes there are 3 degrees off
    local = (10.0, 20.0, 3.0)
    state = [*site.frame.to_enu(*place), *site.frame.rotate_velocity_from(*place[:2], local)]
    (told,) = reports_of(sky(states=[state]))
    assert (told.latitude_rad, told.longitude_rad) == pytest.approx(place[:2], abs=1e-12)
    assert told.altitude_m == pytest.approx(2500.0, abs=1e-6)
    velocity = (told.velocity_east_mps, told.velocity_north_mps, told.velocity_up_mps)
    assert velocity == pytest.approx(local)


def test_errors_turn_with_the_axes() -> None:
    """An error along north of where the object is, 400 km off, has a part in each axis of the site."""
    site = make_site()
    place = (math.radians(12.0), math.radians(23.0), 2500.0)
    north = site.frame.rotate_velocity_from(*place[:2], (0.0, 1.0, 0.0))
    covariance = np.zeros((1, 6, 6))
    covariance[0, :3, :3] = 100.0**2 * np.outer(north, north)
    covariance[0, 3:, 3:] = 5.0**2 * np.outer(north, north)
    state = [*site.frame.to_enu(*place), 0, 0, 0]
    (told,) = reports_of(MadeSky(START_NS, make_tracks([state], covariance, seen_ns=seen(0.0))))
    assert (told.sigma_east_m, told.sigma_north_m, told.sigma_up_m) == pytest.approx((0, 100, 0), abs=1e-3)
    assert told.sigma_velocity_north_mps == pytest.approx(5.0)
    assert told.sigma_velocity_up_mps == pytest.approx(0.0, abs=1e-4)


def test_the_circle_has_the_worst_direction_of_the_plane_as_radius() -> None:
    covariance = diagonal(50.0, 50.0, 1.0, 1.0, 1.0, 1.0)
    covariance[0, 1] = covariance[1, 0] = 0.6 * 2500.0
    (told,) = reports_of(MadeSky(START_NS, make_tracks([[0.0] * 6], [covariance], seen_ns=seen(0.0))))
    assert told.circle_sigma_m == pytest.approx(math.sqrt(1.6 * 2500.0))


@pytest.mark.parametrize(
    ("ago_s", "sensors", "is_coasting"),
    [((0.0,), 1, False), ((0.0, 3.0), 2, False), ((13.0,), 1, True), ((None, 4.0), 1, False),
     ((None, 6.0), 1, True), ((59.0, 61.0), 1, True), ((None,), 0, True), ((11.0, 30.0), 2, False)],
)  # fmt: skip
def test_who_saw_it_lately_is_counted_and_it_coasts_once_the_last_of_them_missed_three_looks(
    ago_s: tuple[float | None, ...], sensors: int, is_coasting: bool
) -> None:
    assert (RADAR, ARRAY_1) == (0, 1)  # a look takes 4 s and 1 s
    (told,) = reports_of(MadeSky(START_NS, make_tracks([[0.0] * 6], seen_ns=seen(*ago_s))))
    assert (told.sensors, told.is_coasting) == (sensors, is_coasting)


def test_the_class_is_the_likeliest_and_unknown_where_none_was_assessed_yet() -> None:
    shown = sky(states=[[0.0] * 6, [1.0] * 6])
    none = np.zeros((1, 0))
    assessments = Assessments(
        START_NS, np.array(["T1"], dtype=object), ("bird", "unknown"), np.array([[0.7, 0.3]]), (), none,
        np.zeros((1, 0, 3)), (frozenset(),), np.zeros((1, 6)), np.zeros((1, 6, 6)), np.ones(1),
        np.zeros(1, np.int64),
    )  # fmt: skip
    told = reports_of(MadeSky(START_NS, shown.tracks, assessments))
    assert [(one.object_class, one.class_probability) for one in told] == [("unknown", None), ("bird", 0.7)]


@pytest.mark.parametrize(
    ("identity", "told"),
    [("icao:4CA7B3", "icao:4CA7B3"), ("adsb:00beef", "adsb:00beef"), ("", ""),
     ("rid:0123456789abcdef", "rid:0123456789abcdef"), ("cot:0123456789abcdef", "cot:0123456789abcdef"),
     ("MADEUP0000SERIAL0001", ""), ("rid:MADEUP0000SERIAL0001", ""), ("cot:ann", ""), ("20/2/258", ""),
     ("icao:4CA7B3 ann", ""), ("rid:0123456789abcdef\nann", "")],
)  # fmt: skip
def test_names_that_could_be_a_persons_stay_here(identity: str, told: str) -> None:
    assert told_identity(identity) == told


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e9])
@pytest.mark.parametrize("axis", [2, 4])
def test_a_state_that_no_standard_has_room_for_is_left_out_and_counted(value: float, axis: int) -> None:
    states = [[0.0] * 6, [1.0] * 6]
    states[0][axis] = value
    found = PictureMaker(make_site()).picture(sky(states=states))
    assert ([one.track_id for one in found.reports], found.left_out) == (["T1"], 1)


def test_no_tracks_and_no_sensors_are_a_picture_too() -> None:
    assert reports_of(MadeSky(START_NS, Tracks.empty(5))) == ()
    maker = PictureMaker(make_site(sensors=()))
    assert maker.picture(MadeSky(START_NS, make_tracks([[0.0] * 6], sensors=0))).reports[0].sensors == 0


def test_a_track_says_that_it_may_be_simulated_while_a_sensor_that_sees_it_simulates() -> None:
    def of(sensor: int, told_ago_s: float) -> bool:
        statuses = [SensorStatus(f"sensor {k}", "radar") for k in range(5)]
        statuses[sensor].last_simulated_ns = START_NS - round(told_ago_s * SECOND_NS)
        shown = sky(states=[[0.0, 0.0, 500.0, 0.0, 0.0, 0.0]], seen_ns=seen(70.0, 1.0))
        (told,) = reports_of(replace(shown, statuses=tuple(statuses)))
        return told.is_simulated

    assert of(1, told_ago_s=2.0)
    assert not of(1, told_ago_s=61.0)
    assert not of(0, told_ago_s=2.0)  # which has not seen it for longer than a minute
    assert not of(2, told_ago_s=2.0)
