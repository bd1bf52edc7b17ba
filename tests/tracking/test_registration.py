"""Registration: biases are found, good sensors are left alone, and nothing is made of what does not show."""

from __future__ import annotations

import fcntl
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest
from tests.tracking.made import RADAR_3D, SECOND_NS, START_NS, make_site
from tests.tracking.plain import plain

from tocsin.config.site import Site
from tocsin.geo.frame import LocalFrame
from tocsin.geo.polar import wrap_angle
from tocsin.jit import cache_folder
from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    COMPONENTS,
    EAST,
    ELEVATION,
    LOOK,
    NORTH,
    PERCEPTION,
    RANGE,
    TRACK,
    UP,
    Record,
    Records,
    records,
)
from tocsin.tracking.kernels.registration import BIASES, SUBJECTS, TIME
from tocsin.tracking.registration import Registration
from tocsin.tracking.settings import sensor_models_of, usual_sigmas
from tocsin.units import AnyArray, FloatArray

POLAR, PLACE = (RANGE, AZIMUTH, ELEVATION), (EAST, NORTH, UP)
ADSB = {"name": "adsb", "kind": "adsb", "period_s": 1.0, "position_sigma_m": 15.0}
DENSITY = np.array([0.3, 0.3, 0.01])
HALF_A_DEGREE = math.radians(0.5)
TURNED_AND_LATE = {RANGE: 0.0, AZIMUTH: HALF_A_DEGREE, TIME: 0.5}
Flights = Callable[[float], FloatArray]


@pytest.fixture(scope="module", autouse=True)
def compiled_registration() -> None:
    """One worker compiles the kernel, the others load what it made."""
    folder = cache_folder("tracking")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        Sky(site_with(1), straight(1)).run(2.0, np.random.default_rng(0))


def site_with(radars: int, cooperative: bool = True) -> Site:
    """Radars on a triangle of 9 km with turns of 1, 2 and 3 s, and a receiver of self-reports."""
    frame = LocalFrame.from_degrees(47.0, 8.0, 0.0)
    sensors = []
    for k, (east, north) in enumerate([(0.0, 0.0), (9000.0, 0.0), (4000.0, 8000.0)][:radars]):
        latitude, longitude, _ = frame.to_geodetic(np.array([east, north, 0.0]))
        place = {"latitude_deg": math.degrees(latitude), "longitude_deg": math.degrees(longitude)}
        sensors.append(RADAR_3D | place | {"altitude_m": 0.0, "period_s": k + 1.0, "name": f"radar {k}"})
    return make_site(*sensors, *([ADSB] if cooperative else []), acceleration_density_m2ps3=0.3)


def straight(count: int, seed: int = 0) -> Flights:
    """Objects that fly straight on across the triangle at 30 to 60 m/s."""
    rng = np.random.default_rng(seed)
    middle = np.array([4000.0, 3000.0, 500.0]) + rng.normal(0.0, [2500.0, 2500.0, 100.0], (count, 3))
    course, speed = rng.uniform(0.0, 2.0 * math.pi, count), rng.uniform(30.0, 60.0, count)
    velocity = np.column_stack([speed * np.sin(course), speed * np.cos(course), np.zeros(count)])
    return lambda time_s: np.column_stack([middle + (time_s - 60.0) * velocity, velocity])


def circling(count: int, clockwise: bool = True) -> Flights:
    """Objects that fly round the first radar, all the same way or by turns."""
    radius, phase = np.linspace(3000.0, 5000.0, count), np.linspace(0.0, 4.0, count)
    sense = np.where(np.arange(count) % 2 == 0, 1.0, 1.0 if clockwise else -1.0)

    def at(time_s: float) -> FloatArray:
        rate = sense * 50.0 / radius
        angle = phase + rate * time_s
        around = np.column_stack([radius * np.sin(angle), radius * np.cos(angle), np.full(count, 500.0)])
        along = np.column_stack([rate * around[:, 1], -rate * around[:, 0], np.zeros(count)])
        return np.column_stack([around, along])

    return at


@dataclass
class Sky:
    """Objects, sensors that measure them with biases, and extended Kalman filters that know what is whose."""

    site: Site
    flights: Flights
    biases: dict[int, dict[int, float]] = field(default_factory=dict)  # by sensor and kind of bias
    cooperative: int = 2  # so many of the objects report themselves
    outliers: float = 0.0
    is_corrected: bool = True
    registration: Registration = field(init=False)

    def __post_init__(self) -> None:
        self.registration = Registration.for_site(self.site)
        self.sensors = sensor_models_of(self.site)
        count = len(self.flights(0.0))
        self.tracks, self.perception = records(TRACK, count), records(PERCEPTION, count, len(self.sensors))
        self.tracks.name = np.arange(1, count + 1)
        self.state = self.flights(0.0)
        self.covariance = np.tile(np.diag([900.0] * 3 + [100.0] * 3), (count, 1, 1))
        self.state += np.random.default_rng(99).normal(0.0, np.repeat([30.0, 10.0], 3), (count, 6))
        self.now_s = 0.0

    def scans(self, until_s: float) -> Iterator[tuple[float, int]]:
        """(time, sensor) in order, from now on."""
        looks = [
            (k * (sensor.period_s or 1.0) + 0.1 * number, number)
            for number, sensor in enumerate(self.site.sensors)
            for k in range(1, int(until_s) + 1)
        ]
        return iter(sorted(look for look in looks if self.now_s < look[0] <= until_s))

    def run(self, until_s: float, rng: np.random.Generator) -> float:
        """Flies on; gives the horizontal error of the tracks in the second half, RMS [m]."""
        squares = []
        middle_s = (self.now_s + until_s) / 2.0
        for time_s, sensor in self.scans(until_s):
            self.scan(time_s, sensor, rng)
            if time_s > middle_s:
                squares.append(((self.state - self.flights(time_s))[:, :2] ** 2).sum(axis=1))
        return math.sqrt(np.mean(squares))

    def scan(self, time_s: float, number: int, rng: np.random.Generator) -> None:
        """One look of one sensor at all objects, the filters' update and the registration's."""
        looks, rows = self.looks(time_s, number, rng)
        if self.is_corrected:
            looks = self.registration.corrected(number, looks)
        self.predict(time_s - self.now_s)
        self.now_s = time_s
        self.tracks.state, self.tracks.covariance = self.state, self.covariance
        for k, i in enumerate(rows):
            self.update(i, number, looks[k])
        self.perception.support[rows, number] += 1.0
        looks.track, looks.share, self.tracks.confirmed = rows, 1.0, True
        time_ns = START_NS + round(time_s * SECOND_NS)
        self.registration.learn(self.sensors, number, time_ns, self.tracks, self.perception, looks)

    def looks(self, time_s: float, number: int, rng: np.random.Generator) -> tuple[Records, AnyArray]:
        """What the sensor measures, stamped with this time, and of which objects."""
        reports = self.site.sensors[number].kind == "adsb"
        kinds, bias = list(PLACE if reports else POLAR), self.biases.get(number, {})
        truth = self.flights(time_s - bias.get(TIME, 0.0))
        seen = rng.random(len(truth)) < 0.9
        if reports:
            seen[self.cooperative :] = False
        sigma = np.array(usual_sigmas(self.site.sensors[number]))
        noise = (
            rng.normal(size=(len(truth), 3))
            * np.where(rng.random(len(truth)) < self.outliers, 6.0, 1.0)[:, None]
        )
        values = expected(self.sensors[number], truth, reports) + noise * sigma[kinds]
        values += [bias.get(kind, 0.0) for kind in kinds]
        looks = records(LOOK, int(seen.sum()))
        looks.measured[:, kinds], looks.sigma = values[seen], sigma
        looks.mask = sum(1 << kind for kind in kinds)
        return looks, np.flatnonzero(seen)

    def predict(self, dt_s: float) -> None:
        """All filters, nearly constant velocity."""
        step = np.eye(6) + np.diag([dt_s] * 3, 3)
        noise = np.kron([[dt_s**3 / 3.0, dt_s**2 / 2.0], [dt_s**2 / 2.0, dt_s]], np.diag(DENSITY))
        self.state = self.state @ step.T
        self.covariance = step @ self.covariance @ step.T + noise

    def update(self, i: int, number: int, look: Record) -> None:
        """One filter; the gradient by differences."""
        reports = bool(look.mask >> EAST & 1)
        kinds = list(PLACE if reports else POLAR)

        def at(states: FloatArray) -> FloatArray:
            moved = states.copy()
            moved[:, :3] += look.offset_s * moved[:, 3:]
            return expected(self.sensors[number], moved, reports)

        aside = 1e-2 * np.eye(6)
        apart = at(self.state[i] + aside) - at(self.state[i] - aside)
        gradient = (apart if reports else np.hstack([apart[:, :1], wrap_angle(apart[:, 1:])])).T / 2e-2
        innovation = look.measured[kinds] - at(self.state[i : i + 1])[0]
        if not reports:
            innovation[1:] = wrap_angle(innovation[1:])
        variance = gradient @ self.covariance[i] @ gradient.T + np.diag(look.sigma[kinds] ** 2)
        gain = np.linalg.solve(variance, gradient @ self.covariance[i]).T
        self.state[i] += gain @ innovation
        after = self.covariance[i] - gain @ variance @ gain.T
        self.covariance[i] = (after + after.T) / 2.0

    def found(self, sensor: int) -> FloatArray:
        return self.registration.bias(sensor).value

    def sure(self, sensor: int) -> FloatArray:
        return self.registration.bias(sensor).sigma

    @property
    def followed(self) -> AnyArray:
        return self.registration.checkpoint()[4]


def expected(sensor: Record, states: FloatArray, reports: bool) -> FloatArray:
    """Range, azimuth and elevation, or the position, of states (k, 6)."""
    if reports:
        return states[:, :3].copy()
    east, north, up = ((states[:, :3] - sensor.position) @ sensor.rotation.T).T
    ground = np.hypot(east, north)
    return np.column_stack([np.hypot(ground, up), np.arctan2(east, north), np.arctan2(up, ground)])


def test_a_turned_and_late_radar_is_found_out_and_the_good_ones_are_left_alone() -> None:
    sky = Sky(site_with(3), straight(8), {1: TURNED_AND_LATE})
    sky.run(150.0, np.random.default_rng(1))
    assert sky.found(1)[AZIMUTH] == pytest.approx(HALF_A_DEGREE, abs=math.radians(0.05))
    assert sky.found(1)[TIME] == pytest.approx(0.5, abs=0.15)
    assert sky.registration.bias(1).is_off
    for good in (0, 2):
        assert abs(sky.found(good)[AZIMUTH]) < math.radians(0.05)
        assert abs(sky.found(good)[TIME]) < 0.1
        assert abs(sky.found(good)[RANGE]) < 8.0
        assert not sky.registration.bias(good).is_off


def test_the_error_with_a_biased_radar_comes_near_that_without_bias() -> None:
    biased = Sky(site_with(3), straight(8), {1: TURNED_AND_LATE})
    unbiased = Sky(site_with(3), straight(8))
    rng, same = np.random.default_rng(2), np.random.default_rng(2)
    biased.run(100.0, rng)
    unbiased.run(100.0, same)
    assert biased.run(160.0, rng) < 1.1 * unbiased.run(160.0, same)


def test_without_cooperative_objects_the_one_that_disagrees_is_held_to_be_off() -> None:
    sky = Sky(site_with(3, cooperative=False), straight(10), {1: TURNED_AND_LATE})
    sky.run(150.0, np.random.default_rng(3))
    assert [sky.registration.bias(k).is_off for k in range(3)] == [False, True, False]
    assert sky.found(1)[TIME] == pytest.approx(0.5, abs=0.15)
    # What the data alone tell is honest about it: clocks show only against each other.
    assert sky.sure(1)[TIME] > 0.5


def test_clocks_that_are_late_alike_do_not_show_even_in_turns() -> None:
    late = {k: {TIME: 0.4} for k in range(3)}
    sky = Sky(site_with(3, cooperative=False), circling(6, clockwise=False), late)
    sky.run(120.0, np.random.default_rng(4))
    for k in range(3):
        assert abs(sky.found(k)[TIME]) < 0.06
        assert sky.sure(k)[TIME] > 0.5


def test_well_aligned_sensors_lose_nothing() -> None:
    with_registration = Sky(site_with(3), straight(8))
    without = Sky(site_with(3), straight(8))
    without.is_corrected = False
    rng, same = np.random.default_rng(5), np.random.default_rng(5)
    assert with_registration.run(150.0, rng) < 1.02 * without.run(150.0, same)
    assert not any(with_registration.registration.bias(k).is_off for k in range(3))


def test_a_single_sensor_is_left_alone_bit_for_bit() -> None:
    sky = Sky(site_with(1, cooperative=False), straight(5), {0: TURNED_AND_LATE})
    sky.run(60.0, np.random.default_rng(6))
    looks, _ = sky.looks(61.0, 0, np.random.default_rng(6))
    assert sky.registration.corrected(0, looks) is looks
    assert not sky.found(0).any()
    assert not sky.followed["track"].any()


def test_round_a_radar_one_way_a_turned_antenna_and_a_late_clock_look_alike_and_both_ways_not() -> None:
    one_way = Sky(site_with(1), circling(4), {0: TURNED_AND_LATE}, cooperative=4)
    both_ways = Sky(site_with(1), circling(4, clockwise=False), {0: TURNED_AND_LATE}, cooperative=4)
    for sky in (one_way, both_ways):
        sky.run(150.0, np.random.default_rng(7))
    assert one_way.sure(0)[TIME] > 2.5 * both_ways.sure(0)[TIME]
    assert both_ways.found(0)[TIME] == pytest.approx(0.5, abs=0.15)
    # What both do together is known: at 4 km and 50 m/s a second is 0.7 deg.
    together = [sky.found(0)[AZIMUTH] - sky.found(0)[TIME] * 50.0 / 4000.0 for sky in (one_way, both_ways)]
    assert together[0] == pytest.approx(HALF_A_DEGREE - 0.5 * 50.0 / 4000.0, abs=math.radians(0.08))
    assert together[1] == pytest.approx(together[0], abs=math.radians(0.08))


def test_wild_detections_teach_nothing() -> None:
    sky = Sky(site_with(3), straight(8), outliers=0.05)
    sky.run(120.0, np.random.default_rng(8))
    for k in range(3):
        assert abs(sky.found(k)[AZIMUTH]) < math.radians(0.06)
        assert abs(sky.found(k)[TIME]) < 0.12


def test_what_is_beyond_belief_teaches_nothing_at_all() -> None:
    sky = Sky(site_with(2), straight(6))
    sky.run(30.0, np.random.default_rng(16))
    looks, rows = sky.looks(30.5, 1, np.random.default_rng(16))
    looks.measured[:, RANGE] += 5000.0
    before = sky.registration.checkpoint()[0]
    looks.track, looks.share = rows, 1.0
    now_ns = START_NS + round(30.5 * SECOND_NS)
    sky.registration.learn(sky.sensors, 1, now_ns, sky.tracks, sky.perception, looks)
    np.testing.assert_allclose(sky.registration.checkpoint()[0], before, rtol=1e-5)


def test_tracks_that_went_astray_never_lead_to_wild_corrections() -> None:
    sky, rng = Sky(site_with(2), straight(6)), np.random.default_rng(18)
    sky.run(20.0, rng)
    for second in range(21, 60):
        sky.state[:, :2] += rng.normal(0.0, 300.0, (6, 2))
        sky.covariance[:, :3, :3] += 300.0**2 * np.eye(3)
        sky.state[0, 0], sky.covariance[1, 0, 0] = (math.nan, math.nan) if second == 30 else (0.0, 1e5)
        sky.run(float(second), rng)
    assert all(np.isfinite(array).all() for array in sky.registration.checkpoint()[:4])
    for k in range(2):
        assert abs(sky.found(k)[AZIMUTH]) < 4.01 * math.radians(0.6)
        assert abs(sky.found(k)[TIME]) < 4.01


def test_no_bias_is_believed_that_is_far_beyond_what_was_thought_possible() -> None:
    registration = Registration.for_site(site_with(2))
    registration._state.estimate[0] = 50.0
    registration._state.covariance[0, 0] = 1e-4
    registration._settle()
    assert registration.bias(0).value[RANGE] == pytest.approx(4.0 * 2.0 * 20.0)


def test_what_is_not_seen_again_is_forgotten_within_weeks() -> None:
    sky = Sky(site_with(2), straight(6), {1: TURNED_AND_LATE})
    sky.run(60.0, np.random.default_rng(19))
    known = sky.sure(1)[AZIMUTH]
    for days in (1, 30):
        later_ns = START_NS + days * 86_400 * SECOND_NS
        sky.registration.learn(sky.sensors, 0, later_ns, sky.tracks, sky.perception, records(LOOK, 0))
        if days == 1:
            assert known < sky.sure(1)[AZIMUTH] < math.radians(0.4)
    assert sky.sure(1)[AZIMUTH] > math.radians(0.55)
    assert abs(sky.found(1)[AZIMUTH]) < math.radians(0.1)


def test_objects_that_turn_more_sharply_than_filters_expect_teach_little() -> None:
    around = circling(6)

    def turning(time_s: float) -> FloatArray:
        states = around(0.0)
        angle = 50.0 / 300.0 * time_s + np.arange(6)
        turn = np.column_stack([np.sin(angle), np.cos(angle), np.zeros(6)])
        along = np.column_stack([np.cos(angle), -np.sin(angle), np.zeros(6)])
        return np.column_stack([states[:, :3] + 300.0 * turn, 50.0 * along])

    sky = Sky(site_with(2), turning)
    sky.run(120.0, np.random.default_rng(20))
    for k in range(2):
        assert abs(sky.found(k)[AZIMUTH]) < math.radians(0.1)
        assert abs(sky.found(k)[TIME]) < 0.15


def test_a_correction_takes_the_bias_off_shifts_the_time_and_widens_the_errors() -> None:
    sky = Sky(site_with(2), straight(6), {1: TURNED_AND_LATE | {RANGE: 80.0}})
    sky.run(60.0, np.random.default_rng(9))
    looks, _ = sky.looks(61.0, 1, np.random.default_rng(9))
    before = looks.copy()
    better = sky.registration.corrected(1, looks)
    bias = sky.found(1)
    np.testing.assert_array_equal(looks, before)
    np.testing.assert_allclose(better.measured[:, :3], looks.measured[:, :3] - bias[:3])
    np.testing.assert_allclose(better.offset_s, -bias[TIME])
    assert (better.sigma[:, :3] > looks.sigma[:, :3]).all()
    assert (better.sigma[:, :3] < 1.5 * looks.sigma[:, :3]).all()
    # A clock's doubt blurs what is near more than what is far: by the usual 25 m/s over the range.
    model, share = sky.registration._model, sky.registration._verdict.added[4:]
    across = 25.0 * math.sqrt(share[3]) / better.measured[:, RANGE]
    added = better.sigma[:, AZIMUTH] ** 2 - looks.sigma[:, AZIMUTH] ** 2
    np.testing.assert_allclose(added, share[1] * model.sigma[5] ** 2 + across**2)
    added = better.sigma[:, RANGE] ** 2 - looks.sigma[:, RANGE] ** 2
    np.testing.assert_allclose(added, share[0] * model.sigma[4] ** 2 + 25.0**2 * share[3])
    reports, _ = sky.looks(61.0, 2, np.random.default_rng(9))
    assert sky.registration.corrected(2, reports) is reports


def test_the_error_that_is_added_comes_with_the_knowledge_and_goes_with_its_doubts() -> None:
    sky = Sky(site_with(2), straight(6), {1: {AZIMUTH: HALF_A_DEGREE}})
    rng, wider = np.random.default_rng(10), []
    for until_s in range(3, 200, 5):
        sky.run(until_s, rng)
        looks, _ = sky.looks(until_s, 1, rng)
        better = sky.registration.corrected(1, looks)
        wider.append(float(better.sigma[0, AZIMUTH] / looks.sigma[0, AZIMUTH]))
    assert 1.0 <= wider[0] < 1.005
    assert 1.02 < max(wider) < 1.5
    assert wider[-1] < 1.01


def test_after_going_back_it_learns_the_same_again() -> None:
    sky = Sky(site_with(2), straight(6), {1: TURNED_AND_LATE})
    sky.run(40.0, np.random.default_rng(11))
    checkpoint, filters = sky.registration.checkpoint(), (sky.state.copy(), sky.covariance.copy())
    support = sky.perception.copy()

    def onward() -> tuple[AnyArray, ...]:
        sky.run(70.0, np.random.default_rng(12))
        return sky.registration.checkpoint()

    first = onward()
    sky.registration.go_back_to(checkpoint)
    sky.now_s, (sky.state, sky.covariance) = 40.0, filters
    sky.perception[:] = support
    for array, again in zip(first, onward(), strict=True):
        np.testing.assert_array_equal(again, array)


def test_more_tracks_than_are_followed_are_no_harm_and_those_that_report_themselves_go_first() -> None:
    count = SUBJECTS + 20
    sky = Sky(site_with(2), straight(count), {1: TURNED_AND_LATE}, cooperative=0)
    rng = np.random.default_rng(13)
    sky.run(8.0, rng)
    assert (sky.followed["track"] > 0).all()
    sky.cooperative = count
    sky.run(14.0, rng)
    assert sky.followed["is_cooperative"].all()
    sky.run(40.0, rng)
    assert sky.found(1)[AZIMUTH] == pytest.approx(HALF_A_DEGREE, abs=math.radians(0.06))


def test_a_track_not_seen_for_a_minute_makes_room() -> None:
    sky = Sky(site_with(2), straight(4))
    sky.run(10.0, np.random.default_rng(14))
    assert np.count_nonzero(sky.followed["track"]) == 4
    sky.registration.learn(
        sky.sensors, 0, START_NS + 75 * SECOND_NS, sky.tracks, sky.perception, records(LOOK, 0)
    )
    assert np.count_nonzero(sky.followed["track"]) == 0


class JointFilter:
    """A Kalman filter over one track and all biases at once, which is what the kernel must amount to."""

    def __init__(self, state: FloatArray, covariance: FloatArray, sigma: FloatArray) -> None:
        count = len(sigma)
        self.mean = np.concatenate([state, np.zeros(count)])
        self.covariance = np.zeros((6 + count, 6 + count))
        self.covariance[:6, :6], self.covariance[6:, 6:] = covariance, np.diag(sigma**2)

    def predict(self, dt_s: float, noise: AnyArray) -> None:
        step = np.eye(len(self.mean))
        step[:3, 3:6] = dt_s * np.eye(3)
        self.mean, self.covariance = step @ self.mean, step @ self.covariance @ step.T
        self.covariance[:6, :6] += noise

    def update(self, gradient: FloatArray, value: FloatArray, variance: FloatArray) -> None:
        total = gradient @ self.covariance @ gradient.T + np.diag(variance)
        gain = np.linalg.solve(total, gradient @ self.covariance).T
        self.mean = self.mean + gain @ (value - gradient @ self.mean)
        self.covariance = self.covariance - gain @ total @ gain.T


def test_the_kernel_amounts_to_a_joint_filter_over_track_and_biases() -> None:
    """Two sensors with offsets and a true one: linear, so that both must agree to rounding, though what is
    taken off changes on the way."""
    kernel, rng = plain("registration"), np.random.default_rng(15)
    offsets = (3, 4, 5)
    prior = np.zeros((3, BIASES))
    prior[0, offsets], prior[1, offsets] = 60.0, 30.0
    registration = Registration(prior, np.array([False, False, True]), 25.0)
    state = registration._state._replace(subjects=registration._state.subjects.view(np.recarray))
    model = registration._model._replace(wander_per_s=0.0)
    sensors = sensor_models_of(make_site(*({"kind": "tracks"} for _ in range(3))))
    tracks, perception = records(TRACK, 1), records(PERCEPTION, 1, 3)
    track, subject = tracks[0], state.subjects[0]
    track.name, truth = 7, np.array([100.0, -50.0, 10.0, 20.0, -10.0, 1.0])
    track.state, track.covariance = truth + rng.normal(0.0, 5.0, 6), np.diag([25.0] * 6)
    joint = JointFilter(track.state.copy(), track.covariance.copy(), model.sigma)
    # It is followed from its birth by a true sensor on, and its unrest is out of the way.
    subject.track, subject.time_ns, subject.other_ns, subject.last_sensor = 7, START_NS, START_NS, 2
    subject.unrest = -1e9
    state.sensitivity[0, :, -6:] = np.eye(6)
    off = np.array([[12.0, -7.0, 3.0], [-4.0, 6.0, 1.0], [0.0, 0.0, 0.0]])
    for k in range(1, 40):
        number, sigma = k % 3, np.array([8.0, 10.0, 12.0])
        track.state[:3] += track.state[3:]
        truth[:3] += truth[3:]
        step = np.eye(6) + np.diag([1.0] * 3, 3)
        noise = np.kron([[1.0 / 3.0, 0.5], [0.5, 1.0]], 0.2 * np.eye(3))
        track.covariance = step @ track.covariance @ step.T + noise
        joint.predict(1.0, noise)
        value = truth[:3] + off[number] + 0.1 * rng.normal(0.0, sigma)
        own = model.column[number, offsets[0]]
        used = np.zeros(3) if own < 0 else (state.used * model.sigma)[own : own + 3]
        looks = records(LOOK, 1)
        looks.measured[0, EAST : UP + 1], looks.sigma[0, EAST : UP + 1] = value - used, sigma
        looks.mask = sum(1 << kind for kind in PLACE)
        looks.share, tracks.confirmed = 1.0, True
        kernel.learn_biases(
            state, model, number, START_NS + k * SECOND_NS, sensors, tracks, perception, looks
        )
        gradient = np.hstack([np.eye(3, 6), np.zeros((3, len(model.sigma)))])
        if own >= 0:
            gradient[:, 6 + own : 9 + own] = np.eye(3)
        joint.update(gradient, value, sigma**2)
        gain = track.covariance[:, :3] @ np.linalg.inv(track.covariance[:3, :3] + np.diag(sigma**2))
        track.state += gain @ (value - used - track.state[:3])
        track.covariance -= gain @ track.covariance[:3]
        if k % 10 == 0:
            registration._settle()
        np.testing.assert_allclose(state.estimate * model.sigma, joint.mean[6:], rtol=1e-6, atol=1e-6)
        scale = np.outer(model.sigma, model.sigma)
        np.testing.assert_allclose(state.covariance * scale, joint.covariance[6:, 6:], rtol=1e-6, atol=1e-6)
    assert abs(joint.mean[6] - 12.0) < 3.0


def test_tracks_are_displaced_by_what_they_are_sensitive_to_and_by_clocks_along_their_course() -> None:
    registration, rng = Registration.for_site(site_with(2)), np.random.default_rng(17)
    state, model = registration._state, registration._model
    state.sensitivity[:] = rng.normal(size=state.sensitivity.shape)
    state.subjects["velocity"] = rng.normal(size=(SUBJECTS, 3))
    biases = rng.normal(size=len(model.sigma))
    moved = np.zeros((SUBJECTS, 6))
    for bias, column, is_clock in zip(biases, model.driver, model.is_clock, strict=True):
        for track in range(SUBJECTS):
            if is_clock:
                axes = state.sensitivity[track, :, column : column + 3]
                moved[track] -= bias * axes @ state.subjects["velocity"][track]
            else:
                moved[track] += bias * state.sensitivity[track, :, column]
    np.testing.assert_allclose(registration._displacements(biases), moved)


def test_only_so_many_biases_are_estimated() -> None:
    registration = Registration.for_site(make_site(*[RADAR_3D] * 40))
    assert len(registration._model.sigma) == 64
    assert registration.bias(15).sigma[RANGE] > 0.0
    assert registration.bias(16).sigma[RANGE] == 0.0
    assert COMPONENTS == 10
