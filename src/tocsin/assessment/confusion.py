"""How likely each sensor gives each label to each class: what its site file tells, else what is assumed.

P(L | c) = label_confusion of the site file where it has the pair
         = r      where L is a word for c, r being label_right_probability
         = 1 - r  where it is not: as if all errors of a sensor could be this very one
P(L | unknown) = mean over the classes, so that no label speaks for or against what is none of them
"""

from __future__ import annotations

from typing import get_args

import numpy as np

from tocsin.assessment.classes import CLASSES, THREAT_CLASSES
from tocsin.config.rules import SELF_REPORTS
from tocsin.config.site import Sensor, Site
from tocsin.model.labels import LABELS, ClassWord
from tocsin.units import BoolArray, FloatArray

LEAST = 0.01
"""No sensor is so good that it never gives some label to some class."""
_WINGED = THREAT_CLASSES - {"multirotor"}
_MEANINGS = {
    "drone": THREAT_CLASSES,
    "fixed_wing_drone": _WINGED,
    "fixed_wing": _WINGED | {"light_aircraft"},
    **{name: frozenset((name,)) for name in get_args(ClassWord)},
}
MEANS: BoolArray = np.array([[name in _MEANINGS[label] for name in CLASSES] for label in LABELS])
"""(labels, c): whether a label is a word for a class; for 'unknown' none is."""


def confusions(site: Site) -> FloatArray:
    """P(label | class) of every sensor of a site, (sensors, labels, c)."""
    return np.array([_confusion(sensor) for sensor in site.sensors]).reshape(-1, *MEANS.shape)


def vouches(site: Site) -> FloatArray:
    """How often the labels of every sensor are right, (sensors,)."""
    return np.array([sensor.label_right_probability for sensor in site.sensors])


def says_of_itself(site: Site) -> BoolArray:
    """Which sensors (sensors,) pass on what an object says of itself: their labels are as easily forged."""
    return np.array([sensor.kind in SELF_REPORTS for sensor in site.sensors], dtype=np.bool_)


def _confusion(sensor: Sensor) -> FloatArray:
    right = sensor.label_right_probability
    table = np.where(MEANS, right, 1.0 - right)
    for label, name, share in sensor.label_confusion:
        table[LABELS.index(label), CLASSES.index(name)] = share
    table = np.clip(table, LEAST, 1.0)
    table[:, -1] = table[:, :-1].mean(axis=1)
    return table
