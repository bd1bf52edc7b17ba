"""Reads what a run left: the tables of an output directory, its site and its truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc

from tocsin.errors import InvalidTable, UnusableFile
from tocsin.model.schema import Schema
from tocsin.model.tables import (
    ALERTS,
    ASSOCIATIONS,
    CLASS_EVIDENCE,
    DETECTIONS,
    ORIGINS,
    PREDICTIONS,
    TRACKS,
    TRUTH,
)
from tocsin.model.truth import Truth
from tocsin.recording import layout
from tocsin.recording.files import read_table
from tocsin.units import AnyArray, FloatArray, seconds_to_nanoseconds_array

_STATE = tuple(f"{axis}_m" for axis in ("east", "north", "up")) + tuple(
    f"velocity_{axis}_mps" for axis in ("east", "north", "up")
)


class Recording:
    """An output directory of the contract, whoever wrote it.

    Raises `UnusableFile` where there is none or where the run that wrote it was killed. The tables are
    `pyarrow.Table`s in the order of their files; a table that is missing or damaged is an `UnusableFile`, one
    whose columns aren't those of the contract an `InvalidTable`.
    """

    def __init__(self, directory: Path) -> None:
        if not directory.is_dir():
            raise UnusableFile(directory, "is no directory; give the output directory of a run")
        marker = layout.read_marker(directory)
        if marker is not None and not marker.get("complete", False):
            raise UnusableFile(
                directory, "is a recording that was never finished: its run goes on or was killed"
            )
        if marker is None and not (directory / layout.SITE).is_file():
            raise UnusableFile(directory, f"holds no recording: there is no {layout.SITE} in it")
        self.directory = directory
        self.first_detection = int((marker or {}).get("first_detection", 0))
        """Number of its first detection, in a later part of a run."""

    @property
    def site_toml(self) -> str:
        """The site file as it was used."""
        path = self.directory / layout.SITE
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UnusableFile(path, "cannot be read as text") from error

    def detections(self) -> Any:
        """Accepted detections in the order in which they were processed."""
        return self._table(DETECTIONS)

    def tracks(self) -> Any:
        """Every confirmed track after each scan."""
        return self._table(TRACKS)

    def associations(self) -> Any:
        """Which detections made which track."""
        return self._table(ASSOCIATIONS)

    def alerts(self) -> Any:
        """Every message of every alert."""
        return self._table(ALERTS)

    def predictions(self) -> Any | None:
        """Which zones each track was expected to enter, and when; None where that wasn't recorded."""
        return self._table_if_there(PREDICTIONS)

    def class_evidence(self) -> Any | None:
        """Why tracks were taken for what they are; None where that wasn't recorded."""
        return self._table_if_there(CLASS_EVIDENCE)

    def origins(self) -> Any | None:
        """Which object each true detection was of; None where that isn't known."""
        return self._table_if_there(ORIGINS)

    def cap(self, cap_file: str) -> bytes | None:
        """The CAP message at the `cap_file` of an alert's row, or None where it isn't there."""
        return layout.cap_message(self.directory, cap_file)

    def has_truth(self) -> bool:
        """Whether it is known where objects really were."""
        return layout.table_path(self.directory, TRUTH.name).is_file()

    def truth(self) -> Truth:
        """Where simulated objects really were; as it was recorded, to the bit."""
        table = self._table(TRUTH)
        path = layout.table_path(self.directory, TRUTH.name)
        for name in (*TRUTH.required, *_STATE):
            if table[name].null_count:
                row = pc.index(table[name].is_null(), True).as_py() + 1
                raise InvalidTable(
                    f"{path}: column {name!r}, row {row}: nothing is given, and the truth needs it"
                )
        return Truth(
            seconds_to_nanoseconds_array(_numpy(table, "time_s")),
            _numpy(table, "object_id"),
            _state(table),
            _numpy(table, "class"),
            _numpy(table, "threat"),
        )

    def metrics(self) -> dict[str, Any]:
        """What the run and its evaluation found; empty where nothing was kept."""
        path = self.directory / layout.METRICS
        try:
            found: dict[str, Any] = json.loads(path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise UnusableFile(path, "cannot be read as JSON") from error
        return found

    def write_metrics(self, metrics: dict[str, Any]) -> None:
        """Puts what an evaluation found beside what it was found in."""
        layout.write_json(self.directory / layout.METRICS, metrics)

    def _table(self, schema: Schema) -> Any:
        return read_table(layout.table_path(self.directory, schema.name), schema)

    def _table_if_there(self, schema: Schema) -> Any | None:
        return self._table(schema) if layout.table_path(self.directory, schema.name).is_file() else None


def _state(table: Any) -> FloatArray:
    return np.column_stack([_numpy(table, name) for name in _STATE])


def _numpy(table: Any, name: str) -> AnyArray:
    values: AnyArray = table[name].to_numpy()
    return values
