"""The wind at a track: as it is told, between heights, and as unsure as the height is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.assessment.pictures import diagonal, make_site

from tocsin.assessment.winds import Winds
from tocsin.units import FloatArray

LOW = {"altitude_m": 100.0, "speed_mps": 4.0, "from_deg": 180.0, "sigma_mps": 1.0}
HIGH = {"altitude_m": 1100.0, "speed_mps": 10.0, "from_deg": 270.0, "sigma_mps": 2.0}


def at(winds: list[dict[str, Any]], up_m: float, sigma_m: float = 1.0, **site: Any) -> FloatArray:
    state = np.array([[0.0, 0.0, up_m, 0.0, 0.0, 0.0]])
    covariance = diagonal(30, 30, sigma_m, 1, 1, 1)[np.newaxis]
    wind: FloatArray = Winds(make_site(winds=winds, **site)).at(state, covariance)[0]
    return wind


def test_where_nothing_is_told_any_wind_may_blow() -> None:
    np.testing.assert_array_equal(at([], 500.0), [0.0, 0.0, 6.0])
    assert not Winds(make_site()).is_told


def test_the_wind_comes_from_where_it_is_said_to_come_from() -> None:
    np.testing.assert_allclose(at([LOW], 5000.0), [0.0, 4.0, 1.0], atol=1e-9)
    np.testing.assert_allclose(at([HIGH], 0.0), [10.0, 0.0, 2.0], atol=1e-9)


@pytest.mark.parametrize(("up_m", "share"), [(-50.0, 0.0), (100.0, 0.0), (600.0, 0.5), (3000.0, 1.0)])
def test_between_heights_it_is_interpolated_in_whatever_order_they_stand(up_m: float, share: float) -> None:
    for winds in ([LOW, HIGH], [HIGH, LOW]):
        np.testing.assert_allclose(at(winds, up_m)[:2], [10.0 * share, 4.0 * (1 - share)], atol=1e-9)


def test_heights_are_above_the_ellipsoid_and_tracks_above_the_site() -> None:
    np.testing.assert_allclose(at([LOW, HIGH], 500.0, site={"altitude_m": 100.0})[:2], [5.0, 2.0], atol=1e-9)


def test_who_does_not_know_the_height_does_not_know_the_wind() -> None:
    assert at([LOW, HIGH], 600.0, 1.0)[2] == pytest.approx(1.5, abs=0.01)
    # Half of what it changes by from there to both ends: 5 m/s and 2 m/s each.
    assert at([LOW, HIGH], 600.0, 1000.0)[2] == pytest.approx(np.sqrt(1.5**2 + 0.5 * (25 + 4)))
    assert at([LOW], 600.0, 1000.0)[2] == 1.0
