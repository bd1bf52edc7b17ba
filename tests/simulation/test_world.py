import numpy as np
import pytest
from tests.simulation.small import PLANE_CLASS, PLANES, shipped_flights, small

from tocsin.geo.polar import wrap_angle
from tocsin.simulation import load_scenario, scenario_names
from tocsin.simulation.world import draw_wind, fly_all, truth_of

COPTER = """
[classes.copter]
speed_mps = [0.0, 20.0]
altitude_m = [10.0, 120.0]
hovers = true
max_acceleration_mps2 = 3.0

[[objects]]
name = "copter"
class_name = "copter"
waypoints = [[-47.0, -127.0], [-47.0, -126.99], [-46.995, -126.99]]
speed_mps = [12.0, 12.0]
pause_s = 20.0
after_last = "again"
"""


def geodetic_and_velocity(scenario, flight):
    """Height above the ellipsoid and velocity in the east-north-up of where it is."""
    latitude, longitude, altitude = scenario.site.frame.to_geodetic(flight.state[:, :3])
    return altitude, scenario.site.frame.rotate_velocity_to(latitude, longitude, flight.state[:, 3:])


@pytest.mark.parametrize("name", scenario_names())
def test_every_flight_stays_within_the_kinematics_of_its_class(name):
    scenario = load_scenario(name)
    wind = draw_wind(scenario, 1)
    for flight in shipped_flights(name, 1):
        traits = flight.traits
        altitude, velocity = geodetic_and_velocity(scenario, flight)
        through_air = velocity[:, :2] - (0.0 if traits.hovers else wind)
        speed = np.hypot(*through_air.T)
        assert (speed >= traits.speed_mps[0] - 1e-6).all(), flight.object_id
        assert (speed <= traits.speed_mps[1] + 1e-6).all(), flight.object_id
        assert altitude.min() >= traits.altitude_m[0] - 1e-3
        assert altitude.max() <= traits.altitude_m[1] + 1e-3
        assert np.abs(velocity[:, 2]).max() <= traits.max_climb_mps + 1e-6
        if traits.hovers:
            changes = np.hypot(*np.diff(velocity[:, :2], axis=0).T)
            assert changes.max() <= traits.max_acceleration_mps2 + 1e-6
        else:
            turns = np.abs(wrap_angle(np.diff(np.arctan2(*through_air.T))))
            assert np.degrees(turns).max() <= traits.max_turn_rate_degps + 1e-4


def test_position_and_velocity_belong_together():
    scenario = small(PLANES)
    for flight in fly_all(scenario, 1):
        moved = np.diff(flight.state[:, :3], axis=0)
        mean_velocity = 0.5 * (flight.state[1:, 3:] + flight.state[:-1, 3:])
        assert np.abs(moved - mean_velocity).max() < 0.02


def test_between_its_states_a_flight_is_continuous():
    flight = fly_all(small(PLANES), 1)[0]
    edge = flight.start_s + np.arange(100.0, 200.0)
    before, after = flight.at(edge - 1e-7), flight.at(edge + 1e-7)
    assert np.abs(before - after).max() < 0.02
    assert np.array_equal(flight.at(edge), flight.state[100:200])


def test_waypoints_are_flown_over_in_spite_of_the_wind():
    windy = "[wind]\neast_mps = 9.0\nnorth_mps = -6.0\n"
    scenario = small(windy, PLANES.replace("waypoint_radius_m = 500.0", ""), duration_s=2400.0)
    for flight in fly_all(scenario, 2):
        for latitude, longitude in scenario.objects[0].waypoints[1:]:
            there = scenario.site.frame.to_enu(np.radians(latitude), np.radians(longitude), 0.0)
            missed_m = np.hypot(*(flight.state[:, :2] - there[:2]).T).min()
            assert missed_m < 450.0  # two turning radii: it begins to turn before it is there


def test_the_course_is_straight_to_the_waypoint_because_the_heading_leans_into_the_wind():
    windy = "[wind]\neast_mps = 12.0\nnorth_mps = 3.0\n"
    turning = PLANES.replace("[-47.0, -126.95], [-47.1, -127.0]", "[-47.1, -127.0]")
    for flight in fly_all(small(windy, turning, duration_s=600.0), 1):
        east, north = (flight.state[:, :2] - flight.state[0, :2]).T
        along = np.hypot(east[-1], north[-1])
        across_m = (east * north[-1] - north * east[-1]) / along
        assert along > 10_000.0
        assert np.abs(across_m).max() < 25.0


def test_height_and_climb_keep_to_the_limits_of_the_class_even_at_their_edge():
    edge = PLANES.replace("altitude_m = [500.0, 2500.0]", "altitude_m = [1500.0, 1500.5]")
    slow = PLANES.replace("max_climb_mps = 3.0", "max_climb_mps = 0.1")
    for text, lowest, highest, fastest in ((edge, 1500.0, 1500.5, 3.0), (slow, 500.0, 2500.0, 0.1)):
        scenario = small(text)
        for flight in fly_all(scenario, 1):
            altitude, velocity = geodetic_and_velocity(scenario, flight)
            assert lowest - 1e-6 <= altitude.min()
            assert altitude.max() <= highest + 1e-6
            assert np.ptp(altitude) > 0.1
            assert np.abs(velocity[:, 2]).max() <= fastest + 1e-6


def test_after_the_last_waypoint_it_vanishes_or_flies_on_as_told():
    ends = {
        rule: [
            flight.end_s
            for flight in fly_all(small(PLANES + f'after_last = "{rule}"\n', duration_s=2400.0), 1)
        ]
        for rule in ("vanish", "continue", "again")
    }
    assert max(ends["vanish"]) < 1500.0
    assert ends["continue"] == ends["again"] == [2400.0] * 3


def test_what_hovers_stands_still_at_its_waypoints_and_goes_round_again():
    scenario = small(COPTER, duration_s=1800.0)
    state = fly_all(scenario, 1)[0].state
    still = np.hypot(state[:, 3], state[:, 4]) < 0.01
    begins = np.flatnonzero(np.diff(still.astype(int)) == 1)
    assert len(begins) > 6
    assert np.hypot(state[still, 0], state[still, 1]).max() < 1100.0


def test_course_speed_height_place_and_time_of_start_vary_with_the_seed():
    scenario = small(PLANES, duration_s=61.0)
    starts = [[(f.start_s, *f.state[0]) for f in fly_all(scenario, seed)] for seed in range(8)]
    for column in np.array(starts).reshape(24, 7).T:
        assert len(np.unique(column)) > 12


def test_stays_and_starts_are_within_what_is_given():
    bird = PLANE_CLASS + (
        '[[objects]]\nname = "b"\nclass_name = "plane"\ncount = 40\nwaypoints = [[-47.0, -127.0]]\n'
        "start_radius_m = 2000.0\nstart_s = [100.0, 700.0]\nstay_s = [50.0, 120.0]\nwander_degps = 2.0\n"
    )
    for flight in fly_all(small(bird), 1):
        assert 100.0 <= flight.start_s <= 700.0
        assert 49.0 <= flight.end_s - flight.start_s <= 120.0
        assert np.hypot(*flight.state[0, :2]) <= 2000.1


def test_truth_has_every_object_at_every_second_in_order_of_time():
    scenario = small(PLANES)
    flights = fly_all(scenario, 1)
    truth = truth_of(flights, scenario.start_ns)
    assert (np.diff(truth.time_ns) >= 0).all()
    assert truth.threat.all()
    for flight in flights:
        rows = truth.take(truth.object_id == flight.object_id)
        assert (np.diff(rows.time_ns) == 1_000_000_000).all()
        assert rows.time_ns[0] == scenario.start_ns + int(flight.start_s) * 1_000_000_000
        assert np.array_equal(rows.state, flight.state)


def test_a_scenario_without_objects_has_an_empty_truth():
    scenario = small()
    assert len(truth_of(fly_all(scenario, 1), scenario.start_ns)) == 0
