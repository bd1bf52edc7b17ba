"""`tocsin track`: a table of detections in, a table of tracks out."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tocsin.assessment.assessor import Assessor
from tocsin.config.site import Site
from tocsin.model.assessments import Assessments
from tocsin.model.timeliness import refuse_untimely
from tocsin.recording.detections_file import read_detections
from tocsin.recording.recorder import tracks_writer
from tocsin.recording.rows import TrackRows
from tocsin.runtime.cadence import is_assessment_due
from tocsin.runtime.feeding import in_steps
from tocsin.runtime.watch import Progress, no_progress
from tocsin.sensors.placement import refuse_unplaced
from tocsin.tracking import Timeline
from tocsin.units import NANOSECONDS_PER_SECOND

_STEP_NS = 20 * NANOSECONDS_PER_SECOND


@dataclass(frozen=True, slots=True)
class TrackingSummary:
    """`refused` counts rows that were not used by sensor and reason.

    `only_bearings` says that nothing in the file places anything, so that no track could be made.
    """

    out: Path
    detections: int
    refused: dict[str, dict[str, int]]
    pictures: int
    tracks_confirmed: int
    rows: int
    wall_s: float
    ignored_columns: tuple[str, ...]
    only_bearings: bool

    def as_json(self) -> dict[str, Any]:
        """For `--json`: plain values only."""
        return {
            "out": str(self.out),
            "detections": self.detections,
            "refused": self.refused,
            "pictures": self.pictures,
            "tracks_confirmed": self.tracks_confirmed,
            "rows": self.rows,
            "wall_s": self.wall_s,
            "ignored_columns": list(self.ignored_columns),
            "only_bearings": self.only_bearings,
        }


def track_file(
    detections_file: Path, site: Site, out: Path, progress: Progress = no_progress
) -> TrackingSummary:
    """Tracks a Parquet or CSV file of detections and writes a Parquet file of tracks.

    Raises `UnusableFile` and `InvalidTable` where a file can't be used.
    """
    began = time.perf_counter()
    progress("reading", 0.0)
    read = read_detections(detections_file, site.sensor_names)
    detections, untimely = refuse_untimely(read.detections)
    refused = {name: Counter(reasons) for name, reasons in read.by_sensor.items()}
    detections, unplaced = refuse_unplaced(detections, site)
    for (number, reason), count in (untimely + unplaced).items():
        refused.setdefault(site.sensor_names[number], Counter())[reason] += count
    timeline, assessor = Timeline(site), Assessor(site)
    assessments: Assessments | None = None
    pictures, rows, names = 0, 0, set[str]()
    with tracks_writer(out, site.frame, site.sensor_names) as writer:

        def publish(new: Any) -> None:
            nonlocal assessments, pictures, rows
            for picture in new:
                if is_assessment_due(picture, assessments):
                    assessments = assessor.assess(picture)
                writer.write(TrackRows.of(picture, assessments))
                pictures, rows = pictures + 1, rows + len(picture.tracks)
                names.update(picture.tracks.track_id.tolist())

        done = 0
        for _, batch in in_steps(detections, _STEP_NS) if len(detections) else ():
            publish(timeline.push(batch))
            done += len(batch)
            progress("tracking", done / len(detections))
        publish(timeline.finish())
    return TrackingSummary(
        out,
        len(detections),
        {name: dict(reasons) for name, reasons in refused.items()},
        pictures,
        len(names),
        rows,
        time.perf_counter() - began,
        read.ignored_columns,
        bool(np.isnan(detections.range_m).all() and np.isnan(detections.latitude_rad).all()),
    )
