"""The evidence of the last minutes of a running line, in memory: its tables can be read only when it ends."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

import numpy as np

from tocsin.config.site import Site
from tocsin.formats.tables.casting import arrow_schema
from tocsin.model.alerts import AlertMessage
from tocsin.model.assessments import Assessments
from tocsin.model.detections import Detections
from tocsin.model.tables import TRACKS
from tocsin.model.tracks import Associations, Picture
from tocsin.recording.rows import (
    AlertRows,
    ClassEvidenceRows,
    PredictionRows,
    Taken,
    TrackRows,
    alerts_table,
    associations_table,
    class_evidence_table,
    detections_table,
    predictions_table,
    tracks_table,
)
from tocsin.recording.why import LOOKS_BACK_S, Evidence, Why, why
from tocsin.units import NANOSECONDS_PER_SECOND, IntArray

_KEPT_NS = round(2 * LOOKS_BACK_S) * NANOSECONDS_PER_SECOND


class RecentEvidence:
    """Answers why as `recording.why` does, of messages that are issued now."""

    def __init__(self, site: Site) -> None:
        self._site, self._frame = site, site.frame
        self._detections: deque[tuple[int, Detections]] = deque()
        self._rows = 0
        self._associations: deque[tuple[int, Associations]] = deque()
        self._picture: Picture | None = None
        self._assessments: Assessments | None = None

    def rezone(self, site: Site) -> None:
        """Goes on with other zones; sensors and rules are the same."""
        self._site = site

    def detections(self, detections: Detections) -> None:
        """In the order in which the recorder has them."""
        if not len(detections):
            return
        self._detections.append((self._rows, detections))
        self._rows += len(detections)
        newest_ns = int(detections.received_ns[-1])
        while int(self._detections[0][1].received_ns[-1]) < newest_ns - _KEPT_NS:
            self._detections.popleft()

    def associations(self, picture: Picture) -> None:
        """Of every picture, before anything is decided on it."""
        if len(picture.associations):
            self._associations.append((picture.time_ns, picture.associations))
        while self._associations and self._associations[0][0] < picture.time_ns - _KEPT_NS:
            self._associations.popleft()

    def assessments(self, picture: Picture, assessments: Assessments) -> None:
        """What is decided on next."""
        self._picture, self._assessments = picture, assessments

    def why(self, messages: Sequence[AlertMessage], taken: Taken) -> Callable[[], list[Why]]:
        """Takes the evidence for messages that are issued together; any thread may work the answers out."""
        evidence = self._evidence(messages)
        rows = alerts_table(AlertRows.of(messages, taken)).to_pylist()
        return lambda: [why(evidence, row) for row in rows]

    def _evidence(self, messages: Sequence[AlertMessage]) -> Evidence:
        """The part of it that is about the tracks of some messages, or all where one has none."""
        names = self._site.sensor_names
        track_ids = {track_id for message in messages for track_id in (*message.track_ids, *message.beside)}
        used = self._of_tracks(track_ids)
        is_all = any(not message.track_ids and not message.is_test for message in messages)
        rows, detections = self._some_detections(None if is_all else np.unique(used.detection))
        used = used.take(np.isin(used.detection, rows))
        picture, assessments = self._picture, self._assessments
        tracks = arrow_schema(TRACKS).empty_table()
        if picture is not None:
            tracks = tracks_table(TrackRows.of(picture, assessments), self._frame, names)
        return Evidence(
            self._site,
            tracks,
            None if assessments is None else predictions_table(PredictionRows.of(assessments)),
            associations_table(used, names),
            detections_table(detections, names),
            rows,
            None
            if assessments is None
            else class_evidence_table(ClassEvidenceRows.of(assessments, track_ids), names),
        )

    def _of_tracks(self, track_ids: set[str]) -> Associations:
        found = []
        for _, part in self._associations:
            rows = [k for k, track_id in enumerate(part.track_id.tolist()) if track_id in track_ids]
            if rows:
                found.append(part.take(rows))
        return Associations.concatenate(found) if found else Associations.empty()

    def _some_detections(self, wanted: IntArray | None) -> tuple[IntArray, Detections]:
        """Those with these row numbers that are still kept, or all, with their numbers."""
        numbers, parts = [np.zeros(0, np.int64)], [Detections.empty()]
        for first, part in self._detections:
            here = np.arange(first, first + len(part))
            if wanted is not None:
                here = here[np.isin(here, wanted)]
            if len(here):
                numbers.append(here)
                parts.append(part.take(here - first))
        return np.concatenate(numbers), Detections.concatenate(parts)
