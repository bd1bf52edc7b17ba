"""A recording to be watched: opened in milliseconds however long it is, whole or cut short.

Beside `Recording`, which refuses what was never finished, this shows what there is and says what is missing.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from tocsin.clock import WallClock
from tocsin.config.site import Site
from tocsin.config.toml import load
from tocsin.errors import UnusableFile
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
from tocsin.recording.blocks import Blocks, whole_table
from tocsin.recording.past_identities import identities
from tocsin.recording.past_sensors import PastSensors
from tocsin.recording.past_tracks import PastTracks
from tocsin.recording.recovery import is_written_to

_QUIET_PERIODS, _QUIET_S = 3.0, 10.0


class PastRecording:
    """One output directory; `classes` are those that the console knows, the last one stands for all others.

    Raises `UnusableFile` where there is no recording, `InvalidFile` and `InvalidTable` where its site file or
    a table is not what the contract says.
    """

    def __init__(self, directory: Path, classes: tuple[str, ...], clock: WallClock) -> None:
        if not (directory / layout.SITE).is_file():
            raise UnusableFile(directory, f"holds no recording: there is no {layout.SITE} in it")
        self.directory = directory
        self.site = load(directory / layout.SITE, Site)
        self._marker = layout.read_marker(directory) or {"complete": True}
        self._is_going_on = not self._marker.get("complete", False) and is_written_to(directory, clock)
        self.detections, self.associations = self._blocks(DETECTIONS), self._blocks(ASSOCIATIONS)
        self.predictions, self.paths = self._blocks(PREDICTIONS), self._blocks(PATHS)
        self.class_evidence = self._blocks(CLASS_EVIDENCE)
        self.track_blocks, self.presence = self._blocks(TRACKS), self._blocks(PRESENCE)
        self.tracks = PastTracks(self.track_blocks, self.associations, classes, self.site.sensor_names)
        table, self._alert_trouble = whole_table(layout.table_path(directory, ALERTS.name), ALERTS)
        self.alert_rows: list[dict[str, Any]] = table.to_pylist()

    @property
    def first_detection(self) -> int:
        """Number of its first detection, in a later part of a run."""
        return int(self._marker.get("first_detection", 0))

    @cached_property
    def span_s(self) -> tuple[float, float]:
        """From the first to the last time that anything is known of; UTC seconds."""
        spans = [blocks.span_s for blocks in (self.track_blocks, self.detections)]
        times = [time_s for span in spans if span is not None for time_s in span]
        times += [row["issued_s"] for row in self.alert_rows]
        return (min(times), max(times)) if times else (0.0, 0.0)

    @cached_property
    def sensors(self) -> PastSensors:
        """What the sensors gave; takes a pass over all detections."""
        known = [sensor.filled() for sensor in self.site.sensors]
        quiet_s = [max(_QUIET_S, _QUIET_PERIODS * (sensor.period_s or 1.0)) for sensor in known]
        return PastSensors(self.detections, self.presence, self.site.sensor_names, np.array(quiet_s))

    @cached_property
    def identities(self) -> dict[str, str]:
        """What the tracks called themselves; takes a pass over all detections."""
        return identities(self.detections, self.associations, self.first_detection)

    @property
    def trouble(self) -> str | None:
        """In words, what is missing; None where nothing is."""
        found = [self._alert_trouble, *(blocks.trouble for blocks in self._needed())]
        missing = list(dict.fromkeys(trouble for trouble in found if trouble))
        if self._is_going_on:
            return "its run goes on; it is shown as far as it reached the disk"
        if not self._marker.get("complete", False):
            how = "its run was killed; `tocsin recover` makes it whole"
            return "; ".join([how, *missing])
        return "; ".join(missing) or None

    @property
    def lacks(self) -> list[str]:
        """Tables that it has not, which only newer versions or a service write."""
        known = (self.predictions, self.class_evidence, self.paths, self.presence)
        return [blocks.schema.name for blocks in known if blocks.is_missing]

    def _needed(self) -> tuple[Blocks, ...]:
        return (self.track_blocks, self.detections, self.associations)

    def _blocks(self, schema: Schema) -> Blocks:
        return Blocks(layout.table_path(self.directory, schema.name), schema)
