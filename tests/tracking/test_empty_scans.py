from __future__ import annotations

from tests.tracking.made import RADAR_3D, SECOND_NS, make_site

from tocsin.tracking.empty_scans import EmptyScans

SITE = make_site(RADAR_3D | {"period_s": 2.0}, RADAR_3D | {"period_s": None}, RADAR_3D | {"period_s": 3.0})


def started() -> EmptyScans:
    empty = EmptyScans(SITE)
    empty.start(0)
    return empty


def told(empty: EmptyScans, until_s: float) -> list[tuple[float, int]]:
    return [
        (time_ns / SECOND_NS, sensor) for time_ns, sensor in empty.missed_until(round(until_s * SECOND_NS))
    ]


def test_looks_are_told_once_each_in_order_half_a_period_after_they_were_due() -> None:
    empty = started()
    assert told(empty, 2.9) == []
    assert told(empty, 3.0) == [(2.0, 0)]
    assert told(empty, 3.0) == []
    assert told(empty, 9.0) == [(3.0, 2), (4.0, 0), (6.0, 0), (6.0, 2), (8.0, 0)]


def test_asking_often_tells_the_same_as_asking_once() -> None:
    often, once = started(), started()
    by_steps = [look for tenth in range(301) for look in told(often, tenth / 10)]
    assert sorted(by_steps) == told(once, 30.0)


def test_a_report_moves_the_next_look() -> None:
    empty = started()
    empty.reported(0, round(2.4 * SECOND_NS), round(2.4 * SECOND_NS))
    assert told(empty, 5.3) == [(3.0, 2)]
    assert told(empty, 5.4) == [(4.4, 0)]


def test_an_old_report_does_not_move_the_next_look_back() -> None:
    empty = started()
    empty.reported(0, 8 * SECOND_NS, 8 * SECOND_NS)
    empty.reported(0, 6 * SECOND_NS, 6 * SECOND_NS)
    assert [look for look in told(empty, 11.0) if look[1] == 0] == [(10.0, 0)]


def test_a_sensor_whose_reports_come_late_is_given_that_time() -> None:
    empty = started()
    empty.reported(0, 2 * SECOND_NS, 5 * SECOND_NS)
    assert [look for look in told(empty, 7.9) if look[1] == 0] == []
    assert (4.0, 0) in told(empty, 8.0)


def test_a_sensor_without_a_period_is_never_missed() -> None:
    empty = started()
    empty.reported(1, SECOND_NS, SECOND_NS)
    assert all(sensor != 1 for _, sensor in told(empty, 60.0))
    assert not empty.may_be_contradicted(1, SECOND_NS)


def test_a_report_contradicts_an_empty_look_of_its_sensor_alone_and_not_one_long_past() -> None:
    empty = started()
    assert told(empty, 3.0) == [(2.0, 0)]
    assert empty.may_be_contradicted(0, 2 * SECOND_NS)
    assert empty.may_be_contradicted(0, 3 * SECOND_NS)
    assert not empty.may_be_contradicted(0, 3 * SECOND_NS + 1)
    assert not empty.may_be_contradicted(2, 2 * SECOND_NS)


def test_after_a_silence_of_an_hour_it_was_the_line_that_was_off() -> None:
    assert len(told(started(), 2 * 3600.0)) < 3
    assert len(told(started(), 1800.0)) > 1000
