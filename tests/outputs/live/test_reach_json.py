"""Where lost objects can be, on a map."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.assessment.pictures import START_NS, make_site, square

from tocsin.geo.polygon import Polygon
from tocsin.model.assessments import Assessments
from tocsin.model.tracks import NEVER_NS
from tocsin.outputs.live.reach_json import reach_features

SITE = make_site(square(0.0, 9000.0, 500.0), square(0.0, 90_000.0, 500.0, name="Far"))
CLASSES = ("delta_wing_drone", "multirotor", "unknown")


def assessed(unseen_s: float | None, object_class: str = "delta_wing_drone") -> Assessments:
    """One track that flew north from the origin at 40 m/s, as it is carried on."""
    seen_ns = NEVER_NS if unseen_s is None else START_NS - round(unseen_s * 1e9)
    zones = tuple(zone.name for zone in SITE.zones)
    return Assessments(
        START_NS, np.array(["T1"], dtype=object), CLASSES,
        np.array([[float(name == object_class) for name in CLASSES]]), zones, np.zeros((1, 2)),
        np.full((1, 2, 3), np.nan), (frozenset(),),
        np.array([[0.0, 40.0 * (unseen_s or 0.0), 800.0, 0.0, 40.0, 0.0]]),
        np.diag([1.0] * 6)[np.newaxis] * 1e-6, np.ones(1), np.array([seen_ns]), fastest_mps=np.array([50.0]),
    )  # fmt: skip


def test_a_lost_track_has_a_polygon_of_where_it_can_be_and_what_it_can_reach_by_when() -> None:
    (feature,) = reach_features(assessed(100.0), SITE.placed_zones(), SITE)
    assert (feature["type"], feature["id"], feature["geometry"]["type"]) == ("Feature", "T1-reach", "Polygon")
    properties = feature["properties"]
    assert (properties["track_id"], properties["unseen_s"], properties["radius_m"]) == ("T1", 100.0, 5000)
    (ring,) = feature["geometry"]["coordinates"]
    assert ring[0] == ring[-1]
    longitude, latitude = np.radians(np.array(ring)).T
    outline = SITE.frame.to_enu(latitude, longitude, np.full(len(ring), 800.0))[:, :2]
    assert outline[:, 1].max() == pytest.approx(5000.0, abs=5.0)
    assert outline[:, 1].min() > -4500.0  # it must turn first
    east, north = outline[:-1].T
    assert (east * np.roll(north, -1) - np.roll(east, -1) * north).sum() > 0.0  # counterclockwise
    assert Polygon(outline).contains((0.0, 0.0))
    (zone,) = properties["zones"]  # the other is too far for every rule
    assert zone["zone"] == "Kaldvik"
    assert zone["earliest_s"] == pytest.approx(START_NS / 1e9 + 8500.0 / 50.0 - 100.0, abs=0.2)


def test_what_hovers_can_be_behind_itself_just_as_soon() -> None:
    (feature,) = reach_features(assessed(100.0, "multirotor"), SITE.placed_zones(), SITE)
    latitude = np.array(feature["geometry"]["coordinates"][0])[:, 1]
    assert latitude.max() - 10.0 == pytest.approx(10.0 - latitude.min(), rel=0.01)


@pytest.mark.parametrize("unseen_s", [0.0, 9.0, None])
def test_what_is_seen_or_never_was_has_no_reach(unseen_s: float | None) -> None:
    assert reach_features(assessed(unseen_s), SITE.placed_zones(), SITE) == []


def test_nothing_is_said_where_no_class_was_asked_for() -> None:
    unknown = replace(assessed(100.0), fastest_mps=None)
    assert reach_features(unknown, SITE.placed_zones(), SITE) == []
