"""A sensor that moves: as good as one that stands, the same in a replay, and lost when it is silent."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tocsin.config.site import Site
from tocsin.geo.frame import LocalFrame
from tocsin.model.detections import Detections
from tocsin.model.tracks import Picture
from tocsin.tracking import Timeline
from tocsin.units import NANOSECONDS_PER_SECOND, FloatArray

START_NS, PERIOD_S = 1_932_926_400 * NANOSECONDS_PER_SECOND, 2.0
RANGE_SIGMA_M, AZIMUTH_SIGMA_DEG = 20.0, 0.5
FRAME = LocalFrame.from_degrees(-47.0, -127.0, 0.0)
BOAT_MPS = np.array([10.0, 0.0, 0.0])
OBJECT_M, OBJECT_MPS = np.array([-3000.0, 6000.0, 300.0]), np.array([30.0, -20.0, 0.0])


def site(moves: bool) -> Site:
    radar = {
        "name": "boat", "kind": "radar", "latitude_deg": -47.0, "longitude_deg": -127.0, "moves": moves,
        "period_s": PERIOD_S, "range_sigma_m": RANGE_SIGMA_M, "azimuth_sigma_deg": AZIMUTH_SIGMA_DEG,
        "elevation_sigma_deg": 1.0, "max_range_m": 15_000.0, "detection_probability": 0.9,
    }  # fmt: skip
    prior = {"altitude_m": 300.0, "altitude_sigma_m": 200.0}
    place = {"name": "sea", "latitude_deg": -47.0, "longitude_deg": -127.0}
    return Site.model_validate({"site": place, "prior": prior, "sensors": [radar]})


def boat_m(time_s: float) -> FloatArray:
    return BOAT_MPS * (time_s - 60.0)


def detections(seed: int, moves: bool, says_where: bool = True, looks: int = 60) -> Detections:
    """One object seen in turns, in each of them at the moment that the beam is there, and clutter."""
    random, rows = np.random.default_rng(seed), []
    for scan in range(looks):
        for kind in range(1 + random.poisson(1.0)):
            time_s = PERIOD_S * scan + random.uniform(0.0, 0.8 * PERIOD_S)
            own_m = boat_m(time_s) if moves else np.zeros(3)
            away = OBJECT_M + OBJECT_MPS * time_s - own_m
            if kind or random.uniform() > 0.9:
                away = random.uniform(-9000.0, 9000.0, 3) * [1.0, 1.0, 0.05]
            latitude, longitude, altitude = FRAME.to_geodetic(own_m)
            _, turn = FRAME.station(
                LocalFrame.from_degrees(math.degrees(latitude), math.degrees(longitude), float(altitude))
            )
            east, north, up = turn @ away
            row = {
                "time_ns": START_NS + round(time_s * NANOSECONDS_PER_SECOND),
                "received_ns": START_NS + round((time_s + 0.1) * NANOSECONDS_PER_SECOND),
                "scan": scan,
                "range_m": float(np.linalg.norm(away)) + RANGE_SIGMA_M * random.standard_normal(),
                "azimuth_rad": math.atan2(east, north)
                + math.radians(AZIMUTH_SIGMA_DEG) * random.standard_normal(),
                "elevation_rad": math.atan2(up, math.hypot(east, north))
                + math.radians(1.0) * random.standard_normal(),
            }
            if moves and says_where:
                row |= {
                    "sensor_latitude_rad": float(latitude), "sensor_longitude_rad": float(longitude),
                    "sensor_altitude_m": float(altitude),
                }  # fmt: skip
            rows.append(row)
    rows.sort(key=lambda row: row["received_ns"])
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    return Detections.of(sensor=np.zeros(len(rows)), **columns)


def pictures(seen: Detections, moves: bool, batch: int = 1000) -> list[Picture]:
    timeline = Timeline(site(moves))
    found: list[Picture] = []
    for start in range(0, len(seen), batch):
        found += timeline.push(seen.take(slice(start, start + batch)))
    return [*found, *timeline.finish()]


def errors(found: list[Picture]) -> tuple[float, float, float]:
    """Horizontal error (root mean square), ANEES over its dimension, and in what share of pictures it is."""
    squares, normalised = [], []
    for picture in found[15:]:
        time_s = (picture.time_ns - START_NS) / NANOSECONDS_PER_SECOND
        truth = OBJECT_M + OBJECT_MPS * time_s
        for state, covariance in zip(picture.tracks.state, picture.tracks.covariance, strict=True):
            off = (state[:3] - truth)[:2]
            if np.linalg.norm(off) < 800.0:
                squares.append(float(off @ off))
                normalised.append(float(off @ np.linalg.solve(covariance[:2, :2], off)) / 2.0)
    return math.sqrt(np.mean(squares)), float(np.mean(normalised)), len(squares) / len(found[15:])


def over_seeds(moves: bool, says_where: bool = True) -> tuple[float, float, float]:
    """Root mean square over all seeds, mean ANEES, and the share of pictures with the object."""
    runs = [errors(pictures(detections(seed, moves, says_where), moves and says_where)) for seed in range(12)]
    rmse = math.sqrt(np.mean([run[0] ** 2 for run in runs]))
    return rmse, float(np.mean([run[1] for run in runs])), float(np.mean([run[2] for run in runs]))


def test_a_radar_on_a_boat_is_as_good_as_one_that_stands() -> None:
    fixed, moving = over_seeds(moves=False), over_seeds(moves=True)
    assert moving[0] <= 1.1 * fixed[0]
    assert 0.7 <= moving[1] <= 1.3 and abs(moving[1] - fixed[1]) <= 0.25
    assert moving[2] >= 0.97 and moving[2] >= fixed[2] - 0.02
    assert over_seeds(moves=True, says_where=False)[0] >= 3.0 * fixed[0]


def as_bytes(found: list[Picture]) -> list[bytes]:
    return [
        p.tracks.state.tobytes() + p.tracks.covariance.tobytes() + p.tracks.existence.tobytes() for p in found
    ]


@pytest.mark.parametrize("batch", [1, 7])
def test_any_batches_give_the_same_bits(batch: int) -> None:
    seen = detections(3, moves=True)
    assert as_bytes(pictures(seen, True, batch)) == as_bytes(pictures(seen, True))


def test_a_turn_that_comes_late_is_seen_from_where_the_sensor_was() -> None:
    seen = detections(4, moves=True)
    late = seen.take(seen.scan == 30)
    late.received_ns[:] = late.received_ns + 5 * NANOSECONDS_PER_SECOND
    others = seen.take(seen.scan != 30)
    mixed = Detections.concatenate([others, late])
    mixed = mixed.take(np.argsort(mixed.received_ns, kind="stable"))
    in_order, delayed = pictures(seen, True), pictures(mixed, True)
    for one, other in zip(in_order[-20:], delayed[-20:], strict=True):
        assert one.time_ns == other.time_ns
        np.testing.assert_array_equal(one.tracks.state, other.tracks.state)
        np.testing.assert_array_equal(one.tracks.covariance, other.tracks.covariance)


def test_a_checkpoint_holds_where_sensors_were() -> None:
    timeline = Timeline(site(True))
    seen = detections(5, moves=True)
    list(timeline.push(seen.take(seen.scan < 20)))
    checkpoint = timeline.filter.checkpoint()
    before = timeline.filter._sensors.copy()
    list(timeline.push(seen.take(seen.scan >= 20)))
    assert not np.array_equal(timeline.filter._sensors["position"], before["position"])
    timeline.filter.go_back_to(checkpoint)
    for name in ("position", "velocity", "rotation"):
        np.testing.assert_array_equal(timeline.filter._sensors[name], before[name])


def test_a_look_of_a_sensor_of_which_nobody_knows_where_it_is_says_nothing() -> None:
    timeline = Timeline(site(True))
    seen = detections(6, moves=True, looks=30)
    list(timeline.push(seen))
    silent_ns = int(seen.received_ns[-1])
    (before,) = list(timeline.advance(silent_ns + 40 * NANOSECONDS_PER_SECOND))[-1:]
    later = list(timeline.advance(silent_ns + 60 * NANOSECONDS_PER_SECOND))
    assert timeline.filter._places.is_lost(0, silent_ns + 45 * NANOSECONDS_PER_SECOND)
    assert all(
        picture.tracks.existence.max(initial=0.0) >= 0.9 * before.tracks.existence.max(initial=0.0)
        for picture in later
    )


def test_within_a_turn_each_object_is_seen_from_where_the_sensor_was_just_then() -> None:
    still_m = np.array([[-2000.0, 3000.0, 300.0], [1500.0, 2500.0, 300.0]])
    random, rows = np.random.default_rng(8), []
    for scan in range(20):
        # The beam passes the first at once, the second when the boat has gone 35 m.
        for time_s, place_m in zip((4.0 * scan, 4.0 * scan + 3.5), still_m, strict=True):
            latitude, longitude, altitude = FRAME.to_geodetic(boat_m(time_s))
            away = place_m - boat_m(time_s)
            rows.append((
                START_NS + round(time_s * 1e9), START_NS + round((4.0 * scan + 3.6) * 1e9), scan,
                float(np.linalg.norm(away)) + 2.0 * random.standard_normal(),
                math.atan2(away[0], away[1]) + 5e-4 * random.standard_normal(),
                math.atan2(away[2], math.hypot(away[0], away[1])),
                float(latitude), float(longitude), float(altitude),
            ))  # fmt: skip
    names = ("time_ns", "received_ns", "scan", "range_m", "azimuth_rad", "elevation_rad",
             "sensor_latitude_rad", "sensor_longitude_rad", "sensor_altitude_m")  # fmt: skip
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    sharp = {"range_sigma_m": 2.0, "azimuth_sigma_rad": 5e-4, "elevation_sigma_rad": 5e-3}
    seen = Detections.of(sensor=np.zeros(len(rows)), **columns, **sharp)
    last = pictures(seen, moves=True)[-1].tracks.state[:, :2]
    for place_m in still_m:
        assert float(np.linalg.norm(last - place_m[:2], axis=1).min()) <= 6.0
