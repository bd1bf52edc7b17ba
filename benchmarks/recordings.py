"""What it takes to watch a recording: a night of eight hours with a thousand tracks, opened and scrubbed."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.options import Options
from benchmarks.table import Column, Part, Table, at_most
from tocsin.clock import WallClock
from tocsin.config.site import Site
from tocsin.config.writing import to_toml
from tocsin.formats.tables.casting import arrow_schema
from tocsin.model.tables import ALERTS, ASSOCIATIONS, DETECTIONS, TRACKS
from tocsin.runtime.past_archive import PastArchive
from tocsin.units import seconds_to_nanoseconds

TRACKS_AT_ONCE, HOURS, PERIOD_S = 1000, 8.0, 4.0
START_S = 1.9e9
SEEKS = 30
_GROUP = 65_536


def describe() -> str:
    return f"""Recordings: a night of {HOURS:g} h with {TRACKS_AT_ONCE:,} tracks is opened and scrubbed

A radar that looks every {PERIOD_S:g} s, a thousand tracks all night, every one seen at each look: rows of
tables as the recorder writes them, made without the tracker. Times are of the wall, on a warm disk; 'to go to
a time' is a random one, and 'to play on' the next picture."""


def run(options: Options) -> Sequence[Part]:
    hours = 0.5 if options.quick else HOURS
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder) / "night"
        rows = write_night(directory, hours)
        return [_measured(directory, rows, hours)]


def write_night(directory: Path, hours: float) -> int:
    """A recording of straight fliers; gives its rows of tracks."""
    directory.mkdir()
    radar = {
        "name": "radar",
        "kind": "radar",
        "latitude_deg": 0.0,
        "longitude_deg": 0.0,
        "period_s": PERIOD_S,
    }
    site = Site.model_validate({"site": {"name": "Night", "latitude_deg": 0, "longitude_deg": 0},
                                "sensors": [radar]})  # fmt: skip
    (directory / "site.toml").write_text(to_toml(site))
    looks = int(hours * 3600 / PERIOD_S)
    generator = np.random.default_rng(1)
    names = pa.array([f"T{k:04}" for k in range(TRACKS_AT_ONCE)])
    tables = (TRACKS, ASSOCIATIONS, DETECTIONS)
    writers = [pq.ParquetWriter(directory / f"{t.name}.parquet", arrow_schema(t), compression="zstd")
               for t in tables]  # fmt: skip
    step = _GROUP // TRACKS_AT_ONCE + 1
    for first in range(0, looks, step):
        columns = _columns(np.arange(first, min(first + step, looks)), names, generator)
        for table, writer in zip(tables, writers, strict=True):
            writer.write_table(_table(table, columns), row_group_size=_GROUP)
    for writer in writers:
        writer.close()
    pq.write_table(arrow_schema(ALERTS).empty_table(), directory / "alerts.parquet")
    return looks * TRACKS_AT_ONCE


def _columns(looks: Any, names: Any, generator: np.random.Generator) -> dict[str, Any]:
    count = len(looks) * TRACKS_AT_ONCE
    track = np.tile(np.arange(TRACKS_AT_ONCE), len(looks))
    noise = generator.normal(0.0, 1e-4, (8, count))
    return {
        "time_s": np.repeat(START_S + looks * PERIOD_S, TRACKS_AT_ONCE),
        "track_id": names.take(pa.array(track)),
        "latitude_deg": track / 1e4 + noise[0],
        "longitude_deg": track / 2e4 + noise[1],
        "altitude_m": 500.0 + noise[2],
        **{f"{axis}_m": 1e4 * noise[k] for k, axis in enumerate(("east", "north", "up"))},
        **{f"velocity_{axis}_mps": 30.0 + noise[3 + k] for k, axis in enumerate(("east", "north", "up"))},
        **{f"sigma_{axis}_m": 30.0 + noise[5 + k] for k, axis in enumerate(("east", "north", "up"))},
        "existence": np.full(count, 0.99),
        "class": pa.array(["multirotor", "bird"]).take(pa.array(track % 2)),
        "class_probability": np.full(count, 0.8),
        "sensors": pa.ListArray.from_arrays(np.arange(count + 1, dtype=np.int32), _repeated("radar", count)),
        "sensor": _repeated("radar", count),
        "detection": np.arange(looks[0] * TRACKS_AT_ONCE, looks[0] * TRACKS_AT_ONCE + count),
        "probability": np.full(count, 0.97),
    }


def _repeated(text: str, count: int) -> Any:
    return pa.array([text]).take(pa.array(np.zeros(count, np.int64)))


def _table(schema: Any, columns: dict[str, Any]) -> Any:
    count = len(columns["time_s"])
    typed = arrow_schema(schema)
    arrays = [pa.array(columns[field.name], type=field.type) if field.name in columns
              else pa.nulls(count, field.type) for field in typed]  # fmt: skip
    return pa.Table.from_arrays(arrays, schema=typed)


def _measured(directory: Path, rows: int, hours: float) -> Part:
    size_mb = sum(path.stat().st_size for path in directory.iterdir()) / 1e6
    table = Table(
        f"{hours:g} h, {rows:,} rows of tracks, {size_mb:,.0f} MB",
        [Column("what"), Column("median ms", ",.1f"), Column("longest ms", ",.1f")],
    )
    archive = PastArchive(directory, WallClock())
    opened = _ms(archive.recordings)
    table.add("to open", opened, opened, goals=[at_most(opened, 1000.0)])
    scenes = archive.scenes("night")
    passed = _ms(scenes.await_reading)
    source = archive.open("night", None)
    span_s = scenes.recording.span_s
    times_s = np.random.default_rng(2).uniform(*span_s, SEEKS)
    seeks = [_ms(lambda t=t: _at(source, float(t))) for t in times_s]
    table.add("to go to a time", float(np.median(seeks)), max(seeks), goals=[at_most(max(seeks), 1000.0)])
    middle_s = float(np.mean(span_s))
    plays = [_ms(lambda k=k: _at(source, middle_s + k * PERIOD_S)) for k in range(SEEKS)]
    table.add("to play on", float(np.median(plays)), max(plays))
    details = [_ms(lambda t=t: archive.details("night", seconds_to_nanoseconds(float(t))).track("T0500"))
               for t in times_s[:5]]  # fmt: skip
    table.add("one track, with half an hour of trail", float(np.median(details)), max(details))
    table.add("identities and sensors, beside, after opening", passed, passed)
    return table


def _at(source: Any, time_s: float) -> None:
    source.seek(seconds_to_nanoseconds(time_s))
    assert len(source.scene().tracks) == TRACKS_AT_ONCE


def _ms(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return 1000.0 * (time.perf_counter() - began)
