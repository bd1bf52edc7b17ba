import numpy as np
import pytest
from tests.simulation.small import RADAR, only_instrument

from tocsin.simulation.multipath import with_copies
from tocsin.simulation.plots import Plots

KEYS = "multipath_probability = 0.4\nmultipath_excess_m = 250.0\n"


def copies_at(seconds, seed=1):
    """Copies of an object that stands 8 km away, and how many plots there were of itself."""
    count = len(seconds)
    rows = Plots(
        look=np.arange(count),
        time_s=seconds,
        source=np.full(count, 3),
        range_m=np.full(count, 8_000.0),
        azimuth_rad=np.full(count, 1.0),
        elevation_rad=np.full(count, 0.1),
        range_rate_mps=np.full(count, -20.0),
    )
    found = with_copies(only_instrument(RADAR + KEYS), rows, np.random.default_rng(seed))
    assert (found.range_m[:count] == 8_000.0).all()
    return found.take(np.arange(count, len(found)))


def test_a_share_of_the_plots_has_a_copy_of_the_same_object_in_its_direction():
    copies = copies_at(np.arange(4_000.0))
    assert len(copies) / 4_000 == pytest.approx(0.4, abs=0.03)
    assert (copies.source == 3).all()
    assert copies.azimuth_rad.mean() == pytest.approx(1.0, abs=1e-3)
    assert copies.azimuth_rad.std() == pytest.approx(np.radians(0.5), rel=0.1)
    assert copies.range_rate_mps.mean() == pytest.approx(-20.0, abs=0.2)


def test_the_excess_is_exponential_over_objects_and_changes_slowly():
    excess = np.concatenate([copies_at(np.arange(12.0), seed).range_m[:1] - 8_000.0 for seed in range(2_000)])
    assert excess.mean() == pytest.approx(250.0, abs=25.0)
    assert np.median(excess) == pytest.approx(250.0 * np.log(2.0), abs=25.0)
    one = copies_at(np.arange(10.0), seed=7).range_m
    assert np.ptp(one) < 250.0
