"""Shows a run while it goes on: a live view where the terminal can, else a line for each message."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace

from rich.live import Live

from tocsin.cli.console import can_show_live, messages, progress_bar
from tocsin.cli.exits import say
from tocsin.cli.view_alerts import alert_message_line
from tocsin.cli.view_live import Heading, LiveView
from tocsin.model.alerts import Level
from tocsin.runtime.watch import Moment, Progress, Watch

_FRAME_S = 0.1  # between two drawings: more cost time and show nothing more


class Screen:
    """What a run is given to report to: `progress` and, where somebody looks on, `watch`.

    `fullest` is the first view with the most warnings (then alerts) open.
    """

    def __init__(self, heading: Heading, progress: Progress, watch: Watch | None) -> None:
        self.heading = heading
        self._progress = progress
        self._watch = watch
        self._fullest: tuple[tuple[int, int], Moment] | None = None

    def progress(self, what: str, share: float) -> None:
        """What is being done and how much of it is done."""
        self._progress(what, share)

    def watch(self, moment: Moment) -> None:
        """The state of the line about once a second of its time."""
        fullness = (sum(alert.level is Level.WARNING for alert in moment.alerts), len(moment.alerts))
        if self._fullest is None or fullness > self._fullest[0]:
            # The statuses go on counting; the picture shall not.
            self._fullest = fullness, replace(moment, statuses=deepcopy(moment.statuses))
        if self._watch is not None:
            self._watch(moment)

    @property
    def fullest(self) -> LiveView | None:
        """For a picture of the run; None where nothing was seen."""
        return None if self._fullest is None else LiveView(self.heading, "", self._fullest[1])


@contextmanager
def screen_for(heading: Heading, headless: bool) -> Iterator[Screen]:
    """The best screen there is: none but a progress bar if `headless`, live on a terminal, else lines."""
    if headless:
        with progress_bar() as progress:
            yield Screen(heading, progress, None)
    elif can_show_live(messages()):
        with _live(heading) as screen:
            yield screen
    else:
        yield lines_of(heading)


@contextmanager
def _live(heading: Heading) -> Iterator[Screen]:
    console = messages()
    doing, drawn_s = "starting", 0.0
    with Live(LiveView(heading, doing, None), console=console, screen=True, auto_refresh=False) as live:
        seen = False

        def progress(what: str, _share: float) -> None:
            nonlocal doing
            if what != doing and not seen:
                live.update(LiveView(heading, what, None), refresh=True)
            doing = what

        def watch(moment: Moment) -> None:
            nonlocal drawn_s, seen
            now_s = time.perf_counter()
            if not seen or now_s - drawn_s >= _FRAME_S:
                live.update(LiveView(heading, doing, moment), refresh=True)
                drawn_s, seen = now_s, True

        yield Screen(heading, progress, watch)


def lines_of(heading: Heading) -> Screen:
    """A line for each message, for whoever looks elsewhere or reads later."""
    said = ""
    pace = "as fast as it goes" if heading.speed == 0 else f"{heading.speed:g} x real time"
    say(f"{heading.title}, {heading.status}, {pace}")

    def progress(what: str, _share: float) -> None:
        nonlocal said
        if what != said:
            said = what
            say(f"{what} ...")

    def watch(moment: Moment) -> None:
        for message in moment.new_messages:
            say(alert_message_line(message))

    return Screen(heading, progress, watch)
