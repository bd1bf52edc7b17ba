"""Lines of CSV that come in any pieces: rows, and a reason for each line that is none."""

from __future__ import annotations

import io
import math
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import InvalidTable
from tocsin.formats.tables import CsvStream, checked, columns_of, read_csv, to_detections
from tocsin.formats.tables.csv_stream import LONGEST_LINE_BYTES
from tocsin.model.detections import Detection
from tocsin.model.tables import DETECTIONS
from tocsin.sensors.rows import BLANK

HEADER = b"time_s,sensor,range_m,azimuth_deg\n"
ROWS = b"1,a,10,5\n2,b,,6\r\n\n3,a,30,7\n"


def fed(*pieces: bytes, is_whole: bool = False) -> tuple[list[float], list[str]]:
    """The times of the rows, and the kinds of error."""
    stream = CsvStream(DETECTIONS)
    times: list[float] = []
    kinds: list[str] = []
    for piece in pieces:
        rows, errors = stream.feed(piece, is_whole)
        times += [float(row["time_s"]) for row in rows]
        kinds += [error.kind for error in errors]
    return times, kinds


@given(st.lists(st.integers(0, len(HEADER + ROWS)), max_size=8))
def test_rows_are_the_same_in_whatever_pieces_they_come(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(HEADER + ROWS)]
    pieces = [(HEADER + ROWS)[a:b] for a, b in pairwise(edges)]
    assert fed(*pieces) == ([1.0, 2.0, 3.0], [])


LINES = st.one_of(
    st.binary(max_size=60),
    st.builds(lambda a, b: a + b"time_s" + b, st.binary(max_size=8), st.binary(max_size=30)),
    st.builds(lambda a, b: b"time_s,sensor,scan,heard" + a + b"\n1,x,2," + b, *[st.binary(max_size=30)] * 2),
)


@given(st.lists(LINES.map(lambda line: line + b"\n"), max_size=8), st.booleans())
def test_any_bytes_are_rows_or_errors_and_never_more(pieces: list[bytes], is_whole: bool) -> None:
    stream = CsvStream(DETECTIONS)
    for piece in [HEADER, *pieces]:
        stream.feed(piece, is_whole)


def test_each_line_that_is_none_has_its_reason_and_the_others_are_read() -> None:
    lines = b"1,a,10,5\n2,a,ten,5\n3,a\n4,a,1,2,3\n5,a,10,5\n"
    assert fed(HEADER + lines) == (
        [1.0, 5.0], ["csv_value_damaged", "csv_values_missing", "csv_values_missing"],
    )  # fmt: skip


def test_rows_before_any_names_of_columns_are_not_guessed() -> None:
    assert fed(b"1,a,10,5\n" + HEADER + b"2,a,10,5\n") == ([2.0], ["csv_header_missing"])


def test_names_that_come_again_count_from_there() -> None:
    assert fed(HEADER + b"1,a,10,5\n" + b"sensor,time_s\na,2\n") == ([1.0, 2.0], [])


def test_names_that_are_nearly_right_are_refused_with_the_right_one() -> None:
    stream = CsvStream(DETECTIONS)
    rows, errors = stream.feed(b"time_s,sensor,rnge_m\n1,a,5\n")
    assert rows == [] and [error.kind for error in errors] == ["csv_header_damaged", "csv_header_missing"]
    assert "range_m" in str(errors[0])


def test_a_datagram_needs_no_end_of_line_and_a_stream_does() -> None:
    assert fed(HEADER + b"1,a,10,5", is_whole=True) == ([1.0], [])
    assert fed(HEADER + b"1,a,10,5") == ([], [])


def test_a_line_without_end_is_dropped_once_and_what_follows_is_read() -> None:
    flood = b"9" * (LONGEST_LINE_BYTES + 1)
    times, kinds = fed(HEADER, flood, flood, b"9\n2,a,10,5\n", b"9" * 5000 + b"\n3,a,10,5\n")
    assert (times, kinds) == ([2.0, 3.0], ["csv_line_too_long"] * 2)


VALUES = st.one_of(
    st.sampled_from(["", " ", "NA", "nan", "NaN", "null", "true", "0", "1", "1.0", "-1", "x", '"q"', "inf"]),
    st.sampled_from(["3.0", "3.5", "9007199254740994", "-0.0", " 7 ", "+7", "1_0", ".5", "5.", "1e3"]),
    st.sampled_from(["1e400", "Infinity", "-INF", "nAn", "9223372036854775808", "1e-400", "--1", "1 0"]),
    st.floats(-1e6, 1e6).map(repr),
    st.integers(-10, 10**6).map(str),
)  # fmt: skip
COLUMNS = ("range_m", "azimuth_deg", "scan", "heard", "identity", "altitude_m", "own")


@given(st.floats(0, 9e9), st.dictionaries(st.sampled_from(COLUMNS), VALUES, min_size=1))
def test_a_line_is_read_as_a_file_of_that_line_is(time_s: float, given_values: dict[str, str]) -> None:
    """To the bit, or refused by both."""
    names, values = zip(*given_values.items(), strict=True)
    lines = f"time_s,sensor,{','.join(names)}\n{time_s!r},a,{','.join(values)}\n".encode()
    rows, _ = CsvStream(DETECTIONS).feed(lines)
    try:
        table, _ = checked(read_csv(io.BytesIO(lines), "x", DETECTIONS), "x", DETECTIONS)
    except InvalidTable:
        assert rows == []
        return
    filed = to_detections(table, ["a"]).row(0)
    lost = math.isnan(filed.range_m)  # whether its loss is a fault depends on the other rows
    live = BLANK._replace(**columns_of(rows[0]), received_ns=filed.received_ns)
    for name in Detection._fields:
        if not (name == "range_m" and lost):
            np.testing.assert_equal(getattr(live, name), getattr(filed, name), err_msg=name)
