"""Confirmed tracks: what each probably is, where it goes, how sure, and who saw it lately."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.text import Text

from tocsin.cli.view_lines import Block, Cell, line
from tocsin.cli.words import NOTHING, minutes, plain
from tocsin.model.assessments import Assessments
from tocsin.model.sensors import SensorStatus
from tocsin.model.tracks import NEVER_NS, Tracks
from tocsin.units import NANOSECONDS_PER_SECOND, IntArray

LATELY_NS = 60 * NANOSECONDS_PER_SECOND
_TRACK, _CLASS, _SURE, _HEIGHT, _SPEED, _COURSE, _EXISTS, _SEEN = 8, 23, 4, 7, 5, 6, 6, 5
_USED = sum((_TRACK, _CLASS, _SURE, _HEIGHT, _SPEED, _COURSE, _EXISTS, _SEEN)) + 8


def tracks_heading(number: int) -> Text:
    """The title line with the names of the columns."""
    return line(
        Cell(f"TRACKS  {number}", _TRACK + _CLASS + 1, "bold"),
        Cell("sure", _SURE, "dim", right=True),
        Cell("height", _HEIGHT, "dim", right=True),
        Cell("km/h", _SPEED, "dim", right=True),
        Cell("course", _COURSE, "dim", right=True),
        Cell("exists", _EXISTS, "dim", right=True),
        Cell("seen", _SEEN, "dim", right=True),
        Cell("by", 2, "dim"),
    )


def track_blocks(
    tracks: Tracks,
    assessments: Assessments | None,
    statuses: Sequence[SensorStatus],
    now_ns: int,
    width: int,
) -> list[Block]:
    """One line for each track, those likeliest to enter a zone first."""
    assessed = {} if assessments is None else {name: i for i, name in enumerate(assessments.track_id)}
    likely = [_likeliest_entry(assessments, assessed.get(name)) for name in tracks.track_id]
    order = sorted(range(len(tracks)), key=lambda i: (-likely[i], str(tracks.track_id[i])))
    blocks = []
    for index in order:
        cells = _class(assessments, assessed.get(tracks.track_id[index]))
        blocks.append([_line(tracks, index, cells, statuses, now_ns, width)])
    return blocks


def _line(
    tracks: Tracks,
    index: int,
    class_cells: tuple[Cell, Cell],
    statuses: Sequence[SensorStatus],
    now_ns: int,
    width: int,
) -> Text:
    track = tracks.row(index)
    east, north, _ = track.velocity_enu_mps
    speed_kmh = math.hypot(east, north) * 3.6
    course_deg = math.degrees(math.atan2(east, north)) % 360.0
    seen_ns = tracks.seen_ns[index]
    last_ns = int(seen_ns.max(initial=NEVER_NS))
    age = NOTHING if last_ns == NEVER_NS else minutes((now_ns - last_ns) / NANOSECONDS_PER_SECOND)
    return line(
        Cell(track.track_id, _TRACK),
        *class_cells,
        Cell(f"{track.position_enu_m[2]:.0f} m", _HEIGHT, right=True),
        Cell(f"{speed_kmh:.0f}", _SPEED, right=True),
        Cell(f"{course_deg:03.0f}°", _COURSE, right=True),
        Cell(f"{track.existence:.2f}", _EXISTS, right=True),
        Cell(age, _SEEN, right=True),
        Cell(_seen_by(seen_ns, statuses, now_ns), max(width - _USED, 2), "dim"),
    )


def _seen_by(seen_ns: IntArray, statuses: Sequence[SensorStatus], now_ns: int) -> str:
    """The kinds of sensor that saw it in the last minute."""
    kinds = {
        status.kind
        for status, time_ns in zip(statuses, seen_ns, strict=False)
        if time_ns > now_ns - LATELY_NS
    }
    return ", ".join(plain(kind) for kind in sorted(kinds)) or "nobody now"


def _class(assessments: Assessments | None, index: int | None) -> tuple[Cell, Cell]:
    if assessments is None or index is None:
        return Cell("not assessed yet", _CLASS, "dim"), Cell("", _SURE)
    name, probability = assessments.most_probable_class(index)
    return Cell(plain(name), _CLASS), Cell(f"{probability:.2f}", _SURE, right=True)


def _likeliest_entry(assessments: Assessments | None, index: int | None) -> float:
    if assessments is None or index is None or not assessments.zones:
        return 0.0
    return float(assessments.entry_probability[index].max())
