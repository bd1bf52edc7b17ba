"""What flies here: the classes, their published kinematics, and what a self-given identity says of them.

Figures without a mark are published ones, from the project's table of classes (design page 'sensors'); those
marked (assumed) have no published source. Limits are wide and their edges soft on purpose: a class that is
left out wrongly costs more than one that is kept.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tocsin.assessment.kernels.classes import DRIFTS, HOLDS_ITS_GROUND, OF_THE_AIR
from tocsin.units import FloatArray, IntArray


class FlyingClass(NamedTuple):
    """Kinematics of one class: airspeed and height above the site between limits, 1 sigma of vertical speed.

    `section_dbsm` is the median of its radar cross section, `section_sigma_db` its spread from object to
    object. `with_adsb` and `with_remote_id` are how often such an object reports itself that way, relative to
    the others (assumed): drones don't carry ADS-B, and crewed aircraft no Remote ID, but either can be
    forged: ADS-B so often that two kinds of evidence against it, or a trusted sensor, outweigh it.
    """

    name: str
    prior: float
    slowest_mps: float
    fastest_mps: float
    lowest_m: float
    highest_m: float
    vertical_sigma_mps: float
    section_dbsm: float
    section_sigma_db: float
    with_adsb: float
    with_remote_id: float


_TABLE = (
    # Piston delta wing of 2.5 m span, one way: 120-185 km/h, 60-4,000 m.
    FlyingClass("delta_wing_drone", 0.1, 33.0, 51.0, 60.0, 4000.0, 3.0, -10.0, 5.0, 3e-4, 0.01),
    # 2-3 m, about 100 km/h, to 3 km; 80-120 km/h (assumed).
    FlyingClass("small_piston_fixed_wing", 0.1, 22.0, 34.0, 50.0, 3000.0, 3.0, -10.0, 5.0, 3e-4, 0.05),
    # 10-30 m/s; to 2 km (assumed).
    FlyingClass("small_electric_fixed_wing", 0.1, 10.0, 30.0, 20.0, 2000.0, 3.0, -15.0, 5.0, 3e-4, 0.3),
    # 0-20 m/s, hovers; to 1 km (assumed).
    FlyingClass("multirotor", 0.1, 0.0, 20.0, 0.0, 1000.0, 3.0, -17.0, 4.0, 3e-4, 0.5),
    # Drifts with the wind; where it is high, in more wind than is assumed of all (assumed): where the wind is
    # told, its airspeed is the less the better that is known.
    FlyingClass("balloon", 0.1, 0.0, 10.0, 0.0, 10_000.0, 4.0, -13.0, 7.0, 1e-4, 5e-4),
    # 8-18 m/s through the air; to 2 km (assumed).
    FlyingClass("bird", 0.1, 8.0, 18.0, 0.0, 2000.0, 2.0, -20.0, 5.0, 1e-5, 1e-5),
    # Any crewed aircraft, helicopters too; limits assumed. Without ADS-B it shall hardly be told from a
    # drone, since rules are silent about it.
    FlyingClass("light_aircraft", 0.1, 0.0, 90.0, 0.0, 6000.0, 4.0, 3.0, 5.0, 0.9, 0.001),
    # Whatever fits nothing better: twice as wide as everything else (assumed).
    FlyingClass("unknown", 0.3, 0.0, 120.0, 0.0, 12_000.0, 8.0, -10.0, 15.0, 1e-5, 0.02),
)

CLASSES = tuple(row.name for row in _TABLE)
"""In the order of every class column; 'unknown' is the last."""
THREAT_CLASSES = frozenset(
    ("delta_wing_drone", "small_piston_fixed_wing", "small_electric_fixed_wing", "multirotor")
)
"""Those that a warning may be about."""

WIND_SIGMA_MPS = 6.0
"""Spread of the wind on each axis while it is not known (assumed): 7.5 m/s in the mean."""
HEIGHT_SIGMA_M = 150.0
"""How far the ground may be from the site's height, and a class from its limits (assumed)."""

_WEIGHT: FloatArray = np.array([row.prior for row in _TABLE])
PRIOR: FloatArray = _WEIGHT / _WEIGHT.sum()
"""(c,): class probabilities before anything is seen."""
PRIOR_LOG: FloatArray = np.log(PRIOR)
KINEMATICS: FloatArray = np.array([row[2:7] for row in _TABLE])
"""(c, 5): slowest, fastest [m/s], lowest, highest [m], sigma of vertical speed [m/s]."""
CROSS_SECTIONS: FloatArray = np.array([[row.section_dbsm, row.section_sigma_db] for row in _TABLE])
"""(c, 2): median [dBsm] and spread from object to object [dB]."""
CARRIED: IntArray = np.array(
    [{"multirotor": HOLDS_ITS_GROUND, "balloon": DRIFTS}.get(row.name, OF_THE_AIR) for row in _TABLE]
)
"""(c,): what the wind does to each class."""

POSSIBLE = 0.1
"""A class that is less probable than this doesn't say how fast an object may be."""
FASTEST_DRONE_MPS = 51.0
"""Of what is none of the classes, nothing faster than the fastest drone is expected."""


def fastest_mps(class_probability: FloatArray, state: FloatArray, wind: FloatArray) -> FloatArray:
    """How fast each of n objects can fly over the ground: the fastest class that it may be, with wind (n, 3),
    but at least as fast as it flies."""
    known = class_probability[:, :-1]
    fastest = np.where(known >= POSSIBLE, KINEMATICS[:-1, 1], 0.0).max(axis=1, initial=0.0)
    through_air = np.where(fastest > 0.0, fastest, FASTEST_DRONE_MPS)
    with_wind = through_air + np.hypot(wind[:, 0], wind[:, 1]) + wind[:, 2]
    return np.maximum(with_wind, np.hypot(state[:, 3], state[:, 4]))


_CLAIMS = {"": 0, "icao": 1, "adsb": 1, "rid": 2}
CLAIMS_LOG: FloatArray = np.log(
    [[1.0] * len(_TABLE), [row.with_adsb for row in _TABLE], [row.with_remote_id for row in _TABLE]]
)
"""(3, c): log-likelihood of each class by what an object calls itself: nothing, ADS-B, Remote ID. Silence is
no evidence, since this room doesn't know where a receiver would hear a name."""
DOUBTS: FloatArray = np.array([0.12, 0.02, 0.12])
"""(3,): probability that kinematics and such a claim mislead, which goes to 'unknown'. So no class exceeds
0.88 by kinematics or by a Remote ID that anyone can forge: no warning is raised by class alone until
something better than these speaks for it."""


def claim_of(identity: str) -> int:
    """Row of `CLAIMS_LOG` for an identity such as 'adsb:...' or 'rid:...'; 0 where it says nothing."""
    return _CLAIMS.get(identity.partition(":")[0], 0)


def claims_of(identities: npt.NDArray[np.object_]) -> IntArray:
    """Of each of n identities, as `claim_of`, (n,)."""
    return np.array([claim_of(name) if name else 0 for name in identities.tolist()], dtype=np.int64)
