"""What one look tells of a sensor's detection probability and clutter, in one compiled call."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from tocsin.jit import bare_kernel, entry, kernel
from tocsin.tracking.kernels.coverage import ring_of, sector_of
from tocsin.tracking.kernels.layout import AZIMUTH, RANGE, RINGS, SECTORS, Record, Records
from tocsin.units import FloatArray, IntArray

# Tracks by which detection probability is judged at a time.
WITNESSES = 64
# What is older than this is half forgotten, and more [s].
_MEMORY_S = 1800.0
# A track that nobody has detected for so long is no witness: it may have gone when its misses began.
_SILENT_NS = 60_000_000_000
_FOUND = 0.5
_PLACES = 256  # of the table by which witnesses are found by name


class Experience(NamedTuple):
    """All that is remembered of s sensors."""

    time_ns: IntArray  # (s,)
    due_ns: IntArray  # (s,) when the factors are next worked out
    hits: FloatArray  # (s, RINGS)
    expected: FloatArray  # (s, RINGS) hits by the site file
    false: FloatArray  # (s, RINGS, SECTORS)
    looks: FloatArray  # (s,)
    witness: IntArray  # (WITNESSES,) name of the track, 0: free
    witness_ns: IntArray  # (WITNESSES,) when it was last detected
    doubtful: FloatArray  # (WITNESSES, s, RINGS) expected since then, and missed
    detection_factor: FloatArray  # (s, RINGS)
    clutter_factor: FloatArray  # (s, RINGS, SECTORS)


@bare_kernel
def _fade(experience: Experience, s: int, time_ns: int) -> None:
    """Lets the past of a sensor count less, and the look that is coming as one."""
    before_ns, keeps = experience.time_ns[s], 1.0
    experience.time_ns[s] = time_ns
    if before_ns != 0:
        keeps = math.exp(-max(time_ns - before_ns, 0) * 1e-9 / _MEMORY_S)
    for ring in range(RINGS):
        experience.hits[s, ring] *= keeps
        experience.expected[s, ring] *= keeps
        for sector in range(SECTORS):
            experience.false[s, ring, sector] *= keeps
    experience.looks[s] = experience.looks[s] * keeps + 1.0


@kernel
def _by_name(witness: IntArray) -> IntArray:
    """(_PLACES,) slots of the witnesses, each at its name's place or the next free one; -1: none."""
    table = np.full(_PLACES, -1)
    for slot in range(WITNESSES):
        place = witness[slot] % _PLACES
        while table[place] >= 0:
            place = (place + 1) % _PLACES
        if witness[slot] != 0:
            table[place] = slot
    return table


@bare_kernel
def _slot_of(table: IntArray, witness: IntArray, name: int) -> int:
    place = name % _PLACES
    while table[place] >= 0:
        if witness[table[place]] == name:
            return int(table[place])
        place = (place + 1) % _PLACES
    return -1


@bare_kernel
def _testify(experience: Experience, s: int, slot: int, ring: int, told: Record, time_ns: int) -> None:
    """A miss counts only once the track is detected again, by whichever sensor: it was there meanwhile.

    Were misses to count at once, those after an object's end would; were they never to, only survivors
    would be asked.
    """
    expected = told.expected / experience.detection_factor[s, ring]
    experience.hits[s, ring] += told.hit
    experience.expected[s, ring] += told.hit * expected
    experience.doubtful[slot, s, ring] += (1.0 - told.hit) * expected
    if told.hit > _FOUND:
        experience.witness_ns[slot] = time_ns
        for k in range(len(experience.time_ns)):
            for r in range(RINGS):
                experience.expected[k, r] += experience.doubtful[slot, k, r]
                experience.doubtful[slot, k, r] = 0.0


@bare_kernel
def _call(experience: Experience, slot: int, name: int, time_ns: int) -> None:
    """Gives the place of a witness that has gone silent to another track."""
    experience.witness[slot], experience.witness_ns[slot] = name, time_ns
    for k in range(len(experience.time_ns)):
        for r in range(RINGS):
            experience.doubtful[slot, k, r] = 0.0


@kernel
def _learn_detection(
    experience: Experience, s: int, sensor: Record, has_range: bool, time_ns: int, witnesses: Records
) -> None:
    table, slot = _by_name(experience.witness), 0
    for k in range(len(witnesses)):
        known = _slot_of(table, experience.witness, witnesses[k].name)
        if known >= 0:
            ring = ring_of(sensor, witnesses[k].range_m) if has_range else 0
            _testify(experience, s, known, ring, witnesses[k], time_ns)
    for k in range(len(witnesses)):
        name = witnesses[k].name
        if witnesses[k].hit <= _FOUND or _slot_of(table, experience.witness, name) >= 0:
            continue
        while slot < WITNESSES and (
            experience.witness[slot] != 0 and time_ns - experience.witness_ns[slot] <= _SILENT_NS
        ):
            slot += 1
        if slot == WITNESSES:
            return
        _call(experience, slot, name, time_ns)


@bare_kernel
def _learn_clutter(experience: Experience, s: int, sensor: Record, has_range: bool, looks: Records) -> None:
    """Detections that tracks explain count for nothing: else hovering objects would vanish into the map."""
    for j in range(len(looks)):
        look = looks[j]
        ring = ring_of(sensor, look.measured[RANGE]) if has_range and (look.mask >> RANGE) & 1 else 0
        false = max(look.alone, 0.0) * (1.0 - look.new_existence)
        experience.false[s, ring, sector_of(look.measured[AZIMUTH])] += false


@entry
def learn_look(
    experience: Experience,
    s: int,
    sensors: Records,
    has_range: bool,
    time_ns: int,
    witnesses: Records,
    looks: Records,
) -> None:
    """Learns from a whole look of sensor s: its witnesses (k,) and all detections (d,), as the scan left
    them."""
    _fade(experience, s, time_ns)
    _learn_detection(experience, s, sensors[s], has_range, time_ns, witnesses)
    _learn_clutter(experience, s, sensors[s], has_range, looks)
