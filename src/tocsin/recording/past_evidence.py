"""The evidence of one message, cut out of a recording by time: a night's tables need not be in memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.model.tables import ASSOCIATIONS, CLASS_EVIDENCE, DETECTIONS, PREDICTIONS, TRACKS
from tocsin.recording.blocks import Blocks, plain
from tocsin.recording.past import PastRecording
from tocsin.recording.why import LOOKS_BACK_S, Evidence
from tocsin.units import IntArray

_LOST_FOR_S = 1800.0
"""An object that is lost has its evidence in the minute before it was last seen, at most so long ago."""


def past_evidence(recording: PastRecording, message: dict[str, Any]) -> Evidence:
    """What `recording.why` asks for to answer for one row of the alerts table."""
    until_s = message["issued_s"]
    track_ids = [*message["track_ids"], *(message.get("beside") or ())]
    since_s = until_s - _LOST_FOR_S
    used = of_tracks(recording.associations, since_s, until_s, track_ids, ASSOCIATIONS.names)
    if track_ids:
        rows = np.unique(used["detection"].to_numpy()) - recording.first_detection
    else:
        rows = rows_within(recording.detections, until_s - LOOKS_BACK_S, until_s)
    rows = rows[(rows >= 0) & (rows < len(recording.detections))]
    numbers = rows + recording.first_detection
    classes = recording.class_evidence
    return Evidence(
        recording.site,
        of_tracks(recording.track_blocks, since_s, until_s, track_ids, TRACKS.names),
        of_tracks(recording.predictions, since_s, until_s, track_ids, PREDICTIONS.names),
        used.filter(pc.is_in(used["detection"], pa.array(numbers))),
        take_rows(recording.detections, rows, DETECTIONS.names),
        numbers,
        None if classes.is_missing else of_tracks(classes, since_s, until_s, track_ids, CLASS_EVIDENCE.names),
    )


def of_tracks(
    blocks: Blocks, since_s: float, until_s: float, track_ids: list[str], columns: tuple[str, ...]
) -> Any:
    """Rows of some tracks from one time to another."""
    found = blocks.rows(since_s, until_s, columns, track_ids)
    return found.select(list(columns))


def rows_within(blocks: Blocks, since_s: float, until_s: float) -> IntArray:
    """Numbers of the rows later than one time, up to another."""
    found = [np.zeros(0, np.int64)]
    for number in blocks.within(since_s, until_s).tolist():
        time_s = blocks.block(number, ("time_s",))["time_s"].to_numpy()
        inside = np.flatnonzero((time_s > since_s) & (time_s <= until_s))
        found.append(int(blocks.first[number]) + inside)
    return np.concatenate(found)


def take_rows(blocks: Blocks, rows: IntArray, columns: tuple[str, ...]) -> Any:
    """The rows of these numbers, growing, in their order."""
    found = []
    for number in np.unique(np.searchsorted(blocks.first, rows, "right") - 1).tolist():
        first, end = int(blocks.first[number]), int(blocks.first[number + 1])
        mine = rows[(rows >= first) & (rows < end)] - first
        found.append(plain(blocks.block(number, columns).take(mine)))
    return pa.concat_tables(found) if found else blocks.nothing(columns)
