"""From which time the evidence is that an answer shows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from tocsin.config.site import Site
from tocsin.formats.tables.casting import arrow_schema
from tocsin.model.tables import ASSOCIATIONS, DETECTIONS, TRACKS
from tocsin.recording.why import Evidence, why

SITE = {"site": {"name": "S", "latitude_deg": 0.0, "longitude_deg": -127.0},
        "sensors": [{"name": "radar", "kind": "radar"}, {"name": "array", "kind": "microphone"}]}  # fmt: skip
MESSAGE = {"alert_id": "A-1", "version": 1, "issued_s": 1000.0, "level": "warning", "zone": "Z", "reason": "",
           "cap_file": "cap/A-1-1.xml", "track_ids": ["T1", "T2"]}  # fmt: skip


def shown(rows: list[tuple[float, str, str]], **changes: Any) -> list[tuple[str, int]]:
    """Sensors and how many of their detections are shown, of detections at a time by a sensor for a track."""
    detections = [{"time_s": time_s, "received_s": time_s, "sensor": sensor} for time_s, sensor, _ in rows]
    used = [{"time_s": time_s, "sensor": sensor, "track_id": track, "detection": row, "probability": 1.0}
            for row, (time_s, sensor, track) in enumerate(rows)]  # fmt: skip
    evidence = Evidence(
        Site.model_validate(SITE),
        arrow_schema(TRACKS).empty_table(),
        None,
        pa.Table.from_pylist(used, schema=arrow_schema(ASSOCIATIONS)),
        pa.Table.from_pylist(detections, schema=arrow_schema(DETECTIONS)),
        np.arange(len(rows)),
    )
    return [(one.sensor, one.detections) for one in why(evidence, MESSAGE | changes).sensors]


def test_of_each_track_of_a_group_the_minute_before_it_was_last_seen_is_shown() -> None:
    lost = [(800.0, "array", "T2"), (850.0, "array", "T2"), (870.0, "array", "T2")]
    assert shown([*lost, (999.0, "radar", "T1")]) == [("array", 2), ("radar", 1)]


def test_what_lent_its_evidence_is_shown_too() -> None:
    rows = [(990.0, "array", "T3"), (995.0, "array", "T4"), (999.0, "radar", "T1")]
    assert shown(rows) == [("radar", 1)]
    assert shown(rows, beside=["T3"]) == [("array", 1), ("radar", 1)]


def test_without_a_track_the_minute_before_something_was_last_heard_is_shown() -> None:
    rows = [(900.0, "array", ""), (990.0, "radar", "")]
    assert shown(rows, track_ids=[]) == [("radar", 1)]
    assert shown(rows, track_ids=[], seen_s=910.0) == [("array", 1)]
