from __future__ import annotations

import pytest

from tocsin.alerting.names import alert_named, named, nearest, no_alert

KNOWN = ["A-7K3QX2", "TEST-9M2", "A-7K3QX2.2", "Straße"]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("A-7K3QX2", "A-7K3QX2"),
        ("a-7k3qx2", "A-7K3QX2"),
        ("9m2", "TEST-9M2"),
        ("test-9m2", "TEST-9M2"),
        ("7K3", None),
    ],
)
def test_an_alert_is_found_without_regard_to_case_and_a_test_without_its_beginning(asked, meant):
    assert alert_named(asked, KNOWN) == meant


def test_of_two_names_that_differ_by_case_alone_only_the_very_one_is_meant() -> None:
    assert named("Town", ["Town", "TOWN"]) == "Town"
    assert named("town", ["Town", "TOWN"]) is None
    assert named("STRASSE", KNOWN) == "Straße"


def test_who_asks_for_what_is_not_there_is_told_the_nearest_that_is() -> None:
    assert nearest("a-7k3qx3", KNOWN)[0] == "A-7K3QX2"
    assert "nearest to it: A-7K3QX2" in no_alert("A-7K3QX3", KNOWN[:1])
    assert "none is open" in no_alert("A-1", [])
