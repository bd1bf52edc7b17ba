"""The tracker's formulas as the papers write them: dense matrices, and every association event enumerated.

Slow and readable; nothing here comes from the kernels but their constants and the names of their fields.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    COMPONENTS,
    EAST,
    ELEVATION,
    FALSE_HEIGHT_M,
    FALSE_SPEED_MPS,
    GATE_PROBABILITY,
    IDENTITY_MATCH,
    IDENTITY_MISMATCH,
    NEGLIGIBLE_EDGE,
    NO_IDENTITY,
    NORTH,
    RANGE,
    RANGE_RATE,
    UP,
    VELOCITY_EAST,
    VELOCITY_UP,
    Looks,
    Motion,
    SensorModel,
    Undetected,
)
from tocsin.units import FloatArray

EARTH_RADIUS_M = 6_371_000.0


def transition(dt_s: float) -> FloatArray:
    """F of nearly constant velocity, (6, 6)."""
    return np.kron(np.array([[1.0, dt_s], [0.0, 1.0]]), np.eye(3))


def process_noise(dt_s: float, motion: Motion) -> FloatArray:
    """Q of white acceleration noise, (6, 6)."""
    density = np.diag([motion.horizontal_density, motion.horizontal_density, motion.vertical_density])
    return np.kron(np.array([[dt_s**3 / 3, dt_s**2 / 2], [dt_s**2 / 2, dt_s]]), density)


def components(mask: int) -> list[int]:
    return [component for component in range(COMPONENTS) if mask >> component & 1]


def expected(sensor: SensorModel, component: int, state: Any, dt_s: float) -> Any:
    """h(x) of one component; works for complex states too, to be differentiated by the complex step."""
    position, velocity = state[:3] + dt_s * state[3:], state[3:]
    if component >= EAST:
        return np.concatenate([position, velocity])[component - EAST]
    local, rate = sensor.rotation @ (position - sensor.position), sensor.rotation @ velocity
    ground = np.sqrt(local[0] ** 2 + local[1] ** 2)
    if component == AZIMUTH:
        azimuth = np.arctan2(local[0].real, local[1].real)
        sine, cosine = np.sin(azimuth), np.cos(azimuth)
        # What remains beyond the real part is tiny: its arc tangent has no jump.
        return azimuth + np.arctan(
            (local[0] * cosine - local[1] * sine) / (local[0] * sine + local[1] * cosine)
        )
    if component == ELEVATION:
        return np.arctan(local[2] / ground)
    slant = np.sqrt(ground**2 + local[2] ** 2)
    return slant if component == RANGE else local @ rate / slant


def jacobian(function: Callable[[Any], Any], at: FloatArray) -> FloatArray:
    """Derivatives to machine precision by the complex step, one column for each element of `at`."""
    steps = 1e-20j * np.eye(len(at))
    return np.stack([np.imag(function(at + step)) / 1e-20 for step in steps], axis=-1)


def travel_time(sensor: SensorModel, state: FloatArray) -> float:
    """Root of |p - v t - s| = c t."""
    speed = sensor.propagation_speed_mps
    if math.isinf(speed):
        return 0.0

    def ahead(t: float) -> float:
        return float(np.linalg.norm(state[:3] - t * state[3:] - sensor.position) - speed * t)

    return float(brentq(ahead, 0.0, 1e4, xtol=1e-14, rtol=1e-15))


def kalman(
    state: FloatArray, covariance: FloatArray, h: FloatArray, residual: FloatArray, noise: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Textbook update with stacked components; gives mean, covariance and innovation covariance."""
    innovation = h @ covariance @ h.T + noise
    gain = covariance @ h.T @ np.linalg.inv(innovation)
    rest = np.eye(6) - gain @ h
    return state + gain @ residual, rest @ covariance @ rest.T + gain @ noise @ gain.T, innovation


def condition(
    sensor: SensorModel,
    state: FloatArray,
    covariance: FloatArray,
    measured: FloatArray,
    sigma: FloatArray,
    mask: int,
    offset_s: float,
) -> tuple[FloatArray, FloatArray, float, float]:
    """Joint extended Kalman update: mean, covariance, squared distance, log-likelihood."""
    dt_s, chosen = offset_s - travel_time(sensor, state), components(mask)

    def model(x: Any) -> Any:
        return np.array([expected(sensor, component, x, dt_s) for component in chosen])

    residual = measured[chosen] - np.real(model(state))
    for k, component in enumerate(chosen):
        if component in (AZIMUTH, ELEVATION):
            residual[k] = (residual[k] + math.pi) % (2 * math.pi) - math.pi
    h, noise = jacobian(model, state), np.diag(sigma[chosen] ** 2)
    mean, spread, innovation = kalman(state, covariance, h, residual, noise)
    distance = float(residual @ np.linalg.solve(innovation, residual))
    scale = np.sqrt(np.diag(innovation))
    log_determinant = np.linalg.slogdet(innovation / np.outer(scale, scale))[1] + 2 * np.log(scale).sum()
    log_likelihood = -0.5 * (distance + log_determinant + len(chosen) * math.log(2 * math.pi))
    return mean, spread, distance, float(log_likelihood)


def detection_probability(sensor: SensorModel, place: FloatArray, sigma_m: float, sigma_up_m: float) -> float:
    """The table by range within limits that are blurred by normal errors."""
    slant, ground = float(np.linalg.norm(place[:3])), float(np.hypot(place[0], place[1]))
    elevation, blur = math.atan2(place[2], ground), sigma_up_m / slant
    inside = norm.cdf(sensor.max_range_m, slant, max(sigma_m, 1e-9))
    if sensor.min_range_m > 0:
        inside *= norm.sf(sensor.min_range_m, slant, max(sigma_m, 1e-9))
    if sensor.min_elevation_rad > -math.pi / 2:
        inside *= norm.sf(sensor.min_elevation_rad, elevation, blur)
    if sensor.max_elevation_rad < math.pi / 2:
        inside *= norm.cdf(sensor.max_elevation_rad, elevation, blur)
    return float(inside * np.interp(slant, sensor.detection_ranges_m, sensor.detection_probabilities))


def prior_up(motion: Motion, place: Any) -> Any:
    return motion.altitude_up_m - (place[0] ** 2 + place[1] ** 2) / (2 * EARTH_RADIUS_M)


def intensity_at(undetected: Undetected, motion: Motion, place: FloatArray) -> float:
    rows, columns = undetected.intensity.shape
    row = math.floor((place[1] - undetected.south_m) / undetected.cell_m)
    column = math.floor((place[0] - undetected.west_m) / undetected.cell_m)
    if 0 <= row < rows and 0 <= column < columns:
        return float(undetected.intensity[row, column])
    return motion.birth_rate_per_m2_s * motion.lifetime_s


def _polar_position(sensor: SensorModel, polar: Any) -> Any:
    slant, azimuth, elevation = polar
    local = slant * np.array(
        [np.cos(elevation) * np.sin(azimuth), np.cos(elevation) * np.cos(azimuth), np.sin(elevation)]
    )
    return sensor.position + sensor.rotation.T @ local


def birth(sensor: SensorModel, motion: Motion, looks: Looks, j: int) -> tuple[FloatArray, FloatArray]:
    """Mean and covariance of what detection j would be, from its own errors and the prior."""
    mask, z, sigma = int(looks.mask[j]), looks.measured[j], looks.sigma[j]
    state, covariance = np.zeros(6), np.zeros((6, 6))
    speeds = (motion.speed_sigma_mps, motion.speed_sigma_mps, motion.vertical_speed_sigma_mps)
    covariance[3:, 3:] = np.diag(np.square(speeds))
    if not places(mask):
        return state, covariance
    if mask >> RANGE & 1:
        polar, errors = z[[RANGE, AZIMUTH, ELEVATION]].copy(), sigma[[RANGE, AZIMUTH, ELEVATION]].copy()
        if not mask >> ELEVATION & 1:
            flat = polar[0] * np.array([math.sin(polar[1]), math.cos(polar[1])])
            up = prior_up(motion, sensor.position[:2] + flat) - sensor.position[2]
            polar[2] = math.asin(sensor.rotation[2] @ [*flat, up] / polar[0])
            errors[2] = motion.altitude_sigma_m / (polar[0] * math.cos(polar[2]))
        jac = jacobian(lambda p: _polar_position(sensor, p), polar)
        state[:3] = _polar_position(sensor, polar)
        covariance[:3, :3] = jac @ np.diag(errors**2) @ jac.T
        if mask >> ELEVATION & 1:
            h = np.eye(6)[[2]]
            surprise = np.array([prior_up(motion, state) - state[2]])
            state, covariance, _ = kalman(
                state, covariance, h, surprise, np.array([[motion.altitude_sigma_m**2]])
            )
    else:
        state[:2], covariance[:2, :2] = z[[EAST, NORTH]], np.diag(sigma[[EAST, NORTH]] ** 2)
        state[2], covariance[2, 2] = prior_up(motion, state), motion.altitude_sigma_m**2
        if mask >> UP & 1:
            state[2], covariance[2, 2] = z[UP], sigma[UP] ** 2
    rates = mask & (1 << RANGE_RATE | 0b111 << VELOCITY_EAST)
    if rates:
        at_once = sensor._replace(propagation_speed_mps=math.inf)
        state, covariance, _, _ = condition(at_once, state, covariance, z, sigma, rates, 0.0)
    return state, covariance


def places(mask: int) -> bool:
    """Whether a detection says where something is; a bearing alone doesn't."""
    return bool(mask >> RANGE & 1 or mask >> EAST & 1)


def _bearing_densities(
    undetected: Undetected, motion: Motion, sensor: SensorModel, azimuth: float, has_elevation: bool
) -> tuple[float, float]:
    """All that is undetected along a ray, in 24 steps, and false bearings."""
    step, new = sensor.max_range_m / 24, 0.0
    for ground in step * (np.arange(24) + 0.5):
        flat = ground * np.array([math.sin(azimuth), math.cos(azimuth), 0.0])
        there = (sensor.position + sensor.rotation.T @ flat)[:2]
        place = np.array([flat[0], flat[1], prior_up(motion, there) - sensor.position[2]])
        seen = detection_probability(sensor, place, 0.0, motion.altitude_sigma_m)
        new += intensity_at(undetected, motion, there) * seen * ground * step
    span = sensor.max_elevation_rad - sensor.min_elevation_rad if has_elevation else 1.0
    return new * sensor.visible_prior / span, sensor.clutter_per_rad / span


def densities(
    undetected: Undetected, motion: Motion, sensor: SensorModel, looks: Looks, j: int, state: FloatArray
) -> tuple[float, float]:
    """Densities of (new objects, false detections) at a detection; state is that of its birth."""
    mask, z, sigma = int(looks.mask[j]), looks.measured[j], looks.sigma[j]
    if not places(mask):
        return _bearing_densities(undetected, motion, sensor, z[AZIMUTH], bool(mask >> ELEVATION & 1))
    place = sensor.rotation @ (state[:3] - sensor.position)
    new = intensity_at(undetected, motion, state) * sensor.visible_prior
    new *= detection_probability(sensor, place, 0.0, motion.altitude_sigma_m)
    false = sensor.clutter_per_m2
    for component in components(mask):
        if component == RANGE_RATE or component >= VELOCITY_EAST:
            speed = motion.vertical_speed_sigma_mps if component == VELOCITY_UP else motion.speed_sigma_mps
            new *= norm.pdf(z[component], 0.0, math.hypot(speed, sigma[component]))
            false /= 2 * FALSE_SPEED_MPS
    height = prior_up(motion, state)
    if mask >> RANGE & 1:
        slant = z[RANGE]
        new, false = new * slant, false * slant
        if mask >> ELEVATION & 1:
            up = sensor.position[2] + slant * math.sin(z[ELEVATION])
            spread = math.hypot(motion.altitude_sigma_m, slant * sigma[ELEVATION])
            new *= norm.pdf(up, height, spread) * slant * math.cos(z[ELEVATION])
            false /= sensor.max_elevation_rad - sensor.min_elevation_rad
    elif mask >> UP & 1:
        new *= norm.pdf(z[UP], height, math.hypot(motion.altitude_sigma_m, sigma[UP]))
        false /= FALSE_HEIGHT_M
    return new, false


@dataclass(frozen=True)
class Bernoulli:
    """One track of the twin."""

    existence: float
    state: FloatArray
    covariance: FloatArray
    visible: float
    identity: int = NO_IDENTITY


def predict(track: Bernoulli, dt_s: float, motion: Motion, sensor: SensorModel) -> Bernoulli:
    f = transition(dt_s)
    faded = math.exp(-dt_s / sensor.visible_hold_s)
    return replace(
        track,
        existence=track.existence * math.exp(-dt_s / motion.lifetime_s),
        state=f @ track.state,
        covariance=f @ track.covariance @ f.T + process_noise(dt_s, motion),
        visible=sensor.visible_prior + (track.visible - sensor.visible_prior) * faded,
    )


def perceived(track: Bernoulli, sensor: SensorModel) -> float:
    """Pd, with the gate's share, of a track that the sensor can perceive."""
    then = transition(-travel_time(sensor, track.state)) @ track.state
    toward = then[:3] - sensor.position
    sigma = math.sqrt(toward @ track.covariance[:3, :3] @ toward) / float(np.linalg.norm(toward))
    up = math.sqrt(track.covariance[2, 2])
    return GATE_PROBABILITY * detection_probability(sensor, sensor.rotation @ toward, sigma, up)


def identity_ratio(track: int, detection: int) -> float:
    if NO_IDENTITY in (track, detection):
        return 1.0
    return IDENTITY_MATCH if track == detection else IDENTITY_MISMATCH


def events(tracks: int, detections: int) -> Iterator[tuple[int, ...]]:
    """Every choice of a detection (or -1) for each track in which no detection is of two tracks."""
    for event in itertools.product(range(-1, detections), repeat=tracks):
        used = [j for j in event if j >= 0]
        if len(used) == len(set(used)):
            yield event


def marginals(missed: FloatArray, hit: FloatArray, alone: FloatArray) -> FloatArray:
    """p_ij by summing over all events, from weights of misses (t,), hits (t, d) and new or false (d,)."""
    result, total = np.zeros(hit.shape), 0.0
    for event in events(*hit.shape):
        weight = math.prod(missed[i] if j < 0 else hit[i, j] for i, j in enumerate(event))
        weight *= math.prod(alone[j] for j in range(len(alone)) if j not in event)
        total += weight
        for i, j in enumerate(event):
            if j >= 0:
                result[i, j] += weight
    return result / total


def merge(
    weights: list[float], means: list[FloatArray], covariances: list[FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Mean and covariance of a mixture whose weights sum to 1."""
    mean = sum(w * m for w, m in zip(weights, means, strict=True))
    spread = sum(
        w * (p + np.outer(m - mean, m - mean)) for w, m, p in zip(weights, means, covariances, strict=True)
    )
    return np.asarray(mean), np.asarray(spread)


def _updated(
    track: Bernoulli, pd: float, share: FloatArray, hits: list[tuple[FloatArray, FloatArray]], seen: float
) -> Bernoulli:
    """One track after the scan: share (d,) are its association probabilities."""
    r = track.existence
    missed = (1.0 - share.sum()) * r * (1 - pd) / (1 - r * pd)
    total = missed + share.sum()
    mean, covariance = merge(
        [missed / total, *(share / total)],
        [track.state, *(m for m, _ in hits)],
        [track.covariance, *(p for _, p in hits)],
    )
    still_visible = track.visible * (1 - seen) / (1 - pd)
    visible = (missed * still_visible + share.sum()) / total
    return replace(track, existence=total, state=mean, covariance=covariance, visible=visible)


def scan(
    tracks: list[Bernoulli], motion: Motion, sensor: SensorModel, looks: Looks, undetected: Undetected
) -> tuple[list[Bernoulli], list[Bernoulli]]:
    """The Poisson multi-Bernoulli update of tracks already predicted: (tracks after it, what was born)."""
    count = len(looks.mask)
    born = [birth(sensor, motion, looks, j) for j in range(count)]
    pairs = [densities(undetected, motion, sensor, looks, j, born[j][0]) for j in range(count)]
    alone = np.array([new + false for new, false in pairs])
    seen = [perceived(track, sensor) for track in tracks]
    pd = [p * track.visible for p, track in zip(seen, tracks, strict=True)]
    missed = np.array([1 - track.existence * p for track, p in zip(tracks, pd, strict=True)])
    hit = np.zeros((len(tracks), count))
    hits: list[list[tuple[FloatArray, FloatArray]]] = []
    for i, track in enumerate(tracks):
        r_missed = track.existence * (1 - pd[i]) / (1 - track.existence * pd[i])
        hits.append([])
        for j in range(count):
            mean, covariance, _, log_likelihood = condition(
                sensor, track.state, track.covariance,
                looks.measured[j], looks.sigma[j], int(looks.mask[j]), looks.offset_s[j],
            )  # fmt: skip
            hits[-1].append((mean, covariance))
            weight = track.existence * pd[i] * math.exp(log_likelihood)
            weight *= identity_ratio(track.identity, int(looks.identity[j]))
            # Too light to matter: not an edge.
            hit[i, j] = weight if weight / (missed[i] * alone[j]) >= NEGLIGIBLE_EDGE * r_missed else 0.0
    share = marginals(missed, hit, alone)
    after = [_updated(track, pd[i], share[i], hits[i], seen[i]) for i, track in enumerate(tracks)]
    new = [(1.0 - share[:, j].sum()) * pairs[j][0] / alone[j] for j in range(count)]
    births = [
        Bernoulli(r, state, covariance, 1.0, int(looks.identity[j]))
        for j, (r, (state, covariance)) in enumerate(zip(new, born, strict=True))
        if places(int(looks.mask[j]))
    ]
    return after, births
