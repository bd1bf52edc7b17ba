import numpy as np
import pytest
from scipy import stats
from tests.simulation.small import RADAR, only_instrument, schedule, small

from tocsin.simulation.clutter import passes, uniform_clutter
from tocsin.simulation.plots import FALSE_DETECTION

SCANS = 4000
NOISY = RADAR.replace(
    "false_detections_per_scan = 0.0", "false_detections_per_scan = 2.5\nmin_range_m = 5000.0"
)
ROAD = """
[[noise]]
name = "road"
path = [[-47.0, -127.1], [-47.0, -127.0], [-46.95, -126.9]]
passes_per_hour = 60.0
speed_mps = [15.0, 25.0]
reach_m = 700.0
"""


def clutter(*sections):
    instrument = only_instrument(*sections)
    return uniform_clutter(instrument, schedule(instrument, (SCANS - 1) * 4.0), np.random.default_rng(2))


def test_false_detections_are_as_many_as_given_and_poisson():
    plots = clutter(NOISY)
    counts = np.bincount(plots.look, minlength=SCANS)
    assert len(counts) == SCANS
    assert counts.mean() == pytest.approx(2.5, abs=4 * np.sqrt(2.5 / SCANS))
    assert counts.var() == pytest.approx(2.5, abs=4 * np.sqrt((2.5 + 2 * 2.5**2) / SCANS))
    assert (plots.source == FALSE_DETECTION).all()


def test_false_detections_are_uniform_over_the_covered_ground_and_all_round():
    plots = clutter(NOISY + "min_elevation_deg = 2.0\nmax_elevation_deg = 40.0\n")
    inner, outer = 5000.0**2, 30000.0**2
    for share in (
        (plots.range_m**2 - inner) / (outer - inner),
        plots.azimuth_rad / (2 * np.pi),
        (np.degrees(plots.elevation_rad) - 2.0) / 38.0,
    ):
        assert stats.kstest(share, "uniform").pvalue > 1e-3


def test_the_rate_for_a_square_kilometre_is_multiplied_by_the_covered_area():
    rate = NOISY.replace("false_detections_per_scan = 2.5", "false_detections_per_km2 = 0.001")
    area_km2 = np.pi * (30.0**2 - 5.0**2)
    assert only_instrument(rate).false_per_scan == pytest.approx(0.001 * area_km2)


def test_the_worlds_rate_overrides_that_of_the_site_file():
    instrument = only_instrument(NOISY, '[[perception]]\nkind = "radar"\nfalse_detections_per_scan = 7.0\n')
    assert instrument.false_per_scan == 7.0


def test_cars_drive_along_the_road_at_their_speed_from_either_end():
    scenario = small(ROAD)
    cars = passes(scenario.noise[0], scenario.site.frame, 3, 36_000.0)
    assert len(cars) == pytest.approx(600, abs=4 * np.sqrt(600))
    west = sum(car.state[0, 0] < 0 for car in cars) / len(cars)
    assert west == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(len(cars)))
    for car in cars[:50]:
        speed = np.linalg.norm(car.state[:, 3:], axis=1)
        assert ((speed > 14.999) & (speed < 25.001)).all()
        assert np.ptp(speed) < 1e-9
        moved = np.linalg.norm(np.diff(car.state[:, :3], axis=0), axis=1)
        assert (moved <= speed[0] + 1e-6).all()
        # Heights are of the road, at the foot of the tangent plane.
        _, _, height = scenario.site.frame.to_geodetic(car.state[:, :3])
        assert (np.abs(height) < 5.0).all()
