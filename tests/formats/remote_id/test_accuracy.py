"""Accuracy classes: a bound is written as the narrowest class that still holds it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import DecodeError
from tocsin.formats.remote_id.accuracy import HORIZONTAL_M, SPEED_MPS, VERTICAL_M, bound_95, code_of

TABLES = st.sampled_from((HORIZONTAL_M, VERTICAL_M, SPEED_MPS))


@given(TABLES, st.floats(0.01, 30_000))
def test_what_is_claimed_is_never_better_than_what_was_given(
    table: tuple[float | None, ...], given_bound: float
) -> None:
    claimed = bound_95(code_of(given_bound, table), table, "it", b"")
    assert claimed is None or claimed >= given_bound
    narrower = [bound for bound in table if bound is not None and (claimed is None or bound < claimed)]
    assert all(bound < given_bound for bound in narrower)


@pytest.mark.parametrize(
    ("table", "code", "bound"),
    [(HORIZONTAL_M, 9, 30.0), (HORIZONTAL_M, 11, 3.0), (VERTICAL_M, 4, 10.0), (SPEED_MPS, 3, 1.0)],
)
def test_classes_mean_what_the_standard_says(
    table: tuple[float | None, ...], code: int, bound: float
) -> None:
    assert bound_95(code, table, "it", b"") == bound


def test_unknown_is_class_0_and_beyond_the_table_is_reserved() -> None:
    assert code_of(None, SPEED_MPS) == 0
    assert bound_95(0, SPEED_MPS, "it", b"") is None
    with pytest.raises(DecodeError, match="it has a value that the standard reserves"):
        bound_95(5, SPEED_MPS, "it", b"")
