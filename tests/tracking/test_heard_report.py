"""One report 'heard' or 'silent', and the readable twin of all that is computed from reports."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from tests.tracking.plain import plain

from tocsin.tracking.heard import Tracks
from tocsin.tracking.kernels.heard_layout import HEARD_TRACK, HEARING_POINTS, NODE, PAIR, REPORT, Sounds
from tocsin.tracking.kernels.layout import Records, records
from tocsin.units import FloatArray

kernels = plain("heard_report")
SOUND_MPS = 343.0
RANGES_M, CHANCES = np.array([0.0, 2000.0, 4000.0]), np.array([0.9, 0.9, 0.0])


# ---- the readable twin ----


def silence(pd: Any) -> float:
    """Probability that nothing is heard of objects of these Pd."""
    return float(np.prod([1.0 - p for p in np.ravel(pd)]))


def likelihood(heard: bool, stale: float, repeats: bool, false: float, silent: Any) -> Any:
    """Of one report where nothing that flies is heard with probability `silent`."""
    if heard and not repeats:
        false = min(false / (1.0 - stale), kernels.MOST_FALSE)
    says_heard = 1.0 - (1.0 - false) * silent
    anew = says_heard if heard else 1.0 - says_heard
    return stale * repeats + (1.0 - stale) * anew


def of_report(reports: Records, j: int, nodes: Records, silent: Any) -> Any:
    """The same of report j."""
    report = reports[j]
    false = nodes[report.node].false_probability
    return likelihood(bool(report.heard), report.stale, bool(report.repeats), false, silent)


def slant_then(offset: FloatArray, velocity: FloatArray) -> FloatArray:
    """How far from the node objects (..., 3) were when the sound left them that it hears now."""
    age_s = np.zeros(offset.shape[:-1])
    for _ in range(100):
        age_s = np.linalg.norm(offset - velocity * age_s[..., None], axis=-1) / SOUND_MPS
    return SOUND_MPS * age_s


def chance_at(place: FloatArray, velocity: FloatArray, node: FloatArray) -> Any:
    """Probability of hearing objects (..., 3) by where they were when the sound left them."""
    return np.interp(slant_then(place - node, velocity), RANGES_M, CHANCES)


def nodes_at(*places: tuple[float, float, float]) -> Records:
    """Nodes whose tables are those of RANGES_M and CHANCES."""
    nodes, step_m = records(NODE, len(places)), RANGES_M[-1] / (HEARING_POINTS - 1)
    table = np.interp(step_m * np.arange(HEARING_POINTS), RANGES_M, CHANCES)
    nodes.position, nodes.detection, nodes.blurred, nodes.step_m = np.array(places), table, table, step_m
    nodes.up_m, nodes.false_probability, nodes.slowness_spm = 300.0, 0.02, 1 / SOUND_MPS
    return nodes


def reports_of(node: Any, heard: Any, stale: float = 0.0, repeats: Any = False) -> Records:
    reports = records(REPORT, len(node))
    reports.node, reports.heard, reports.stale, reports.repeats = node, heard, stale, repeats
    return reports


def tracks_at(places: Any, existence: Any, looks: int, sigma_m: float = 0.01, visible: float = 0.9) -> Tracks:
    count = len(existence)
    state = np.zeros((count, 6))
    state[:, :3] = places
    covariance = np.tile(np.diag([sigma_m**2] * 3 + [25.0, 25.0, 1.0]), (count, 1, 1))
    return Tracks(state, covariance, np.array(existence, float), np.full((count, looks), visible))


def sounds_of(nodes: Records, reports: Records, tracks: Tracks) -> Sounds:
    """As the kernels take them; copies."""
    rows, pairs = records(HEARD_TRACK, len(tracks.existence)), records(PAIR, *tracks.visible.shape)
    rows.state, rows.covariance, rows.existence, pairs.visible = tracks
    return Sounds(nodes, reports.copy(), rows, pairs)


# ---- one report ----


def test_sound_is_as_old_as_its_way_is_long() -> None:
    rng = np.random.default_rng(1)
    offset, velocity = rng.normal(0.0, 2000.0, (50, 3)), rng.normal(0.0, 60.0, (50, 3))
    path = [kernels.sound_path(*o, *v, 1 / SOUND_MPS) for o, v in zip(offset, velocity, strict=True)]
    np.testing.assert_allclose(path, slant_then(offset, velocity), rtol=1e-9)
    at_once = kernels.sound_path(*offset[0], *velocity[0], 0.0)
    assert at_once == pytest.approx(np.linalg.norm(offset[0]))


def test_what_flies_faster_than_its_sound_gives_a_number() -> None:
    assert math.isfinite(kernels.sound_path(1000.0, 0.0, 0.0, -700.0, 0.0, 0.0, 1 / SOUND_MPS))


def weighed(heard: bool, stale: float, repeats: bool) -> tuple[float, float]:
    """Constant and factor of a report."""
    report = reports_of([0], [heard], stale, repeats)[0]
    kernels.weigh(report, nodes_at((0.0, 0.0, 0.0))[0])
    return float(report.constant), float(report.factor)


@pytest.mark.parametrize("heard", [False, True])
@pytest.mark.parametrize("repeats", [False, True])
@pytest.mark.parametrize("stale", [0.0, 0.6, 0.99])
def test_a_report_is_linear_in_the_silence_of_all_that_flies(
    heard: bool, repeats: bool, stale: float
) -> None:
    constant, factor = weighed(heard, stale, repeats)
    for silent in (0.0, 0.3, 1.0):
        expected = likelihood(heard, stale, repeats, 0.02, silent)
        assert constant + factor * silent == pytest.approx(expected, rel=1e-12)


def test_repeating_oneself_says_little_and_a_lone_false_heard_stays_as_frequent_as_it_is() -> None:
    def odds(heard: bool, repeats: bool) -> float:
        constant, factor = weighed(heard, 0.6, repeats)
        return (constant + factor * 0.1) / (constant + factor)

    assert 1.0 < odds(True, True) < 2.0
    assert 0.5 < odds(False, True) < 1.0
    assert odds(True, False) == pytest.approx(0.4 * (1 - 0.95 * 0.1) / 0.02, rel=1e-9)
    assert odds(False, False) == pytest.approx(0.1)
