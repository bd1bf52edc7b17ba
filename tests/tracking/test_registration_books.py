"""What registration keeps: corrections, checkpoints, which tracks it follows, and its joint filter."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.tracking.made import RADAR_3D, SECOND_NS, START_NS, make_site
from tests.tracking.plain import plain
from tests.tracking.registration_sky import (
    HALF_A_DEGREE,
    PLACE,
    TURNED_AND_LATE,
    Sky,
    site_with,
    straight,
)

from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    COMPONENTS,
    EAST,
    LOOK,
    PERCEPTION,
    RANGE,
    TRACK,
    UP,
    records,
)
from tocsin.tracking.kernels.registration import BIASES, SUBJECTS, TIME
from tocsin.tracking.registration import Registration
from tocsin.tracking.settings import sensor_models_of
from tocsin.units import AnyArray, FloatArray

pytestmark = pytest.mark.usefixtures("compiled_kernels")


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
