"""Which radar of the site a SAC and SIC is."""

from __future__ import annotations

from tests.sensors.made import radar, receiver, site

from tocsin.sensors.radars import has_radar_without_code, match_radars


def test_radars_are_found_by_their_code() -> None:
    place = site(receiver(), radar("a", (20, 2)), radar("b", (20, 3)))
    assert match_radars(place, []) == {(20, 2): 1, (20, 3): 2}
    assert not has_radar_without_code(place)


def test_the_only_radar_without_a_code_gets_the_only_unknown_one() -> None:
    place = site(radar("a", (20, 2)), radar("b", (None, None)))
    assert has_radar_without_code(place)
    assert match_radars(place, [(20, 2), (20, 9)]) == {(20, 2): 0, (20, 9): 1}


def test_nothing_is_guessed_where_two_would_do() -> None:
    one = site(radar("a", (None, 7)))
    assert match_radars(one, [(20, 2), (20, 9)]) == {}
    two = site(radar("a", (None, None)), radar("b", (None, None)))
    assert match_radars(two, [(20, 2)]) == {}
    assert not has_radar_without_code(two)


def test_a_radar_with_another_input_is_no_radar_of_captures() -> None:
    live = radar("a", (20, 2)).model_copy(update={"input": "udp://239.0.0.1:8600"})
    assert match_radars(site(live), [(20, 2)]) == {}
