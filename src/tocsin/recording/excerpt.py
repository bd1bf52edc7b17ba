"""The evidence of one alert as a file that replays elsewhere: a small recording, packed.

It holds what the alert rests on: its messages, and of its tracks the rows, detections, predictions and ways
from half an hour before the first message. The site file goes without what is nobody else's business.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from tocsin.config.sharing import to_share
from tocsin.config.writing import to_toml
from tocsin.errors import InvalidInput
from tocsin.formats.tables.casting import arrow_schema
from tocsin.model.schema import Schema
from tocsin.model.tables import (
    ALERTS,
    ASSOCIATIONS,
    CLASS_EVIDENCE,
    DETECTIONS,
    PATHS,
    PREDICTIONS,
    PRESENCE,
    TRACKS,
)
from tocsin.recording import layout
from tocsin.recording.blocks import Blocks
from tocsin.recording.past import PastRecording
from tocsin.recording.past_evidence import rows_within, take_rows
from tocsin.recording.why import LOOKS_BACK_S
from tocsin.units import IntArray

LEAD_S = 1800.0
"""So long before the first message the excerpt begins."""
_AFTER_S = 120.0
_DATED = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP can say: the same evidence gives the same bytes


@dataclass(slots=True)
class _Excerpt:
    """What is gathered, by table; detections are numbered anew."""

    parts: dict[str, list[Any]] = field(default_factory=dict)
    detections: int = 0

    def add(self, schema: Schema, table: Any) -> None:
        if table.num_rows:
            self.parts.setdefault(schema.name, []).append(table.select(list(schema.names)))

    def parquet(self, schema: Schema) -> bytes:
        typed = arrow_schema(schema)
        found = [part.cast(typed) for part in self.parts.get(schema.name, [])]
        out = io.BytesIO()
        pyarrow.parquet.write_table(pa.concat_tables([typed.empty_table(), *found]), out, compression="zstd")
        return out.getvalue()


_PACKED = (ALERTS, TRACKS, DETECTIONS, ASSOCIATIONS, PREDICTIONS, CLASS_EVIDENCE, PATHS, PRESENCE)


def packed(
    recordings: Sequence[PastRecording], alert_id: str, story: Mapping[str, Any] | None = None
) -> bytes:
    """A ZIP of one recording: `report-ALERT/`, from recordings in the order of time.

    `story` is what was done, to be kept beside it. Raises InvalidInput where none of them has the alert.
    """
    rows = [row for recording in recordings for row in recording.alert_rows if row["alert_id"] == alert_id]
    if not rows:
        raise InvalidInput(f"no recording here has alert {alert_id}")
    track_ids = sorted({name for row in rows for name in (*row["track_ids"], *(row.get("beside") or ()))})
    issued_s = [row["issued_s"] for row in rows]
    span_s = (issued_s[0] - LEAD_S, issued_s[-1] + _AFTER_S)
    excerpt = _Excerpt()
    excerpt.add(ALERTS, pa.Table.from_pylist(rows, schema=arrow_schema(ALERTS)))
    for recording in recordings:
        _gather(excerpt, recording, span_s, track_ids, issued_s)
    files = {f"{schema.name}.parquet": excerpt.parquet(schema) for schema in _PACKED}
    files |= _caps(recordings, rows)
    files[layout.SITE] = to_toml(to_share(recordings[-1].site)).encode()
    files[layout.MARKER] = _json({"tocsin_recording": layout.FORMAT, "complete": True, "ended": "excerpt"})
    if story is not None:
        files["story.json"] = _json(story)
    return _zipped(f"report-{alert_id}", files)


def _gather(
    excerpt: _Excerpt, recording: PastRecording, span_s: tuple[float, float], track_ids: list[str],
    issued_s: list[float],
) -> None:  # fmt: skip
    for schema, blocks in ((TRACKS, recording.track_blocks), (PREDICTIONS, recording.predictions),
                           (CLASS_EVIDENCE, recording.class_evidence), (PATHS, recording.paths)):  # fmt: skip
        excerpt.add(schema, blocks.rows(*span_s, schema.names, track_ids))
    excerpt.add(PRESENCE, recording.presence.rows(*span_s, PRESENCE.names))
    used = recording.associations.rows(*span_s, ASSOCIATIONS.names, track_ids)
    numbers = used["detection"].to_numpy() - recording.first_detection
    is_here = (numbers >= 0) & (numbers < len(recording.detections))
    rows = numbers[is_here] if track_ids else _reports(recording.detections, issued_s)
    rows = np.unique(rows)
    excerpt.add(DETECTIONS, take_rows(recording.detections, rows, DETECTIONS.names))
    used = used.filter(pa.array(is_here))
    fresh = excerpt.detections + np.searchsorted(rows, numbers[is_here])
    place = used.column_names.index("detection")
    excerpt.add(ASSOCIATIONS, used.set_column(place, "detection", pa.array(fresh, pa.int64())))
    excerpt.detections += len(rows)


def _reports(detections: Blocks, issued_s: list[float]) -> IntArray:
    """Where there is no track: all that was reported in the minute before each message."""
    found = [rows_within(detections, issued - LOOKS_BACK_S, issued) for issued in issued_s]
    return np.concatenate(found)


def _caps(recordings: Sequence[PastRecording], rows: Sequence[Mapping[str, Any]]) -> dict[str, bytes]:
    found = {}
    for row in rows:
        for recording in recordings:
            message = layout.cap_message(recording.directory, row["cap_file"])
            if message is not None:
                found[row["cap_file"]] = message
    return found


def _json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _zipped(folder: str, files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(f"{folder}/{name}", _DATED), files[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()
