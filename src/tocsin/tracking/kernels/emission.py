"""What an object emits it emits to all: what sensors of one medium share of whether they perceive a track.

A sensor perceives a track if the track emits what the sensor receives (E), and nothing stands between (V):

    P(visible) = P(E) P(V | E)

Radio and sound each have one E for all their sensors, and each sensor a V of its own. Given E the V are
independent, and without E they don't matter; so whatever makes `visible` v of v0 by what it finds, or not,

    1 - P'(E) = (1 - P(E)) (1 - v) / (1 - v0),    P'(V | E) = v / P'(E)

is Bayes' rule. The silence of three direction finders so speaks against the bearing of a fourth.
"""

from __future__ import annotations

import math

from tocsin.jit import bare_kernel
from tocsin.tracking.kernels.layout import Record

# Probabilities and odds that something divides by.
_LEAST = 1e-12


@bare_kernel
def refresh_emission(track: Record, seen: Record, sensor: Record, time_ns: int) -> None:
    """Both parts drift back to what is usual, and with them what the sensor, of some medium, perceives."""
    medium, usual = sensor.medium, min(sensor.visible_prior / sensor.emits_prior, 1.0)
    if track.emits[medium] < 0.0:
        track.emits[medium], track.emits_ns[medium] = sensor.emits_prior, time_ns
    if seen.clear < 0.0:
        seen.clear = usual
    since_s = max((time_ns - track.emits_ns[medium]) * 1e-9, 0.0)
    kept = math.exp(-since_s / sensor.visible_hold_s)
    track.emits[medium] = sensor.emits_prior + (track.emits[medium] - sensor.emits_prior) * kept
    track.emits_ns[medium] = max(time_ns, track.emits_ns[medium])
    dt_s = max((time_ns - seen.touched_ns) * 1e-9, 0.0)
    seen.clear = usual + (seen.clear - usual) * math.exp(-dt_s / sensor.visible_hold_s)
    seen.visible = track.emits[medium] * seen.clear


@bare_kernel
def note_emission(track: Record, seen: Record, medium: int, hidden: float) -> None:
    """What a look told that changed the probability of being hidden by the factor `hidden`; seen.visible is
    what it is since."""
    track.emits[medium] = 1.0 - hidden * (1.0 - track.emits[medium])
    seen.clear = min(seen.visible / max(track.emits[medium], _LEAST), 1.0)


@bare_kernel
def note_report(track: Record, seen: Record, medium: int, visible: float) -> None:
    """A report of a node that only hears made seen.visible `visible`, as if nothing else had reported since;
    others of the same time have, and so only the report's likelihood ratio is taken from it."""
    before = seen.visible
    if not 0.0 < before < 1.0:
        return
    ratio = max(((1.0 - before) / max(1.0 - visible, _LEAST) - (1.0 - before)) / before, _LEAST)
    seen.visible = track.emits[medium] * seen.clear
    hidden = 1.0 / (1.0 - seen.visible + seen.visible * ratio)
    seen.visible = 1.0 - hidden * (1.0 - seen.visible)
    note_emission(track, seen, medium, hidden)


@bare_kernel
def surely_emits(track: Record, seen: Record, medium: int, visible: float) -> None:
    """A new track that sensors of this medium have made, which is so visible to one of them."""
    seen.visible = seen.clear = visible
    track.emits[medium] = 1.0
