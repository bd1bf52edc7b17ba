import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tocsin.errors import InvalidTable, UnusableFile
from tocsin.formats.tables.casting import arrow_schema
from tocsin.model.tables import DETECTIONS
from tocsin.recording.files import read_table


@pytest.fixture
def read(tmp_path):
    def read(content, name="table.csv"):
        path = tmp_path / name
        if isinstance(content, pa.Table):
            pq.write_table(content, path)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_table(path, DETECTIONS)

    return read


def test_a_table_has_every_column_of_the_contract_in_its_order_and_type(read):
    table = read("sensor,time_s\na,1\n")
    assert table.column_names == list(DETECTIONS.names)
    assert table.schema.types == arrow_schema(DETECTIONS).types
    assert table["range_m"].to_pylist() == [None]


def test_csv_and_parquet_of_the_same_rows_read_alike(read):
    rows = {
        "time_s": [1.5, 2.0],
        "sensor": ["a", "b"],
        "scan": [3, None],
        "heard": [None, True],
        "identity": ["x", ""],
    }
    csv = read('time_s,sensor,scan,heard,identity\n1.5,a,3,,x\n2,b,,true,""\n')
    assert csv.equals(read(pa.table(rows), "t.parquet"))


def test_parquet_is_known_by_its_content_whatever_its_name(read):
    assert read(pa.table({"time_s": [1.0], "sensor": ["a"]}), "t.csv").num_rows == 1


def test_integers_and_booleans_that_pandas_made_floats_are_read_as_meant(read):
    nan = float("nan")
    table = read(
        pa.table({"time_s": [1.0, 2.0], "sensor": ["a", "a"], "scan": [3.0, nan], "heard": [1.0, nan]}),
        "t.parquet",
    )
    assert table["scan"].to_pylist() == [3, None]
    assert table["heard"].to_pylist() == [True, None]
    assert read("time_s,sensor,scan,heard\n1,a,3.0,1.0\n2,a,nan,\n")["scan"].to_pylist() == [3, None]


def test_names_of_columns_that_are_no_text_are_refused(read):
    with pytest.raises(InvalidTable, match="no text in UTF-8"):
        read(b"time_s,sensor,\xcc\xff\n1,a,2\n")


def test_a_sensor_may_be_called_na(read):
    assert read("time_s,sensor\n1,NA\n")["sensor"].to_pylist() == ["NA"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("time_s,sensor,rnge_m\n1,a,2\n", r"unknown column 'rnge_m'. Did you mean 'range_m'\?"),
        ("time_s,sensor,Azimuth\n1,a,2\n", r"unknown column 'Azimuth'. Did you mean 'azimuth_deg'\?"),
        ("time_s;sensor;range_m\n1;a;2\n", r"column 'time_s' is missing"),
        ("time_s,range_m\n1,2\n", "column 'sensor' is missing"),
        ("time_s,sensor,sensor\n1,a,a\n", "'sensor' is given 2 times"),
        ("time_s,sensor,range_m\n1,a,2\n2,a,far\n3,a,4\n", "column 'range_m', row 2: 'far' is not a number"),
        ("time_s,sensor,scan\n1,a,2\n2,a,2.5\n", "column 'scan', row 2: '2.5' is not a whole number"),
        ("time_s,sensor,heard\n1,a,yes\n", "column 'heard', row 1: 'yes' is not true or false"),
        ("time_s,sensor\n1,a\n2\n", "row 2 has 1 values where the first line names 2 columns"),
        ("time_s,sensor\n2024-05-01,a\n", "column 'time_s', row 1: '2024-05-01' is not a number"),
        (b"time_s,sensor\n1,\xff\xfe\n", "not a table"),
    ],
)
def test_a_wrong_csv_is_refused_with_column_and_row(read, content, said):
    with pytest.raises(InvalidTable, match=said):
        read(content)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"range_m": ["far", "near"]}, "column 'range_m', row 1: 'far' is not a number"),
        ({"range_m": [True, False]}, "column 'range_m', row 1: True is not a number"),
        ({"scan": [1.0, 1.5]}, "column 'scan', row 2: 1.5 is not a whole number"),
        ({"heard": [0, 2]}, "column 'heard', row 2: 2 is not true or false"),
        ({"identity": [1, 2]}, "column 'identity', row 1: 1 is not a text"),
    ],
)
def test_a_parquet_column_of_a_wrong_type_is_refused_with_its_first_wrong_row(read, columns, said):
    with pytest.raises(InvalidTable, match=said):
        read(pa.table({"time_s": [1.0, 2.0], "sensor": ["a", "b"]} | columns), "t.parquet")


def test_the_wrong_row_is_found_in_a_long_column(read):
    values = ["1"] * 5000
    values[3210] = "x"
    rows = "".join(f"1,a,{value}\n" for value in values)
    with pytest.raises(InvalidTable, match="row 3211: 'x'"):
        read("time_s,sensor,range_m\n" + rows)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        ("", "t.csv", "is empty"),
        (b"PAR1 and then nothing", "t.parquet", "damaged or incomplete Parquet"),
        ("time_s,sensor\n", "t.parquet", "is not Parquet"),
        (b"\x00\x01\x02", "t.bin", "neither Parquet nor CSV"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(read, content, name, said):
    with pytest.raises(UnusableFile, match=said) as refusal:
        read(content, name)
    assert "\n" not in str(refusal.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(UnusableFile, match="no such file"):
        read_table(tmp_path / "none.csv", DETECTIONS)
    with pytest.raises(UnusableFile, match="cannot be read"):
        read_table(tmp_path, DETECTIONS)


def test_a_parquet_file_that_was_cut_short_is_refused(tmp_path):
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"time_s": [1.0], "sensor": ["a"]}), path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UnusableFile, match="incomplete"):
        read_table(path, DETECTIONS)
