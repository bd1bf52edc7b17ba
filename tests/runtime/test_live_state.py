"""What a running service tells of its sensors, and of what is no sensor's."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample
from tests.sensors.live.clocks import SetClock
from tests.sensors.made import START_NS, at, plot, radar, radar_blocks, site

from tocsin.config.site import Site
from tocsin.config.writing import to_toml
from tocsin.model.sensor_report import SensorReport
from tocsin.recording.recorder import Recorder
from tocsin.runtime.line import Line
from tocsin.runtime.live_state import LiveState, Reporter, who_is_there
from tocsin.runtime.live_view import LiveView
from tocsin.sensors.live.source import LiveSource

WAY = "udp://127.0.0.1:8600"


class Read(Collector):
    """What a view tells Prometheus."""

    def __init__(self, *reports: SensorReport) -> None:
        known = site()
        state = LiveState(at(10.0), START_NS, "site", "Exercise", reports)
        self._view = LiveView(known, lambda: state, LiveSource(known, SetClock(START_NS)).posted)

    def collect(self) -> Iterable[Metric]:
        return self._view.collect()

    def not_used(self) -> dict[tuple[str, str], float]:
        """By sensor and reason, as a peer's parser reads the page."""
        samples = [sample for sample in self._read() if sample.name == "tocsin_sensor_not_used_total"]
        found = {(sample.labels["sensor"], sample.labels["reason"]): sample.value for sample in samples}
        assert len(found) == len(samples), "a series stands there twice"
        return found

    def samples(self) -> dict[tuple[str, str], float]:
        """By series and sensor."""
        return {(s.name, s.labels["sensor"]): s.value for s in self._read() if "sensor" in s.labels}

    def _read(self) -> list[Sample]:
        registry = CollectorRegistry()
        registry.register(self)
        families = text_string_to_metric_families(generate_latest(registry).decode())
        return [sample for family in families for sample in family.samples]


def reports_of(known: Site, folder: Path, *sent: tuple[float, bytes]) -> tuple[SensorReport, ...]:
    clock = SetClock(START_NS)
    source = LiveSource(known, clock)
    source.channels[0].link.open()
    with Recorder(folder / "out", to_toml(known), known.sensor_names, known.frame) as recorder:
        reporter = Reporter(known, source, Line(known, recorder), clock)
        reporter.reports()
        for second, data in sent:
            clock.time_ns = at(second)
            source.channels[0].inbox.put(data, "10.0.0.1:9")
        list(source.batches(clock.now_ns()))
        return reporter.reports()


def on_the_port() -> Site:
    return site(radar().model_copy(update={"input": WAY}), radar("of a file", (20, 9)))


def test_what_belongs_to_no_sensor_stands_last_and_counts_as_none(tmp_path: Path) -> None:
    stranger = radar_blocks(plot(1.0, sic=77))
    reports = reports_of(on_the_port(), tmp_path, (1.0, stranger), (2.0, b"\x30\xff\xff" + bytes(40)))
    assert [report.name for report in reports] == ["radar", "of a file", "unassigned"]
    nobodys = reports[-1]
    assert nobodys.refused == {"radar_not_in_site": 1}
    assert sum(nobodys.decode_errors.values()) == 1
    assert nobodys.messages_per_s == 0.5
    assert who_is_there(reports) == {"waiting": 1, "not_live": 1}
    assert Read(*reports).not_used()["unassigned", "radar_not_in_site"] == 1


def test_the_names_that_nobody_has_stand_there_as_harmless_text(tmp_path: Path) -> None:
    clock, known = SetClock(START_NS), on_the_port()
    source = LiveSource(known, clock)
    source.unassigned.refused["unknown_sensor"] = 2
    source.unassigned.strangers.update({"mats": None, "\x1b[31m": None})
    with Recorder(tmp_path / "out", to_toml(known), known.sensor_names, known.frame) as recorder:
        *_, nobodys = Reporter(known, source, Line(known, recorder), clock).reports()
    assert nobodys.trouble == r"no sensor of its input is called 'mats', '\x1b[31m'"


def test_while_nothing_strange_comes_there_is_no_line_for_it(tmp_path: Path) -> None:
    reports = reports_of(on_the_port(), tmp_path, (1.0, radar_blocks(plot(1.0))))
    assert [(report.name, report.state) for report in reports] == [
        ("radar", "live"),
        ("of a file", "not_live"),
    ]
    assert (reports[0].messages, reports[0].last_byte_ns) == (1, at(1.0))


def test_a_reason_that_is_met_at_two_doors_is_one_series() -> None:
    counts = {"flooded": 2}
    report = SensorReport(
        "radar",
        "radar",
        "live",
        None,
        None,
        0,
        0.0,
        0,
        0,
        counts,
        {"flooded": 3, "repeated": 1},
        dropped=counts,
    )
    assert Read(report).not_used() == {("radar", "flooded"): 7, ("radar", "repeated"): 1}


def test_the_rate_is_of_the_last_ten_seconds(tmp_path: Path) -> None:
    clock, known = SetClock(START_NS), on_the_port()
    source = LiveSource(known, clock)
    source.channels[0].link.open()
    with Recorder(tmp_path / "out", to_toml(known), known.sensor_names, known.frame) as recorder:
        reporter = Reporter(known, source, Line(known, recorder), clock)
        for second in range(31):
            clock.time_ns = at(second)
            if second < 15:
                source.channels[0].inbox.put(radar_blocks(plot(float(second))), "10.0.0.1:9")
            list(source.batches(clock.now_ns()))
            rate = reporter.reports()[0].messages_per_s
            if second == 14:
                assert rate == pytest.approx(1.0)
        assert rate == 0.0
        seen = [(change.sensor, change.before.value, change.now.value) for change in reporter.changes]
        assert seen == [("radar", "waiting", "live"), ("radar", "live", "stale")]


def test_trouble_of_a_way_in_and_what_it_dropped_are_told_with_its_sensor(tmp_path: Path) -> None:
    clock, known = SetClock(START_NS), on_the_port()
    source = LiveSource(known, clock)
    source.channels[0].link.close("the port is taken")
    source.channels[0].inbox.dropped["flooded"] = 4
    with Recorder(tmp_path / "out", to_toml(known), known.sensor_names, known.frame) as recorder:
        first, other = Reporter(known, source, Line(known, recorder), clock).reports()
    assert (first.trouble, first.dropped) == ("the port is taken", {"flooded": 4})
    assert (other.trouble, other.dropped, other.state) == ("", {}, "not_live")


def test_metrics_say_who_is_live_and_whose_errors_are_as_large_as_told() -> None:
    reports = [
        SensorReport("a", "radar", "live", None, None, 5, 0.0, 3, 0, {}, {}, nis=1.5),
        SensorReport("b", "radar", "stale", None, None, 0, 0.0, 0, 0, {}, {}),
    ]
    found = Read(*reports).samples()
    assert (found["tocsin_sensor_live", "a"], found["tocsin_sensor_live", "b"]) == (1.0, 0.0)
    assert found["tocsin_sensor_nis", "a"] == 1.5 and math.isnan(found["tocsin_sensor_nis", "b"])
    assert found["tocsin_sensor_detections_total", "a"] == 3
    assert found["tocsin_sensor_messages_total", "a"] == 5
