"""A tracker at another place, whose reports come beside the plots of a radar of our own."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.options import Options
from benchmarks.table import Column, Goal, Table, at_most, between
from tocsin.tracking import Tracker
from tocsin.tracking.tracklets import NOT_REPORTS, Tracklets
from tocsin.units import FloatArray

OBJECTS = 6
SECONDS, WARM_S, SETTLED_S = 120.0, 4.0, 40.0
STEP_S = 0.25
A_SECOND = round(1.0 / STEP_S)
DENSITY = 1.0
SPEED_MPS, HEIGHT_M, APART_M = 25.0, 500.0, 6_000.0
OURS_M = 20.0
NEAR_M = 500.0
DEAREST = 1.05


def describe() -> str:
    return f"""Other trackers: reports of a system that follows the same objects with a radar of its own

{OBJECTS} objects, {APART_M / 1e3:.0f} km apart, with white acceleration noise of {DENSITY:g} m2/s3 on each
horizontal axis. Our radar measures places ({OURS_M:.0f} m on each axis) once a second and misses nothing. The
other system's Kalman filter for nearly constant velocity follows each object with plots of its own, once a
second, and reports place and velocity once or four times a second with the number of its track: with the
errors that it states of both (as ASTERIX I062/500 does), or with none, when the site file's
`position_sigma_m` says how good its places are. *As plots*: each report counts as a measurement of its own.
ANEES is of horizontal place and velocity, RMSE of the horizontal place, from {SETTLED_S:.0f} s to
{SECONDS:.0f} s after each plot of ours; the bound is one Kalman filter with the plots of both radars. tocsin
runs all its flight modes."""


@dataclass(frozen=True)
class Case:
    """Another system: the error of its plots [m], reports a second, the process noise that it assumes."""

    name: str
    theirs_m: float = 30.0
    reports_a_second: int = 1
    assumed_density: float = DENSITY


CASES = (
    Case("1/s"),
    Case("4/s", reports_a_second=4),
    Case("4/s, better than ours", theirs_m=5.0, reports_a_second=4),
    Case("4/s, assumes 10 times the noise", reports_a_second=4, assumed_density=10.0 * DENSITY),
)


@dataclass(frozen=True)
class Way:
    """How reports are used, if at all."""

    name: str
    has_reports: bool = True
    states_errors: bool = False
    as_plots: bool = False


WAYS = (
    Way("our radar alone", has_reports=False),
    Way("errors stated, as plots", states_errors=True, as_plots=True),
    Way("errors stated", states_errors=True),
    Way("nothing stated, as plots", as_plots=True),
    Way("nothing stated"),
)


class Kalman:
    """A filter for nearly constant velocity, with one covariance for every axis and object."""

    def __init__(self, density: float) -> None:
        self._density, self._time_s = density, 0.0
        self.state = np.empty((0, 2, 2))  # objects, place and speed, axes
        self.covariance = np.diag([0.0, SPEED_MPS**2])

    def advance(self, time_s: float) -> None:
        """Predicts to a time."""
        dt_s, self._time_s = time_s - self._time_s, time_s
        step = np.array([[1.0, dt_s], [0.0, 1.0]])
        noise = np.array([[dt_s**3 / 3.0, dt_s**2 / 2.0], [dt_s**2 / 2.0, dt_s]])
        self.state = step @ self.state
        self.covariance = step @ self.covariance @ step.T + self._density * noise

    def update(self, places: FloatArray, sigma_m: float) -> None:
        """With a plot (n, 2) of each object."""
        if not len(self.state):
            self.state = np.stack([places, np.zeros_like(places)], axis=1)
            self.covariance[0, 0] = sigma_m**2
            return
        gain = self.covariance[:, 0] / (self.covariance[0, 0] + sigma_m**2)
        self.state = self.state + gain[:, None] * (places - self.state[:, 0])[:, None, :]
        self.covariance = self.covariance - np.outer(gain, self.covariance[0])

    @property
    def sigmas(self) -> tuple[float, float]:
        """Of place and speed, as it states them."""
        return math.sqrt(self.covariance[0, 0]), math.sqrt(self.covariance[1, 1])


def settled_sigma_m(case: Case) -> float:
    """The error of places that the other system has in the end, in whole metres."""
    kalman = Kalman(case.assumed_density)
    for second in range(60):
        kalman.advance(second)
        kalman.update(np.zeros((1, 2)), case.theirs_m)
    return round(kalman.sigmas[0])


def tracker_for(case: Case) -> Tracker:
    """Told what is true of the sky, but nothing of the other system's filter."""
    area_km2 = (OBJECTS * APART_M / 1e3) ** 2
    radar: dict[str, Any] = {
        "name": "radar", "kind": "radar", "period_s": 1.0, "position_sigma_m": OURS_M,
        "detection_probability": 0.99, "false_detections_per_scan": 1.0, "visible_probability": 1.0,
    }  # fmt: skip
    other: dict[str, Any] = {
        "name": "other", "kind": "tracks", "period_s": 1.0 / case.reports_a_second,
        "position_sigma_m": settled_sigma_m(case),
    }  # fmt: skip
    prior = {
        "altitude_m": HEIGHT_M, "altitude_sigma_m": 100.0, "vertical_speed_sigma_mps": 1.0,
        "speed_sigma_mps": SPEED_MPS, "acceleration_density_m2ps3": DENSITY,
        "birth_rate_per_km2_s": OBJECTS / area_km2 / SECONDS,
    }  # fmt: skip
    return Tracker([radar, other], prior)


def flown(rng: np.random.Generator) -> Iterator[FloatArray]:
    """Places and velocities (n, 2, 2) at each step."""
    state = np.zeros((OBJECTS, 2, 2))
    state[:, 0, 0] = APART_M * (np.arange(OBJECTS) - OBJECTS / 2)
    state[:, 1] = rng.normal(0.0, SPEED_MPS, (OBJECTS, 2))
    noise = DENSITY * np.array([[STEP_S**3 / 3.0, STEP_S**2 / 2.0], [STEP_S**2 / 2.0, STEP_S]])
    root, step = np.linalg.cholesky(noise), np.array([[1.0, STEP_S], [0.0, 1.0]])
    for _ in range(round(SECONDS / STEP_S)):
        yield state
        state = step @ state + root @ rng.normal(size=state.shape)


class Errors:
    """Sums over objects and times."""

    def __init__(self) -> None:
        self._squared_m2 = self._normalised = 0.0
        self._seen = self._wanted = 0

    def add(self, truth: FloatArray, found: FloatArray, covariance: FloatArray) -> None:
        """For each object (n, 4) the nearest estimate (m, 4), if there is one nearby."""
        self._wanted += len(truth)
        for own in truth:
            apart = np.linalg.norm(found[:, :2] - own[:2], axis=1)
            if len(apart) and apart.min() < NEAR_M:
                nearest = int(apart.argmin())
                error = found[nearest] - own
                self._squared_m2 += float(error[:2] @ error[:2])
                self._normalised += float(error @ np.linalg.solve(covariance[nearest], error)) / 4.0
                self._seen += 1

    @property
    def result(self) -> tuple[float, float, float]:
        """Mean square of the place's error [m2], ANEES, and the share of time followed."""
        seen = max(self._seen, 1)
        return self._squared_m2 / seen, self._normalised / seen, self._seen / self._wanted


class Run:
    """One sky, followed in one way and by the bound."""

    def __init__(self, case: Case, way: Way, seed: int) -> None:
        self._case, self._way = case, way
        self._rng = np.random.default_rng(seed)
        self._theirs, self._everything = Kalman(case.assumed_density), Kalman(DENSITY)
        self._tracker = tracker_for(case)
        self.errors, self.bound = Errors(), Errors()

    def fly(self) -> None:
        """All of it."""
        for k, state in enumerate(flown(self._rng)):
            time_s, noise = k * STEP_S, self._rng.normal(size=(2, OBJECTS, 2))
            self._their_part(k, state[:, 0] + self._case.theirs_m * noise[0])
            if k % A_SECOND == A_SECOND // 2:
                self._look(time_s, state[:, 0] + OURS_M * noise[1])
                if time_s >= SETTLED_S:
                    self._compare(state)

    def _their_part(self, k: int, plots: FloatArray) -> None:
        """The other system's plots, if it has any now, and its reports."""
        for kalman in (self._theirs, self._everything):
            kalman.advance(k * STEP_S)
            if k % A_SECOND == 0:
                kalman.update(plots, self._case.theirs_m)
        is_due = k % (A_SECOND // self._case.reports_a_second) == 0 and k * STEP_S >= WARM_S
        if is_due and self._way.has_reports:
            place_m, speed_mps = self._theirs.sigmas
            stated = {"position_m": [[place_m] * 2] * OBJECTS, "velocity_mps": [[speed_mps] * 2] * OBJECTS}
            self._tracker.update(
                k * STEP_S, "other", position_m=self._theirs.state[:, 0],
                velocity_mps=self._theirs.state[:, 1], identity=[f"T{n}" for n in range(OBJECTS)],
                sigma=stated if self._way.states_errors else None,
            )  # fmt: skip

    def _look(self, time_s: float, plots: FloatArray) -> None:
        self._everything.update(plots, OURS_M)
        self._tracker.update(time_s, "radar", position_m=plots)

    def _compare(self, state: FloatArray) -> None:
        truth, tracks, axes = np.hstack([state[:, 0], state[:, 1]]), self._tracker.tracks(), [0, 1, 3, 4]
        self.errors.add(truth, tracks.state[:, axes], tracks.covariance[:, axes][:, :, axes])
        best = self._everything
        covariance = np.kron(best.covariance, np.eye(2))
        self.bound.add(truth, best.state.reshape(OBJECTS, 4), np.repeat(covariance[None], OBJECTS, axis=0))


def one_sky(given: tuple[Case, Way, int]) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """What errors there are: ours and the bound's."""
    run = Run(*given)
    as_plots = patch.object(Tracklets, "equivalents", lambda *_: NOT_REPORTS)
    with as_plots if run._way.as_plots else nullcontext():
        run.fly()
    return run.errors.result, run.bound.result


def goals_of(way: Way, rmse_m: float, alone_m: float, bound_m: float, anees: float) -> list[Goal]:
    """Of what is done with reports now."""
    if way.as_plots or not way.has_reports:
        return []
    dearest = DEAREST * bound_m if way.states_errors else alone_m
    return [between(anees, 0.4, 1.2, "ANEES"), at_most(rmse_m, dearest, "RMSE")]


def run(options: Options) -> list[Table]:
    seeds = options.seeds()
    columns = [
        Column("reports"), Column("used"), Column("RMSE m", ".1f"), Column("over the bound", ".2f"),
        Column("ANEES", ".2f"), Column("followed", ".3f"),
    ]  # fmt: skip
    table = Table("Reports of another tracker beside our radar", columns, f"{len(seeds)} skies.")
    cases = [(case, way, seed) for case in CASES for way in WAYS for seed in seeds]
    found = np.reshape(options.pooled(one_sky, cases), (len(CASES), len(WAYS), len(seeds), 2, 3))
    for case, of_case in zip(CASES, found.mean(axis=2), strict=True):
        bound_m, alone_m = math.sqrt(of_case[0, 1, 0]), math.sqrt(of_case[0, 0, 0])
        for way, (square, anees, followed) in zip(WAYS, of_case[:, 0].tolist(), strict=True):
            rmse_m = math.sqrt(square)
            goals = goals_of(way, rmse_m, alone_m, bound_m, anees)
            table.add(case.name, way.name, rmse_m, rmse_m / bound_m, anees, followed, goals=goals)
    return [table]
