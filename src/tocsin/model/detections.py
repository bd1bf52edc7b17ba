"""Detections: what a sensor measured, in SI and radians, as columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from tocsin.model.columns import Columns
from tocsin.model.labels import NO_LABEL, Labels
from tocsin.units import FloatArray, IntArray

NO_SCAN = -1
HEARD_ABSENT, NOT_HEARD, HEARD = -1, 0, 1

_DTYPES: dict[str, Any] = {
    "time_ns": np.int64,
    "received_ns": np.int64,
    "sensor": np.int16,
    "scan": np.int64,
    "heard": np.int8,
    "identity": object,
    "label": np.int8,
}
_ABSENT: dict[str, Any] = {"scan": NO_SCAN, "heard": HEARD_ABSENT, "identity": "", "label": NO_LABEL}


class Detection(NamedTuple):
    """One row of `Detections`, for people."""

    time_ns: int
    received_ns: int
    sensor: int
    scan: int
    range_m: float
    azimuth_rad: float
    elevation_rad: float
    range_rate_mps: float
    latitude_rad: float
    longitude_rad: float
    altitude_m: float
    velocity_east_mps: float
    velocity_north_mps: float
    velocity_up_mps: float
    heard: int
    identity: str
    range_sigma_m: float
    azimuth_sigma_rad: float
    elevation_sigma_rad: float
    range_rate_sigma_mps: float
    position_sigma_m: float
    velocity_sigma_mps: float
    sensor_latitude_rad: float
    sensor_longitude_rad: float
    sensor_altitude_m: float
    label: int
    label_confidence: float
    radar_cross_section_m2: float


@dataclass(frozen=True, slots=True, eq=False)
class Detections(Columns):
    """A batch of detections. All arrays are (n,); NaN (or the named constant) where nothing was measured.

    `sensor` is the index of the sensor in the site file. Azimuth is clockwise from true north and elevation
    up from the horizontal, both at the sensor; velocities are in the east-north-up of the object's place.
    Of a sensor that moves, `sensor_` columns are where it was then; range rates are as if it stood.
    `label` is the code of what the sensor takes the object for (`model.labels`), and how sure it says it is.
    """

    time_ns: IntArray
    received_ns: IntArray
    sensor: npt.NDArray[np.int16]
    scan: IntArray
    range_m: FloatArray
    azimuth_rad: FloatArray
    elevation_rad: FloatArray
    range_rate_mps: FloatArray
    latitude_rad: FloatArray
    longitude_rad: FloatArray
    altitude_m: FloatArray
    velocity_east_mps: FloatArray
    velocity_north_mps: FloatArray
    velocity_up_mps: FloatArray
    heard: npt.NDArray[np.int8]
    identity: npt.NDArray[np.object_]
    range_sigma_m: FloatArray
    azimuth_sigma_rad: FloatArray
    elevation_sigma_rad: FloatArray
    range_rate_sigma_mps: FloatArray
    position_sigma_m: FloatArray
    velocity_sigma_mps: FloatArray
    sensor_latitude_rad: FloatArray
    sensor_longitude_rad: FloatArray
    sensor_altitude_m: FloatArray
    label: Labels
    label_confidence: FloatArray
    radar_cross_section_m2: FloatArray

    @classmethod
    def of(cls, **columns: npt.ArrayLike) -> Self:
        """Builds a batch from the columns that a sensor has; the rest is absent.

        `time_ns` and `sensor` must be given; `received_ns` is `time_ns` where it isn't.
        """
        unknown = set(columns) - set(Detection._fields)
        if unknown or not {"time_ns", "sensor"} <= set(columns):
            raise ValueError(f"detections need time_ns and sensor, and know no {sorted(unknown)}")
        columns.setdefault("received_ns", columns["time_ns"])
        count = np.size(np.asarray(columns["time_ns"]))
        return cls(**{name: _column(name, columns.get(name), count) for name in Detection._fields})

    @classmethod
    def empty(cls) -> Self:
        """A batch of no detections."""
        return cls.of(time_ns=[], sensor=[])

    def row(self, index: int) -> Detection:
        """One detection as a typed row."""
        return Detection(*(array[index].item() if array.dtype != object else array[index]
                           for array in self.arrays().values()))  # fmt: skip


def _column(name: str, values: npt.ArrayLike | None, count: int) -> Any:
    dtype = _DTYPES.get(name, np.float64)
    if values is None:
        return np.full(count, _ABSENT.get(name, np.nan), dtype=dtype)
    return np.broadcast_to(np.asarray(values, dtype=dtype), (count,)).copy()
