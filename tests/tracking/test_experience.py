"""What the filter learns of its sensors while it runs, and uses."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from tests.tracking.made import SECOND_NS, START_NS, make_site

from tocsin.tracking.filter import Filter
from tocsin.tracking.kernels.layout import AZIMUTH, LOOK, RANGE, Records, records
from tocsin.tracking.settings import usual_sigmas

RADAR: dict[str, Any] = {
    "kind": "radar", "period_s": 1.0, "max_range_m": 20_000.0, "range_sigma_m": 20.0,
    "azimuth_sigma_deg": 0.5, "detection_probability": 0.9, "false_detections_per_scan": 1.0,
}  # fmt: skip
OBJECTS = 6
HALF_A_DEGREE = math.radians(0.5)
SITE = make_site(RADAR, RADAR, RADAR, birth_rate_per_km2_s=1e-6)
# All fly at the radar's height: where that is left open, ranges of 4 km bend more than innovations allow for.
LEVEL = {"altitude_m": 0.0, "altitude_sigma_m": 1.0, "vertical_speed_sigma_mps": 0.01}
LEVEL_SITE = make_site(RADAR, RADAR, RADAR, birth_rate_per_km2_s=1e-6, **LEVEL)


def scan(
    filtering: Filter, sensor: int, second: float, rng: np.random.Generator, seen: float = 0.9,
    turned_rad: float = 0.0, errors: float = 1.0,
) -> None:  # fmt: skip
    """One look of a radar at the origin at objects that fly outwards, each on its own radial."""
    bearing = np.linspace(0.3, 6.0, OBJECTS)
    ranges = 4000.0 + 30.0 * second + 200.0 * np.arange(OBJECTS)
    found = rng.random(OBJECTS) < seen
    sigma = np.array(usual_sigmas(SITE.sensors[sensor]))
    looks: Records = records(LOOK, int(found.sum()))
    noise = errors * rng.normal(size=(2, len(looks)))
    looks.measured[:, RANGE] = ranges[found] + sigma[RANGE] * noise[0]
    looks.measured[:, AZIMUTH] = bearing[found] + turned_rad + sigma[AZIMUTH] * noise[1]
    looks.sigma[:], looks.mask = sigma, 1 << RANGE | 1 << AZIMUTH
    looks.name = rng.integers(1, 1 << 60, len(looks))
    filtering.process_looks(START_NS + round(second * SECOND_NS), sensor, looks, is_whole=True)


def test_a_turned_radar_among_three_is_found_and_its_plots_turned_back() -> None:
    filtering, rng = Filter(SITE), np.random.default_rng(1)
    for second in range(120):
        for sensor in range(3):
            scan(filtering, sensor, second + sensor / 3, rng, turned_rad=HALF_A_DEGREE * (sensor == 2))
    bias = filtering.registration.bias(2)
    assert bias.is_off
    assert bias.value[AZIMUTH] == pytest.approx(HALF_A_DEGREE, rel=0.25)
    assert not filtering.registration.bias(0).is_off
    looks = records(LOOK, 1)
    looks.measured[0, AZIMUTH], looks.mask = 1.0, 1 << AZIMUTH
    corrected = filtering.registration.corrected(2, looks)
    assert corrected["measured"][0, AZIMUTH] == pytest.approx(1.0 - bias.value[AZIMUTH])


def test_a_radar_that_sees_less_than_its_site_file_says_is_believed_less() -> None:
    filtering, rng = Filter(SITE), np.random.default_rng(2)
    for second in range(240):
        scan(filtering, 0, second, rng, seen=0.95)
        scan(filtering, 1, second + 0.5, rng, seen=0.55)
    rows = filtering._sensors["detection_factor"]
    np.testing.assert_array_equal(rows, filtering.learning.detection_factor)
    ring = 2  # of 2.5 km each: where all fly for most of the time
    assert rows[1, ring] < 0.8
    assert rows[0, ring] > 0.97


@pytest.mark.parametrize(("errors", "word"), [(1.0, "ok"), (2.0, "too confident"), (0.4, "too modest")])
def test_a_sensors_health_tells_whether_its_errors_are_what_it_says(errors: float, word: str) -> None:
    filtering, rng = Filter(LEVEL_SITE), np.random.default_rng(3)
    for second in range(120):
        scan(filtering, 0, second, rng, errors=errors)
    assert filtering.consistency.health(0).word == word


def test_going_back_forgets_what_was_learnt_since() -> None:
    filtering, rng = Filter(SITE), np.random.default_rng(4)
    for second in range(30):
        scan(filtering, 0, second, rng, errors=2.0)
    before = filtering.checkpoint()
    for second in range(30, 60):
        scan(filtering, 0, second, rng, seen=0.4)
    assert not all(
        np.array_equal(now, then)
        for now, then in zip(filtering.checkpoint().learnt[1], before.learnt[1], strict=True)
    )
    filtering.go_back_to(before)
    for now, then in zip(filtering.checkpoint().learnt, before.learnt, strict=True):
        for a, b in zip(now, then, strict=True):
            np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(filtering._sensors["detection_factor"], before.learnt[1][-2])
