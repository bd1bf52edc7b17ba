"""Tables of the public contract out of CSV and Parquet, whole or line by line."""

from tocsin.formats.tables.csv_stream import CsvStream, Row
from tocsin.formats.tables.detections import columns_of, to_detections
from tocsin.formats.tables.reading import checked, read_csv, read_parquet

__all__ = ["CsvStream", "Row", "checked", "columns_of", "read_csv", "read_parquet", "to_detections"]
