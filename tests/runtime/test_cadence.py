"""When a picture is assessed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tocsin.assessment.assessor import Assessor
from tocsin.config.site import Place, Sensor, Site
from tocsin.model.tracks import Associations, Picture, Tracks
from tocsin.runtime.cadence import is_assessment_due

SITE = Site(
    site=Place(name="x", latitude_deg=0.0, longitude_deg=0.0),
    sensors=(Sensor.model_validate({"name": "radar", "kind": "radar"}),),
)


def picture(time_s: float, *names: str) -> Picture:
    count = len(names)
    empty = Tracks.empty(1)
    tracks = Tracks(
        np.array([*names], dtype=object),
        np.zeros((count, 6)),
        np.tile(np.eye(6), (count, 1, 1)),
        np.ones(count),
        np.zeros(count, np.int64),
        np.zeros((count, 1), np.int64),
        np.zeros((count, 1)),
        np.ones((count, 1)),
        np.array([""] * count, dtype=object),
    )
    return Picture(round(time_s * 1e9), tracks if count else empty, Associations.empty())


def test_the_first_picture_is_assessed_and_then_one_a_second() -> None:
    assert is_assessment_due(picture(10.0, "A"), None)
    latest = Assessor(SITE).assess(picture(10.0, "A"))
    assert not is_assessment_due(picture(10.9, "A"), latest)
    assert is_assessment_due(picture(11.0, "A"), latest)


def test_a_new_track_is_assessed_at_once_and_the_past_never() -> None:
    latest = Assessor(SITE).assess(picture(10.0, "A"))
    assert is_assessment_due(picture(10.1, "A", "B"), latest)
    assert not is_assessment_due(picture(9.0, "A", "B"), latest)
    assert not is_assessment_due(picture(10.1), replace(latest))
