"""What of a radar's target report places it, and whether it is one to be used: category 048, read quickly.

A tracker needs six of the 28 items of a report: 010 source, 140 time of day, 020 descriptor, 040 range and
azimuth, 220 aircraft address, 170 track status. They are read here by patterns, a tenth of the time that it
takes to read a `RadarPlot`; its fields, and the errors, are the same.

Source: EUROCONTROL-SPEC-0149-4, the items named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from tocsin.errors import DecodeError
from tocsin.formats.asterix.decoding import plot
from tocsin.formats.asterix.editions import PLOTS
from tocsin.formats.asterix.patterns import Patterns
from tocsin.formats.asterix.plot import DetectionType, RadarPlot
from tocsin.formats.asterix.records import record_at
from tocsin.formats.asterix.scales import AZIMUTH_STEP_RAD, RANGE_STEP_M, SECONDS_OF_A_DAY, TIME_STEP_S

_WANTED = ("010", "140", "020", "040", "220", "170")
_DETECTIONS = tuple(DetectionType)
_DAY_STEPS = round(SECONDS_OF_A_DAY / TIME_STEP_S)


class PlotMarks(NamedTuple):
    """What a radar says of the kind of its report: as in `RadarPlot`."""

    detection: DetectionType
    is_simulated: bool
    is_test: bool
    is_field_monitor: bool
    is_ghost: bool
    is_end_of_track: bool


class PlacedPlot(NamedTuple):
    """The part of a `RadarPlot` that places it; `record` are its bytes, equal where a report is repeated."""

    sac: int
    sic: int
    time_of_day_s: float | None
    range_m: float | None
    azimuth_rad: float | None
    mode_s_address: str | None
    marks: PlotMarks
    record: bytes


def placed_plots(body: bytes, edition: str, block: bytes) -> Iterator[PlacedPlot | DecodeError]:
    """Yields each record of a data block's body, or why it cannot be used.

    Raises DecodeError `asterix_damaged` at the first record that cannot be cut, as `records.records`.
    """
    patterns = _patterns(edition)
    pattern = None
    position, size = 0, len(body)
    while position < size:
        # Most records are of the kind of the one before; a pattern knows its own field specification.
        match = pattern.match(body, position) if pattern is not None else None
        if match is None:
            pattern = patterns.of(body, position)
            match = pattern.match(body, position) if pattern is not None else None
        quick = None if match is None else _placed(match)
        if match is not None and quick is not None:
            position = match.end()
            yield quick
        else:
            slow, position = _slowly_placed(body, position, edition, block)
            yield slow


def _slowly_placed(
    body: bytes, start: int, edition: str, block: bytes
) -> tuple[PlacedPlot | DecodeError, int]:
    """The same for one record by the twins, and where it ends."""
    items, end = record_at(body, start, PLOTS, edition)
    _patterns(edition).learn(body, start)
    try:
        return of_plot(plot(items, block), body[start:end]), end
    except DecodeError as error:
        return error, end


def of_plot(full: RadarPlot, record: bytes) -> PlacedPlot:
    """The same from a whole plot: the readable twin."""
    marks = PlotMarks(
        full.detection,
        full.is_simulated,
        full.is_test,
        full.is_field_monitor,
        full.is_ghost,
        full.is_end_of_track,
    )
    time_s, address = full.time_of_day_s, full.mode_s_address
    return PlacedPlot(full.sac, full.sic, time_s, full.range_m, full.azimuth_rad, address, marks, record)


def _placed(match: re.Match[bytes]) -> PlacedPlot | None:
    """None where something is wrong: the twin says what."""
    source, time, descriptor, position, address, status = match.groups()
    time_steps = int.from_bytes(time, "big")
    if not source or time_steps >= _DAY_STEPS:
        return None
    marks, is_beyond_range = _marks(descriptor, status)
    range_m = azimuth_rad = None
    if position:
        polar = int.from_bytes(position, "big")
        azimuth_rad = (polar & 0xFFFF) * AZIMUTH_STEP_RAD
        if not is_beyond_range:
            range_m = (polar >> 16) * RANGE_STEP_M
    sac, sic = source
    time_s = time_steps * TIME_STEP_S if time else None
    identity = address.hex() if address else None
    placed = (sac, sic, time_s, range_m, azimuth_rad, identity, marks, match[0])
    return tuple.__new__(PlacedPlot, placed)  # a third of the time of its constructor


@lru_cache(maxsize=4096)
def _marks(descriptor: bytes, status: bytes) -> tuple[PlotMarks, bool]:
    """I048/020 and I048/170; a radar sends few different ones."""
    first, extension = (descriptor + b"\0\0")[:2]
    second_status = status[1] if len(status) > 1 else 0
    marks = PlotMarks(
        _DETECTIONS[first >> 5],
        is_simulated=bool(first & 0x10),
        is_test=bool(extension & 0x80),
        is_field_monitor=bool(first & 0x02),
        is_ghost=bool(second_status & 0x40),
        is_end_of_track=bool(second_status & 0x80),
    )
    return marks, bool(extension & 0x40)


@cache
def _patterns(edition: str) -> Patterns:
    return Patterns(PLOTS, edition, _WANTED)
