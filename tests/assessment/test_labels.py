"""Labels weighed: against a slow twin that does one track and one sensor at a time."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.assessment.pictures import make_site

from tocsin.assessment.classes import CLASSES
from tocsin.assessment.confusion import MEANS, confusions
from tocsin.assessment.labels import LabelMemory
from tocsin.model.labels import CLASS_WORDS, LABELS

SECOND_NS = 10**9
SENSORS: list[dict[str, Any]] = [
    {"name": "camera", "kind": "camera", "label_right_probability": 0.9},
    {"name": "ear 1", "kind": "microphone"},
    {"name": "ear 2", "kind": "microphone", "label_confusion": {"bird": {"bird": 0.6, "multirotor": 0.3}}},
    {"name": "remote id", "kind": "remote_id"},
]
SITE = make_site(sensors=SENSORS)
CAMERA, EAR_1, EAR_2, REMOTE_ID = range(4)
SAID = st.tuples(
    st.integers(0, 3), st.integers(0, 3), st.integers(-1, len(LABELS) - 1),
    st.one_of(st.just(math.nan), st.floats(0, 1)), st.floats(0.01, 1),
)  # fmt: skip


def told(memory: LabelMemory, second: float, *said: Any) -> None:
    row, sensor, label, confidence, probability = zip(*said, strict=True)
    memory.take(round(second * SECOND_NS), np.array(row), np.array(sensor), np.array(label),
                np.array(confidence, float), np.array(probability, float))  # fmt: skip


def called(label: str, sensor: int = CAMERA, times: int = 1, **told_with: float) -> dict[str, float]:
    """What comes of a label said so often of one track."""
    memory = LabelMemory(SITE)
    one = (0, sensor, LABELS.index(label), told_with.get("q", math.nan), told_with.get("p", 1.0))
    for second in range(times):
        told(memory, second, one)
    found = memory.opinions(times * SECOND_NS, np.array([0]))
    assert found is not None
    return dict(zip(CLASSES, found.log[0].tolist(), strict=True))


def test_labels_and_classes_go_by_the_same_words() -> None:
    assert CLASS_WORDS == CLASSES
    assert MEANS[:, :-1].any(axis=1).all() and not MEANS[:, -1].any()


def twin(said: list[list[Any]], rows: list[int], every_s: float) -> dict[tuple[int, int], Any]:
    """The same sum, one label after the other."""
    likelihood = confusions(SITE)
    weight: dict[tuple[int, int], float] = defaultdict(float)
    total: dict[tuple[int, int], Any] = defaultdict(lambda: np.zeros(len(CLASSES)))
    last: dict[tuple[int, int], float] = {}
    for number, batch in enumerate(said):
        now_s = number * every_s
        fresh = {(row, sensor) for row, sensor, label, _, _ in batch if label >= 0 and sensor != REMOTE_ID}
        for key in fresh:
            keep = math.exp(-(now_s - last.get(key, now_s)) / 300.0)
            weight[key], total[key], last[key] = keep * weight[key], keep * total[key], now_s
        for row, sensor, label, confidence, probability in batch:
            if label < 0 or sensor == REMOTE_ID:
                continue
            share = probability * (1.0 if math.isnan(confidence) else confidence)
            of_class = likelihood[sensor, label]
            weight[row, sensor] += probability
            mixed = share * of_class + (1 - share) * of_class[:-1].mean()
            total[row, sensor] = total[row, sensor] + np.log(mixed)
    found = {}
    for (row, sensor), log in total.items():
        if row not in rows:
            continue
        kind = SENSORS[sensor]["kind"]
        sensors = sum(min(w, 1.0) for (r, s), w in weight.items() if r == row and SENSORS[s]["kind"] == kind)
        log = log / (1 + max(weight[row, sensor] - 1, 0) * 0.5) / (1 + max(sensors - 1, 0) * 0.3)
        found[row, sensor] = np.maximum(log - log.max(), -4.6)
    return found


@settings(deadline=None, max_examples=25)
@given(st.lists(st.lists(SAID, min_size=1, max_size=8), min_size=1, max_size=6), st.permutations(range(4)))
def test_opinions_are_those_of_the_slow_twin(said: list[list[Any]], order: list[int]) -> None:
    memory, rows = LabelMemory(SITE), order[:3]
    for number, batch in enumerate(said):
        told(memory, number * 20.0, *batch)
    found = memory.opinions((len(said) - 1) * 20 * SECOND_NS, np.array(rows))
    expected = twin(said, rows, 20.0)
    got = {} if found is None else {
        (rows[track], sensor): log
        for track, sensor, log in zip(found.track.tolist(), found.sensor.tolist(), found.log, strict=True)
    }  # fmt: skip
    assert got.keys() == expected.keys()
    for key, log in expected.items():
        np.testing.assert_allclose(got[key], log, atol=1e-9)


def test_a_label_speaks_for_what_it_is_a_word_for() -> None:
    found = called("fixed_wing_drone")
    assert found["delta_wing_drone"] == found["small_electric_fixed_wing"] == 0.0
    assert found["bird"] == found["multirotor"] == pytest.approx(math.log(0.1 / 0.9))
    assert found["bird"] < found["unknown"] < 0.0


def test_repeated_labels_of_one_sensor_are_worth_two_at_most() -> None:
    once, often = called("bird")["multirotor"], called("bird", times=200)["multirotor"]
    assert once == pytest.approx(math.log(1 / 9))
    assert 1.8 * once > often >= 2.0 * once


def test_two_sensors_of_a_kind_are_worth_less_than_two_kinds() -> None:
    drone = LABELS.index("drone")
    sums = []
    for second in (EAR_2, CAMERA):
        memory = LabelMemory(make_site(sensors=[{**s, "label_right_probability": 0.8} for s in SENSORS]))
        told(memory, 0, (0, EAR_1, drone, math.nan, 1.0), (0, second, drone, math.nan, 1.0))
        found = memory.opinions(0, np.array([0]))
        assert found is not None
        sums.append(found.log.sum(axis=0)[CLASSES.index("bird")])
    assert sums[1] < sums[0] < 0.0


def test_what_is_not_sure_or_hardly_of_this_track_says_little() -> None:
    sure = called("bird")["multirotor"]
    assert sure < called("bird", q=0.5)["multirotor"] < 0.0
    assert sure < called("bird", p=0.5)["multirotor"] < 0.0
    assert called("bird", q=0.0)["multirotor"] == 0.0


def test_a_confusion_of_the_site_file_holds_where_it_tells() -> None:
    found = called("bird", EAR_2)
    assert found["multirotor"] == pytest.approx(math.log(0.3 / 0.6))
    assert found["balloon"] == pytest.approx(math.log(0.3 / 0.6))  # 1 - 0.7, which is assumed


def test_what_passes_on_what_an_object_says_of_itself_has_no_say() -> None:
    memory = LabelMemory(SITE)
    told(memory, 0, (0, REMOTE_ID, LABELS.index("bird"), math.nan, 1.0))
    assert memory.opinions(0, np.array([0])) is None


def test_labels_are_forgotten_before_the_row_of_their_track_is_used_again() -> None:
    memory = LabelMemory(SITE)
    told(memory, 0, (0, CAMERA, 0, math.nan, 1.0))
    assert memory.opinions(600 * SECOND_NS, np.array([0])) is not None
    assert memory.opinions(601 * SECOND_NS, np.array([0])) is None
    assert len(memory) == 0
