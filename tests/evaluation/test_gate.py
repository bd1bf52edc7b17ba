from dataclasses import replace

import pytest
from tests.evaluation.test_measured import a_run

from tocsin.evaluation.gate import GATES, entry_skill
from tocsin.evaluation.measured import measures

GATE = {gate.name: gate for gate in GATES}


def test_each_measure_is_found_and_its_shortfall_is_the_way_to_its_range():
    found = measures(a_run())
    assert GATE["pod"].of(found) == 1.0
    assert GATE["pod"].shortfall(found) == 0.0
    assert GATE["over_warned"].shortfall(found) == pytest.approx(1.5)
    assert GATE["reversals_per_alert"].shortfall(found) == pytest.approx(0.15)
    assert GATE["arrival"].shortfall(found) == pytest.approx(0.07)  # too wide is as wrong as too narrow
    assert entry_skill(found, 120.0) == 0.75
    assert GATE["entry_skill"].shortfall(found) is None  # no samples of 300 s


def test_the_worst_family_is_the_one_farthest_from_the_goal():
    good, bad = measures(a_run()), measures(a_run(warned=False))
    families = {"good": good, "bad": bad, "none": replace(good, detection=None, false_alarm_ratio=None)}
    assert GATE["pod"].worst(families) == GATE["false_alarm_ratio"].worst(families) == "bad"
    assert GATE["pod"].worst({"none": families["none"]}) is None
