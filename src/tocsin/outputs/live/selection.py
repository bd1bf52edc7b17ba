"""Which tracks an output tells of."""

from __future__ import annotations

from dataclasses import replace

from tocsin.config.outputs import Output
from tocsin.model.track_reports import AirPicture, TrackReport


class Selection:
    """What once went out goes on until it ends, so that a figure near a limit makes no track come and go."""

    def __init__(self, output: Output) -> None:
        self._least, self._classes = output.min_existence, frozenset(output.classes)
        self._chosen: set[str] = set()

    def of(self, picture: AirPicture) -> AirPicture:
        """The picture with those tracks alone; takes pictures in order of time."""
        reports = tuple(
            report for report in picture.reports if report.track_id in self._chosen or self._is_wanted(report)
        )
        self._chosen = {report.track_id for report in reports}
        return replace(picture, reports=reports)

    def _is_wanted(self, report: TrackReport) -> bool:
        is_of_class = not self._classes or report.object_class in self._classes
        return is_of_class and report.existence >= self._least
