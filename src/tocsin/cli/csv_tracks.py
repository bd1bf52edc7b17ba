"""Tracks as CSV for spreadsheets; the contract's own form is Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from tocsin.whole_file import PARTIAL

BETWEEN_SENSORS = ";"


@contextmanager
def parquet_for(out: Path) -> Iterator[Path]:
    """Where Parquet is to be written so that `out`, if it ends in .csv, is there as CSV afterwards."""
    if out.suffix.lower() != ".csv":
        yield out
        return
    with TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as folder:
        parquet = Path(folder) / "tracks.parquet"
        yield parquet
        partial = out.with_name(out.name + PARTIAL)
        pyarrow.csv.write_csv(_flat(pyarrow.parquet.read_table(parquet)), partial)
        partial.replace(out)


def _flat(table: Any) -> Any:
    """CSV has no lists: the sensors of a row are joined."""
    names = pc.binary_join(table["sensors"], BETWEEN_SENSORS)
    return table.set_column(table.column_names.index("sensors"), "sensors", names)
