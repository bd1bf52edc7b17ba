"""The live picture of a run: heading, alerts first, then tracks, then sensors, to fit the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from tocsin.cli.view_alerts import alert_blocks, alerts_heading
from tocsin.cli.view_lines import Block, fitted
from tocsin.cli.view_sensors import sensor_blocks, sensors_heading
from tocsin.cli.view_tracks import track_blocks, tracks_heading
from tocsin.cli.words import clock_time, minutes
from tocsin.runtime.watch import Moment
from tocsin.units import NANOSECONDS_PER_SECOND

_ROWS_BESIDE_BLOCKS = 8  # heading and its blank line, three section headings, two blank lines, the last line
_LEAST_ROWS = 3  # of tracks and of sensors, however many alerts there are


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands on top: what runs, whether it is an exercise, and how fast; 0 is as fast as it goes."""

    title: str
    status: str
    start_ns: int | None
    duration_s: float | None
    speed: float


@dataclass(frozen=True, slots=True)
class LiveView:
    """Draws one moment, or what is being done before the first one."""

    heading: Heading
    doing: str
    moment: Moment | None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        height = options.height or console.height
        yield from self._lines(options.max_width, height)

    def _lines(self, width: int, height: int) -> Iterable[Text]:
        moment = self.moment
        yield self._title(moment)
        yield Text("")
        if moment is None:
            yield Text(f"{self.doing} ...", no_wrap=True)
            return
        start_ns = moment.time_ns if self.heading.start_ns is None else self.heading.start_ns
        elapsed_s = (moment.time_ns - start_ns) / NANOSECONDS_PER_SECOND
        alerts = alert_blocks(moment.alerts, moment.assessments, moment.time_ns, width)
        tracks = track_blocks(moment.tracks, moment.assessments, moment.statuses, moment.time_ns, width)
        sensors = sensor_blocks(moment.statuses, moment.time_ns, elapsed_s)
        rows = _shares(alerts, tracks, sensors, height - _ROWS_BESIDE_BLOCKS)
        yield alerts_heading(len(moment.alerts), len(moment.ended))
        yield from fitted(alerts, rows[0])
        yield Text("")
        yield tracks_heading(len(tracks))
        yield from fitted(tracks, rows[1])
        yield Text("")
        yield sensors_heading(len(sensors))
        yield from fitted(sensors, rows[2])

    def _title(self, moment: Moment | None) -> Text:
        heading = self.heading
        text = Text(heading.title, style="bold", no_wrap=True, overflow="ellipsis")
        text.append(f"  {heading.status.upper()}", style="bold reverse")
        if moment is not None:
            text.append(f"  {clock_time(moment.time_ns)} UTC", style="bold")
            text.append(_progress_words(heading, moment.time_ns))
        pace = "as fast as it goes" if heading.speed == 0 else f"{heading.speed:g} x real time"
        return text.append(f"  {pace}", style="dim")


def _progress_words(heading: Heading, time_ns: int) -> str:
    if heading.start_ns is None or heading.duration_s is None:
        return ""
    gone_s = (time_ns - heading.start_ns) / NANOSECONDS_PER_SECOND
    return f"  {minutes(gone_s)} of {minutes(heading.duration_s)}"


def _shares(
    alerts: list[Block], tracks: list[Block], sensors: list[Block], rows: int
) -> tuple[int, int, int]:
    """How many rows each section gets: alerts what they need, the others at least a few."""
    least_tracks, least_sensors = min(_LEAST_ROWS, len(tracks)), min(_LEAST_ROWS, len(sensors))
    for_alerts = min(sum(map(len, alerts)), rows - least_tracks - least_sensors)
    for_tracks = min(len(tracks), rows - for_alerts - least_sensors)
    return max(for_alerts, 0), max(for_tracks, 0), max(rows - for_alerts - for_tracks, 0)
