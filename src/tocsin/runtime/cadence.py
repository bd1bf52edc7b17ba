"""How often pictures are assessed."""

from __future__ import annotations

from tocsin.model.assessments import Assessments
from tocsin.model.tracks import Picture
from tocsin.units import NANOSECONDS_PER_SECOND

# Zones are entered over minutes: to assess more often than this changes no decision.
_EVERY_NS = NANOSECONDS_PER_SECOND


def is_assessment_due(picture: Picture, latest: Assessments | None) -> bool:
    """Once a second, and at once where there is a track that nothing has been said of yet.

    A picture of the past, of a scan that came late, is not assessed: what was decided since stands.
    """
    if latest is None or picture.time_ns - latest.time_ns >= _EVERY_NS:
        return True
    if picture.time_ns <= latest.time_ns:
        return False
    return not set(picture.tracks.track_id.tolist()) <= set(latest.track_id.tolist())
