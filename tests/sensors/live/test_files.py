"""A file that grows and a folder into which files are put, as ways in: what is new comes once."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.sensors.live.test_ways_in import until
from tests.sensors.made import site

from tocsin.clock import WallClock
from tocsin.config.inputs import parse_input
from tocsin.config.site import Sensor, Site
from tocsin.sensors.live import files
from tocsin.sensors.live.source import LiveSource

HEADER = "time_s,sensor,range_m,azimuth_deg\n"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_LOOK_EVERY_S", 0.01)


def now_s() -> float:
    return WallClock().now_ns() / 1e9


def rows(*ranges_m: float, name: str = "radar") -> str:
    return "".join(f"{now_s()},{name},{range_m},10\n" for range_m in ranges_m)


def radar_at(way: str, name: str = "radar") -> Sensor:
    place = {"latitude_deg": -46.5, "longitude_deg": -20.25}
    return Sensor.model_validate({"name": name, "kind": "radar", "input": way} | place)


class Scene:
    """A line on a way in; `ranges_m` of all detections until now."""

    def __init__(self, source: LiveSource) -> None:
        self.source = source
        self.link = source.channels[0].link
        self._ranges_m: list[float] = []

    def ranges_m(self) -> list[float]:
        for batch in self.source.batches(WallClock().now_ns()):
            self._ranges_m += batch.range_m.tolist()
        return self._ranges_m

    async def until_ranges(self, *ranges_m: float) -> None:
        with suppress(TimeoutError):  # what is there instead is told below
            await until(lambda: len(self.ranges_m()) >= len(ranges_m))
        assert self._ranges_m == list(ranges_m)


def play(known: Site, act: Callable[[Scene], Awaitable[None]]) -> LiveSource:
    source = LiveSource(known, WallClock())

    async def run() -> None:
        receiving = asyncio.ensure_future(source.receive(lambda _: None))
        await until(lambda: source.channels[0].link.is_open or bool(source.channels[0].link.trouble))
        await act(Scene(source))
        receiving.cancel()

    asyncio.run(run())
    return source


def test_what_is_added_to_a_file_comes_and_what_stood_there_before_does_not(tmp_path: Path) -> None:
    path = tmp_path / "detections.csv"
    path.write_text(HEADER + rows(1.0, 2.0) + "17952")

    async def act(scene: Scene) -> None:
        with path.open("a") as file:
            file.write("not a time,radar,9,9\n" + rows(3.0))
            file.flush()
            await scene.until_ranges(3.0)
            file.write(rows(4.0, 5.0)[:-4])
            file.flush()
            await scene.until_ranges(3.0, 4.0)
            file.write(",10\n" + rows(6.0))
            file.flush()
            await scene.until_ranges(3.0, 4.0, 5.0, 6.0)

    source = play(site(radar_at(f"file://{path}")), act)
    assert source.statuses[0].decode_errors == {"csv_value_damaged": 1}


@pytest.mark.parametrize("way", ["renamed", "cut"])
def test_a_file_that_is_rotated_is_read_on_from_the_beginning_of_the_new_one(
    tmp_path: Path, way: str
) -> None:
    path = tmp_path / "detections.csv"
    path.write_text(HEADER + rows(1.0, 1.0, 1.0))

    async def act(scene: Scene) -> None:
        with path.open("a") as old:
            old.write(rows(2.0))
            old.flush()
            await scene.until_ranges(2.0)
            if way == "renamed":
                path.rename(tmp_path / "detections.csv.1")
                old.write(rows(3.0))
        if way == "renamed":
            path.write_text(HEADER + rows(4.0))
            await scene.until_ranges(2.0, 3.0, 4.0)
        else:
            os.truncate(path, 0)
            await until(lambda: scene.link.opened == 2)
            path.write_text(HEADER + rows(4.0))
            await scene.until_ranges(2.0, 4.0)

    play(site(radar_at(f"file://{path}")), act)


def test_a_file_that_is_not_there_is_waited_for_and_then_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "later.csv"

    async def act(scene: Scene) -> None:
        assert not scene.link.is_open and "later.csv: No such file" in scene.link.trouble
        path.write_text(HEADER + rows(1.0, 2.0))
        await scene.until_ranges(1.0, 2.0)
        assert scene.link.trouble == ""

    play(site(radar_at(f"file://{path}")), act)


def table(*ranges_m: float) -> pa.Table:
    count = len(ranges_m)
    return pa.table(
        {"time_s": [now_s()] * count, "sensor": ["radar"] * count, "range_m": list(ranges_m),
         "azimuth_deg": [10.0] * count}
    )  # fmt: skip


def test_files_put_into_a_folder_are_read_once_each_when_they_are_whole(tmp_path: Path) -> None:
    pq.write_table(table(1.0), tmp_path / "before.parquet")

    async def act(scene: Scene) -> None:
        pq.write_table(table(2.0, 3.0), tmp_path / "one.parquet")
        await scene.until_ranges(2.0, 3.0)
        whole = tmp_path / "whole"
        pq.write_table(table(4.0), whole)
        data = whole.read_bytes()
        (tmp_path / "two.parquet").write_bytes(data[:-10])  # still being written
        pq.write_table(table(5.0), tmp_path / "three.parquet")
        await scene.until_ranges(2.0, 3.0, 5.0)
        (tmp_path / "two.parquet").write_bytes(data)
        await scene.until_ranges(2.0, 3.0, 5.0, 4.0)
        assert not scene.source.statuses[0].decode_errors
        (tmp_path / "one.parquet").unlink()
        (tmp_path / "bad.parquet").write_bytes(b"PAR1 nothing PAR1")
        await until(lambda: bool(scene.ranges_m()) and scene.source.statuses[0].decode_errors.total() > 0)
        await scene.until_ranges(2.0, 3.0, 5.0, 4.0)

    source = play(site(radar_at(f"file://{tmp_path}/")), act)
    assert source.statuses[0].decode_errors == {"parquet_damaged": 1}
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "bad.parquet", "before.parquet", "three.parquet", "two.parquet", "whole",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("file://host/x.csv", "names no file or folder"),
        ("file:///", "names no file or folder"),
        ("file:///x.csv?y=1", "names no file or folder"),
    ],
)
def test_an_address_that_can_not_be_is_refused(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        parse_input(text)


@pytest.mark.parametrize(
    ("way", "kind_of_bytes", "told"),
    [
        ("file:///srv/x.bin", "asterix", "a file that grows holds csv"),
        ("file:///srv/x.parquet", "parquet", "a folder ends with a slash"),
        ("file:///srv/x/", "csv", "parquet files come by a folder"),
        ("udp://0.0.0.0:8600", "parquet", "parquet files come by a folder"),
        ("http://host/x.csv", "csv", "not as a page"),
    ],
)
def test_a_format_that_does_not_come_over_a_way_in_is_refused(
    way: str, kind_of_bytes: str, told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        Sensor.model_validate({"name": "x", "kind": "radar", "input": way, "format": kind_of_bytes})
