from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.model.detections import Detections
from tocsin.model.labels import NO_LABEL, UNKNOWN_LABEL
from tocsin.model.tables import DETECTIONS
from tocsin.model.validation import (
    NOT_FINITE_NS,
    degrees_that_read_back,
    file_column,
    in_canonical_order,
    validate,
)

SECOND = 1_000_000_000


def a_plot(**columns):
    return Detections.of(
        **({"time_ns": [SECOND], "sensor": 0, "range_m": 100.0, "azimuth_rad": 1.0} | columns)
    )


def same(one, other):
    return all(
        np.array_equal(a, b, equal_nan=a.dtype == np.float64) and a.dtype == b.dtype
        for a, b in zip(one.arrays().values(), other.arrays().values(), strict=True)
    )


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"range_m": np.inf}, "range_m_not_finite"),
        ({"range_m": -1.0}, "range_m_out_of_range"),
        ({"range_m": 2e6}, "range_m_out_of_range"),
        ({"azimuth_rad": -np.inf}, "azimuth_deg_not_finite"),
        ({"azimuth_rad": 6.3}, "azimuth_deg_out_of_range"),
        ({"elevation_rad": 1.6}, "elevation_deg_out_of_range"),
        ({"latitude_rad": 1.6, "longitude_rad": 0.0}, "latitude_deg_out_of_range"),
        ({"range_sigma_m": 0.0}, "range_sigma_m_out_of_range"),
        ({"time_ns": [-1]}, "time_s_out_of_range"),
        ({"time_ns": [NOT_FINITE_NS]}, "time_s_not_finite"),
        ({"received_ns": [NOT_FINITE_NS]}, "received_s_not_finite"),
        ({"scan": -2}, "scan_out_of_range"),
        ({"heard": 2}, "heard_out_of_range"),
        ({"latitude_rad": 0.1}, "position_incomplete"),
        ({"azimuth_rad": np.nan}, "nothing_measured"),
        ({"sensor": -1, "range_m": np.inf}, "unknown_sensor"),
    ],
)
def test_a_row_that_nothing_can_have_measured_is_refused_and_its_neighbour_goes_on(columns, reason):
    both = Detections.concatenate([a_plot(**columns), a_plot()])
    kept, counts = validate(both)
    assert counts == Counter({(int(both.sensor[0]), reason): 1})
    assert same(kept, a_plot())


@pytest.mark.parametrize(
    "columns",
    [
        {"range_m": np.nan},
        {"range_m": np.nan, "azimuth_rad": np.nan, "heard": 0},
        {"range_m": np.nan, "azimuth_rad": np.nan, "latitude_rad": 0.5, "longitude_rad": -0.5},
        {"range_m": 0.0},
        {"range_m": 1e6},
    ],
)
def test_what_measures_something_is_kept(columns):
    assert len(validate(a_plot(**columns))[0]) == 1


def test_a_row_with_several_faults_is_counted_once():
    faulty = a_plot(range_m=-1.0, azimuth_rad=np.inf, elevation_rad=9.0)
    assert sum(validate(faulty)[1].values()) == 1


def test_counts_go_by_sensor_and_reason():
    batch = Detections.concatenate(
        [a_plot(sensor=s, range_m=r) for s in (0, 3) for r in (-1.0, -2.0, np.inf, 1.0)]
    )
    assert validate(batch)[1] == {
        (0, "range_m_out_of_range"): 2,
        (0, "range_m_not_finite"): 1,
        (3, "range_m_out_of_range"): 2,
        (3, "range_m_not_finite"): 1,
    }


def test_every_number_of_a_detection_is_a_column_of_the_contract():
    assert {file_column(name) for name in Detections.empty().arrays()} == set(DETECTIONS.names)


def test_azimuth_is_wrapped_into_one_turn():
    azimuth = np.radians([-360.0, -90.0, -1e-20, 0.0, 359.0, 360.0, np.degrees(np.nextafter(2 * np.pi, 0))])
    kept, _ = validate(a_plot(time_ns=np.full(7, SECOND), azimuth_rad=azimuth))
    assert ((kept.azimuth_rad >= 0) & (kept.azimuth_rad < 2 * np.pi)).all()
    assert kept.azimuth_rad[[0, 2, 3, 5]].tolist() == [0, 0, 0, 0]
    assert kept.azimuth_rad[1] == pytest.approx(1.5 * np.pi)


@given(st.lists(st.floats(-360, 360), min_size=1, max_size=50))
def test_an_angle_read_from_degrees_is_written_as_degrees_that_read_back_to_the_bit(degrees):
    angle = np.radians(degrees)
    assert np.array_equal(np.radians(degrees_that_read_back(angle)), angle)


def test_degrees_that_read_back_is_needed():
    angle = np.radians(np.random.default_rng(1).uniform(-360, 360, 10_000))
    assert (np.radians(np.degrees(angle)) != angle).any()
    assert np.array_equal(np.radians(degrees_that_read_back(angle)), angle)


angles = st.floats(-7, 7)
maybe = st.one_of(st.just(float("nan")), st.floats())


@st.composite
def batches(draw):
    count = draw(st.integers(0, 6))

    def column(values):
        return draw(st.lists(values, min_size=count, max_size=count))

    return Detections.of(
        time_ns=np.array(column(st.integers(-(10**9), 9 * 10**18)), dtype=np.int64),
        sensor=np.array(column(st.integers(-1, 3)), dtype=np.int16),
        scan=np.array(column(st.integers(-2, 5)), dtype=np.int64),
        range_m=np.array(column(maybe)),
        azimuth_rad=np.array(column(st.one_of(angles, maybe))),
        latitude_rad=np.array(column(st.one_of(angles, maybe))),
        longitude_rad=np.array(column(st.one_of(angles, maybe))),
        heard=np.array(column(st.integers(-1, 1)), dtype=np.int8),
        identity=np.array(column(st.text(max_size=2)), dtype=object),
    )


@given(batches())
def test_validation_changes_and_refuses_nothing_the_second_time(batch):
    once, counts = validate(batch)
    again, none = validate(once)
    assert not none
    assert same(once, again)
    assert len(once) + sum(counts.values()) == len(batch)


@given(batches(), st.randoms(use_true_random=False))
def test_the_canonical_order_is_the_same_in_whatever_order_rows_came(batch, random):
    kept, _ = validate(batch)
    shuffled = list(range(len(kept)))
    random.shuffle(shuffled)
    ordered = in_canonical_order(kept)
    assert same(ordered, in_canonical_order(kept.take(np.array(shuffled, dtype=np.int64))))
    assert (np.diff(ordered.received_ns) >= 0).all()


def test_of_equal_receipt_the_earlier_measured_comes_first():
    late = a_plot(time_ns=[5 * SECOND, 3 * SECOND, 4 * SECOND], received_ns=[6 * SECOND] * 3)
    assert in_canonical_order(late).time_ns.tolist() == [3 * SECOND, 4 * SECOND, 5 * SECOND]


def test_rows_that_differ_in_identity_alone_have_one_order_too():
    batch = a_plot(time_ns=[SECOND] * 3, identity=np.array(["b", "c", "a"], dtype=object))
    for rows in ([0, 1, 2], [2, 1, 0], [1, 0, 2]):
        assert in_canonical_order(batch.take(np.array(rows))).identity.tolist() == ["a", "b", "c"]


def test_a_negative_zero_becomes_zero():
    kept, _ = validate(a_plot(range_m=-0.0, azimuth_rad=-0.0, altitude_m=-0.0))
    assert not np.signbit([kept.range_m, kept.azimuth_rad, kept.altitude_m]).any()


def test_a_label_that_is_none_of_the_contract_is_counted_and_its_row_used_without_it():
    kept, counts = validate(a_plot(label=UNKNOWN_LABEL))
    assert kept.label.tolist() == [NO_LABEL] and counts == {(0, "label_unknown"): 1}
    assert validate(kept)[1] == {}
