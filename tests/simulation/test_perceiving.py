import numpy as np
import pytest
from tests.simulation.small import RADAR, four_sigma, only_instrument, schedule, standing

from tocsin.geo.frame import LocalFrame
from tocsin.simulation.perceiving import appearance, perceive, perceptible, retarded_time

TABLE = "detection_probability = [[0, 0.9], [5000, 0.9], [15000, 0.5], [30000, 0.1]]"
WORLD_TABLE = f'[[perception]]\nkind = "radar"\n{TABLE}\nreference_cross_section_m2 = 0.1\n'
LOOKS = 6000


def finder(kind="direction_finder", extra=""):
    return (
        f'[[sensors]]\nname = "it"\nkind = "{kind}"\nlatitude_deg = -47.0\nlongitude_deg = -127.0\n'
        f"altitude_m = 0.0\nperiod_s = 1.0\ndetection_probability = 1.0\n"
        f"false_detections_per_scan = 0.0\n{extra}"
    )


def share_seen(instrument, flight):
    seconds = LOOKS * instrument.period_s
    plots = perceive(instrument, schedule(instrument, seconds), flight, 0, np.random.default_rng(1))
    return len(plots) / LOOKS


@pytest.mark.parametrize(
    ("range_m", "expected"),
    [(3_000.0, 0.9), (10_000.0, 0.7), (15_000.0, 0.5), (22_500.0, 0.3), (29_000.0, 0.127)],
)
def test_the_share_of_looks_that_detect_is_the_tables_at_that_range(range_m, expected):
    instrument = only_instrument(RADAR, WORLD_TABLE)
    flight = standing((range_m * 0.6, range_m * 0.8, 0.0), int(LOOKS * 4))
    assert share_seen(instrument, flight) == pytest.approx(expected, abs=four_sigma(expected, LOOKS))


def test_a_sixteenth_of_the_cross_section_is_seen_as_at_twice_the_range():
    instrument = only_instrument(RADAR, WORLD_TABLE)
    flight = standing((0.0, 7_500.0, 0.0), LOOKS * 4, radar_cross_section_m2=0.1 / 16)
    assert share_seen(instrument, flight) == pytest.approx(0.5, abs=four_sigma(0.5, LOOKS))


@pytest.mark.parametrize(("up_m", "is_seen"), [(200.0, False), (520.0, False), (530.0, True), (3000.0, True)])
def test_a_radar_is_blind_below_its_lowest_elevation(up_m, is_seen):
    instrument = only_instrument(RADAR + "min_elevation_deg = 3.0\n")
    # tan 3 degrees is 0.0524: at 10 km of ground range the beam begins at 524 m.
    flight = standing((10_000.0, 0.0, up_m), 40)
    plots = perceive(instrument, schedule(instrument, 40.0), flight, 0, np.random.default_rng(1))
    assert len(plots) == (11 if is_seen else 0)


@pytest.mark.parametrize(
    ("range_m", "is_seen"), [(400.0, False), (600.0, True), (29_990.0, True), (30_010.0, False)]
)
def test_nothing_nearer_or_farther_than_its_ranges_is_seen(range_m, is_seen):
    instrument = only_instrument(RADAR + "min_range_m = 500.0\n")
    plots = perceive(
        instrument, schedule(instrument, 40.0), standing((0.0, range_m, 0.0), 40), 0, np.random.default_rng(1)
    )
    assert (len(plots) > 0) == is_seen


def test_errors_have_the_sigmas_of_the_site_file_and_the_bias_of_the_world():
    instrument = only_instrument(
        RADAR,
        '[[perception]]\nsensors = ["radar"]\nazimuth_bias_deg = 1.5\n'
        'measures = ["range", "azimuth", "elevation", "range_rate"]\n',
    )
    flight = standing((-8_000.0, 0.0, 6_000.0), LOOKS * 4, velocity_mps=(0.0, 0.0, 0.0))
    plots = perceive(instrument, schedule(instrument, LOOKS * 4.0), flight, 0, np.random.default_rng(1))
    errors = (
        (plots.range_m - 10_000.0, 0.0, 30.0),
        (np.degrees(plots.azimuth_rad) - 270.0, 1.5, 0.5),
        (np.degrees(plots.elevation_rad) - np.degrees(np.arctan2(3, 4)), 0.0, 1.0),
        (plots.range_rate_mps, 0.0, 1.0),
    )
    for error, mean, sigma in errors:
        assert error.mean() == pytest.approx(mean, abs=4 * sigma / np.sqrt(LOOKS))
        assert error.std() == pytest.approx(sigma, rel=4 / np.sqrt(2 * LOOKS))


def test_a_far_sensor_measures_from_its_own_tilted_vertical():
    far = RADAR.replace("latitude_deg = -47.0", "latitude_deg = -46.0").replace(
        "altitude_m = 0.0", "altitude_m = 120.0"
    )
    site, own = LocalFrame.from_degrees(-47.0, -127.0, 0.0), LocalFrame.from_degrees(-46.0, -127.0, 120.0)
    place = np.radians(-46.1), np.radians(-126.9), 900.0
    state = np.concatenate([site.to_enu(*place), [0.0, 0.0, 0.0]])[np.newaxis]
    sight = appearance(only_instrument(far), state)
    east, north, up = own.to_enu(*place)
    assert sight.range_m[0] == pytest.approx(np.sqrt(east**2 + north**2 + up**2), abs=1e-6)
    assert sight.azimuth_rad[0] == pytest.approx(np.arctan2(east, north) % (2 * np.pi), abs=1e-9)
    assert sight.elevation_rad[0] == pytest.approx(np.arctan2(up, np.hypot(east, north)), abs=1e-9)


def test_range_rate_is_the_growth_of_the_range():
    instrument = only_instrument(RADAR)
    flight = standing((3_000.0, -4_000.0, 1_000.0), 10, velocity_mps=(20.0, 15.0, -2.0))
    before, now, after = (appearance(instrument, flight.at(np.array([t]))) for t in (4.99, 5.0, 5.01))
    growth = (after.range_m - before.range_m) / 0.02
    assert now.range_rate_mps == pytest.approx(growth, abs=1e-4)


def test_a_direction_finder_never_hears_what_emits_no_radio():
    instrument = only_instrument(finder())
    assert perceptible(instrument, standing((1000.0, 0.0, 100.0), 5))
    assert not perceptible(instrument, standing((1000.0, 0.0, 100.0), 5, emits_radio=False))


def test_a_direction_finder_measures_azimuth_only():
    instrument = only_instrument(finder())
    plots = perceive(
        instrument, schedule(instrument, 60.0), standing((1e3, 0, 100), 60), 0, np.random.default_rng(1)
    )
    assert len(plots) == 61
    assert np.isfinite(plots.azimuth_rad).all()
    assert np.isnan([plots.range_m, plots.elevation_rad, plots.range_rate_mps]).all()


@pytest.mark.parametrize(("range_m", "is_heard"), [(1_990.0, True), (2_010.0, False)])
def test_a_microphone_hears_as_far_as_the_class_is_heard(range_m, is_heard):
    instrument = only_instrument(finder("microphone", "max_range_m = 5000.0\n"))
    flight = standing((range_m, 0.0, 0.0), 60, acoustic_range_m=2000.0)
    plots = perceive(instrument, schedule(instrument, 60.0), flight, 0, np.random.default_rng(1))
    assert (len(plots) > 0) == is_heard


def test_sound_is_heard_from_where_the_object_was_when_it_left():
    """Against the twin: step through the flight's past until the sound's way and its time agree."""
    flight = standing((-4000.0, 1000.0, 500.0), 200, velocity_mps=(50.0, 10.0, 2.0))
    ear = np.array([100.0, -200.0, 5.0])
    for arrival_s in (60.0, 90.5, 150.25):
        candidates = np.arange(arrival_s - 20.0, arrival_s, 1e-4)
        way_m = np.linalg.norm(flight.at(candidates)[:, :3] - ear, axis=1)
        twin_s = candidates[np.argmin(np.abs(candidates + way_m / 340.0 - arrival_s))]
        found_s = retarded_time(flight, ear, np.array([arrival_s]), 340.0)
        assert found_s[0] == pytest.approx(twin_s, abs=2e-4)


def test_bearings_of_sound_lag_behind_a_flyer_that_passes():
    quiet = "max_range_m = 5000.0\npropagation_speed_mps = 340.0\nazimuth_sigma_deg = 0.01\n"
    instrument = only_instrument(finder("microphone", quiet))
    flight = standing((-3000.0, 2000.0, 0.0), 60, velocity_mps=(100.0, 0.0, 0.0))
    plots = perceive(instrument, schedule(instrument, 60.0), flight, 0, np.random.default_rng(1))
    at_30 = plots.azimuth_rad[plots.look == 30][0]
    # At 30 s it is due north at 2 km; the sound of its passing takes 6 s, in which it flew 600 m.
    delay_s = 2000.0 / np.sqrt(340.0**2 - 100.0**2)
    assert np.degrees(at_30) - 360.0 == pytest.approx(
        -np.degrees(np.arctan2(100.0 * delay_s, 2000.0)), abs=0.1
    )


def test_sound_arrives_later_than_the_flight_begins_and_after_it_has_ended():
    instrument = only_instrument(
        finder("microphone", "max_range_m = 5000.0\npropagation_speed_mps = 340.0\n")
    )
    flight = standing((3400.0, 0.0, 0.0), 30)
    plots = perceive(instrument, schedule(instrument, 100.0), flight, 0, np.random.default_rng(1))
    assert plots.look.tolist() == list(range(10, 41))


def test_detections_come_and_go_in_runs_of_the_given_share():
    instrument = only_instrument(
        RADAR, '[[perception]]\nkind = "radar"\nfading_visible_s = 60.0\nfading_hidden_s = 20.0\n'
    )
    flight = standing((5000.0, 0.0, 1000.0), LOOKS * 4)
    plots = perceive(instrument, schedule(instrument, LOOKS * 4.0), flight, 0, np.random.default_rng(1))
    seen = np.isin(np.arange(LOOKS), plots.look)
    assert seen.mean() == pytest.approx(0.75, abs=0.05)
    assert seen[1:][seen[:-1]].mean() > 0.9
    assert seen[1:][~seen[:-1]].mean() < 0.3


def test_a_turning_antenna_dates_each_plot_by_its_azimuth():
    turning = '[[perception]]\nkind = "radar"\nrotates = true\n'
    exact = RADAR.replace("azimuth_sigma_deg = 0.5", "azimuth_sigma_deg = 0.0001")
    instrument = only_instrument(exact, turning)
    flight = standing((-5000.0, -200.0, 1000.0), 400, velocity_mps=(0.0, 40.0, 0.0))
    plots = perceive(instrument, schedule(instrument, 400.0), flight, 0, np.random.default_rng(1))
    assert np.allclose(plots.time_s - 4.0 * plots.look, 4.0 * plots.azimuth_rad / (2 * np.pi), atol=1e-4)
    there = flight.at(plots.time_s)
    assert np.allclose(np.tan(plots.azimuth_rad - 1.5 * np.pi), there[:, 1] / 5000.0, atol=1e-4)


def test_an_outage_gives_no_plots_and_ends():
    instrument = only_instrument(RADAR)
    flight = standing((5000.0, 0.0, 1000.0), 100)
    during = schedule(instrument, 100.0, outages=((20.0, 60.0),))
    plots = perceive(instrument, during, flight, 0, np.random.default_rng(1))
    assert (4 * plots.look).tolist() == [*range(0, 20, 4), *range(60, 101, 4)]
