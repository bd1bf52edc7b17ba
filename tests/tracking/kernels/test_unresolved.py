"""Plots of several objects: the kernels against the sum over all events, and against dense matrices."""

import itertools
import math

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm, truncnorm
from tests.tracking import twin, twin_scan
from tests.tracking.made import (
    OPEN_GATES,
    START_NS,
    STRAIGHT,
    looks_of,
    mask_of,
    scanned,
    sensor_model,
    store_of,
    tracks_in,
    undetected_of,
)
from tests.tracking.plain import plain
from tests.tracking.twin_motion import Bernoulli, Mode, merge, single

from tocsin.tracking.kernels.layout import AZIMUTH, RANGE, Record, Records
from tocsin.units import FloatArray

CELL_M, CELL_RAD = 150.0, 0.04
SIGMA = np.array([25.0, 0.004, 0.02, 1.5, 30.0, 30.0, 40.0, 2.0, 2.0, 1.0])
MASK = mask_of(RANGE, AZIMUTH)
PLACE = np.array([0.0, 4000.0, 600.0, 10.0, 20.0, 0.0])
NEW = 3e-9
KINDS = [RANGE, AZIMUTH]


def coarse() -> Record:
    return sensor_model(resolution=[CELL_M, CELL_RAD, math.inf])


def a_scene(rng: np.random.Generator, tracks: int, plots: int) -> tuple[list[Bernoulli], Records]:
    there = []
    for _ in range(tracks):
        state = PLACE + np.array([*rng.normal(0.0, 60.0, 2), 0.0, *rng.normal(0.0, 5.0, 3)])
        spread = rng.normal(size=(6, 6))
        known = np.diag([400.0, 400.0, 900.0, 9.0, 9.0, 1.0]) + spread @ spread.T
        there.append(single(rng.uniform(0.5, 0.99), state, known, rng.uniform(0.7, 1.0)))
    rows = np.zeros((plots, 10))
    for row in rows:
        place = PLACE + np.array([*rng.normal(0.0, 60.0, 2), 0.0, 0.0, 0.0, 0.0])
        row[KINDS] = [np.real(twin.expected(coarse(), c, place, 0.0)) for c in KINDS]
    return there, looks_of(rows, SIGMA, MASK)


def seen(track: Bernoulli, look: Record) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Residual, its covariance without the plot's error, and P H'."""
    state, covariance = track.merged
    h = twin.jacobian(lambda x: np.array([twin.expected(coarse(), c, x, 0.0) for c in KINDS]), state)
    bend = np.trace(twin.range_hessian(coarse(), state, 0.0) @ covariance[:3, :3])
    residual = look.measured[KINDS] - [np.real(twin.expected(coarse(), c, state, 0.0)) for c in KINDS]
    residual[0] -= bend / 2
    return residual, h @ covariance @ h.T + np.diag([bend**2 / 2, 0.0]), covariance @ h.T


def together(one: Bernoulli, other: Bernoulli, look: Record) -> float:
    (y, s, _), (z, t, _) = seen(one, look), seen(other, look)
    chance = 1.0
    for c, size in enumerate((CELL_M, CELL_RAD)):
        sigma = math.sqrt(s[c, c] + t[c, c])
        chance *= norm.cdf(size, y[c] - z[c], sigma) - norm.cdf(-size, y[c] - z[c], sigma)
    return min(chance, 0.999)


def connected(members: tuple[int, ...], pairs: dict[tuple[int, int], float]) -> float:
    """Probability that a graph with these edges is connected, by all graphs."""
    edges, total = list(itertools.combinations(members, 2)), 0.0
    for there in itertools.product((False, True), repeat=len(edges)):
        reached = {members[0]}
        for _ in members:
            reached |= {
                i for e, is_edge in zip(edges, there, strict=True) if is_edge and set(e) & reached for i in e
            }
        if reached == set(members):
            total += math.prod(pairs[e] if on else 1 - pairs[e] for e, on in zip(edges, there, strict=True))
    return total


def held(track: Bernoulli, others: list[Bernoulli], look: Record) -> tuple[FloatArray, FloatArray]:
    """Mean and covariance of a track inside one cell with the mean of the others, component by component,
    and given the middle of all; what moves it moves the others the other way."""
    state, covariance = track.merged
    h = twin.jacobian(lambda x: np.array([twin.expected(coarse(), c, x, 0.0) for c in KINDS]), state)
    y, s, _ = seen(track, look)
    beyond = s - h @ covariance @ h.T
    rest = [seen(other, look) for other in others]
    mean = np.sum([part[0] for part in rest], axis=0)
    around, size = np.sum([part[1] for part in rest], axis=0), len(others) + 1
    middle, moved, spread = (y + mean) / size, state.copy(), covariance.copy()
    for c, limit in enumerate((CELL_M, CELL_RAD)):
        variance = s[c, c] + around[c, c] / len(others) ** 2
        apart = mean[c] / len(others) - y[c]
        sigma = math.sqrt(variance)
        inside = truncnorm((-limit - apart) / sigma, (limit - apart) / sigma, apart, sigma)
        gain, own = spread @ h[c] / variance, s[:, c] / variance
        moved += gain * (inside.mean() - apart)
        y = y - own * (inside.mean() - apart)
        s = s - (variance - inside.var()) * np.outer(own, own)
        spread = spread - (variance - inside.var()) * np.outer(gain, gain)
    total = (s + around) / size**2 + np.diag(np.square(SIGMA[KINDS]))
    gain = spread @ h.T / size @ np.linalg.inv(total)
    assert np.all(np.isfinite(beyond))
    return moved + gain @ middle, spread - gain @ total @ gain.T


def enumerated(tracks: list[Bernoulli], sensor: Record, looks: Records) -> list[tuple[float, FloatArray]]:
    """Existence and mean of every track, over all ways to give plots to sets of tracks."""
    pairs = {
        (i, k): together(tracks[i], tracks[k], looks[0])
        for i, k in itertools.combinations(range(len(tracks)), 2)
    }
    alone = [sum(twin.densities(undetected_of(NEW), STRAIGHT, sensor, look)) for look in looks]
    could = [
        twin_scan.alternatives(t, twin_scan.perceived(t, sensor), sensor, looks, OPEN_GATES) for t in tracks
    ]
    total = 0.0
    parts: list[list[tuple[float, Mode]]] = [[] for _ in tracks]
    for way in itertools.product(range(-1, len(looks)), repeat=len(tracks)):
        found = [i for i, j in enumerate(way) if j >= 0]
        weight = math.prod(could[i].miss_weight for i, j in enumerate(way) if j < 0)
        for i, k in itertools.combinations(found, 2):
            if way[i] != way[k]:
                weight *= max(1 - pairs[i, k], 0.5)
        after = [(c.track.existence * c.missed.sum() / c.miss_weight, c.track.modes[0]) for c in could]
        for j, look in enumerate(looks):
            members = tuple(i for i in found if way[i] == j)
            if not members:
                weight *= alone[j]
            elif len(members) == 1:
                weight *= could[members[0]].track.existence * could[members[0]].hit[j].sum()
                after[members[0]] = (1.0, could[members[0]].after[j][0])
            else:
                parts_seen = [seen(tracks[i], look) for i in members]
                middle = np.mean([part[0] for part in parts_seen], axis=0)
                spread = np.sum([part[1] for part in parts_seen], axis=0) / len(members) ** 2
                weight *= connected(members, pairs)
                weight *= multivariate_normal.pdf(middle, cov=spread + np.diag(np.square(SIGMA[KINDS])))
                for i in members:
                    weight *= tracks[i].existence * tracks[i].visible * could[i].perceived[0]
                    others = [tracks[k] for k in members if k != i]
                    after[i] = (1.0, Mode(1.0, *held(tracks[i], others, look)))
        total += weight
        for i, (existence, mode) in enumerate(after):
            parts[i].append((weight * existence, mode))
    result = []
    for part in parts:
        weights = np.array([w for w, _ in part])
        mean, _ = merge(list(weights / weights.sum()), [mode for _, mode in part])
        result.append((weights.sum() / total, mean))
    return result


@pytest.mark.parametrize(("tracks", "plots"), [(2, 1), (2, 2), (3, 1), (3, 2)])
def test_it_is_what_enumerating_all_ways_to_share_plots_gives(
    tracks: int, plots: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng, compared = np.random.default_rng(10 * tracks + plots), 0
    for module, name in (
        ("sharing", "_LEAST_SET"), ("association", "_OFTEN_SHARED"), ("association", "_WORTH_COMPANY"),
        ("unresolved", "_LEAST"),
    ):  # fmt: skip
        monkeypatch.setattr(plain(module), name, 0.0)
    for _ in range(6):
        there, looks = a_scene(rng, tracks, plots)
        sensor, store = coarse(), store_of(there, START_NS)
        expected = enumerated(there, sensor, looks.copy())
        scanned(plain("scan").process_scan, store, STRAIGHT, sensor, looks, undetected=undetected_of(NEW))
        if (store.tracks.cluster >= 0).any():
            continue  # sharing was improbable
        for track, (existence, mean) in zip(tracks_in(store), expected, strict=False):
            assert track.existence == pytest.approx(existence, rel=1e-3)
            np.testing.assert_allclose(track.merged[0][:2], mean[:2], atol=0.5)
        compared += 1
    assert compared >= 3
