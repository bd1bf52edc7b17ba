"""Keeps a run: everything that flowed, in the output directory of the contract."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from threading import Lock
from types import TracebackType
from typing import Any, Self

from tocsin.errors import InvalidInput, UnusableFile
from tocsin.geo.frame import LocalFrame
from tocsin.model.alerts import AlertMessage
from tocsin.model.assessments import Assessments
from tocsin.model.detections import Detections
from tocsin.model.paths import PathPoints
from tocsin.model.tables import (
    ALERTS,
    ASSOCIATIONS,
    CLASS_EVIDENCE,
    DETECTIONS,
    ORIGINS,
    PATHS,
    PREDICTIONS,
    PRESENCE,
    TABLES,
    TRACKS,
    TRUTH,
)
from tocsin.model.tracks import Associations, Picture
from tocsin.model.truth import Origins, Truth
from tocsin.recording import layout
from tocsin.recording.journal import MOST_WAITING_BYTES, Journal
from tocsin.recording.rows import (
    NOT_TIMED,
    AlertRows,
    ClassEvidenceRows,
    PredictionRows,
    PresenceRows,
    Taken,
    TrackRows,
    alerts_table,
    associations_table,
    class_evidence_table,
    detections_table,
    origins_table,
    paths_table,
    predictions_table,
    presence_table,
    tracks_table,
    truth_table,
)
from tocsin.recording.table_writer import ROWS_PER_GROUP, TableWriter
from tocsin.whole_file import write_whole

RUN_TABLES = tuple(
    table.name for table in (DETECTIONS, TRACKS, ASSOCIATIONS, ALERTS, PREDICTIONS, CLASS_EVIDENCE, PATHS)
)
"""What a run of the whole line gives, even where nothing happened; a simulation gives `detections`."""


def tracks_writer(
    path: Path, frame: LocalFrame, sensor_names: Sequence[str], rows_per_group: int = ROWS_PER_GROUP
) -> TableWriter[TrackRows]:
    """A file of tracks alone, as `tocsin track` writes; give it `TrackRows.of(picture, assessments)`."""
    return TableWriter(path, TRACKS, lambda rows: tracks_table(rows, frame, sensor_names), rows_per_group)


_MOST_CAPS = 1000


class Recorder:
    """A context manager that writes one run into one directory.

    `frame` is that of the site, `tables` are those that there shall be in any case, be they empty; the truth
    is there once some was given. What was recorded is closed and readable also where the run ends by an error
    or by Ctrl-C. The same rows in any batching give the same bytes. Raises `UnusableFile` on entering where
    the directory holds something else, or an earlier recording and `overwrite` isn't given, and wherever the
    disk says no. `is_journaled`: tables are written so that a kill costs only what came since the last
    `flush`, and what the disk does not take waits in memory, as `trouble` tells. `first_detection`: the
    number of the first one, in a later part of a run (see series.py).
    """

    def __init__(
        self,
        directory: Path,
        site_toml: str,
        sensor_names: Sequence[str],
        frame: LocalFrame,
        *,
        tables: Collection[str] = RUN_TABLES,
        overwrite: bool = False,
        rows_per_group: int = ROWS_PER_GROUP,
        is_journaled: bool = False,
        first_detection: int = 0,
    ) -> None:
        self.directory = directory
        self._is_journaled = is_journaled
        self._first_detection = first_detection
        self._site_toml = site_toml
        self._sensor_names = tuple(sensor_names)
        self._frame = frame
        self._tables = tables
        self._overwrite = overwrite
        self._rows_per_group = rows_per_group
        self._open = ExitStack()
        self._writers: dict[str, TableWriter[Any] | Journal[Any]] = {}
        self._caps: dict[PurePosixPath, bytes] = {}
        self._caps_lock = Lock()  # they may be written by another thread than the tables
        self._cap_trouble = ""
        self._is_full = False

    @property
    def trouble(self) -> str:
        """What a journaled recording can't write now, in words; empty: nothing."""
        journals = [writer for writer in self._writers.values() if isinstance(writer, Journal)]
        why = next((journal.trouble for journal in journals if journal.trouble), self._cap_trouble)
        if not why:
            return ""
        waiting = sum(journal.waiting_bytes for journal in journals) + sum(
            map(len, list(self._caps.values()))
        )
        what = "too much waits, and nothing more is taken" if self._is_full else "what comes waits in memory"
        return (
            f"the recording {self.directory} can't be written ({why}): {what}, "
            f"{waiting / 1e6:.1f} MB; make room on that disk"
        )

    def detections(self, detections: Detections) -> None:
        """The accepted detections in the order of processing; associations count their rows."""
        self._take(DETECTIONS.name, detections)

    def tracks(self, picture: Picture, assessments: Assessments | None = None) -> None:
        """One row for each track of a picture; the classes from the latest assessment, if there is one."""
        if len(picture.tracks):
            self._take(TRACKS.name, TrackRows.of(picture, assessments))

    def associations(self, associations: Associations) -> None:
        """Which detections made which track."""
        self._take(ASSOCIATIONS.name, associations)

    def alerts(self, messages: Sequence[AlertMessage], taken: Taken = NOT_TIMED) -> None:
        """Messages in the order in which they were issued."""
        self._take(ALERTS.name, AlertRows.of(messages, taken))

    def predictions(self, assessments: Assessments) -> None:
        """Which zones each track is expected to enter, and when."""
        self._take(PREDICTIONS.name, PredictionRows.of(assessments))

    def paths(self, points: PathPoints) -> None:
        """Where tracks are expected to fly."""
        self._take(PATHS.name, points)

    def presence(self, time_ns: int, states: Mapping[str, str]) -> None:
        """What these sensors are from then on."""
        self._take(PRESENCE.name, PresenceRows.of(time_ns, states))

    def class_evidence(self, assessments: Assessments, track_ids: Collection[str] | None = None) -> None:
        """Why tracks are taken for what they are; None: of all."""
        self._take(CLASS_EVIDENCE.name, ClassEvidenceRows.of(assessments, track_ids))

    def origins(self, origins: Origins) -> None:
        """Which object each true detection of a simulation was of."""
        self._take(ORIGINS.name, origins)

    def truth(self, truth: Truth) -> None:
        """Where simulated objects really were."""
        self._take(TRUTH.name, truth)

    def cap(self, relative_path: str, message: bytes) -> None:
        """One CAP message, at once and whole; `relative_path` is that of the alert's row, `cap/NAME.xml`."""
        path = PurePosixPath(relative_path)
        if len(path.parts) != 2 or path.parts[0] != layout.CAP or path.suffix != ".xml":
            raise InvalidInput(f"a CAP message lies at cap/NAME.xml in a recording, not at {relative_path!r}")
        if not self._is_journaled:
            write_whole(self.directory / path, message)
            return
        with self._caps_lock:
            if len(self._caps) < _MOST_CAPS:
                self._caps[path] = message
        self._write_caps()

    def flush(self) -> None:
        """Puts on the disk all that a journaled recording has taken, as far as the disk takes it."""
        journals = [writer for writer in self._writers.values() if isinstance(writer, Journal)]
        for journal in journals:
            journal.flush()
        # One table without the rows that another counts on would tell wrong evidence.
        self._is_full |= any(journal.waiting_bytes > MOST_WAITING_BYTES for journal in journals)
        self._write_caps()

    def rezone(self, site_toml: str) -> None:
        """The site has other zones from now on; as it was until then is kept beside it."""
        path = self.directory / layout.SITE
        until = len(list(self.directory.glob(f"{path.stem}.*.toml"))) + 1
        write_whole(path.with_name(f"{path.stem}.{until}.toml"), path.read_bytes())
        write_whole(path, site_toml.encode())

    def metrics(self, metrics: dict[str, Any]) -> None:
        """What the run was worth."""
        layout.write_json(self.directory / layout.METRICS, metrics)

    def __enter__(self) -> Self:
        layout.prepare(self.directory, self._overwrite, self._first_detection)
        write_whole(self.directory / layout.SITE, self._site_toml.encode())
        for table in self._tables:
            self._writer(table)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()
        self._write_caps()
        layout.write_marker(self.directory, _ending(kind), self._first_detection)

    def _write_caps(self) -> None:
        with self._caps_lock:
            self._cap_trouble = ""
            while self._caps:
                path, message = next(iter(self._caps.items()))
                try:
                    write_whole(self.directory / path, message)
                except UnusableFile as error:
                    self._cap_trouble = str(error)
                    return
                del self._caps[path]

    def _take(self, table: str, rows: Any) -> None:
        if not self._is_full:
            self._writer(table).write(rows)

    def _writer(self, table: str) -> TableWriter[Any] | Journal[Any]:
        if table not in self._writers:
            writer = self._new_writer(table)
            self._open.push(writer)
            self._writers[table] = writer
        return self._writers[table]

    def _new_writer(self, table: str) -> TableWriter[Any] | Journal[Any]:
        path, to_arrow = layout.table_path(self.directory, table), self._to_arrow(table)
        if self._is_journaled:
            return Journal(path, TABLES[table], to_arrow)
        return TableWriter(path, TABLES[table], to_arrow, self._rows_per_group)

    def _to_arrow(self, table: str) -> Callable[[Any], Any]:
        names, frame = self._sensor_names, self._frame
        makers: dict[str, Callable[[Any], Any]] = {
            DETECTIONS.name: lambda rows: detections_table(rows, names),
            TRACKS.name: lambda rows: tracks_table(rows, frame, names),
            ASSOCIATIONS.name: lambda rows: associations_table(rows, names),
            TRUTH.name: lambda rows: truth_table(rows, frame),
            PREDICTIONS.name: predictions_table,
            PATHS.name: lambda rows: paths_table(rows, frame),
            PRESENCE.name: presence_table,
            CLASS_EVIDENCE.name: lambda rows: class_evidence_table(rows, names),
            ORIGINS.name: lambda rows: origins_table(rows, names),
            ALERTS.name: alerts_table,
        }
        return makers[table]


def _ending(kind: type[BaseException] | None) -> layout.Ending:
    if kind is None:
        return "done"
    return "interrupted" if issubclass(kind, KeyboardInterrupt) else "failed"
