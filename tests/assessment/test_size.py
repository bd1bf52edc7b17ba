"""Cross sections against a slow twin, and that many looks are no more than one object."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

from tocsin.assessment.classes import CLASSES
from tocsin.assessment.size import size_evidence, take_looks
from tocsin.units import FloatArray

SECOND_NS = 10**9


def seen(*looks_m2: float, probability: float = 1.0, each_s: float = 0.0) -> FloatArray:
    size = np.zeros((3, 3))
    for number, look in enumerate(looks_m2):
        time_ns = round((1000 + number * each_s) * SECOND_NS)
        take_looks(size, time_ns, np.array([1]), np.array([look]), np.array([probability]))
    return size


def fits(size: FloatArray) -> dict[str, float]:
    return dict(zip(CLASSES, size_evidence(size)[1].tolist(), strict=True))


def test_no_looks_say_nothing() -> None:
    np.testing.assert_array_equal(size_evidence(seen(0.1))[[0, 2]], 0.0)
    assert size_evidence(np.zeros((0, 3))).shape == (0, len(CLASSES))


def test_the_evidence_is_that_of_the_mean_of_the_looks_one_class_at_a_time() -> None:
    evidence = fits(seen(0.02, 0.05, 0.01))

    mean_db = sum(10 * math.log10(look) + 2.51 for look in (0.02, 0.05, 0.01)) / 3
    figures = {"multirotor": (-17.0, 4.0), "bird": (-20.0, 5.0), "light_aircraft": (3.0, 5.0)}
    logs = {
        name: norm.logpdf(mean_db, median, math.sqrt(spread**2 + 5.0**2 + 5.57**2 / 3))
        for name, (median, spread) in figures.items()
    }
    assert evidence["multirotor"] == 0.0
    assert evidence["bird"] == pytest.approx(logs["bird"] - logs["multirotor"])
    assert evidence["light_aircraft"] == pytest.approx(max(logs["light_aircraft"] - logs["multirotor"], -3.0))


def test_a_thousand_looks_say_no_more_than_one_object_can() -> None:
    few, many = fits(seen(*[0.02] * 20)), fits(seen(*[0.02] * 1000))
    assert few["bird"] == pytest.approx(many["bird"], abs=0.05)
    assert many["light_aircraft"] >= -3.0


def test_looks_that_are_hardly_of_this_track_hardly_count() -> None:
    sure, unsure = fits(seen(0.02)), fits(seen(0.02, probability=0.1))
    assert 0.0 > unsure["light_aircraft"] > 0.15 * sure["light_aircraft"]


def test_old_looks_fade_while_new_ones_come() -> None:
    assert fits(seen(*[5.0] * 10, *[0.01] * 10, each_s=120.0))["light_aircraft"] < -2.5


def test_several_looks_of_one_picture_count_each() -> None:
    size = np.zeros((1, 3))
    take_looks(size, SECOND_NS, np.array([0, 0]), np.array([0.1, 0.1]), np.array([1.0, 0.5]))
    np.testing.assert_allclose(size[0], [1.5, 1.5 * (-10.0 + 2.51), 1.0])
