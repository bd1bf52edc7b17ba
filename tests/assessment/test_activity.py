from __future__ import annotations

import math

import numpy as np
import pytest
from tests.assessment.activity_scene import (
    ARRAY_1,
    ARRAY_2,
    FINDER,
    NODE,
    PLACES_M,
    RADAR,
    at_ns,
    bearings,
    heard,
    nothing,
    plots,
    scene_site,
)
from tests.assessment.pictures import diagonal, make_tracks

from tocsin.assessment.activity import COMMON_CAUSE, ActivityWatch
from tocsin.model.activity import Activity
from tocsin.model.detections import Detections
from tocsin.model.timeliness import FARTHEST_AHEAD_NS
from tocsin.model.tracks import Tracks

PLACE = (-1000.0, 5000.0)
SECONDS = np.arange(600.0, 640.0, 2.0)
ALONE = 1.0 / (1.0 + COMMON_CAUSE)


def looked(
    *parts: Detections,
    at_s: float = 645.0,
    tracks: Tracks | None = None,
    from_s: float = 0.0,
    before: Tracks | None = None,
) -> Activity:
    """Looks once a second from a quiet beginning, as a line does; `tracks` are in the last picture."""
    watch = ActivityWatch(scene_site())
    watch.look(at_ns(from_s), nothing())
    watch.push(Detections.concatenate(parts))
    for second in np.arange(at_s - 50.0, at_s):
        watch.look(at_ns(second), nothing() if before is None else before)
    return watch.look(at_ns(at_s), nothing() if tracks is None else tracks)


def test_two_kinds_that_report_from_one_place_warn_the_zone_there() -> None:
    found = looked(bearings(FINDER, SECONDS, PLACE), bearings(ARRAY_1, SECONDS, PLACE))
    assert found.probability[0] > 0.9
    assert found.kinds == (frozenset({"direction_finder", "microphone"}),)
    assert {name for name, _ in found.sensors[0]} == {"finder", "array 1"}
    assert math.dist(found.place_m[0], PLACE) < 2500.0
    assert found.seen_ns[0] == pytest.approx(at_ns(638.0), abs=10e9)


def test_what_two_kinds_report_for_some_seconds_only_is_not_said() -> None:
    reports = bearings(FINDER, SECONDS, PLACE), bearings(ARRAY_1, SECONDS, PLACE)
    shown = [looked(*reports, at_s=second).probability[0] for second in np.arange(606.0, 646.0)]
    first = next(k for k, probability in enumerate(shown) if probability > 0.5)
    assert max(shown[:first]) <= ALONE + 1e-9
    assert first >= 20  # nothing can be known at 606 s
    assert min(shown[first:]) > 0.5


@pytest.mark.parametrize("sensor", [FINDER, ARRAY_1, NODE])
def test_one_sensor_alone_never_says_more_than_a_common_cause_does(sensor: int) -> None:
    part = heard(sensor, SECONDS) if sensor == NODE else bearings(sensor, SECONDS, PLACE)
    assert looked(part).probability[0] <= ALONE + 1e-9


def test_wind_at_all_microphones_is_one_kind_and_passes_for_nothing() -> None:
    wind = [bearings(sensor, SECONDS, PLACE) for sensor in (ARRAY_1, ARRAY_2)]
    assert looked(*wind, heard(NODE, SECONDS)).probability[0] <= ALONE + 1e-9


def test_two_kinds_far_from_one_another_are_not_one_thing() -> None:
    found = looked(bearings(ARRAY_2, SECONDS, (6000.0, 7000.0)), plots(SECONDS, (-5000.0, -2000.0)))
    assert found.probability[0] <= ALONE + 1e-9


def test_what_is_far_from_the_zone_is_not_said() -> None:
    far = (0.0, 14_000.0)
    assert looked(bearings(FINDER, SECONDS, far), plots(SECONDS, far)).probability[0] < 0.5
    near = (0.0, 7000.0)
    assert looked(bearings(FINDER, SECONDS, near), plots(SECONDS, near)).probability[0] > 0.9


def test_no_report_is_left_out_that_lights_a_cell_and_what_is_far_away_is() -> None:
    watch = ActivityWatch(scene_site())
    cell_m = watch.cover.cell_m
    around = np.random.default_rng(1).uniform(cell_m.min() - 9000.0, cell_m.max() + 9000.0, (400, 2))
    kept, lights = [], []
    for place in around.tolist():
        report = watch._reporting.of(plots(SECONDS[:1], tuple(place)))
        lit = np.zeros(len(watch.cover.cell), dtype=np.int64)
        watch._light(report, np.zeros(1, np.int64), lit)
        kept.append(bool(watch._may_light(report)[0]))
        lights.append(bool(lit.any()))
    assert all(keeps for keeps, is_lit in zip(kept, lights, strict=True) if is_lit)
    assert sum(lights) > 50 and sum(kept) < 350


def test_a_site_without_zones_asks_nothing_of_its_sensors() -> None:
    watch = ActivityWatch(scene_site().model_copy(update={"zones": ()}))
    watch.push(bearings(FINDER, SECONDS, PLACE))
    watch.push(plots(SECONDS, PLACE))
    assert watch.look(at_ns(645.0), nothing()).probability.shape == (0,)


def test_a_sensor_that_reports_from_everywhere_tells_of_no_place() -> None:
    turn = np.linspace(0.0, 2.0 * math.pi, 24, endpoint=False)
    around = PLACES_M["finder"] + 5000.0 * np.stack([np.sin(turn), np.cos(turn)], axis=1)
    flood = [bearings(FINDER, SECONDS, tuple(place)) for place in around.tolist()]
    assert looked(*flood, bearings(ARRAY_1, SECONDS, PLACE)).probability[0] < 0.5


def test_what_is_always_there_is_learnt_to_be_usual() -> None:
    seconds = np.arange(0.0, 3600.0, 2.0)
    watch = ActivityWatch(scene_site())
    watch.push(bearings(ARRAY_1, seconds, PLACE))
    watch.push(bearings(FINDER, np.arange(3550.0, 3600.0, 2.0), PLACE))
    shown = [watch.look(at_ns(second), nothing()).probability[0] for second in np.arange(5.0, 3600.0, 5.0)]
    assert max(shown) < 0.5
    assert looked(bearings(ARRAY_1, SECONDS, PLACE), bearings(FINDER, SECONDS, PLACE)).probability[0] > 0.9


def a_track(
    *support: int, at_m: tuple[float, float] = PLACE, sigma_m: float = 0.0, identity: str = ""
) -> Tracks:
    weights = np.array([[5.0 if sensor in support else 0.0 for sensor in range(len(PLACES_M))]])
    return make_tracks(
        [[*at_m, 500.0, 0.0, 0.0, 0.0]],
        diagonal(*[sigma_m] * 3, 1.0, 1.0, 1.0)[np.newaxis],
        sensors=len(PLACES_M),
        support=weights,
        identity=np.array([identity], dtype=object),
    )


def test_a_track_that_a_sensor_has_placed_accounts_for_what_is_reported_of_it() -> None:
    reports = bearings(FINDER, SECONDS, PLACE), bearings(ARRAY_1, SECONDS, PLACE), plots(SECONDS, PLACE)
    assert looked(*reports).probability[0] > 0.9
    assert looked(*reports, tracks=a_track(RADAR, FINDER, ARRAY_1)).probability[0] == 0.0


def test_a_track_of_bearings_alone_accounts_for_no_bearing() -> None:
    reports = bearings(FINDER, SECONDS, PLACE), bearings(ARRAY_1, SECONDS, PLACE)
    assert looked(*reports, tracks=a_track(FINDER, ARRAY_1)).probability[0] > 0.9


def test_a_track_that_was_placed_once_is_placed_as_long_as_bearings_hold_its_place() -> None:
    reports = bearings(FINDER, SECONDS, PLACE), bearings(ARRAY_1, SECONDS, PLACE)
    placed = a_track(RADAR)
    held = looked(*reports, before=placed, tracks=a_track(FINDER, ARRAY_1, sigma_m=400.0))
    assert held.probability[0] == 0.0
    adrift = looked(*reports, before=placed, tracks=a_track(FINDER, ARRAY_1, sigma_m=600.0))
    assert adrift.probability[0] > 0.9


def test_what_has_remote_id_is_received_whosever_bearings_the_tracker_took_its_for() -> None:
    reports = bearings(FINDER, SECONDS, PLACE), bearings(ARRAY_1, SECONDS, PLACE)
    assert looked(*reports, tracks=a_track(RADAR)).probability[0] > 0.9
    assert looked(*reports, tracks=a_track(RADAR, identity="adsb:1")).probability[0] > 0.9
    assert looked(*reports, tracks=a_track(RADAR, identity="rid:1")).probability[0] <= ALONE + 1e-9


def test_a_sensor_that_is_not_known_to_perceive_a_track_is_not_accounted_for_by_it() -> None:
    reports = bearings(FINDER, SECONDS, PLACE), bearings(ARRAY_1, SECONDS, PLACE)
    found = looked(*reports, tracks=a_track(RADAR, FINDER))
    assert found.kinds == (frozenset(),) or found.probability[0] <= ALONE + 1e-9
    assert looked(*reports, tracks=a_track(RADAR, at_m=(6000.0, -6000.0))).probability[0] > 0.9


def test_the_same_detections_say_the_same_in_whatever_batches() -> None:
    parts = [bearings(FINDER, SECONDS, PLACE, 2.0), bearings(ARRAY_1, SECONDS, PLACE), plots(SECONDS, PLACE)]
    together = Detections.concatenate(parts)
    together = together.take(np.argsort(together.received_ns, kind="stable"))
    whole, piecewise = ActivityWatch(scene_site()), ActivityWatch(scene_site())
    whole.push(together)
    for second in np.arange(600.0, 660.0):
        now = together.received_ns <= at_ns(second) - FARTHEST_AHEAD_NS
        before = together.received_ns <= at_ns(second - 1.0) - FARTHEST_AHEAD_NS
        piecewise.push(together.take(now & ~before if second > 600.0 else now))
        one, other = whole.look(at_ns(second), nothing()), piecewise.look(at_ns(second), nothing())
        np.testing.assert_array_equal(one.probability, other.probability)
        np.testing.assert_array_equal(one.place_m, other.place_m)


def test_a_site_without_zones_or_sensors_says_nothing() -> None:
    assert len(ActivityWatch(scene_site(zones=[])).look(at_ns(0), nothing())) == 0
    assert ActivityWatch(scene_site(sensors=[])).look(at_ns(0), Tracks.empty(0)).probability[0] == 0.0


def test_nobodys_clutter_warns() -> None:
    """False reports as declared, and cars on a road: bursts of a minute at one array, a third of the time."""
    draw = np.random.default_rng(5)
    hours = 1.5
    watch = ActivityWatch(scene_site())
    parts = []
    for sensor, period_s, mean in ((FINDER, 2.0, 0.02), (ARRAY_1, 2.0, 0.02), (ARRAY_2, 2.0, 0.02)):
        looks = np.arange(0.0, hours * 3600.0, period_s)
        false = np.repeat(looks, draw.poisson(mean, len(looks)))
        turn = draw.uniform(0.0, 2.0 * math.pi, len(false))
        away = PLACES_M[("hill radar", "finder", "array 1", "array 2", "node")[sensor]]
        parts.append(bearings(sensor, false, away + 1000.0 * np.stack([np.sin(turn), np.cos(turn)], axis=1)))
    cars = np.sort(draw.uniform(0.0, hours * 3600.0, int(20 * hours)))
    drives = (cars[:, None] + np.arange(0.0, 60.0, 2.0)).ravel()
    parts.append(bearings(ARRAY_1, drives, (-4300.0, 4500.0)))
    looks = np.repeat(np.arange(0.0, hours * 3600.0, 4.0), draw.poisson(1.0, int(hours * 900)))
    range_m = 20_000.0 * np.sqrt(draw.uniform(size=len(looks)))
    turn = draw.uniform(0.0, 2.0 * math.pi, len(looks))
    there = np.array(PLACES_M["hill radar"]) + range_m[:, None] * np.stack([np.sin(turn), np.cos(turn)], 1)
    parts.append(plots(looks, there))
    watch.push(Detections.concatenate(parts))
    seen = [watch.look(at_ns(t), nothing()).probability[0] for t in np.arange(5.0, hours * 3600.0, 10.0)]
    assert max(seen) < 0.8
