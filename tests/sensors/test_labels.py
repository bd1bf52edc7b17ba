"""Labels: the words of others as those of the model, and of people never any."""

from __future__ import annotations

import math
from typing import Literal

import pytest

from tocsin.formats.nodes import Sighting
from tocsin.formats.sapient import ClassLabel
from tocsin.model.labels import NO_LABEL, label_word
from tocsin.sensors.labels import label_of_classes, label_of_cot, label_of_sighting, label_of_word


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("UAV", "drone"),
        ("Unmanned Aerial Vehicle", "drone"),
        ("UAV Fixed Wing", "fixed_wing_drone"),
        ("UAV Rotary Wing", "multirotor"),
        ("Quadcopter", "multirotor"),
        ("Manned Fixed Wing", "light_aircraft"),
        ("Helicopter", "light_aircraft"),
        ("Fixed wing", "fixed_wing"),
        ("Bird", "bird"),
        ("Balloon", "balloon"),
        ("delta_wing_drone", "delta_wing_drone"),
        ("Air Vehicle", ""),
        ("unknown", ""),
        ("Adult", ""),
    ],
)
def test_the_words_of_a_node_become_a_label_or_none(name: str, label: str) -> None:
    assert label_word(label_of_classes((ClassLabel(name, 0.8),))[0]) == label


def test_the_finest_class_of_the_likeliest_branch_counts_as_sure_as_its_least_sure_level() -> None:
    wing = ClassLabel("Fixed wing", 0.6, (ClassLabel("painted grey", 0.1),))
    code, confidence = label_of_classes((ClassLabel("Bird", 0.2), ClassLabel("UAV", 0.7, (wing,))))
    assert (label_word(code), confidence) == ("fixed_wing_drone", 0.6)


def test_a_class_without_a_confidence_has_none() -> None:
    code, confidence = label_of_classes((ClassLabel("Bird"),))
    assert label_word(code) == "bird" and math.isnan(confidence)
    assert label_of_classes(())[0] == NO_LABEL


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("a-h-A-M-F-Q-r", "fixed_wing_drone"),
        ("a-u-A-M-H-Q", "multirotor"),
        ("a-n-A-C-F", "light_aircraft"),
        ("a-f-A-M-H", "light_aircraft"),
        ("a-n-A-C-L", "balloon"),
        ("a-u-A", ""),
        ("a-u-A-M-FQ", ""),
    ],
)
def test_the_type_of_an_event_becomes_a_label_or_none(kind: str, label: str) -> None:
    assert label_word(label_of_cot(kind)[0]) == label


@pytest.mark.parametrize(("sure", "confidence"), [("certain", 0.9), ("likely", 0.6)])
def test_what_a_person_says_is_as_sure_as_the_person(
    sure: Literal["certain", "likely"], confidence: float
) -> None:
    seen = Sighting(v=1, latitude_deg=0, longitude_deg=0, azimuth_deg=0, what="fixed_wing", sure=sure)
    assert label_of_sighting(seen) == (label_of_word("fixed_wing", None)[0], confidence)
    assert label_of_sighting(seen.model_copy(update={"what": "unknown"}))[0] == NO_LABEL


def test_what_a_node_says_is_taken_as_it_is() -> None:
    assert label_of_word(None, 0.5)[0] == NO_LABEL
    assert label_of_word("drone", 0.5)[1] == 0.5
