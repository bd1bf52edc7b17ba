"""Compiled: which kinds of sensor meet what is required of them, and for how long they did.

Nothing is checked here: `Assessor` is the door.
"""

from __future__ import annotations

import math

from tocsin.jit import entry, kernel
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
    (sensors,) give each sensor's kind, its post, and its detections in a minute of what it can see;
    `requirements` (kinds, 4) are support, fill, dwell [s], and the time in reach (`is_near` (n, kinds)) after
    which what was not perceived is no source [s]. `elapsed_s` (n,) is the time since the track's last
    picture. The arrays (memory rows, kinds) are brought up to date in the tracks' `rows`.

    A track that `is_doubtful` (n,) has nothing of sensors from where it is usual (`is_usual` (n, sensors)) or
    of a kind that was late, and needs `least_support` from two posts where `others_about` (kinds,) says so.
    """
    for track in range(support.shape[0]):
        row, bits = rows[track], 0
        is_recent = seen_ns[track] >= time_ns - hold_ns
        for kind in range(requirements.shape[0]):
            total, fill, posts, seen = _gathered(
                kind, support[track], visible[track], is_recent, is_usual[track], least_visible,
                least_support, kind_of, post_of, full,
            )  # fmt: skip
            met = total >= requirements[kind, 0] and fill >= requirements[kind, 1]
            was_heard[row, kind] |= posts > 0
            if is_near[track, kind] and not was_heard[row, kind]:
                unheard_s[row, kind] += elapsed_s[track]
            is_late = unheard_s[row, kind] >= requirements[kind, 3]
            met = met and not (is_doubtful[track] and (is_late or (others_about[kind] and posts < 2)))
            if requirements[kind, 2] > 0.0:
                keep = math.exp(-elapsed_s[track] / requirements[kind, 2])
                dwell[row, kind] = dwell[row, kind] * keep + (1.0 - keep if met else 0.0)
                met = dwell[row, kind] >= dwell_share
            if met:
                stood_ns[row, kind] = time_ns
            if seen and stood_ns[row, kind] >= time_ns - hold_ns:
                bits |= 1 << kind
        standing[track] = bits


@kernel
def _gathered(
    kind: int,
    support: FloatArray,
    visible: FloatArray,
    is_recent: BoolArray,
    is_usual: BoolArray,
    least_visible: float,
    least_support: float,
    kind_of: IntArray,
    post_of: IntArray,
    full: FloatArray,
) -> tuple[float, float, int, bool]:
    """What the sensors of a kind give one track: support, fill, from how many posts (two stands for more),
    and whether one of them saw it lately; all but `kind_of`, `post_of` and `full` are of the track."""
    total, fill, recent = 0.0, 0.0, False
    first_post, posts = NO_POST, 0
    for sensor in range(len(support)):
        if kind_of[sensor] != kind:
            continue
        recent |= is_recent[sensor]
        if visible[sensor] < least_visible or is_usual[sensor]:
            continue
        total += support[sensor]
        fill += support[sensor] / full[sensor]
        if support[sensor] >= least_support and post_of[sensor] != first_post:
            posts = min(posts + 1, 2)
            first_post = post_of[sensor] if first_post == NO_POST else first_post
    return total, fill, posts, recent
