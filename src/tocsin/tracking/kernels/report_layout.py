"""What is kept of the tracks of other systems, and what is made of their reports."""

from __future__ import annotations

import numpy as np

from tocsin.tracking.kernels.layout import LOOK

AXES = 3

REPORTED = np.dtype(
    [
        ("identity", "i8"),
        ("time_ns", "i8"),  # of the last report; NEVER: there was none
        ("axes", "i8"),  # bit k set: axis k came with the accuracy of place and speed
        ("place", "f8", (AXES,)),  # east, north, up [m]
        ("speed", "f8", (AXES,)),
        ("place_variance", "f8", (AXES,)),
        ("covariance", "f8", (AXES,)),  # of place and speed
        ("speed_variance", "f8", (AXES,)),
        ("density", "f8", (AXES,)),  # of the acceleration noise that its filter assumes [m2/s3]
    ],
    align=True,
)
"""What one track of another system has told so far: a Gaussian on each axis at the last report's time."""

EQUIVALENT = np.dtype(
    [
        ("look", LOOK),  # with the values and errors of what is new
        (
            "lead_s",
            "f8",
            (AXES,),
        ),  # the place on each axis is that so long after the look, if it flies straight
    ],
    align=True,
)
"""A measurement, independent of earlier ones, that tells what is new in a report."""
