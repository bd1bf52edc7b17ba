from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console
from tests.cli.samples import a_moment, an_alert, cancelled, drawn

from tocsin.cli import screen as screen_module
from tocsin.cli.screen import Screen, screen_for
from tocsin.cli.view_live import Heading
from tocsin.model.alerts import Level

HEADING = Heading("two-drones", "Exercise", None, None, 10.0)


def test_without_a_terminal_each_message_is_a_line_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    with screen_for(HEADING, headless=False) as screen:
        screen.progress("running", 0.0)
        screen.progress("running", 0.5)
        screen.watch(a_moment((an_alert(),)))
        screen.watch(replace(a_moment(), new_messages=(cancelled(an_alert()),)))
    shown = capsys.readouterr()
    assert shown.out == ""
    lines = shown.err.splitlines()
    assert lines[0] == "two-drones, Exercise, 10 x real time"
    assert lines[1] == "running ..."
    assert lines[2].startswith("10:09:30 UTC  WARNING    Town: warning: multirotor (0.91) heading for Town")
    assert lines[3] == "10:10:00 UTC  ALL-CLEAR  Town: all-clear for Town: has left"
    assert len(lines) == 4


def test_headless_without_a_terminal_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    with screen_for(HEADING, headless=True) as screen:
        screen.progress("running", 0.5)
        screen.watch(a_moment((an_alert(),)))
    assert capsys.readouterr() == ("", "")


def test_a_terminal_gets_a_view_that_changes_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    console = Console(width=80, height=24, record=True, force_terminal=True, file=io.StringIO())
    monkeypatch.setattr(screen_module, "messages", lambda: console)
    with screen_for(HEADING, headless=False) as screen:
        screen.progress("compiling kernels, the first time only", 0.0)
        screen.watch(a_moment((an_alert(),)))
    shown = console.export_text()
    assert "compiling kernels, the first time only ..." in shown
    assert "WARNING" in shown


@pytest.mark.parametrize(
    ("terminal", "width", "height"), [("dumb", 80, 24), ("xterm", 60, 24), ("xterm", 80, 10)]
)
def test_a_dumb_or_small_terminal_gets_lines(
    terminal: str,
    width: int,
    height: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    environment = {"TERM": terminal}
    console = Console(
        width=width, height=height, force_terminal=True, file=io.StringIO(), _environ=environment
    )
    monkeypatch.setattr(screen_module, "messages", lambda: console)
    with screen_for(HEADING, headless=False) as screen:
        screen.watch(a_moment((an_alert(),)))
    assert "WARNING" in capsys.readouterr().err


def test_the_fullest_view_is_the_first_with_the_most_warnings_as_it_was_then() -> None:
    assert Screen(HEADING, lambda *_: None, None).fullest is None
    screen = Screen(HEADING, lambda *_: None, None)
    quiet, loud, later = a_moment(), a_moment((an_alert(zone="First"),)), a_moment((an_alert(zone="Then"),))
    many = a_moment((an_alert(Level.WATCH), an_alert(Level.WATCH, number=2)))
    for moment in (quiet, many, loud, later, quiet):
        screen.watch(moment)
    loud.statuses[0].detections = 987_654
    assert screen.fullest is not None
    text = "\n".join(drawn(screen.fullest))
    assert "First" in text
    assert "987,654" not in text
