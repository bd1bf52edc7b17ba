"""What reports make of objects that nobody has placed, against enumeration."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy.stats import poisson
from tests.tracking.plain import plain
from tests.tracking.test_heard_report import (
    chance_at,
    nodes_at,
    of_report,
    reports_of,
    sounds_of,
    tracks_at,
)

from tocsin.tracking.heard import Tracks
from tocsin.tracking.kernels.heard_layout import Cells, Sounds, Unplaced
from tocsin.tracking.kernels.layout import Records
from tocsin.units import FloatArray

kernels = plain("heard")


# Where each velocity's cells are, half a second after they were predicted.
MOVED = np.array([[0.0, 0.0], [140.0, -85.0]])


def small_lattice(nodes: Records) -> Cells:
    """Three cells and two velocities, all near every node."""
    count = len(nodes)
    nodes.first, nodes.last = 3 * np.arange(count), 3 * np.arange(1, count + 1)
    centre = np.array([[-900.0, 0.0], [600.0, 700.0], [2800.0, -500.0]])
    return Cells(centre, np.tile(np.arange(3), count), np.array([[0.0, 0.0], [40.0, -10.0]]), MOVED)


def chances_of(nodes: Records, cells: Cells, i: int) -> FloatArray:
    """Twin (k, c): objects are at the expected height over the node."""
    places, velocity = np.zeros((2, 3, 3)), np.zeros((2, 1, 3))
    places[:, :, :2], places[:, :, 2] = MOVED[:, None] + cells.centre, nodes.position[i, 2] + nodes.up_m[i]
    velocity[:, 0, :2] = cells.velocity
    return np.asarray(chance_at(places, np.broadcast_to(velocity, (2, 3, 3)), nodes.position[i]))


def unplaced_of(nodes: Records, *densities: FloatArray) -> Unplaced:
    rows, count = len(densities), len(nodes)
    existence = np.array([0.0, *(density.sum() for density in densities[1:])])
    scale = np.array([1.0, *np.full(rows - 1, 0.5)])
    density = np.array(densities) / scale[:, None, None]
    return Unplaced(density, scale, existence, np.full((rows, count), 0.9), np.zeros((rows, count)))


def hear(nodes: Records, cells: Cells, unplaced: Unplaced, reports: Records, tracks: Tracks) -> Sounds:
    sounds = sounds_of(nodes, reports, tracks)
    kernels.hear(sounds, cells, unplaced, np.empty((5, 3)))
    return sounds


@pytest.mark.parametrize("heard", [False, True])
@pytest.mark.parametrize("repeats", [False, True])
def test_one_report_leaves_of_all_that_flies_what_enumeration_leaves(heard: bool, repeats: bool) -> None:
    """Poisson objects (up to three in each of six places), a tentative object and a track."""
    nodes = nodes_at((0.0, 0.0, 0.0))
    cells, reports = small_lattice(nodes), reports_of([0], [heard], 0.4, repeats)
    poisson_mean = np.array([[0.05, 0.12, 0.05], [0.02, 0.08, 0.1]])
    tentative = np.array([[0.2, 0.1, 0.05], [0.1, 0.0, 0.15]])
    track, pd = 0.4, 0.9 * chances_of(nodes, cells, 0)
    track_pd = 0.9 * chance_at(np.array([500.0, 0.0, 300.0]), np.zeros(3), np.zeros(3))
    number = np.array(list(itertools.product(range(4), repeat=6)))  # of objects in each place
    prior = poisson.pmf(number, poisson_mean.ravel()).prod(axis=1)
    none = ((1 - pd.ravel()) ** number).prod(axis=1)
    counts, after, alone, total = np.zeros(6), np.zeros((2, 3)), 0.0, 0.0
    for place, there in itertools.product([*itertools.product(range(2), range(3)), None], (False, True)):
        weight = prior * (track if there else 1 - track)
        weight *= 1 - tentative.sum() if place is None else tentative[place]
        silent = none * (1 - track_pd * there) * (1.0 if place is None else 1 - pd[place])
        weight *= of_report(reports, 0, nodes, silent)
        total, alone = total + weight.sum(), alone + weight.sum() * there
        counts += weight @ number
        if place is not None:
            after[place] += weight.sum()
    unplaced = unplaced_of(nodes, poisson_mean, tentative)
    sounds = hear(nodes, cells, unplaced, reports, tracks_at([[500.0, 0.0, 300.0]], [track], 1))
    np.testing.assert_allclose(unplaced.density[0], counts.reshape(2, 3) / total, rtol=1e-3)
    np.testing.assert_allclose(unplaced.scale[1] * unplaced.density[1], after / total, rtol=2e-4, atol=1e-9)
    assert unplaced.existence[1] == pytest.approx(after.sum() / total, rel=2e-4)
    assert sounds.tracks.existence[0] == pytest.approx(alone / total, rel=2e-4)
    assert (unplaced.support[1, 0] > 0.0) == heard


def test_what_one_node_heard_of_a_track_counts_when_the_next_one_is_used() -> None:
    nodes = nodes_at((0.0, 0.0, 0.0), (500.0, 500.0, 0.0), (-500.0, 0.0, 0.0))
    cells, reports = small_lattice(nodes), reports_of([0, 1, 2], [True, True, False])
    expected, existence = np.array([[0.1, 0.3, 0.05], [0.02, 0.15, 0.2]]), 0.5
    unplaced = unplaced_of(nodes, expected.copy())
    for j in range(3):
        pd, track = 0.9 * chances_of(nodes, cells, j), 0.81
        quiet = math.exp(-float((pd * expected).sum()))
        everything = quiet * (1 - existence * track)
        whole = of_report(reports, j, nodes, everything)
        expected *= of_report(reports, j, nodes, everything * (1 - pd))
        expected /= whole
        existence *= of_report(reports, j, nodes, quiet * (1 - track)) / whole
    hear(nodes, cells, unplaced, reports, tracks_at([[300.0, 200.0, 300.0]], [0.5], 3))
    np.testing.assert_allclose(unplaced.density[0], expected, rtol=1e-5)


def test_a_tentative_object_takes_several_nodes_as_any_object_of_one_place_would() -> None:
    nodes = nodes_at((0.0, 0.0, 0.0), (2000.0, 500.0, 0.0), (-3000.0, 1000.0, 0.0))
    cells, reports = small_lattice(nodes), reports_of([0, 1, 2], [True, True, False])
    before = np.array([[0.05, 0.1, 0.02], [0.03, 0.04, 0.06]])
    there, absent = before.copy(), 1 - before.sum()
    for j in range(3):
        pd = 0.9 * chances_of(nodes, cells, j)
        there *= of_report(reports, j, nodes, 1 - pd)
        absent *= of_report(reports, j, nodes, 1.0)
    expected = there / (there.sum() + absent)
    unplaced = unplaced_of(nodes, np.zeros((2, 3)), before)
    hear(nodes, cells, unplaced, reports, tracks_at(np.zeros((0, 3)), [], 3))
    np.testing.assert_allclose(unplaced.scale[1] * unplaced.density[1], expected, rtol=1e-5)
    assert unplaced.existence[1] == pytest.approx(expected.sum(), rel=1e-6)
