"""What a receiver was told of, so that it can be told what is new and what has ended."""

from __future__ import annotations

from typing import NamedTuple

from tocsin.model.track_reports import AirPicture, TrackReport


class Told(NamedTuple):
    """The last that a receiver was told of a track."""

    report: TrackReport
    number: int


class Following:
    """The memory of one receiver: what failed to reach it loses it no end of a track."""

    separator = b"\n"

    def __init__(self) -> None:
        self._told: dict[str, Told] = {}

    def told(self, picture: AirPicture) -> None:
        """The picture went out."""
        self._told = {
            report.track_id: Told(report, picture.numbers.get(report.track_id, 0))
            for report in picture.reports
        }

    def knows(self, track_id: str) -> bool:
        """Whether the receiver was told of a track that has not ended."""
        return track_id in self._told

    def ended(self, picture: AirPicture) -> list[Told]:
        """What the receiver was told of last, and is not in this picture any more."""
        current = {report.track_id for report in picture.reports}
        return [told for name, told in self._told.items() if name not in current]
