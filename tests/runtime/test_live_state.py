"""What a running service tells of its sensors, and of what is no sensor's."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector
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
        self._view = LiveView(site(), lambda: LiveState(at(10.0), START_NS, "site", "Exercise", reports))

    def collect(self) -> Iterable[Metric]:
        return self._view.collect()

    def not_used(self) -> dict[tuple[str, str], float]:
        """By sensor and reason, as a peer's parser reads the page."""
        registry = CollectorRegistry()
        registry.register(self)
        samples = [
            sample
            for family in text_string_to_metric_families(generate_latest(registry).decode())
            for sample in family.samples
            if sample.name == "tocsin_sensor_not_used_total"
        ]
        found = {(sample.labels["sensor"], sample.labels["reason"]): sample.value for sample in samples}
        assert len(found) == len(samples), "a series stands there twice"
        return found


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
