"""A sky of tracks followed by one filter each, whose sensors may be off: for the tests of registration."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from tests.tracking.made import RADAR_3D, SECOND_NS, START_NS, make_site

from tocsin.config.site import Site
from tocsin.geo.frame import LocalFrame
from tocsin.geo.polar import wrap_angle
from tocsin.tracking.kernels.layout import (
    AZIMUTH,
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
from tocsin.tracking.kernels.registration import TIME
from tocsin.tracking.registration import Registration
from tocsin.tracking.settings import sensor_models_of, usual_sigmas
from tocsin.units import AnyArray, FloatArray

POLAR, PLACE = (RANGE, AZIMUTH, ELEVATION), (EAST, NORTH, UP)
ADSB = {"name": "adsb", "kind": "adsb", "period_s": 1.0, "position_sigma_m": 15.0}
DENSITY = np.array([0.3, 0.3, 0.01])
HALF_A_DEGREE = math.radians(0.5)
TURNED_AND_LATE = {RANGE: 0.0, AZIMUTH: HALF_A_DEGREE, TIME: 0.5}
Flights = Callable[[float], FloatArray]


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
