from __future__ import annotations

import csv
from pathlib import Path

import pyarrow.parquet
import pytest
from tests.cli.conftest import Call, DemoRun

from tocsin.model.tables import TRACKS


def test_the_detections_of_a_run_give_its_tracks_again(tocsin: Call, demo_run: DemoRun) -> None:
    run = demo_run.directory
    outcome = tocsin("track", run / "detections.parquet", "--site", run / "site.toml", "--out", "t.parquet")
    assert outcome.code == 0
    assert outcome.out.endswith("rows in t.parquet\n")
    again, before = (pyarrow.parquet.read_table(path) for path in ("t.parquet", run / "tracks.parquet"))
    columns = ["time_s", "track_id", "east_m", "north_m", "up_m", "existence"]
    assert again.num_rows > 0
    assert again.select(columns).equals(before.select(columns))


def test_csv_goes_in_and_comes_out(tocsin: Call, demo_run: DemoRun) -> None:
    run = demo_run.directory
    tocsin("track", run / "detections.parquet", "--site", run / "site.toml", "--out", "t.parquet")
    outcome = tocsin(
        "track", run / "detections.parquet", "--site", run / "site.toml", "--out", "t.csv", "--json"
    )
    table = pyarrow.parquet.read_table("t.parquet")
    with Path("t.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert outcome.json["out"] == "t.csv"
    assert list(rows[0]) == list(TRACKS.names)
    assert [row["track_id"] for row in rows] == table["track_id"].to_pylist()
    assert [row["sensors"] for row in rows] == [";".join(names) for names in table["sensors"].to_pylist()]
    assert [float(row["east_m"]) for row in rows] == pytest.approx(table["east_m"].to_pylist())
    assert sorted(path.name for path in Path().iterdir()) == ["t.csv", "t.parquet"], "nothing else is left"


def test_rows_that_nothing_measured_are_refused_and_counted_on_stderr(
    tocsin: Call, demo_run: DemoRun
) -> None:
    Path("d.csv").write_text(
        "time_s,sensor,range_m,azimuth_deg\n"
        "1925028000,Hill radar,-5,10\n"
        "1925028000,Hill radar,nan,10\n"
        "1925028000,Hill radar,9000,10\n"
        "1925028000,Hull radar,9000,10\n"
    )
    outcome = tocsin("track", "d.csv", "--site", demo_run.directory / "site.toml", "--out", "t.parquet")
    assert outcome.code == 0
    assert outcome.out.startswith("1 detection in ")
    assert "refused, Hill radar: 1 range m not finite, 1 range m out of range" in outcome.err
    assert "refused, Hull radar: 1 unknown sensor" in outcome.err


def test_missing_files_are_one_line_and_exit_code_1(tocsin: Call, demo_run: DemoRun) -> None:
    site = demo_run.directory / "site.toml"
    detections = demo_run.directory / "detections.parquet"
    for arguments in (
        ("nowhere.csv", "--site", site, "--out", "t.parquet"),
        (detections, "--site", "nowhere.toml", "--out", "t.parquet"),
        (detections, "--site", site, "--out", "no/folder/t.parquet"),
        (detections.parent, "--site", site, "--out", "t.parquet"),
    ):
        outcome = tocsin("track", *arguments)
        assert (outcome.code, outcome.out) == (1, "")
        assert len(outcome.err.splitlines()) == 1, outcome.err


def test_a_wrong_column_names_the_nearest_right_one(tocsin: Call, demo_run: DemoRun) -> None:
    Path("d.csv").write_text("time_s,sensor,rnge_m\n1,Hill radar,5\n")
    outcome = tocsin("track", "d.csv", "--site", demo_run.directory / "site.toml", "--out", "t.parquet")
    assert outcome.code == 1
    assert "'rnge_m'" in outcome.err
    assert "'range_m'" in outcome.err


def test_a_wrong_site_file_is_exit_code_3(tocsin: Call, demo_run: DemoRun) -> None:
    Path("site.toml").write_text("[site]\n")
    outcome = tocsin("track", demo_run.directory / "detections.parquet", "--site", "site.toml", "--out", "t")
    assert outcome.code == 3
    assert "line 1: site.name" in outcome.err


def test_tracks_never_replace_what_is_no_table_of_tracks(tocsin: Call, demo_run: DemoRun) -> None:
    run = demo_run.directory
    Path("d.csv").write_text("time_s,sensor,range_m,azimuth_deg\n1925028000,Hill radar,9000,10\n")
    Path("notes.csv").write_text("milk,bread\n")
    for out in ("d.csv", "notes.csv", "tracks.xlsx", "."):
        before = {path: path.read_bytes() for path in Path().glob("*.csv")}
        outcome = tocsin("track", "d.csv", "--site", run / "site.toml", "--out", out)
        assert outcome.code == 1
        assert out in outcome.err
        assert {path: path.read_bytes() for path in Path().glob("*.csv")} == before
    for _ in range(2):
        assert tocsin("track", "d.csv", "--site", run / "site.toml", "--out", "t.parquet").code == 0


def test_columns_of_somebody_s_own_are_left_out_and_told(tocsin: Call, demo_run: DemoRun) -> None:
    Path("d.csv").write_text("time_s,sensor,range_m,azimuth_deg,colour\n1925028000,Hill radar,9000,10,red\n")
    outcome = tocsin("track", "d.csv", "--site", demo_run.directory / "site.toml", "--out", "t.parquet")
    assert outcome.code == 0
    assert "left out: colour" in outcome.err


def test_bearings_alone_say_why_there_is_no_track(tocsin: Call, demo_run: DemoRun) -> None:
    Path("d.csv").write_text("time_s,sensor,azimuth_deg\n1925028000,Hill radar,10\n")
    outcome = tocsin("track", "d.csv", "--site", demo_run.directory / "site.toml", "--out", "t.parquet")
    assert "bearings" in outcome.err
