import numpy as np
import pyarrow as pa
import pytest

from tocsin.errors import InvalidTable
from tocsin.evaluation.track_log import track_log
from tocsin.formats.tables.casting import arrow_schema
from tocsin.model.tables import TRACKS


def a_table(*rows):
    """Rows of (time, track, east, velocity east)."""
    return pa.Table.from_pylist(
        [
            {
                "time_s": float(t),
                "track_id": name,
                "east_m": east,
                "north_m": 0.0,
                "altitude_m": 9.0,
                "velocity_east_mps": v,
            }
            for t, name, east, v in rows
        ],
        schema=arrow_schema(TRACKS),
    )


LOG = track_log(a_table((1, "a", 10.0, 1.0), (1, "b", 20.0, None), (3, "a", 12.0, 2.0)))


def test_the_latest_picture_is_carried_on_with_its_velocities():
    np.testing.assert_array_equal(LOG.picture_at(2.5, 2.0)[:, 0], [11.5, 20.0])
    np.testing.assert_array_equal(LOG.picture_at(3.5, 2.0), [(13.0, 0.0, 9.0)])


def test_before_the_first_picture_and_long_after_the_last_there_is_nothing():
    assert LOG.picture_at(0.9, 2.0).shape == LOG.picture_at(5.1, 2.0).shape == (0, 3)


def test_a_track_is_where_its_own_latest_row_puts_it():
    assert LOG.place_at("a", 2.0)[0] == 11.0
    assert LOG.place_at("b", 4.0)[0] == 20.0
    assert LOG.place_at("b", 0.5) is None
    assert LOG.place_at("b", 62.0) is None
    assert LOG.place_at("c", 2.0) is None


def test_rows_in_any_order_are_the_same_log():
    shuffled = track_log(a_table((3, "a", 12.0, 2.0), (1, "a", 10.0, 1.0), (1, "b", 20.0, None)))
    np.testing.assert_array_equal(shuffled.place_m, LOG.place_m)


def test_a_log_without_rows_is_a_log():
    empty = track_log(a_table())
    assert empty.place_at("a", 1.0) is None
    assert len(empty.picture_at(1.0, 9.0)) == 0


def test_a_row_without_a_position_is_refused():
    with pytest.raises(InvalidTable, match="row 2"):
        track_log(a_table((1, "a", 1.0, 1.0), (1, "b", None, 1.0)))
