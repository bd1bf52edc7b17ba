"""What the objects of a recording called themselves: the identity most of a track's detections told."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np

from tocsin.recording.blocks import TIME, Blocks
from tocsin.recording.past_tracks import Numbers
from tocsin.units import IntArray


def identities(detections: Blocks, associations: Blocks, first_detection: int) -> dict[str, str]:
    """By track; tracks that nobody told an identity of are left out."""
    texts = Numbers({})
    rows, codes = _told(detections, texts)
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    if len(rows):
        for block in range(len(associations.spans_s)):
            _vote(associations, block, rows + first_detection, codes, texts, votes)
    return {track_id: counts.most_common(1)[0][0] for track_id, counts in votes.items()}


def _told(detections: Blocks, texts: Numbers) -> tuple[IntArray, IntArray]:
    """Rows of detections that told an identity, and the numbers of these."""
    rows, codes = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for block in range(len(detections.spans_s)):
        column = detections.block(block, (TIME, "identity"))["identity"]
        if column.null_count == len(column):
            continue
        found = texts.column(column)
        is_told = found >= 0
        rows.append(int(detections.first[block]) + np.flatnonzero(is_told))
        codes.append(found[is_told])
    return np.concatenate(rows), np.concatenate(codes)


def _vote(
    associations: Blocks, block: int, rows: IntArray, codes: IntArray, texts: Numbers,
    votes: dict[str, Counter[str]],
) -> None:  # fmt: skip
    """Counts for each track how many of its detections told what; every pair is met once a block."""
    table = associations.block(block, (TIME, "track_id", "detection", "probability"))
    detection = table["detection"].to_numpy()
    place = np.minimum(np.searchsorted(rows, detection), len(rows) - 1)
    is_told = (rows[place] == detection) & (table["probability"].fill_null(1.0).to_numpy() >= 0.5)
    if not is_told.any():
        return
    tracks = Numbers({})
    pairs = np.stack([tracks.column(table["track_id"])[is_told], codes[place[is_told]]], axis=1)
    found, counts = np.unique(pairs, axis=0, return_counts=True)
    names, told = tracks.texts, texts.texts
    for (track, code), count in zip(found.tolist(), counts.tolist(), strict=True):
        votes[names[track]][told[code]] += count
