"""Detections from a file of the contract, Parquet or CSV, in SI; unusable rows are refused and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tocsin.formats.tables.detections import to_detections
from tocsin.model.detections import Detections
from tocsin.model.tables import DETECTIONS
from tocsin.model.validation import UNKNOWN_SENSOR, in_canonical_order, validate
from tocsin.recording.files import read_table_and_more


@dataclass(frozen=True, slots=True)
class ReadDetections:
    """What a file held: the usable detections, sorted, and how many rows were refused for which reason.

    `by_sensor` has the same counts by the sensor's name as the file gives it, known or not;
    `ignored_columns` are those that the contract does not know.
    """

    detections: Detections
    refused: Counter[str]
    by_sensor: dict[str, Counter[str]]
    ignored_columns: tuple[str, ...]


def read_detections(path: Path, sensor_names: Sequence[str]) -> ReadDetections:
    """Reads and validates a file; sorted by receipt, then time, then content, however its rows stand.

    `sensor_names` are those of the site in its order. Reasons of refusal are those of `validation.validate`.
    Raises `UnusableFile` and `InvalidTable` as `files.read_table` does.
    """
    table, ignored = read_table_and_more(path, DETECTIONS)
    kept, counts = validate(to_detections(table, sensor_names))
    by_sensor: dict[str, Counter[str]] = {}
    for (sensor, reason), count in sorted(counts.items()):
        if sensor != UNKNOWN_SENSOR:
            by_sensor.setdefault(sensor_names[sensor], Counter())[reason] += count
    for name, count in _unknown_sensors(table["sensor"], sensor_names):
        by_sensor.setdefault(name, Counter())["unknown_sensor"] += count
    return ReadDetections(in_canonical_order(kept), sum(by_sensor.values(), Counter()), by_sensor, ignored)


def _unknown_sensors(names: Any, sensor_names: Sequence[str]) -> list[tuple[str, int]]:
    known = pc.is_in(names, value_set=pa.array(list(sensor_names), pa.string()))
    unknown = pc.fill_null(names, "").filter(pc.invert(known))
    return sorted((entry["values"], entry["counts"]) for entry in pc.value_counts(unknown).to_pylist())
