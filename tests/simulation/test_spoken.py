"""What all simulated speakers need to know of a run."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2, norm
from tests.simulation.small import EAR, PLANES, small

from tocsin.simulation import simulate
from tocsin.simulation.wire.spoken import bounds_95_m, looks_ns

RECEIVER = """
[[sensors]]
name = "receiver"
kind = "adsb"
latitude_deg = -47.0
longitude_deg = -127.0
period_s = 1.0
position_sigma_m = 30.0
"""
OUT = '[[perception]]\nsensors = ["ear"]\noutages = [[100.0, 300.0]]\n'


def test_a_sensor_looks_within_the_run_and_not_while_it_is_out() -> None:
    run = simulate(small(EAR, PLANES, OUT), 1)
    after_s = (np.array(looks_ns(run, 0)) - run.start_ns) / 1e9
    assert after_s.min() >= 0.0
    assert after_s.max() <= 900.0
    assert not ((after_s >= 100.0) & (after_s < 300.0)).any()
    assert len(after_s) == pytest.approx(350, abs=2)


def test_95_of_100_positions_are_within_the_bounds_that_are_told() -> None:
    on_the_plane_m, in_height_m = bounds_95_m(simulate(small(RECEIVER, PLANES), 1), 0)
    assert chi2.cdf((on_the_plane_m / 30.0) ** 2, df=2) == pytest.approx(0.95)
    assert norm.cdf(in_height_m / 30.0) - norm.cdf(-in_height_m / 30.0) == pytest.approx(0.95, abs=1e-3)
