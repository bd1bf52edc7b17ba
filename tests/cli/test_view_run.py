from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.cli.samples import NOW_NS, an_alert, cancelled, drawn, some_statuses

from tocsin.cli.view_metrics import metrics_table, objects_table, seconds
from tocsin.cli.view_run import alerts_table, histories, lead_s, show_run
from tocsin.model.alerts import Level
from tocsin.runtime.summary import RunSummary

WATCH = an_alert(Level.WATCH)
WARNING = replace(WATCH, version=2, level=Level.WARNING, issued_ns=NOW_NS)
THREAD = (WATCH, WARNING, cancelled(WARNING))


def outcome(**values: Any) -> dict[str, Any]:
    entry = {
        "object_id": "drone-1",
        "object_class": "multirotor",
        "threat": True,
        "zone": "Town",
        "required_lead_s": 60.0,
        "entry_s": NOW_NS / 1e9 + 200.0,
        "watch_s": None,
        "advisory_s": None,
        "warning_s": NOW_NS / 1e9,
        "lead_s": 190.0,
        "warned": True,
    }
    return entry | values


def metrics(*objects: dict[str, Any], **values: Any) -> dict[str, Any]:
    found = {
        "threats_warned": 1,
        "threats_entering": 2,
        "entries_warned": 1,
        "entries": 3,
        "lead_s": {"median": 190.0, "p05": 100.0, "worst": -20.0},
        "warnings": 4,
        "false_warnings": 1,
        "alerts": 5,
        "reversals": 2,
        "gospa": {"mean_m": 123.4, "mean_missed": 0.5, "mean_false": 0.25, "localisation_rms_m": 45.0},
        "nees": {"horizontal": {"mean_per_axis": 1.1, "low": 0.8, "high": 1.3}, "vertical": None},
        "objects": list(objects),
    }
    return found | values


def text_of(table: Any) -> str:
    return "\n".join(drawn(table, 160, 50))


def summary(**values: Any) -> RunSummary:
    made = RunSummary(
        directory=Path("out"),
        scans=20,
        detections=1234,
        statuses=some_statuses(),
        tracks_confirmed=1,
        messages=THREAD,
        metrics=metrics(outcome()),
        notes=("radar 20/2 tells no position",),
        replays=0,
        duration_s=250.0,
        wall_s=1.5,
    )
    return replace(made, **values)


def shown(run: RunSummary, *try_next: str) -> str:
    import io

    from rich.console import Console

    stream = io.StringIO()
    show_run(Console(file=stream, width=140, markup=False, highlight=False), run, try_next)
    return stream.getvalue()


def test_messages_of_one_alert_are_one_history() -> None:
    first, second = histories([*THREAD, an_alert(number=2)])
    assert (first.loudest, first.warned_ns, first.ended) == (Level.WARNING, NOW_NS, "all-clear 10:10:00")
    assert second.ended == "open at the end"


def test_the_lead_of_an_alert_is_that_of_the_object_it_warned_of() -> None:
    (history,) = histories(THREAD)
    other = outcome(object_id="drone-2", warning_s=NOW_NS / 1e9 - 50.0, lead_s=240.0)
    elsewhere = outcome(zone="Waterworks", lead_s=1.0)
    assert lead_s(history, metrics(other, elsewhere, outcome())) == 190.0
    assert lead_s(history, metrics(other)) is None
    assert lead_s(history, None) is None
    assert lead_s(histories([WATCH])[0], metrics(outcome())) is None


def test_each_alert_is_a_row_with_its_loudest_level_and_its_lead() -> None:
    (row,) = [text for text in text_of(alerts_table(THREAD, metrics(outcome()))).splitlines() if "A-" in text]
    assert row.split() == [
        *("A-000001", "WARNING", "Town", "multirotor", "10:09:30", "10:10:00"),
        *("3:10", "3", "all-clear", "10:10:00"),
    ]


def test_every_way_an_object_can_end_has_its_words() -> None:
    shown_outcomes = text_of(
        objects_table(
            metrics(
                outcome(),
                outcome(warned=False, lead_s=-20.0),
                outcome(warned=False, warning_s=None, lead_s=None),
                outcome(entry_s=None, lead_s=None, warned=False),
                outcome(threat=False),
            )
        )
    )
    for words in ("WARNED in time", "warned too late", "NOT WARNED", "did not enter", "no threat"):
        assert words in shown_outcomes


def test_the_measures_are_in_words() -> None:
    text = text_of(metrics_table(metrics()))
    for words in (
        "1 of 2 that entered",
        "median 3:10, worst -20 s",
        "1 of 4",
        "123 m; missed 0.50, false 0.25 on average, tracks 45 m rms off",
        "horizontal 1.10 (95 %: 0.80 to 1.30)",
    ):
        assert words in text


def test_measures_that_cannot_be_said_are_dashes() -> None:
    nothing = metrics(lead_s=None, gospa=None, nees={"horizontal": None, "vertical": None})
    text = text_of(metrics_table(nothing))
    assert "no warning of an entry" in text
    assert text.count(" -") == 2
    assert seconds(None) == "-"


def test_a_run_is_told_with_what_was_not_used_and_where_it_lies() -> None:
    text = shown(summary(), "tocsin demo --seed 2")
    for words in (
        "4:10 run through in 1.5 s: 1,234 detections, 20 scans, 1 track confirmed",
        "Not used, Hill radar: 7 late",
        "radar 20/2 tells no position",
        "3 CAP messages",
        "out/metrics.json",
        "  tocsin demo --seed 2",
    ):
        assert words in text


def test_a_run_without_truth_or_alerts_says_so() -> None:
    text = shown(summary(messages=(), metrics=None, notes=()))
    assert "No alert was raised by what the sensors saw." in text
    assert "What it was worth" not in text and "Try next" not in text
