from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.stats import norm
from tests.tracking import twin
from tests.tracking.made import STRAIGHT, changed, looks_of, mask_of, rows_of, sensor_model, undetected_of
from tests.tracking.plain import plain

from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    COMPONENTS,
    EAST,
    ELEVATION,
    FALSE_HEIGHT_M,
    FALSE_SPEED_MPS,
    NORTH,
    PERCEPTION,
    RANGE,
    RANGE_RATE,
    UP,
    VELOCITY_EAST,
    VELOCITY_NORTH,
    Record,
    Undetected,
    records,
)
from tocsin.tracking.kernels.undetected import drift as compiled_drift
from tocsin.units import FloatArray

module = plain("undetected")
OUTSIDE = STRAIGHT.birth_rate_per_m2_s * STRAIGHT.lifetime_s
LOW = changed(STRAIGHT, altitude_up_m=100.0, altitude_sigma_m=20.0)
SIGMA = np.array([30.0, 0.01, 0.001, 1.0, 20.0, 20.0, 10.0, 2.0, 2.0, 1.0])
RADAR = sensor_model(max_range_m=10_000.0, min_range_m=1000.0, clutter_per_m2=3e-8, visible_prior=0.7)


def drifted_by_matrix(grid: FloatArray, outside: float, share: float, survives: float) -> FloatArray:
    """The same step with a dense matrix over all cells and one more for the sky around them."""
    rows, columns = grid.shape
    size = rows * columns
    step = np.zeros((size, size + 1))
    for a in range(rows):
        for b in range(columns):
            here = a * columns + b
            step[here, here] += 1 - 4 * share
            for north, east in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                inside = 0 <= a + north < rows and 0 <= b + east < columns
                step[here, (a + north) * columns + b + east if inside else size] += share
    mixed = step @ np.append(grid.ravel(), outside)
    return np.asarray((survives * mixed + outside * (1 - survives)).reshape(grid.shape))


@pytest.mark.parametrize("dt_s", [0.1, 2.0, 300.0])
def test_drift_is_survival_birth_and_exchange_with_the_neighbours(dt_s: float) -> None:
    undetected = undetected_of(half_m=3000.0)
    undetected.intensity[:] = OUTSIDE * np.random.default_rng(1).random((6, 6))
    mean_speed = STRAIGHT.speed_sigma_mps * math.sqrt(2 / math.pi)
    share = min(0.2, 0.5 * mean_speed * dt_s / undetected.cell_m)
    survives = math.exp(-dt_s / STRAIGHT.lifetime_s)
    expected = drifted_by_matrix(undetected.intensity[0], OUTSIDE, share, survives)
    module.drift(undetected, rows_of(STRAIGHT), dt_s)
    np.testing.assert_allclose(undetected.intensity[0], expected, rtol=1e-12)


def test_one_class_drifts_to_the_bit_as_written_here() -> None:
    undetected = undetected_of(half_m=3000.0)
    undetected.intensity[:] = OUTSIDE * np.random.default_rng(4).random((6, 6))
    around = np.pad(undetected.intensity[0], 1, constant_values=OUTSIDE)
    here, north, south = around[1:-1, 1:-1], around[2:, 1:-1], around[:-2, 1:-1]
    share = 0.5 * math.sqrt(2.0 / math.pi) * STRAIGHT.speed_sigma_mps * 2.0 / undetected.cell_m
    survives = math.exp(-2.0 / STRAIGHT.lifetime_s)
    mixed = here + share * (south + north + around[1:-1, :-2] + around[1:-1, 2:] - 4.0 * here)
    for drift in (module.drift, compiled_drift):
        grid = undetected._replace(intensity=undetected.intensity.copy())
        drift(grid, rows_of(STRAIGHT), 2.0)
        np.testing.assert_array_equal(grid.intensity[0], survives * mixed + OUTSIDE * (1.0 - survives))


def hidden_and_not(undetected: Undetected, dt_s: float) -> FloatArray:
    """Change of the classes in dt_s: each pair of open and hidden by the generator of its chain."""
    shares, change = undetected.classes.share, np.eye(len(undetected.classes))
    for c in range(1, len(shares)):
        usual, rate = shares[c] / (shares[0] + shares[c]), 1.0 / undetected.classes.hold_s[c]
        generator = np.zeros_like(change)
        generator[0, c], generator[c, 0] = rate * (1.0 - usual), rate * usual
        generator -= np.diag(generator.sum(axis=0))
        change = expm(generator * dt_s) @ change
    return change


@pytest.mark.parametrize("dt_s", [0.1, 4.0, 300.0])
def test_objects_hide_from_a_sensor_and_emerge_as_the_visibility_of_a_track_changes(dt_s: float) -> None:
    undetected = undetected_of(half_m=3000.0, hidden={1: 0.02, 3: 0.1})
    undetected.intensity[:] *= np.random.default_rng(2).random((3, 6, 6))
    mean_speed = STRAIGHT.speed_sigma_mps * math.sqrt(2 / math.pi)
    share = min(0.2, 0.5 * mean_speed * dt_s / undetected.cell_m)
    survives = math.exp(-dt_s / STRAIGHT.lifetime_s)
    drifted = [
        drifted_by_matrix(grid, OUTSIDE * part, share, survives)
        for grid, part in zip(undetected.intensity, undetected.classes.share, strict=True)
    ]
    expected = np.einsum("ij,jab->iab", hidden_and_not(undetected, dt_s), np.array(drifted))
    module.drift(undetected, rows_of(STRAIGHT), dt_s)
    np.testing.assert_allclose(undetected.intensity, expected, rtol=1e-11)


def test_a_sky_of_several_classes_that_nobody_looks_at_stays_as_it_is() -> None:
    undetected = undetected_of(OUTSIDE, hidden={0: 0.02, 1: 0.15})
    before = undetected.intensity.copy()
    for _ in range(50):
        module.drift(undetected, rows_of(STRAIGHT), 4.0)
    np.testing.assert_allclose(undetected.intensity, before, rtol=1e-12)


def test_silence_thins_all_but_what_is_hidden_from_the_sensor() -> None:
    unseen = np.random.default_rng(3).random((6, 6))
    for sensor, thinned in ((0, [1, 0, 1]), (1, [1, 1, 0]), (2, [1, 1, 1])):
        undetected = undetected_of(hidden={0: 0.02, 1: 0.1})
        before = undetected.intensity.copy()
        module.find_nothing(undetected, unseen, sensor)
        for c, is_thinned in enumerate(thinned):
            expected = before[c] * unseen if is_thinned else before[c]
            np.testing.assert_array_equal(undetected.intensity[c], expected)


def test_what_a_fast_blind_sensor_never_found_is_left_for_others() -> None:
    undetected, motions = undetected_of(OUTSIDE, hidden={0: 0.02}), rows_of(STRAIGHT)
    for _ in range(600):
        module.drift(undetected, motions, 0.1)
        module.find_nothing(undetected, np.full((6, 6), 0.5), 0)
    here, where = (10.0, 20.0), np.array([10.0, 20.0, 800.0])
    of_fast = module.perceptible_at(undetected, STRAIGHT, module.hidden_class(undetected, 0), *here)
    of_slow = module.perceptible_at(undetected, STRAIGHT, module.hidden_class(undetected, 1), *here)
    # In a minute two thirds of what was hidden came out, and was seen then.
    assert 0.3 * 0.02 * OUTSIDE < of_slow < 0.02 * OUTSIDE
    assert of_fast < 0.05 * of_slow
    perception = records(PERCEPTION, 1, 2)
    perception.visible = 0.98
    module.tell_visible(undetected, STRAIGHT, 1, where, perception, 0)
    assert perception.visible[0, 0] < 0.05 and perception.visible[0, 1] == 0.98
    perception.visible = 0.98
    module.tell_visible(undetected, STRAIGHT, 0, where, perception, 0)
    assert perception.visible[0].tolist() == [0.98, 0.98]


def test_a_sky_nobody_looks_at_stays_as_it_is_and_an_emptied_one_fills_again() -> None:
    full, emptied = undetected_of(OUTSIDE), undetected_of(0.0)
    for _ in range(400):
        module.drift(full, rows_of(STRAIGHT), 30.0)
        module.drift(emptied, rows_of(STRAIGHT), 30.0)
    np.testing.assert_allclose(full.intensity, OUTSIDE, rtol=1e-12)
    np.testing.assert_allclose(emptied.intensity, OUTSIDE, rtol=1e-3)


def test_what_is_no_search_leaves_all_undetected() -> None:
    undetected = undetected_of(2e-9, hidden={0: 0.02})
    before = undetected.intensity.copy()
    module.find_nothing(undetected, np.zeros((0, 0)), 1)
    np.testing.assert_array_equal(undetected.intensity, before)


def test_beyond_the_grid_nobody_has_looked() -> None:
    undetected = undetected_of(1e-9, half_m=1000.0)
    assert module.intensity_at(undetected, STRAIGHT, 0, 999.0, -999.0) == 1e-9
    classed = undetected_of(1e-9, half_m=1000.0, hidden={1: 0.1})
    for east, north in ((1001.0, 0.0), (-1001.0, 0.0), (0.0, 1001.0), (0.0, -1001.0)):
        assert module.intensity_at(undetected, STRAIGHT, 0, east, north) == pytest.approx(OUTSIDE)
        assert module.intensity_at(classed, STRAIGHT, 1, east, north) == pytest.approx(0.1 * OUTSIDE)


def test_the_map_is_the_detection_probability_over_each_cell() -> None:
    undetected, sensor = undetected_of(half_m=12_000.0), sensor_model(seed=None, max_range_m=8000.0)
    seen = module.detection_map(undetected, STRAIGHT, sensor)
    for a, b in ((0, 0), (2, 3), (3, 5)):
        middle = (np.array([b, a]) + 0.5) * undetected.cell_m - 12_000.0
        place = np.array([*middle, twin.prior_up(STRAIGHT, middle)])
        expected = twin.detection_probability(sensor, place, undetected.cell_m / 2, STRAIGHT.altitude_sigma_m)
        assert seen[a, b] == pytest.approx(expected, abs=1e-8)


def a_slope(
    half_m: float = 30_000.0, cells: int = 60, hidden: Mapping[int, float] | None = None
) -> Undetected:
    """An intensity that falls to the east."""
    undetected = undetected_of(1.0, half_m, cells, hidden)
    undetected.intensity[:] *= 1e-8 * np.linspace(2.0, 1.0, cells)
    return undetected


def seen_objects(undetected: Undetected, sensor: Record, steps: int = 200) -> float:
    """Integral of intensity times visibility times Pd over the ground, all at the expected height."""
    side = np.linspace(-sensor.max_range_m, sensor.max_range_m, steps + 1)[:-1] + sensor.max_range_m / steps
    total = 0.0
    for east in side:
        for north in side:
            slant = math.hypot(east, north, LOW.altitude_up_m)
            if sensor.min_range_m < slant < sensor.max_range_m:
                pd = twin.by_range(sensor, slant)
                total += pd * twin.findable_at(undetected, LOW, sensor, np.array([east, north])).sum()
    return float(total * (2 * sensor.max_range_m / steps) ** 2)


def density(
    undetected: Undetected, sensor: Record, mask: int, values: dict[int, float]
) -> tuple[float, float]:
    """(new, false) at a detection with these components."""
    measured = np.zeros(COMPONENTS)
    measured[list(values)] = list(values.values())
    look, position = looks_of(measured, SIGMA, mask)[0], np.full(3, np.nan)
    if plain("birth").can_make_a_track(mask):
        plain("birth").locate(sensor, LOW, look, position)
    new, false = module.densities(undetected, LOW, sensor, look, position, np.empty(8))
    return float(new), float(false)


def integral(mask: int, axes: dict[int, FloatArray], sensor: Record = RADAR) -> FloatArray:
    """Of (new, false) over a grid of midpoints."""
    undetected, total = a_slope(), np.zeros(2)
    volume = math.prod(float(points[1] - points[0]) for points in axes.values())
    for values in np.array(np.meshgrid(*axes.values())).reshape(len(axes), -1).T:
        total += density(undetected, sensor, mask, dict(zip(axes, values, strict=True)))
    return total * volume


def middles(low: float, high: float, count: int) -> FloatArray:
    return np.asarray(low + (high - low) * (np.arange(count) + 0.5) / count)


AROUND = middles(-math.pi, math.pi, 8)
FALSE_PER_SCAN = 3e-8 * math.pi * (10_000.0**2 - 1000.0**2)


def test_densities_of_a_2d_radar_integrate_to_what_it_should_find() -> None:
    new, false = integral(mask_of(RANGE, AZIMUTH), {RANGE: middles(1000.0, 10_000.0, 40), AZIMUTH: AROUND})
    assert new == pytest.approx(seen_objects(a_slope(), RADAR), rel=0.02)
    assert false == pytest.approx(FALSE_PER_SCAN, rel=0.01)


def test_densities_of_a_radar_with_elevation_integrate_to_what_it_should_find() -> None:
    sensor = changed(RADAR, min_range_m=4000.0, max_range_m=8000.0)
    axes = {RANGE: middles(4000.0, 8000.0, 12), AZIMUTH: AROUND, ELEVATION: middles(-0.01, 0.05, 50)}
    new, false = integral(mask_of(RANGE, AZIMUTH, ELEVATION), axes, sensor)
    assert new == pytest.approx(seen_objects(a_slope(), sensor), rel=0.03)
    # False detections are spread over all elevations, of which this is a part.
    per_scan = 3e-8 * math.pi * (8000.0**2 - 4000.0**2)
    assert false == pytest.approx(per_scan * 0.06 / math.pi, rel=0.01)


def test_densities_of_bearings_integrate_to_what_it_should_find() -> None:
    new, false = integral(mask_of(AZIMUTH), {AZIMUTH: middles(-math.pi, math.pi, 40)})
    # What a sensor that points could perceive has mostly been found by then: the last ten seconds' are new.
    lifetime_s = float(LOW.lifetime_s)
    assert new == pytest.approx(10.0 / lifetime_s * seen_objects(a_slope(), RADAR), rel=0.03)
    assert false == pytest.approx(2 * math.pi * RADAR.clutter_per_rad, rel=1e-9)
    per_elevation = density(a_slope(), RADAR, mask_of(AZIMUTH, ELEVATION), {AZIMUTH: 0.3})
    both = density(a_slope(), RADAR, mask_of(AZIMUTH), {AZIMUTH: 0.3})
    np.testing.assert_allclose(np.array(per_elevation) * math.pi, both)


def test_densities_of_positions_integrate_to_what_should_be_reported() -> None:
    ground = middles(-10_000.0, 10_000.0, 40)
    new, false = integral(mask_of(EAST, NORTH), {EAST: ground, NORTH: ground})
    assert new == pytest.approx(seen_objects(a_slope(), RADAR), rel=0.02)
    assert false == pytest.approx(3e-8 * 20_000.0**2, rel=1e-9)


@pytest.mark.parametrize("component", [RANGE_RATE, VELOCITY_EAST, VELOCITY_NORTH, UP])
def test_every_further_component_has_a_density_of_its_own(component: int) -> None:
    base = mask_of(RANGE, AZIMUTH) if component == RANGE_RATE else mask_of(EAST, NORTH)
    place = {RANGE: 5000.0, AZIMUTH: 0.5} if component == RANGE_RATE else {EAST: 4000.0, NORTH: 1000.0}
    without = density(a_slope(), RADAR, base, place)
    mean, spread = 0.0, math.hypot(LOW.speed_sigma_mps, SIGMA[component])
    span = 2 * FALSE_SPEED_MPS
    if component == UP:
        mean = float(twin.prior_up(LOW, [4000.0, 1000.0]))
        spread, span = math.hypot(LOW.altitude_sigma_m, SIGMA[UP]), FALSE_HEIGHT_M
    value = mean + 0.7 * spread
    new, false = density(a_slope(), RADAR, base | 1 << component, place | {component: value})
    assert new == pytest.approx(without[0] * norm.pdf(value, mean, spread), rel=2e-3)
    assert false == pytest.approx(without[1] / span)


@pytest.mark.parametrize("mask", [mask_of(RANGE, AZIMUTH), mask_of(AZIMUTH)])
def test_what_is_hidden_from_a_sensor_is_in_no_detection_of_it_and_in_those_of_others(mask: int) -> None:
    place = {RANGE: 5000.0, AZIMUTH: 0.5}
    values = {component: value for component, value in place.items() if mask >> component & 1}
    # One that perceives nine of ten, by classes and by a factor: the same where nobody has looked.
    nine = changed(RADAR, visible_prior=0.9)
    as_class, as_factor = a_slope(hidden={0: 0.1}), a_slope()
    expected = density(as_factor, nine, mask, values)[0]
    assert density(as_class, nine, mask, values)[0] == pytest.approx(expected, rel=1e-12)
    other = changed(RADAR, number=1)
    expected = density(as_factor, other, mask, values)[0]
    assert density(as_class, other, mask, values)[0] == pytest.approx(expected, rel=1e-12)
    as_class.intensity[1] = 0.0
    assert density(as_class, nine, mask, values)[0] == pytest.approx(0.9 / 0.7 * expected, rel=1e-12)


def test_an_object_that_was_looked_for_in_vain_is_less_likely_there() -> None:
    empty = undetected_of(1e-12, half_m=5000.0)
    inside: Any = {RANGE: 3000.0, AZIMUTH: 0.5}
    outside: Any = {RANGE: 8000.0, AZIMUTH: 0.5}
    mask = mask_of(RANGE, AZIMUTH)
    assert density(empty, RADAR, mask, inside)[0] < 1e-3 * density(empty, RADAR, mask, outside)[0]
