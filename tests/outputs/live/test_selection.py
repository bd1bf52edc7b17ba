"""Which tracks go out: sure enough, of the classes that are wanted, and then until they end."""

from __future__ import annotations

from typing import Any

from tests.outputs.live.made import output, picture, report

from tocsin.outputs.live.selection import Selection


def chosen(selection: Selection, at_s: float, *values: dict[str, Any]) -> list[str]:
    made = picture(at_s, *(report(f"T{k}", at_s, **one) for k, one in enumerate(values)))
    return [one.track_id for one in selection.of(made).reports]


def test_without_limits_all_go_out() -> None:
    assert chosen(Selection(output("file:x.geojson")), 0.0, {"existence": 0.01}, {}) == ["T0", "T1"]


def test_a_track_goes_out_once_it_is_sure_enough_and_then_until_it_ends() -> None:
    selection = Selection(output("file:x.geojson", min_existence=0.8))
    assert chosen(selection, 0.0, {"existence": 0.7}) == []
    assert chosen(selection, 1.0, {"existence": 0.8}) == ["T0"]
    assert chosen(selection, 2.0, {"existence": 0.4}) == ["T0"]
    assert chosen(selection, 3.0) == []
    assert chosen(selection, 4.0, {"existence": 0.7}) == []


def test_a_class_that_wavers_takes_nothing_off() -> None:
    selection = Selection(output("file:x.geojson", classes=["bird", "balloon"]))
    bird, drone = {"object_class": "bird"}, {"object_class": "multirotor"}
    assert chosen(selection, 0.0, bird, drone) == ["T0"]
    assert chosen(selection, 1.0, drone, bird) == ["T0", "T1"]
