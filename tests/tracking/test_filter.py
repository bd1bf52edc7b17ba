"""What the tracker makes of flights: errors as large as it says, tracks confirmed and kept apart."""

from __future__ import annotations

import dataclasses
import math
import pickle
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from scipy.stats import chi2
from tests.tracking.made import RADAR_3D, SECOND_NS, START_NS, detections_of, make_site, polar_of, radar_row

from tocsin.config.site import Site
from tocsin.model.tracks import Picture
from tocsin.tracking import Timeline
from tocsin.tracking.filter import Filter, Scan
from tocsin.tracking.measurements import MeasurementDoor
from tocsin.units import FloatArray

pytestmark = pytest.mark.usefixtures("compiled_kernels")
Rows = list[dict[str, Any]]
PRIOR = {"altitude_m": 500.0, "altitude_sigma_m": 400.0, "acceleration_density_m2ps3": 0.3}
SKY = make_site(RADAR_3D, **PRIOR)
MICROPHONE = {
    "kind": "microphone",
    "azimuth_sigma_deg": 1.0,
    "elevation_sigma_deg": 1.0,
    "max_range_m": 8000.0,
}


def noisy(
    rng: np.random.Generator, time_s: float, place: FloatArray, site: Site, sensor: int = 0
) -> dict[str, Any]:
    """A radar detection with the errors that the site file tells of."""
    model = site.sensors[sensor]
    row = radar_row(time_s, place, sensor)
    row["range_m"] += rng.normal(0.0, model.range_sigma_m or 0.0)
    row["azimuth_rad"] += rng.normal(0.0, math.radians(model.azimuth_sigma_deg or 0.0))
    row["elevation_rad"] += rng.normal(0.0, math.radians(model.elevation_sigma_deg or 0.0))
    return row


def a_flight(rng: np.random.Generator, seconds: int) -> FloatArray:
    """States (seconds, 6) of nearly constant velocity, as the site's prior describes them."""
    state = np.array([4000.0, 3000.0, 500.0, *rng.normal(0.0, [25.0, 25.0, 2.0])])
    states = []
    density = 0.3 * np.array([1.0, 1.0, (2.0 / 25.0) ** 2])
    for _ in range(seconds):
        states.append(state.copy())
        first, second = rng.normal(size=(2, 3)) * np.sqrt(density)
        state[:3] += state[3:] + first / math.sqrt(3.0)
        state[3:] += first * math.sqrt(0.75) + second / 2.0
    return np.array(states)


def run(site: Site, rows: Rows) -> list[Picture]:
    timeline = Timeline(site)
    return [*timeline.push(detections_of(rows)), *timeline.finish()]


def one_of(picture: Picture) -> tuple[FloatArray, FloatArray]:
    assert len(picture.tracks) == 1
    return picture.tracks.state[0], picture.tracks.covariance[0]


def test_a_straight_flyer_is_confirmed_within_a_few_scans_and_errors_are_as_large_as_claimed() -> None:
    squares, waits = [], []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        states = a_flight(rng, 40)
        rows = [noisy(rng, k, states[k, :3], SKY) for k in range(40) if k == 39 or rng.random() < 0.9]
        pictures = run(SKY, rows)
        waits.append(next(p.time_ns for p in pictures if len(p.tracks)))
        mean, covariance = one_of(pictures[-1])
        error = mean - states[-1]
        squares.append(error @ np.linalg.solve(covariance, error))
    assert max(waits) <= START_NS + 4 * SECOND_NS
    low, high = chi2.ppf([0.001, 0.999], 6 * len(squares))
    assert low < sum(squares) < high


BUSY = make_site(
    RADAR_3D | {"false_detections_per_scan": 10.0, "max_range_m": 3000.0, "detection_probability": 0.7},
    **PRIOR, birth_rate_per_km2_s=1e-3, lifetime_s=60.0,
)  # fmt: skip


def a_busy_sky(rng: np.random.Generator, seconds: int) -> tuple[Rows, list[list[FloatArray]]]:
    """Short flights among false detections, at the rates of the site file: rows, and who was there when."""
    flyers: list[FloatArray] = []
    rows, there, ahead = [], [], np.eye(6) + np.eye(6, k=3)
    for second in range(seconds):
        time_ns = START_NS + second * SECOND_NS
        for _ in range(rng.poisson(1e-3 * 36.0)):
            place = np.array([*rng.uniform(-3000.0, 3000.0, 2), rng.normal(500.0, 150.0)])
            flyers.append(np.concatenate([place, rng.normal(0.0, [25.0, 25.0, 2.0])]))
        flyers = [ahead @ state for state in flyers if rng.random() < math.exp(-1 / 60)]
        seen = [state for state in flyers if np.linalg.norm(state[:3]) < 3000.0 and rng.random() < 0.7]
        rows += [noisy(rng, second, state[:3], BUSY) for state in seen]
        for _ in range(rng.poisson(10.0)):
            azimuth, elevation = rng.uniform(-math.pi, math.pi), rng.uniform(-math.pi / 2, math.pi / 2)
            polar = {"range_m": 3000.0 * math.sqrt(rng.random()), "azimuth_rad": azimuth}
            rows.append({"time_ns": time_ns, "sensor": 0, "elevation_rad": elevation} | polar)
        there.append(flyers)
    return rows, there


def test_existence_means_what_it_says() -> None:
    claimed, true = [], []
    for seed in range(20):
        rows, there = a_busy_sky(np.random.default_rng(seed), 50)
        for picture in run(BUSY, rows)[10:]:
            # One that has left the coverage would be counted again and again, however wrong.
            inside = np.linalg.norm(picture.tracks.state[:, :3], axis=1) < 2500.0
            tracks = picture.tracks.take(inside)
            now = there[(picture.time_ns - START_NS) // SECOND_NS]
            claimed += tracks.existence.tolist()
            for state, covariance in zip(tracks.state, tracks.covariance, strict=True):
                offsets = [state[:3] - flyer[:3] for flyer in now]
                true.append(any(e @ np.linalg.solve(covariance[:3, :3], e) < 25.0 for e in offsets))
    unsure = np.array(claimed) < 0.95
    assert unsure.sum() > 60
    assert np.mean(true) == pytest.approx(np.mean(claimed), abs=0.05)
    assert np.mean(np.array(true)[unsure]) == pytest.approx(np.mean(np.array(claimed)[unsure]), abs=0.2)


def test_a_bearing_never_makes_a_track_but_narrows_one() -> None:
    finder = {"kind": "direction_finder", "azimuth_sigma_deg": 0.1, "max_range_m": 9000.0}
    site = make_site(RADAR_3D | {"azimuth_sigma_deg": 2.0}, finder, **PRIOR)
    place = np.array([3000.0, 3000.0, 500.0])
    azimuth = polar_of(place)[1]
    bearings = [
        {"time_ns": START_NS + k * SECOND_NS + 500_000_000, "sensor": 1, "azimuth_rad": azimuth}
        for k in range(12)
    ]
    assert all(len(picture.tracks) == 0 for picture in run(site, bearings))
    radar = [radar_row(k, place) for k in range(13)]
    rows = sorted([*radar, *bearings], key=lambda row: int(row["time_ns"]))
    across = np.array([place[1], -place[0], 0.0]) / math.hypot(*place[:2])

    def spread(picture: Picture) -> float:
        return math.sqrt(across @ one_of(picture)[1][:3, :3] @ across)

    with_bearings, without = run(site, rows)[-1], run(site, radar)[-1]
    assert spread(with_bearings) < 0.5 * spread(without)
    assert with_bearings.tracks.support[0, 1] > 3.0


@pytest.mark.parametrize("sound_mps", [343.0, None])
def test_the_delay_of_sound_is_modelled(sound_mps: float | None) -> None:
    microphone = MICROPHONE | {"propagation_speed_mps": sound_mps or 3e8}
    site = make_site(RADAR_3D | {"azimuth_sigma_deg": 1.0}, microphone, **PRIOR)
    start, velocity = np.array([-1500.0, 3000.0, 500.0]), np.array([40.0, 0.0, 0.0])
    rows = []
    for k in range(25):
        rows.append(radar_row(k, start + k * velocity))
        heard_s = k + 0.5
        under_way_s = 0.0
        for _ in range(50):
            under_way_s = float(np.linalg.norm(start + (heard_s - under_way_s) * velocity)) / 343.0
        _, azimuth, elevation = polar_of(start + (heard_s - under_way_s) * velocity)
        bearing = {"azimuth_rad": azimuth, "elevation_rad": elevation, "sensor": 1}
        rows.append(bearing | {"time_ns": START_NS + round(heard_s * 1e9)})
    last = run(site, rows)[-1]
    error = abs(one_of(last)[0][0] - (start + 24.5 * velocity)[0])
    if sound_mps is None:
        assert error > 40.0
    else:
        assert error < 10.0


def test_a_drone_without_radio_is_not_talked_down_by_finders_that_hear_nothing() -> None:
    finders = [{"kind": "direction_finder", "period_s": 1.0} for _ in range(3)]
    site = make_site(RADAR_3D, *finders, **PRIOR)
    rows = [radar_row(k, np.array([3000.0 + 20.0 * k, 2000.0, 500.0])) for k in range(40)]
    last = run(site, rows)[-1]
    assert last.tracks.existence[0] > 0.95
    assert (last.tracks.visible[0, 1:] < 0.1).all()


def scans_of_a_crossing(seconds: int) -> list[Scan]:
    """Two so close that they cannot be told apart for a while, and a false detection in each scan."""
    rng, door = np.random.default_rng(3), MeasurementDoor(SKY)
    scans = []
    for second in range(seconds):
        east, north = 2000.0 + 30.0 * second, 200.0 - 20.0 * second
        places = [np.array([east, side * north, 500.0]) for side in (-1, 1)]
        rows = [noisy(rng, second, place, SKY) for place in places if rng.random() < 0.9]
        rows.append(noisy(rng, second, rng.uniform(-4000.0, 4000.0, 3), SKY))
        scans.append(Scan(START_NS + second * SECOND_NS, 0, door.convert(detections_of(rows))))
    return scans


def content(tracker: Filter) -> Iterator[bytes]:
    """All that a tracker knows, bit by bit."""
    components, picture = tracker.components(), tracker.picture({0: ""})
    for part in (components, picture.tracks, picture.associations):
        for field in dataclasses.fields(part):
            array = getattr(part, field.name)
            yield repr(array.tolist()).encode() if array.dtype == object else array.tobytes()
    yield tracker.checkpoint().intensity.tobytes()


@pytest.mark.parametrize("second", [1, 5, 8, 11, 16])
def test_going_back_to_a_checkpoint_is_exact(second: int) -> None:
    scans, tracker = scans_of_a_crossing(20), Filter(SKY)
    for scan in scans[:second]:
        tracker.process(scan)
    checkpoint = tracker.checkpoint()

    def onward() -> Iterator[bytes]:
        yield from content(tracker)
        for scan in scans[second:]:
            tracker.process(scan)
            yield from content(tracker)

    first = list(onward())
    tracker.go_back_to(checkpoint)
    assert tracker.time_ns == START_NS + (second - 1) * SECOND_NS
    assert list(onward()) == first
    other = Filter(SKY)
    other.go_back_to(checkpoint)
    at_once = list(content(other))
    assert at_once == first[: len(at_once)]


def test_a_checkpoint_is_a_copy() -> None:
    scans, tracker = scans_of_a_crossing(12), Filter(SKY)
    for scan in scans[:8]:
        tracker.process(scan)
    checkpoint = tracker.checkpoint()
    before = pickle.dumps(checkpoint)
    for scan in scans[8:]:
        tracker.process(scan)
    assert pickle.dumps(checkpoint) == before
    tracker.go_back_to(checkpoint)
    for scan in scans[8:]:
        tracker.process(scan)
    assert pickle.dumps(checkpoint) == before


def test_two_crossing_flyers_stay_two_tracks_with_their_names() -> None:
    for seed in range(5):
        rng = np.random.default_rng(seed)
        rows, names = [], set()
        for k in range(60):
            for start, speed in ((2000.0, 35.0), (4100.0, -35.0)):
                place = np.array([start + speed * k, 3000.0 + 0.3 * speed * (k - 30), 500.0])
                if rng.random() < 0.9:
                    rows.append(noisy(rng, k, place, SKY))
        for picture in run(SKY, rows)[5:]:
            assert len(picture.tracks) == 2
            names |= set(picture.tracks.track_id)
        assert len(names) == 2


FAST = RADAR_3D | {"period_s": 0.1, "detection_probability": 0.5, "false_detections_per_scan": 0.01}
SLOW = RADAR_3D | {"period_s": 4.0, "false_detections_per_scan": 2.0}
BESIDE = make_site(SLOW, FAST, **PRIOR, birth_rate_per_km2_s=1e-6)


def beside_a_blind_radar(seconds: int, flies_from: int = 0) -> Iterator[Scan]:
    """Looks of a slow radar that finds one object from then on, and of a fast one that can't see it."""
    door = MeasurementDoor(BESIDE)
    for tenth in range(10 * seconds):
        time_ns = START_NS + tenth * SECOND_NS // 10
        if tenth % 40 == 0 and tenth >= 10 * flies_from:
            row = radar_row(tenth / 10, np.array([3000.0 + 2.0 * tenth, 2000.0, 500.0]), 0, False)
            yield Scan(time_ns, 0, door.convert(detections_of([row])))
        elif tenth % 40 == 0:
            yield Scan(time_ns, 0, None)
        yield Scan(time_ns + SECOND_NS // 20, 1, None)


@pytest.mark.parametrize("flies_from", [8, 40])
def test_what_a_fast_radar_is_wrongly_believed_to_see_is_followed_after_three_looks_of_a_slow_one(
    flies_from: int,
) -> None:
    tracker = Filter(BESIDE)
    for scan in beside_a_blind_radar(flies_from + 30, flies_from):
        tracker.process(scan)
        if scan.time_ns >= START_NS + (flies_from + 8) * SECOND_NS:
            assert len(tracker.tracks({0: ""})) == 1
    assert tracker.tracks({0: ""}).visible[0, 1] < 0.05


def test_going_back_restores_what_is_hidden_from_whom() -> None:
    scans, tracker = list(beside_a_blind_radar(20)), Filter(BESIDE)
    for scan in scans[:100]:
        tracker.process(scan)
    checkpoint = tracker.checkpoint()
    assert len(checkpoint.intensity) == 3

    def onward() -> list[bytes]:
        for scan in scans[100:]:
            tracker.process(scan)
        return list(content(tracker))

    first = onward()
    tracker.go_back_to(checkpoint)
    assert onward() == first


def test_there_is_no_picture_before_the_first_scan() -> None:
    with pytest.raises(ValueError, match="before the first scan"):
        Filter(SKY).picture({})


def test_a_store_that_is_full_grows_and_keeps_what_it_held() -> None:
    rng = np.random.default_rng(1)
    places = rng.uniform(-9000.0, 9000.0, (400, 3))
    places[:, 2] = 500.0
    # The first is there from the start, the others come when the store is too small for them.
    rows = [radar_row(k, place) for k in range(8) for place in places[: 1 if k < 4 else None]]
    pictures = run(SKY, rows)
    first = pictures[3].tracks
    assert len(first) == 1 and len(pictures[-1].tracks) > 350
    assert first.track_id[0] in pictures[-1].tracks.track_id
    assert pictures[-1].tracks.born_ns.min() == first.born_ns[0]
