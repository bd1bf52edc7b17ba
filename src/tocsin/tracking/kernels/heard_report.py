"""What one report 'heard' or 'silent' says: its likelihood, and the way of the sound.

A report's likelihood is constant + factor * prod_k (1 - Pd_k) over all that flies (superposed: only the
probability that nothing at all is heard counts).
"""

from __future__ import annotations

import math

from tocsin.jit import bare_kernel
from tocsin.tracking.kernels.layout import Record
from tocsin.units import FloatArray

MOST_FALSE = 0.5
# What flies nearly as fast as its sound would be heard from nowhere.
LEAST_MARGIN = 0.05


@bare_kernel
def chance(table: FloatArray, steps: float) -> float:
    """Linear between the values of a table, and its last one beyond."""
    steps = min(steps, len(table) - 1.000001)
    k = int(steps)
    return float(table[k] + (steps - k) * (table[k + 1] - table[k]))


@bare_kernel
def sound_path(
    east: float, north: float, up: float, v_east: float, v_north: float, v_up: float, slowness_spm: float
) -> float:
    """How far from the node an object was when that was made which the node hears now [m].

    The object is now at (east, north, up) from the node: solves |p - v t| = c t and gives c t.
    """
    along = (east * v_east + north * v_north + up * v_up) * slowness_spm
    square = v_east * v_east + v_north * v_north + v_up * v_up
    margin = max(1.0 - square * slowness_spm * slowness_spm, LEAST_MARGIN)
    return (-along + math.sqrt(along * along + margin * (east * east + north * north + up * up))) / margin


@bare_kernel
def weigh(report: Record, node: Record) -> None:
    """Finds the report's constant and factor.

    A node repeats itself with probability `stale`, else it says what it hears now. A false 'heard' begins as
    often as the site says, however stale nodes are: lone false ones must not look like something rare.
    """
    fresh = 1.0 - report.stale
    report.constant = report.stale if report.repeats else 0.0
    false = node.false_probability
    if not report.heard:
        report.factor = fresh * (1.0 - false)
        return
    if not report.repeats:
        false = min(false / fresh, MOST_FALSE)
    report.constant += fresh
    report.factor = -fresh * (1.0 - false)


@bare_kernel
def responsibility(perceived: float, others_silent: float, false: float) -> float:
    """Probability that a node which heard something heard an object that is there."""
    return perceived / (1.0 - (1.0 - false) * others_silent * (1.0 - perceived))


@bare_kernel
def still_visible(visible: float, seen: float, constant: float, factor: float) -> float:
    """Probability that a node can hear an object at all, after its report; seen: Pd if it can."""
    # By what is hidden, so that no rounding makes more than one of it, report by report.
    return 1.0 - (1.0 - visible) * (constant + factor) / (constant + factor * (1.0 - visible * seen))
