"""One radar's plots: which are used, and when a turn is handed on."""

from __future__ import annotations

import math
from typing import Any

import pytest
from tests.sensors.made import START_NS, at, north, radar, site
from tests.sensors.made import placed_plot as plot

from tocsin.formats.asterix import DetectionType, PlacedPlot
from tocsin.model.detections import Detection
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.radar_channel import RadarChannel


class Channel(RadarChannel):
    """Takes one plot at a time."""

    def plot(self, plot: PlacedPlot, received_ns: int) -> list[Detection]:
        return self.plots([plot], received_ns)


def channel(is_placed: bool = True, takes_simulated: bool = True) -> Channel:
    return Channel(0, Ledger(site(radar())), 4.0, is_placed, takes_simulated)


def refused(tried: RadarChannel) -> dict[str, int]:
    return dict(tried._ledger.statuses[0].refused)


def seconds(rows: list[Detection]) -> list[float]:
    return [(row.time_ns - START_NS) / 1e9 for row in rows]


def test_a_plot_becomes_range_and_azimuth_with_its_own_time() -> None:
    tried = channel()
    assert tried.plot(plot(1.0, 90.0, mode_s_address="abc123"), at(1.5)) == []
    (row,) = tried.complete(at(6.0))
    assert (row.time_ns, row.received_ns, row.sensor, row.scan) == (at(1.0), at(6.0), 0, 1)
    assert (row.range_m, row.azimuth_rad, row.identity) == (9260.0, math.pi / 2, "icao:abc123")


def test_heights_and_radial_speed_are_left_out() -> None:
    tried = channel()
    tried.plot(plot(1.0, pressure_altitude_m=900.0, height_msl_m=800.0, radial_speed_mps=30.0), at(1.5))
    (row,) = tried.complete(at(6.0))
    absent = (row.altitude_m, row.elevation_rad, row.range_rate_mps, row.latitude_rad, row.longitude_rad)
    assert all(map(math.isnan, absent))
    assert row.identity == ""


@pytest.mark.parametrize(
    ("reason", "values"),
    [
        ("test_target", {"is_test": True}),
        ("test_target", {"is_field_monitor": True}),
        ("ghost", {"is_ghost": True}),
        ("not_detected", {"is_end_of_track": True}),
        ("not_detected", {"detection": DetectionType.NONE}),
        ("position_unknown", {"range_m": None, "azimuth_rad": None}),
        ("position_unknown", {"range_m": None}),
    ],
)
def test_what_is_no_measurement_of_an_aircraft_is_counted_and_not_used(
    reason: str, values: dict[str, Any]
) -> None:
    tried = channel()
    tried.plot(plot(1.0, 10.0, **values), at(1.5))
    assert tried.complete(at(6.0)) == []
    assert refused(tried) == {reason: 1}


def test_simulated_plots_are_used_only_where_the_site_takes_them() -> None:
    assert channel(takes_simulated=False).plot(plot(1.0, is_simulated=True), at(1.5)) == []
    for takes_simulated, count in ((True, 1), (False, 0)):
        tried = channel(takes_simulated=takes_simulated)
        tried.plot(plot(1.0, is_simulated=True), at(1.5))
        assert len(tried.complete(at(6.0))) == tried.simulated_used == count
        assert refused(tried) == ({} if count else {"simulated": 1})
        tried.plot(plot(7.0), at(7.5))
        assert tried._ledger.of(0).last_simulated_ns == (at(1.5) if count else None)


def test_plots_of_a_radar_that_stands_nowhere_are_counted() -> None:
    tried = channel(is_placed=False)
    tried.plot(plot(1.0), at(1.5))
    assert tried.complete(at(6.0)) == []
    assert refused(tried) == {"radar_position_unknown": 1}


def test_the_same_plot_over_a_second_line_is_one_measurement() -> None:
    tried = channel()
    for received in (1.5, 1.502):
        tried.plot(plot(1.0), at(received))
    tried.plot(plot(1.0, 11.0), at(1.51))
    assert len(tried.complete(at(6.0))) == 2
    assert refused(tried) == {"repeated": 1}


def test_plots_without_a_time_may_be_alike_and_are_dated_by_receipt() -> None:
    tried = channel()
    same = plot(1.0, time_of_day_s=None)
    rows = tried.plot(same, at(1.0)) + tried.plot(same, at(5.0)) + tried.complete(at(9.0))
    assert seconds(rows) == [1.0, 5.0]
    assert [row.scan for row in rows] == [1, 2]


def test_a_turn_is_received_when_a_plot_of_the_next_one_comes() -> None:
    tried = channel()
    tried.service(north(0.0), at(0.0))
    for second in (1.0, 2.0, 3.9):
        assert tried.plot(plot(second, second * 90.0), at(second + 0.5)) == []
    tried.service(north(4.0), at(4.01))
    rows = tried.plot(plot(4.1, 9.0), at(4.6))
    assert seconds(rows) == [1.0, 2.0, 3.9]
    assert {row.received_ns for row in rows} == {at(4.6)}
    assert {row.scan for row in rows} == {1}


def test_a_quarter_of_a_period_after_north_a_turn_is_complete_if_nothing_follows() -> None:
    tried = channel()
    tried.service(north(0.0), at(0.0))
    tried.plot(plot(1.0), at(1.5))
    assert tried.due_ns == at(1.5 + 5.0)
    tried.service(north(4.0), at(4.01))
    assert tried.due_ns == at(4.01 + 1.0)
    assert len(tried.complete(at(5.01))) == 1
    assert tried.due_ns is None


def test_what_comes_after_its_turn_was_complete_goes_on_at_once_under_the_same_scan() -> None:
    tried = channel()
    tried.service(north(0.0), at(0.0))
    tried.plot(plot(1.0), at(1.5))
    tried.service(north(4.0), at(4.01))
    completed = tried.plot(plot(4.1), at(4.6))
    (late,) = tried.plot(plot(3.8, 342.0), at(4.7))
    assert late.scan == completed[0].scan == 1
    assert late.received_ns == at(4.7)
    tried.complete(at(9.0))
    (later,) = tried.plot(plot(7.9, 351.0), at(9.1))
    assert later.scan == 2


def test_a_radar_that_looks_all_around_at_once_is_not_waited_for() -> None:
    tried = channel()
    tried.plot(plot(1.0, 10.0), at(1.2))
    tried.plot(plot(1.0, 200.0), at(1.2))
    assert tried.due_ns == at(1.7)


def test_an_untimely_plot_does_not_date_the_turns_of_the_others() -> None:
    tried = channel()
    tried.plot(plot(100.0), at(100.5))
    for second in (40.0, 107.0):
        (row,) = tried.plot(plot(second), at(100.6))
        assert row.time_ns == at(second)
    assert tried.plot(plot(100.2, 28.0), at(100.7)) == []
    assert len(tried.complete(at(104.0))) == 2


def test_an_untimely_marker_begins_no_turn() -> None:
    tried = channel()
    tried.service(north(0.0), at(0.0))
    tried.service(north(3000.0), at(4.0))
    tried.plot(plot(4.5), at(5.0))
    (row,) = tried.complete(at(9.0))
    assert row.scan == 1


def test_a_radar_whose_clock_is_off_is_dated_by_receipt() -> None:
    tried = channel()
    for number in range(3):
        tried.plot(plot(-3600.0 + number, number * 10.0), at(number))
    assert seconds(tried.complete(at(4.0))) == [0.0, 1.0, 2.0]
    assert tried.clock.is_off


def test_time_of_day_is_of_the_nearest_day_around_midnight() -> None:
    midnight = 14 * 3600.0
    tried = channel()
    tried.plot(plot(0.0, time_of_day_s=86_399.5), at(midnight + 0.25))
    assert seconds(tried.complete(at(midnight + 5.0))) == [midnight - 0.5]
