"""Nearly constant velocity in three dimensions."""

from __future__ import annotations

from tocsin.jit import kernel
from tocsin.tracking.kernels.layout import Motion
from tocsin.units import FloatArray


@kernel
def predict(state: FloatArray, covariance: FloatArray, dt_s: float, motion: Motion) -> None:
    """x <- F x, P <- F P F' + Q in place; state (6,), covariance (6, 6).

    White acceleration noise of density q on each axis: Q = q [dt^3/3, dt^2/2; dt^2/2, dt]
    (Bar-Shalom, Li, Kirubarajan 2001, eq. 6.2.2-12). F is never formed: it only adds dt times the velocities.
    """
    for a in range(3):
        state[a] += dt_s * state[a + 3]
    for a in range(3):
        for b in range(6):
            covariance[a, b] += dt_s * covariance[a + 3, b]
    for b in range(3):
        for a in range(6):
            covariance[a, b] += dt_s * covariance[a, b + 3]
    for a in range(3):
        density = motion.vertical_density if a == 2 else motion.horizontal_density
        covariance[a, a] += density * dt_s**3 / 3.0
        covariance[a, a + 3] += density * dt_s**2 / 2.0
        covariance[a + 3, a] += density * dt_s**2 / 2.0
        covariance[a + 3, a + 3] += density * dt_s
