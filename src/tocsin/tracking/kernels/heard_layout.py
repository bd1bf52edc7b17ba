"""What the kernels of nodes that only hear pass to each other.

Objects without a track lie on a lattice of cells and velocities. The cells of a velocity move with it, so
that prediction neither costs nor blurs anything.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tocsin.tracking.kernels.layout import Records
from tocsin.units import FloatArray, IntArray

# Points of a table of the probability of hearing; the last is 0.
HEARING_POINTS = 129
# Existence of so many tracks that share nodes is enumerated; in larger clusters reports are used one by one.
MOST_ENUMERATED = 10
# Seven by seven on the ground and three in height.
PLACES = 7 * 7 * 3

NODE = np.dtype(
    [
        ("position", "f8", (3,)),  # in the site's plane
        ("detection", "f8", (HEARING_POINTS,)),  # probability of hearing by slant range
        ("blurred", "f8", (HEARING_POINTS,)),  # the same averaged over a cell and the expected heights
        ("step_m", "f8"),  # of both tables
        ("up_m", "f8"),  # expected height of objects over the node
        ("false_probability", "f8"),  # of a false 'heard' a report
        ("slowness_spm", "f8"),  # 1 / propagation speed; 0: at once
        ("first", "i8"),  # of the cells near it in Lattice.near
        ("last", "i8"),  # one after
    ],
    align=True,
)
"""Where one node stands and how well it hears."""

REPORT = np.dtype(
    [
        ("node", "i8"),
        ("heard", "?"),
        ("repeats", "?"),  # whether it says the same as before
        ("stale", "f8"),  # probability that it only repeats what it said before
        # What is found out. The likelihood is constant + factor * prod_k (1 - Pd_k) over all that flies.
        ("constant", "f8"),
        ("factor", "f8"),
        ("silent", "f8"),  # probability that nothing without a track is heard
    ],
    align=True,
)
"""What one node says."""

HEARD_TRACK = np.dtype(
    [
        ("existence", "f8"),
        ("state", "f8", (6,)),
        ("covariance", "f8", (6, 6)),
        # What is found out:
        ("prior", "f8"),  # existence before all reports
        ("before", "f8"),  # existence before the present ones
        ("cluster", "i8"),  # first track of its cluster
    ],
    align=True,
)
"""A track predicted to the time of the reports."""

PAIR = np.dtype(
    [
        ("visible", "f8"),  # probability that the node can hear the track at all
        ("support", "f8"),  # probability that the track exists and the node heard it
        ("seen", "f8"),  # Pd if it can hear it
        ("pd", "f8"),  # the two together
    ],
    align=True,
)
"""A track and a report."""


class Lattice(NamedTuple):
    """Cells in which objects may be, c of them, for each of k velocities."""

    centre: FloatArray  # (c, 2) east, north
    neighbour: IntArray  # (c, 4) to the west, east, south, north; -1: beyond the lattice
    velocity: FloatArray  # (k, 2)
    share: FloatArray  # (k,) prior probability of each velocity
    near: IntArray  # a node may hear what is in the cells near[node.first : node.last]
    cell_m: float


class Unplaced(NamedTuple):
    """Row 0: the Poisson intensity of the never heard; row g: tentative object g, a Bernoulli whose position
    may be anything (a ring, two spots)."""

    density: FloatArray  # (1 + g, k, c) expected number of objects over scale
    scale: FloatArray  # (1 + g,)
    existence: FloatArray  # (1 + g,)
    visible: FloatArray  # (1 + g, m) probability that the node can hear it at all
    support: FloatArray  # (1 + g, m) sum of the probabilities that the node heard it


class Cells(NamedTuple):
    """The lattice as it stands at the time of the reports."""

    centre: FloatArray  # (c, 2)
    near: IntArray
    velocity: FloatArray  # (k, 2)
    moved: FloatArray  # (k, 2) how far the cells of each velocity are from their centres


class Sounds(NamedTuple):
    """Reports of one time, and the tracks that may have been heard; n of them, l reports."""

    nodes: Records  # (m,) NODE
    reports: Records  # (l,) REPORT, in the order of their nodes
    tracks: Records  # (n,) HEARD_TRACK
    pairs: Records  # (n, l) PAIR
