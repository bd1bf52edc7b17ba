"""What the kernels pass to each other: layouts of tracks, sensors and scans, and constants with their why.

Tracks, sensors and detections are structured arrays: one row lies together in memory, is copied in one go and
is passed to a kernel as a pointer, which costs half of what separate arrays do.

A state is (6,): east, north, up [m] in the site's tangent plane, then their velocities [m/s].
A measurement is a row of ten components with a bit mask of those that were measured.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np

from tocsin.units import AnyArray, FloatArray, IntArray

Record: TypeAlias = Any
"""One row of a structured array; its fields are those of the dtype that the parameter is named after."""
Records: TypeAlias = Any
"""A structured array (numpy.recarray)."""

STATE = 6
RANGE, AZIMUTH, ELEVATION, RANGE_RATE, EAST, NORTH, UP, VELOCITY_EAST, VELOCITY_NORTH, VELOCITY_UP = range(10)
COMPONENTS = 10
# A detection has at most so many: the polar ones, or place and velocity.
MEASURED = 6

# How an object can fly: straight on, with sudden changes, in a turn to either side, or on the spot.
CRUISE, MANOEUVRE, TURN_LEFT, TURN_RIGHT, HOVER = range(5)
MODES = 5
# Some that fly straight on are steady: they seldom do otherwise. For what comes next that is a way to fly of
# its own; as they move like the others until then, both ways share the first mode.
STEADY = 5
WAYS = 6

# 1 - P_G = 1e-4: a gate of 16 in every dimension would lose 3e-3 in four of them.
GATE_PROBABILITY = 0.9999
# An edge lighter than this share of the track's missed existence changes nothing that is shown.
NEGLIGIBLE_EDGE = 1e-3
# No density of what is new or false is taken as less, and no odds as more: where a site says that a sensor
# never errs, the products of EXACT_DETECTIONS odds must stay finite.
LEAST_DENSITY, GREATEST_ODDS = 1e-28, 1e28
# Clusters of up to so many detections are enumerated: 2^10 masks cost about as much as belief propagation.
EXACT_DETECTIONS = 10
BELIEF_TOLERANCE = 1e-4
BELIEF_SWEEPS = 1000
# Half-width of the range rates and vertical speeds over which false detections are taken as uniform [m/s].
FALSE_SPEED_MPS = 100.0
# Height over which false position reports are taken as uniform [m].
FALSE_HEIGHT_M = 10_000.0
# Ratios of the weight of a matching, and of another, identity to that of a detection that carries none.
IDENTITY_MATCH, IDENTITY_MISMATCH = 1e4, 1e-4
# A component below this existence flies straight on for the filter: most are false and gone in two scans.
EXISTENCE_WITH_MODES = 0.3
# An ambiguous cluster keeps so many global hypotheses, of so many tracks at most; each scan tries so many.
HYPOTHESES, MEMBERS, CHILDREN = 10, 12, 60
# Rows that one scan may use for new hypotheses, and clusters that it may add; fixed numbers, so that what
# happens does not depend on how large the store has grown.
SPARE_ROWS, SPARE_CLUSTERS = 4096, 512
# Support is what a sensor contributed in the last minute.
SUPPORT_SECONDS = 60.0
# Detections that a track remembers until it is published: those that made it before it was confirmed.
REMEMBERED = 12
# Detections below this probability are not called a track's evidence.
EVIDENCE_PROBABILITY = 0.1
NO_IDENTITY = 0
NOBODY = -1
NOT_KNOWN = -1.0
# What objects emit, or don't, to all sensors that perceive them by it.
RADIO, SOUND = range(2)
MEDIA = 2
NEVER = np.iinfo(np.int64).min
MISSED = -1
# Points of a sensor's table of detection probabilities.
TABLE_POINTS = 32

MODE = np.dtype(
    [("probability", "f8"), ("state", "f8", (STATE,)), ("covariance", "f8", (STATE, STATE))], align=True
)
"""What a track is if it flies in one of the modes."""

TRACK = np.dtype(
    [
        ("existence", "f8"),  # 0: the row is free
        ("state", "f8", (STATE,)),  # over all modes, as last predicted
        ("covariance", "f8", (STATE, STATE)),
        ("time_ns", "i8"),  # to which it is predicted
        ("born_ns", "i8"),
        ("name", "i8"),  # hash of the detection that made it
        ("identity", "i8"),  # hash of what it calls itself, NO_IDENTITY if nothing
        ("modes", "i8"),  # how many are in use: 1 or MODES
        ("steady", "f8"),  # probability that it seldom does otherwise, if it flies straight on
        ("pd", "f8", (MODES,)),  # probability that the present scan detects it, if the sensor can perceive it
        ("confirmed", "?"),
        ("emits", "f8", (MEDIA,)),  # probability that it does; NOT_KNOWN before any sensor of it has looked
        ("emits_ns", "i8", (MEDIA,)),  # when that was last brought up to date
        ("copied", "f8"),  # probability, if it is there, that it is only a copy of another by multipath
        # Of a row that is one of several hypotheses of a track: the track's row. NOBODY: it is a track.
        ("owner", "i8"),
        ("assigned", "i8"),  # the detection that the present scan assigned to the hypothesis, or MISSED
        ("cluster", "i8"),  # of a track with several hypotheses: the row of its cluster; else NOBODY
        ("mode", MODE, (MODES,)),
    ],
    align=True,
)
"""A Bernoulli component: an object that may exist."""

PERCEPTION = np.dtype(
    [
        ("visible", "f8"),  # probability that the sensor can perceive the track
        ("clear", "f8"),  # the same if it emits what the sensor receives, where it must; NOT_KNOWN at first
        ("support", "f8"),  # decayed sum of association probabilities
        ("touched_ns", "i8"),  # when both were last brought up to date
        ("seen_ns", "i8"),  # or NEVER
    ],
    align=True,
)
"""What one sensor has of one track."""

EVIDENCE = np.dtype(
    [
        ("number", "i8", (REMEMBERED,)),  # ring of detections
        ("probability", "f8", (REMEMBERED,)),
        ("time_ns", "i8", (REMEMBERED,)),
        ("sensor", "i8", (REMEMBERED,)),
        ("count", "i8"),  # so many were ever put into the ring ...
        ("published", "i8"),  # ... of which so many were published
    ],
    align=True,
)
"""The detections that made a track."""

MOTION = np.dtype(
    [
        ("modes", "i8"),  # 1: nearly constant velocity alone
        ("horizontal_density", "f8", (MODES,)),  # white acceleration noise, m2/s3 per axis
        ("vertical_density", "f8", (MODES,)),
        ("turn_radps", "f8", (MODES,)),  # to the left
        ("damping_per_s", "f8", (MODES,)),  # of the velocity; 0: none
        ("prior", "f8", (MODES,)),  # probability of each mode
        ("steady", "f8"),  # of being steady, of what flies straight on
        # Of the ways to fly after t, given that before: forward diag(exp(-rate t)) backward.
        ("rate", "f8", (WAYS,)),
        ("forward", "f8", (WAYS, WAYS)),
        ("backward", "f8", (WAYS, WAYS)),
        ("lifetime_s", "f8"),
        ("birth_rate_per_m2_s", "f8"),
        ("altitude_up_m", "f8"),  # prior mean of height over the tangent plane at its origin
        ("altitude_sigma_m", "f8"),
        ("speed_sigma_mps", "f8"),
        ("vertical_speed_sigma_mps", "f8"),
    ],
    align=True,
)
"""How objects move and how long they live."""

WORK = np.dtype(
    [
        ("dt_s", "f8"),
        ("survival", "f8"),
        ("change", "f8", (WAYS, WAYS)),  # probability of way n after the step, if it was m before
        ("flow", "f8", (MODES, MODES)),  # the same of one track's modes
        ("along", "f8", (MODES,)),  # metres moved in the direction of each m/s ...
        ("across", "f8", (MODES,)),  # ... and to its left
        ("keeps", "f8", (MODES,)),  # the velocity's part that stays in its direction ...
        ("turns", "f8", (MODES,)),  # ... and that goes to its left
        ("climb", "f8", (MODES,)),  # metres risen for each m/s
        ("climb_keeps", "f8", (MODES,)),
        ("noise", "f8", (MODES, 2, 3)),  # horizontal and vertical: of place, of place with speed, of speed
        # What kernels scribble on.
        ("share", "f8", (MODES,)),
        ("away", "f8", (MODES, STATE)),
        ("about", "f8", (MODES, STATE, STATE)),
        ("place", "f8", (STATE + 2,)),
        ("direction", "f8", (STATE,)),
        ("local", "f8", (STATE,)),
        ("column", "f8", (STATE,)),
        ("gates", "f8", (COMPONENTS + 1,)),  # chi-square quantiles of GATE_PROBABILITY, filled once
    ],
    align=True,
)
"""The motion model worked out for one step of time, and room to work in."""

# What is learnt of a sensor is kept by so many rings of range, and sectors of azimuth from north.
RINGS, SECTORS = 8, 16

# A detection may be a copy of one of so many tracks: one of them may be its own.
PARENTS = 2

SENSOR = np.dtype(
    [
        ("number", "i8"),
        ("position", "f8", (3,)),  # in the site's plane
        ("velocity", "f8", (3,)),  # of one that moves, within a scan
        ("rotation", "f8", (3, 3)),  # from the site's axes to the sensor's own east, north, up
        ("points", "i8"),  # of the table by range that are in use
        ("detection_range_m", "f8", (TABLE_POINTS,)),
        ("detection_probability", "f8", (TABLE_POINTS,)),
        ("min_range_m", "f8"),
        ("max_range_m", "f8"),
        ("min_elevation_rad", "f8"),
        ("max_elevation_rad", "f8"),
        ("min_range_rate_mps", "f8"),  # what comes or goes more slowly is not seen
        ("clutter_per_m2", "f8"),
        ("clutter_per_rad", "f8"),
        # What was learnt while running, as factors by range ring and azimuth sector:
        ("detection_factor", "f8", (RINGS,)),
        ("clutter_factor", "f8", (RINGS, SECTORS)),
        ("propagation_speed_mps", "f8"),  # inf: at once
        ("visible_prior", "f8"),
        ("visible_hold_s", "f8"),
        ("medium", "i8"),  # what it perceives them by if they emit it: RADIO, SOUND, or else NOBODY
        ("emits_prior", "f8"),  # probability that an object does
        ("reports_every_s", "f8"),  # where each object reports itself, so often; 0: a look finds all there is
        # Objects nearer to each other than this in range, azimuth and elevation give one plot. Azimuth 0:
        # none do; inf: nothing is told apart by it.
        ("resolution", "f8", (3,)),
        # How probably a plot has a copy behind it, by a longer way, and how much longer that is in the mean.
        ("multipath_probability", "f8"),
        ("multipath_excess_m", "f8"),
    ],
    align=True,
)
"""One sensor as the filter believes it; position and rotation as LocalFrame.station gives them."""

LOOK = np.dtype(
    [
        ("measured", "f8", (COMPONENTS,)),
        ("sigma", "f8", (COMPONENTS,)),
        ("mask", "i8"),  # bit c set: component c was measured
        ("stated", "i8"),  # bit c set: the error of component c is the detection's own
        ("offset_s", "f8"),  # time of the detection minus that of the scan
        ("identity", "i8"),
        ("number", "i8"),
        ("name", "i8"),  # what a track that it makes would be called
        # What the scan finds out:
        ("new_weight", "f8"),  # density of new objects and false detections at it, w_new
        ("new_existence", "f8"),  # share of new objects in that, r_new
        ("copies", "f8"),  # share of copies by multipath in r_new ...
        ("parent", "i8", (PARENTS,)),  # ... the nodes that it most probably is a copy of, or NOBODY ...
        ("likeness", "f8", (PARENTS,)),  # ... and the density of its direction and Doppler, if it is
        ("alone", "f8"),  # probability that it is of no track
        ("claimed", "f8"),  # sum of the tracks' probabilities, within one cluster
        ("track", "i8"),  # row of the track that it probably is of; NOBODY where that is not clear
        ("share", "f8"),  # how probably
    ],
    align=True,
)
"""One detection of a scan; the scan's are in canonical order."""


CLUSTER = np.dtype(
    [
        ("members", "i8"),  # 0: the row is free
        ("hypotheses", "i8"),  # the heaviest first
        ("track", "i8", (MEMBERS,)),
        ("weight", "f8", (HYPOTHESES,)),
        ("row", "i8", (HYPOTHESES, MEMBERS)),  # what a track is in a hypothesis; NOBODY: it is not there
    ],
    align=True,
)
"""Tracks that can't be told apart for now: a small multi-Bernoulli mixture over them."""

NODE = np.dtype(
    [
        ("row", "i8"),
        ("track", "i8"),  # the row itself, or that of which it is a hypothesis
        ("cluster", "i8"),  # of the track
        ("first_edge", "i8"),
        ("last_edge", "i8"),  # one after
        ("excused", "?"),  # a miss says nothing: it would have reported itself at another time
        ("hit", "f8"),  # how probably the scan found it
    ],
    align=True,
)
"""A row of the store that a scan looks at."""

WITNESS = np.dtype(
    [
        ("name", "i8"),
        ("range_m", "f8"),  # from the sensor
        ("expected", "f8"),  # how probably the sensor finds it
        ("hit", "f8"),  # how probably it did
    ],
    align=True,
)
"""A confirmed track that a look covered: what it tells of the sensor."""

EXPECTATION = np.dtype(
    [
        ("expected", "f8", (MEASURED,)),
        ("variance", "f8", (MEASURED,)),  # of each innovation, given those before it
        ("coupling", "f8", (MEASURED, MEASURED)),  # to the innovations before it
        ("gain", "f8", (MEASURED, STATE)),
        ("scale", "f8"),  # density of a detection exactly as expected
        ("count", "i8"),  # how many innovations there are
    ],
    align=True,
)
"""What a sensor is expected to measure of a track in one mode."""

HIT = np.dtype(
    [
        ("innovation", "f8", (MEASURED,)),  # each given those before it
        ("share", "f8"),  # of the mode, if the edge is true
    ],
    align=True,
)
"""A detection as one mode of a track takes it."""

EDGE = np.dtype(
    [
        ("node", "i8"),
        ("detection", "i8"),
        ("hit", "i8"),  # first row of its hits, one for each of the track's modes
        ("expectation", "i8"),  # first row of what was expected
        ("weight", "f8"),  # psi_ij
        ("probability", "f8"),  # p_ij
        ("as_copy", "f8"),  # how much better it fits a copy than an object, where the track may be one
    ],
    align=True,
)
"""A pair of a node and a detection within its gate."""


UNDETECTED_CLASS = np.dtype(
    [
        ("hidden_from", "i8"),  # number of the sensor that can't perceive them; NOBODY: all can
        ("share", "f8"),  # of the objects where nobody has looked
        ("hold_s", "f8"),  # how long they mostly stay hidden, or not
    ],
    align=True,
)
"""Undetected objects by who can't perceive them; the first class is perceived by all."""


ROWS, CLUSTERS = 0, 1


class Store(NamedTuple):
    """All components; n rows, s sensors. A row is free where its existence is 0."""

    tracks: Records  # (n,) TRACK
    perception: Records  # (n, s) PERCEPTION
    evidence: Records  # (n,) EVIDENCE
    clusters: Records  # (c,) CLUSTER
    used: IntArray  # (2,) ROWS and CLUSTERS: one more than the last that is taken


class Undetected(NamedTuple):
    """Intensity of objects that no sensor has seen yet, on a grid over the site's plane, in c classes.

    One that is hidden from two sensors at once is neglected: it counts as hidden from one of them.
    """

    classes: Records  # (c,) UNDETECTED_CLASS
    intensity: FloatArray  # (c, rows, columns) objects per m2
    west_m: float
    south_m: float
    cell_m: float


class Thresholds(NamedTuple):
    """When components are dropped and published."""

    prune: float
    confirm: float
    drop: float
    # Of what is new, or what the sensor that looks has never seen: its silence may only mean that it can't.
    prune_unseen: float


class Edges(NamedTuple):
    """All edges of a scan, sorted by node; the rows of hits and expectations that they name."""

    edges: Records  # EDGE
    hits: Records  # HIT
    expectations: Records  # EXPECTATION


def records(dtype: np.dtype[Any], *shape: int) -> Records:
    """A structured array of zeros, whose rows have fields as attributes."""
    return np.zeros(shape, dtype).view(np.recarray)


_DTYPES = {
    dtype: dtype
    for dtype in (
        MODE,
        TRACK,
        PERCEPTION,
        EVIDENCE,
        MOTION,
        WORK,
        SENSOR,
        LOOK,
        CLUSTER,
        NODE,
        WITNESS,
        EXPECTATION,
        HIT,
        EDGE,
        UNDETECTED_CLASS,
    )
}


def plain_rows(rows: Records) -> AnyArray:
    """The same rows, not copied, as a plain array of the very dtype named here: Numba looks dtypes up at each
    call, and takes several times as long for one that is only equal."""
    array = np.asarray(rows)
    return array.view(_DTYPES[array.dtype])
