from __future__ import annotations

import math

import numpy as np
import pytest

from tocsin.geo.frame import LocalFrame
from tocsin.geo.polygon import Polygon
from tocsin.model.reachable import reach_of
from tocsin.model.zones import Zone

SPEED_MPS = 40.0
SURE = np.diag([1e-9] * 6)


def flying_north(unseen_s: float, speed_mps: float = SPEED_MPS) -> np.ndarray:
    """As a tracker carries it on: from the origin, where it was last seen."""
    return np.array([0.0, speed_mps * unseen_s, 500.0, 0.0, speed_mps, 0.0])


def flown(turn_s: float, right: bool, unseen_s: float, bank_deg: float, speed_mps: float) -> np.ndarray:
    """Where a flight is that turns for a while with a bank and then goes straight on, by small steps."""
    rate = 9.81 * math.tan(math.radians(bank_deg)) / speed_mps * (1.0 if right else -1.0)
    steps = np.arange(0.0, unseen_s, 0.05)
    heading = np.minimum(steps, turn_s) * rate
    return 0.05 * speed_mps * np.array([np.sin(heading).sum(), np.cos(heading).sum()])


@pytest.mark.parametrize("unseen_s", [10.0, 45.0, 300.0])
def test_no_flight_of_that_speed_and_bank_gets_out_of_its_reach(unseen_s: float) -> None:
    outline = Polygon(
        reach_of(flying_north(unseen_s), np.diag([4.0] * 6) * 10.0, unseen_s, SPEED_MPS).outline_m
    )
    draw = np.random.default_rng(1)
    for _ in range(300):
        end = flown(draw.uniform(0.0, 30.0), draw.random() < 0.5, unseen_s, draw.uniform(5.0, 45.0),
                    draw.uniform(15.0, SPEED_MPS))  # fmt: skip
        assert outline.signed_distance(end) < 0.02 * SPEED_MPS * unseen_s


def test_it_reaches_farthest_ahead_and_less_far_behind_for_it_must_turn() -> None:
    reach = reach_of(flying_north(120.0), SURE, 120.0, SPEED_MPS)
    assert reach.outline_m[:, 1].max() == pytest.approx(SPEED_MPS * 120.0, rel=1e-3)
    behind = -reach.outline_m[:, 1].min()
    turn_m = SPEED_MPS**2 / 9.81
    assert behind == pytest.approx(SPEED_MPS * 120.0 - math.pi * turn_m, rel=0.02)
    assert reach.radius_m == pytest.approx(SPEED_MPS * 120.0, rel=1e-3)


def test_what_hovers_turns_on_the_spot() -> None:
    reach = reach_of(flying_north(120.0, 10.0), SURE, 120.0, 20.0, can_hover=True)
    np.testing.assert_allclose(np.hypot(*reach.outline_m.T), 2400.0, rtol=1e-6)


def test_the_heading_turns_the_reach() -> None:
    east = np.array([SPEED_MPS * 120.0, 0.0, 0.0, SPEED_MPS, 0.0, 0.0])
    reach = reach_of(east, SURE, 120.0, SPEED_MPS)
    assert reach.outline_m[:, 0].max() == pytest.approx(SPEED_MPS * 120.0, rel=1e-3)
    assert -reach.outline_m[:, 0].min() < SPEED_MPS * 120.0 - 300.0


def test_what_was_not_known_of_the_place_is_added_and_what_time_added_is_not() -> None:
    covariance = np.diag([100.0**2 + (5.0 * 60.0) ** 2] * 2 + [1.0] + [25.0] * 3)
    reach = reach_of(flying_north(60.0), covariance, 60.0, SPEED_MPS)
    assert reach.radius_m == pytest.approx(SPEED_MPS * 60.0 + 300.0)


def test_the_earliest_time_at_which_it_can_be_in_a_zone() -> None:
    frame = LocalFrame.from_degrees(10.0, 20.0, 0.0)
    latitude, longitude, _ = frame.to_geodetic(
        np.array([(e, n, 0.0) for e, n in ((-500, 4000), (500, 4000), (500, 5000), (-500, 5000))])
    )
    corners = tuple(zip(np.degrees(latitude).tolist(), np.degrees(longitude).tolist(), strict=True))
    zone = Zone.of(frame, "Town", corners, -100.0, 5000.0, 60.0, "en")
    assert reach_of(flying_north(60.0), SURE, 60.0, SPEED_MPS).earliest_s(zone) == pytest.approx(
        40.0, abs=0.1
    )
    assert reach_of(flying_north(120.0), SURE, 120.0, SPEED_MPS).earliest_s(zone) == 0.0
