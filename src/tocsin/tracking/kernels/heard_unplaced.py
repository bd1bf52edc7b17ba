"""What reports 'heard' and 'silent' make of objects that nobody has placed."""

from __future__ import annotations

import math

from tocsin.jit import bare_kernel
from tocsin.tracking.kernels.heard_layout import Cells, Sounds, Unplaced
from tocsin.tracking.kernels.heard_report import LEAST_MARGIN, responsibility, still_visible
from tocsin.tracking.kernels.layout import Record
from tocsin.units import FloatArray


@bare_kernel
def _chances(node: Record, cells: Cells, places: FloatArray, chances: FloatArray) -> None:
    """Probability that a node hears an object of each velocity in each cell near it, into chances (k, e).

    As `chance` of `sound_path`, in loops that can be vectorised: this is where the time goes.
    """
    count, slowness, up2 = node.last - node.first, node.slowness_spm, node.up_m * node.up_m
    table, beyond = node.blurred, len(node.blurred) - 1.000001
    for e in range(count):
        for axis in range(2):
            places[axis, e] = cells.centre[cells.near[node.first + e], axis] - node.position[axis]
    for k in range(len(cells.velocity)):
        v_east, v_north = cells.velocity[k, 0] * slowness, cells.velocity[k, 1] * slowness
        margin = max(1.0 - v_east * v_east - v_north * v_north, LEAST_MARGIN)
        scale, part = 1.0 / (margin * node.step_m), chances[k]
        moved_east, moved_north = cells.moved[k, 0], cells.moved[k, 1]
        for e in range(count):
            east, north = places[0, e] + moved_east, places[1, e] + moved_north
            along = east * v_east + north * v_north
            path = math.sqrt(along * along + margin * (east * east + north * north + up2)) - along
            part[e] = min(scale * path, beyond)
        for e in range(count):
            b = int(part[e])
            part[e] = table[b] + (part[e] - b) * (table[b + 1] - table[b])


@bare_kernel
def _audible(node: Record, cells: Cells, density: FloatArray, chances: FloatArray) -> float:
    """Sum of density (k, c) times the chance that the node hears it."""
    near, total = cells.near[node.first : node.last], 0.0
    for k in range(density.shape[0]):
        for e in range(len(near)):
            total += chances[k, e] * density[k, near[e]]
    return total


@bare_kernel
def _reweigh(node: Record, cells: Cells, density: FloatArray, chances: FloatArray, slope: float) -> None:
    """density <- density (1 - slope Pd) in the cells near the node."""
    near = cells.near[node.first : node.last]
    for k in range(density.shape[0]):
        for e in range(len(near)):
            density[k, near[e]] *= 1.0 - slope * chances[k, e]


@bare_kernel
def _update_tentative(
    unplaced: Unplaced, g: int, mass: float, report: Record, quiet: float, false: float
) -> float:
    """One report at tentative object g, which is there and would be heard, if it can be, with probability
    mass; quiet: that nothing at all is heard. Gives the slope of its density."""
    visible, existence = unplaced.visible[g, report.node], unplaced.existence[g]
    others = quiet / (1.0 - visible * mass)
    if report.heard:
        share = responsibility(visible * mass / existence, others, false)
        unplaced.support[g, report.node] += existence * share
    others *= report.factor
    absent = report.constant + others
    whole = absent - others * visible * mass
    unplaced.scale[g] *= absent / whole
    unplaced.existence[g] = (existence * absent - others * visible * mass) / whole
    unplaced.visible[g, report.node] = still_visible(visible, mass / existence, report.constant, others)
    return float(visible * others / absent)


@bare_kernel
def _listen_once(
    sounds: Sounds, cells: Cells, unplaced: Unplaced, j: int, places: FloatArray, chances: FloatArray
) -> None:
    """One report at all that is not placed; places[2] is room for the mass of each object."""
    report = sounds.reports[j]
    node, mass = sounds.nodes[report.node], places[2]
    _chances(node, cells, places, chances)
    quiet = 1.0
    for g in range(len(unplaced.scale)):
        mass[g] = unplaced.scale[g] * _audible(node, cells, unplaced.density[g], chances)
        perceived = unplaced.visible[g, report.node] * mass[g]
        quiet *= math.exp(-perceived) if g == 0 else 1.0 - perceived
    report.silent = quiet
    for t in range(len(sounds.tracks)):
        quiet *= 1.0 - sounds.tracks[t].before * sounds.pairs[t, j].pd
    for g in range(len(unplaced.scale)):
        if g == 0:
            factor = report.factor * quiet
            slope = unplaced.visible[0, report.node] * factor / (report.constant + factor)
        elif mass[g] > 0.0:
            slope = _update_tentative(unplaced, g, mass[g], report, quiet, node.false_probability)
        else:
            continue
        _reweigh(node, cells, unplaced.density[g], chances, slope)
    for t in range(len(sounds.tracks)):
        track, pd = sounds.tracks[t], sounds.pairs[t, j].pd
        others = report.factor * quiet / (1.0 - track.before * pd)
        there = track.before * (report.constant + others * (1.0 - pd))
        track.before = there / (there + (1.0 - track.before) * (report.constant + others))


@bare_kernel
def listen(sounds: Sounds, cells: Cells, unplaced: Unplaced, places: FloatArray, chances: FloatArray) -> None:
    """Updates what is not placed with the reports one after another; each report's `silent` is found.

    Intensity: l <- l (constant + factor B (1 - Pd)) / (constant + factor B), B that of hearing nothing;
    a tentative object as any Bernoulli, with the others' B. places (3, e) and chances (k, e) are room for the
    e cells near any node, and at least for as many as there are objects.
    """
    for t in range(len(sounds.tracks)):
        sounds.tracks[t].before = sounds.tracks[t].existence
    for j in range(len(sounds.reports)):
        _listen_once(sounds, cells, unplaced, j, places, chances)
