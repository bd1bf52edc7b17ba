from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tocsin.model.labels import label_word
from tocsin.recording.detections_file import read_detections


@pytest.fixture
def read(tmp_path):
    def read(text):
        path = tmp_path / "detections.csv"
        path.write_text(text)
        return read_detections(path, ("radar", "finder"))

    return read


def test_degrees_and_seconds_become_radians_and_nanoseconds(read):
    row = read(
        "time_s,received_s,sensor,scan,range_m,azimuth_deg,elevation_deg,heard,identity,azimuth_sigma_deg\n"
        "1700000000.25,1700000001,finder,7,12,270,-5,true,x,0.5\n"
    ).detections.row(0)
    assert (row.time_ns, row.received_ns) == (1_700_000_000_250_000_000, 1_700_000_001_000_000_000)
    assert (row.sensor, row.scan, row.heard, row.identity, row.range_m) == (1, 7, 1, "x", 12.0)
    assert row.azimuth_rad == np.radians(270.0)
    assert row.elevation_rad == np.radians(-5.0)
    assert row.azimuth_sigma_rad == np.radians(0.5)


def test_what_a_file_leaves_out_is_absent(read):
    row = read("time_s,sensor,azimuth_deg\n5,radar,1\n").detections.row(0)
    assert row.received_ns == row.time_ns == 5_000_000_000
    assert (row.scan, row.heard, row.identity) == (-1, -1, "")
    assert np.isnan([row.range_m, row.latitude_rad, row.position_sigma_m]).all()


def test_unusable_rows_are_counted_by_sensor_and_reason_and_the_rest_goes_on(read):
    found = read(
        "time_s,received_s,sensor,range_m,azimuth_deg,scan,latitude_deg\n"
        "1,,radar,100,10,,\n"
        "nan,,radar,100,10,,\n"
        ",,radar,100,10,,\n"
        "inf,,radar,100,10,,\n"
        "-5,,radar,100,10,,\n"
        "1e300,,radar,100,10,,\n"
        "1,inf,radar,100,10,,\n"
        "1,,radar,-100,10,,\n"
        "1,,radar,inf,10,,\n"
        "1,,radar,nan,10,,\n"
        "1,,radar,100,,,\n"
        "1,,radar,100,10,-1,\n"
        "1,,radar,100,10,,50\n"
        "1,,sonar,-100,10,,\n"
        "1,,finder,,400,,\n"
        "2,,finder,,40,,\n"
    )
    assert found.by_sensor == {
        "radar": Counter(
            time_s_not_finite=3,
            time_s_out_of_range=2,
            received_s_not_finite=1,
            range_m_out_of_range=1,
            range_m_not_finite=2,
            nothing_measured=1,
            scan_out_of_range=1,
            position_incomplete=1,
        ),
        "sonar": Counter(unknown_sensor=1),
        "finder": Counter(azimuth_deg_out_of_range=1),
    }
    assert found.refused.total() == 14
    assert found.detections.time_ns.tolist() == [1_000_000_000, 2_000_000_000]


def test_a_nan_range_is_absent_for_a_sensor_that_never_measures_range(tmp_path):
    path = tmp_path / "t.parquet"
    nan = float("nan")
    pq.write_table(
        pa.table(
            {
                "time_s": [1.0, 2.0, 3.0, 4.0],
                "sensor": ["finder", "radar", "radar", "radar"],
                "range_m": pa.array([nan, 5.0, nan, None]),
                "azimuth_deg": [1.0, 2.0, 3.0, 4.0],
            }
        ),
        path,
    )
    found = read_detections(path, ("radar", "finder"))
    assert found.refused == {"range_m_not_finite": 1}
    assert found.detections.time_ns.tolist() == [1_000_000_000, 2_000_000_000, 4_000_000_000]


def test_a_sensor_of_no_name_is_unknown(tmp_path):
    path = tmp_path / "t.parquet"
    pq.write_table(
        pa.table({"time_s": [1.0], "sensor": pa.array([None], pa.string()), "heard": [True]}), path
    )
    assert read_detections(path, ("radar",)).by_sensor == {"": {"unknown_sensor": 1}}


def test_rows_come_sorted_by_receipt_then_time_however_they_stand(read):
    head, *rows = [
        "time_s,received_s,sensor,azimuth_deg",
        "5,9,radar,1",
        "6,7,radar,1",
        "4,9,radar,3",
        "4,9,radar,2",
        "4,9,finder,1",
    ]
    forward = read("\n".join([head, *rows, ""])).detections
    backward = read("\n".join([head, *rows[::-1], ""])).detections
    for one, other in zip(forward.arrays().values(), backward.arrays().values(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert (forward.time_ns // 10**9).tolist() == [6, 4, 4, 4, 5]
    assert forward.sensor.tolist() == [0, 0, 0, 1, 0]


def test_a_file_without_rows_is_no_detections(read):
    assert len(read("time_s,sensor,azimuth_deg\n").detections) == 0


def test_labels_are_read_as_they_are_called_and_other_words_are_counted(read):
    found = read(
        "time_s,sensor,azimuth_deg,label,label_confidence,radar_cross_section_m2\n"
        "1,radar,1,multirotor,0.8,0.02\n2,radar,1,unknown,,\n3,radar,1,,,\n4,radar,1,person,,\n"
    )
    assert [label_word(code) for code in found.detections.label] == ["multirotor", "", "", ""]
    assert found.detections.label_confidence[0] == 0.8
    assert found.detections.radar_cross_section_m2[0] == 0.02
    assert found.refused == Counter({"label_unknown": 1})
