"""How objects without a track move, age, become tentative and are born."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.tracking.test_heard_drones import NO_TRACK, PRIOR, listener

from tocsin.tracking.heard import HeardField, Prior
from tocsin.units import NANOSECONDS_PER_SECOND


def deaf_field(prior: Prior = PRIOR) -> HeardField:
    return HeardField([listener([0.0, 0.0, 0.0], chances=np.zeros(3))], prior)


def hear_nothing(field: HeardField, time_s: float) -> None:
    one = NO_TRACK
    field.hear(round(time_s * 1e9), [0], [False], one)


@pytest.mark.parametrize("times_s", [[1.0, 2.0, 3.0, 30.0], [1.5, 100.2, 400.9], [10.0, 20_000.0]])
def test_a_sky_nobody_can_hear_stays_as_it_is(times_s: list[float]) -> None:
    field = deaf_field()
    before = field.checkpoint()[0]
    for time_s in times_s:
        hear_nothing(field, time_s)
    np.testing.assert_allclose(field.checkpoint()[0], before, rtol=1e-12)


def test_an_emptied_sky_fills_again_from_its_edge_and_by_births() -> None:
    field = deaf_field()
    full, *rest = field.checkpoint()
    field.go_back_to((0.0 * full, *rest))
    hear_nothing(field, 1.0)
    hear_nothing(field, 61.0)
    born = 1.0 - math.exp(-60.0 / PRIOR.lifetime_s)
    share = field.checkpoint()[0][0].sum(axis=0) / full[0].sum(axis=0)
    assert share.min() == pytest.approx(born, rel=0.5)
    assert share.max() > 3.0 * born
    hear_nothing(field, 3600.0)
    np.testing.assert_allclose(field.checkpoint()[0], full, rtol=0.05)


def with_tentative(existence: float, sigma_m: float, witnesses: int, rows: int = 1) -> HeardField:
    """Two nodes that hear nothing, and tentative objects above the first, all just as far from being born."""
    places = ([0.0, 0.0, 0.0], [2500.0, 0.0, 0.0])
    field = HeardField([listener(place, np.zeros(3)) for place in places], PRIOR)
    hear_nothing(field, 1.0)
    density, _, _, _, _, *rest = field.checkpoint()
    spot = np.exp(-0.5 * (field._lattice.centre**2).sum(axis=1) / sigma_m**2)
    spot = existence * spot / spot.sum() * field._lattice.share[:, None]
    support = np.zeros((1 + rows, 2))
    support[1:, :witnesses] = 2.0
    field.go_back_to(
        (
            np.concatenate([density, np.tile(spot, (rows, 1, 1))]), np.ones(1 + rows),
            np.array([0.0, *np.full(rows, existence)]), np.full((1 + rows, 2), 0.1), support, *rest,
        )
    )  # fmt: skip
    return field


@pytest.mark.parametrize(
    ("existence", "sigma_m", "witnesses", "births"),
    [(0.95, 600.0, 2, 1), (0.7, 600.0, 2, 0), (0.95, 1000.0, 2, 0), (0.95, 600.0, 1, 0)],
)
def test_what_is_born_is_sure_and_compact_and_two_nodes_heard_it(
    existence: float, sigma_m: float, witnesses: int, births: int
) -> None:
    field = with_tentative(existence, sigma_m, witnesses)
    born = field.hear(2 * NANOSECONDS_PER_SECOND, [0], [False], NO_TRACK).births
    assert len(born.existence) == births
    assert len(field.checkpoint()[0]) == 2 - births
    if births:
        sigma = np.sqrt(np.diag(born.covariance[0]))
        np.testing.assert_allclose(
            sigma[:2], math.hypot(sigma_m, field._lattice.cell_m / math.sqrt(12)), rtol=0.02
        )
        np.testing.assert_allclose(sigma[[2, 5]], [200.0, 2.0])
        np.testing.assert_allclose(sigma[3:5], 25.0, rtol=0.15)
        assert born.existence[0] == pytest.approx(0.95, rel=0.01)


def test_a_tentative_object_ages_and_becomes_intensity_again() -> None:
    field = with_tentative(0.06, 400.0, 2)
    hear_nothing(field, 61.0)
    density, _, existence, visible, support, *_ = field.checkpoint()
    assert existence[1] == pytest.approx(0.06 * math.exp(-60.0 / PRIOR.lifetime_s), rel=0.02)
    np.testing.assert_allclose(support[1], 2.0 * math.exp(-1.0))
    np.testing.assert_allclose(visible[1], 0.9 - 0.8 * math.exp(-0.5))
    hear_nothing(field, 221.0)
    after = field.checkpoint()[0]
    assert len(after) == 1
    assert after.sum() == pytest.approx(density[0].sum() + 0.06 * math.exp(-220.0 / 900.0), rel=0.1)


def test_an_intensity_that_holds_enough_becomes_one_tentative_object() -> None:
    for rows, expected in ((0, 2), (8, 9)):
        field = with_tentative(0.3, 400.0, 0, rows)
        density, *rest = field.checkpoint()
        density[0, :, int(np.argmin((field._lattice.centre**2).sum(axis=1)))] += 0.6 * field._lattice.share
        field.go_back_to((density, *rest))
        hear_nothing(field, 2.0)
        density, scale, existence, *_ = field.checkpoint()
        assert len(density) == expected
        if rows == 0:
            mass = density[1].sum()
            assert mass == pytest.approx(0.6, abs=0.1)
            assert existence[1] == pytest.approx(mass / (1 + mass))
            assert scale[1] * mass == pytest.approx(existence[1])
            assert density[0].sum() < 0.1


def test_after_a_long_silence_of_the_line_all_is_forgotten() -> None:
    field = with_tentative(0.95, 1000.0, 0)
    fresh = HeardField([listener([x, 0.0, 0.0], np.zeros(3)) for x in (0.0, 2500.0)], PRIOR)
    hear_nothing(field, 400_000.0)
    for old, new in zip(field.checkpoint()[:6], fresh.checkpoint()[:6], strict=True):
        np.testing.assert_array_equal(old, new)


def test_what_has_a_velocity_moves_with_it() -> None:
    field = deaf_field(PRIOR._replace(birth_rate_per_m2_s=0.0))
    density, *rest = field.checkpoint()
    lattice = field._lattice
    k = int(np.argmax(lattice.velocity[:, 0]))
    middle = int(np.argmin((lattice.centre**2).sum(axis=1)))
    density[:] = 0.0
    density[0, k, middle] = 0.1  # too little to become a tentative object
    field.go_back_to((density, *rest))
    hear_nothing(field, 1.0)
    hear_nothing(field, 41.0)
    moved, offset = field.checkpoint()[0][0, k], field.checkpoint()[5][k]
    there = lattice.centre[int(np.argmax(moved))] + offset
    np.testing.assert_allclose(there, lattice.centre[middle] + 40.0 * lattice.velocity[k], atol=1e-6)
    assert field.checkpoint()[0].sum() == pytest.approx(0.1 * math.exp(-40.0 / 900.0), rel=1e-3)


def test_what_has_a_velocity_drifts_apart_for_it_may_be_any_of_the_velocitys_cell() -> None:
    field = deaf_field(PRIOR._replace(birth_rate_per_m2_s=0.0))
    density, *rest = field.checkpoint()
    lattice = field._lattice
    still = int(np.argmin((lattice.velocity**2).sum(axis=1)))
    middle = int(np.argmin((lattice.centre**2).sum(axis=1)))
    density[:] = 0.0
    density[0, still, middle] = 0.1
    field.go_back_to((density, *rest))
    hear_nothing(field, 1.0)
    hear_nothing(field, 8.0)
    after = field.checkpoint()[0][0, still]
    away_m2 = (after[:, None] * (lattice.centre - lattice.centre[middle]) ** 2).sum(axis=0) / after.sum()
    # 25 m/s wide hexagons, kept for 15 s: a random walk of 2 D t on either axis.
    np.testing.assert_allclose(away_m2, 2.0 * (5.0 / 72.0 * 25.0**2) * 15.0 * 8.0, rtol=0.05)
