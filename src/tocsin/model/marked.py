"""Where a track that an operator has marked was last: by that a mark finds it again after a restart."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MarkedTrack:
    """As of the picture of `time_ns`; east-north-up of the site: `state` (6,), `covariance` (36,) by rows."""

    track_id: str
    time_ns: int
    seen_ns: int
    state: tuple[float, ...]
    covariance: tuple[float, ...]
