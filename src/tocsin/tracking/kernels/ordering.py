"""Rows in order of two keys."""

from __future__ import annotations

from tocsin.jit import bare_kernel
from tocsin.units import IntArray


@bare_kernel
def _is_before(a: int, b: int, first: IntArray, second: IntArray) -> bool:
    if first[a] != first[b]:
        return bool(first[a] < first[b])
    if second[a] != second[b]:
        return bool(second[a] < second[b])
    return a < b


@bare_kernel
def sort_rows(rows: IntArray, first: IntArray, second: IntArray, room: IntArray) -> None:
    """Sorts n different rows in place by two keys, each indexed by row, and then by themselves.

    By merging; what is in order already is only looked at, which is all there is to do for most of the tracks
    from one scan to the next. room is (n,).
    """
    count, width = len(rows), 1
    while width < count:
        for low in range(0, count - width, 2 * width):
            middle, high = low + width, min(low + 2 * width, count)
            if _is_before(rows[middle - 1], rows[middle], first, second):
                continue
            for k in range(low, middle):
                room[k] = rows[k]
            left, right = low, middle
            for k in range(low, high):
                if right == high or (left < middle and _is_before(room[left], rows[right], first, second)):
                    rows[k], left = room[left], left + 1
                else:
                    rows[k], right = rows[right], right + 1
        width *= 2
