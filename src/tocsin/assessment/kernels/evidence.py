"""Compiled: which kinds of sensor meet what is required of them, and for how long they did.

Nothing is checked here: `Assessor` is the door.
"""

from __future__ import annotations

import math

from tocsin.jit import entry
from tocsin.units import BoolArray, FloatArray, IntArray

NO_POST = -1


@entry
def kinds_standing(
    time_ns: int,
    hold_ns: int,
    least_visible: float,
    least_support: float,
    dwell_share: float,
    support: FloatArray,
    visible: FloatArray,
    seen_ns: IntArray,
    is_doubtful: BoolArray,
    is_usual: BoolArray,
    kind_of: IntArray,
    post_of: IntArray,
    full: FloatArray,
    requirements: FloatArray,
    is_near: BoolArray,
    others_about: BoolArray,
    elapsed_s: FloatArray,
    rows: IntArray,
    dwell: FloatArray,
    unheard_s: FloatArray,
    was_heard: BoolArray,
    stood_ns: IntArray,
    standing: IntArray,
) -> None:
    """Writes which kinds of sensor stand behind each track into `standing` (n,), bit k for kind k.

    `support`, `visible` and `seen_ns` are (n, sensors) as in `Tracks`; `kind_of`, `post_of` and `full`
    (sensors,) give each sensor's kind, where it stands, and the detections that it makes in a minute of what
    it can see; `requirements` (kinds, 4) are support, fill, dwell [s], and the time in reach (`is_near`
    (n, kinds)) from which a track that nothing perceived is no source [s]. `elapsed_s` (n,) is the time since
    the track's last picture. `dwell`, `unheard_s`, `was_heard` and `stood_ns` (memory rows, kinds) are
    brought up to date in the tracks' `rows`.

    A track that `is_doubtful` (n,) has no support of sensors from where such reports are usual (`is_usual`
    (n, sensors)), none of a kind that it was in reach of for too long, and needs `least_support` from two
    posts where `others_about` (kinds,) says that there is another source.
    """
    for track in range(support.shape[0]):
        row = rows[track]
        bits = 0
        for kind in range(requirements.shape[0]):
            total, fill, recent = 0.0, 0.0, False
            first_post, posts = NO_POST, 0
            for sensor in range(support.shape[1]):
                if kind_of[sensor] != kind:
                    continue
                recent |= seen_ns[track, sensor] >= time_ns - hold_ns
                if visible[track, sensor] >= least_visible and not is_usual[track, sensor]:
                    total += support[track, sensor]
                    fill += support[track, sensor] / full[sensor]
                    if support[track, sensor] >= least_support and post_of[sensor] != first_post:
                        posts += 1
                        first_post = post_of[sensor] if first_post == NO_POST else first_post
            met = total >= requirements[kind, 0] and fill >= requirements[kind, 1]
            was_heard[row, kind] |= posts > 0
            if is_near[track, kind] and not was_heard[row, kind]:
                unheard_s[row, kind] += elapsed_s[track]
            is_late = unheard_s[row, kind] >= requirements[kind, 3]
            if is_doubtful[track] and (is_late or (others_about[kind] and posts < 2)):
                met = False
            if requirements[kind, 2] > 0.0:
                keep = math.exp(-elapsed_s[track] / requirements[kind, 2])
                dwell[row, kind] = dwell[row, kind] * keep + (1.0 - keep if met else 0.0)
                met = dwell[row, kind] >= dwell_share
            if met:
                stood_ns[row, kind] = time_ns
            if recent and stood_ns[row, kind] >= time_ns - hold_ns:
                bits |= 1 << kind
        standing[track] = bits
