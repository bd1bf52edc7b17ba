"""Tables of the public contract out of CSV and Parquet, whole or line by line."""

from tocsin.formats.tables.csv_stream import CsvStream
from tocsin.formats.tables.detections import to_detections
from tocsin.formats.tables.reading import checked, read_csv, read_parquet

__all__ = ["CsvStream", "checked", "read_csv", "read_parquet", "to_detections"]
