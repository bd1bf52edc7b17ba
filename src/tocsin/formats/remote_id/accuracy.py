"""Accuracy classes of Remote ID: each says that 95 % of the errors are smaller than so much.

Source: ASTM F3411-22a, table of the Location/Vector message. Class 0 says unknown or worse than class 1.
"""

from __future__ import annotations

from tocsin.formats.remote_id.layout import reserved

HORIZONTAL_M = (None, 18520.0, 7408.0, 3704.0, 1852.0, 926.0, 555.6, 185.2, 92.6, 30.0, 10.0, 3.0, 1.0)
VERTICAL_M = (None, 150.0, 45.0, 25.0, 10.0, 3.0, 1.0)
SPEED_MPS = (None, 10.0, 3.0, 1.0, 0.3)


def bound_95(code: int, table: tuple[float | None, ...], what: str, data: bytes) -> float | None:
    """The bound of a class in the unit of the table; DecodeError `remote_id_reserved` beyond the table."""
    if code >= len(table):
        raise reserved(what, data)
    return table[code]


def code_of(bound: float | None, table: tuple[float | None, ...]) -> int:
    """The narrowest class that still holds `bound`, in the unit of the table; 0 where none does."""
    if bound is None:
        return 0
    return max((code for code, limit in enumerate(table) if limit is not None and bound <= limit), default=0)
