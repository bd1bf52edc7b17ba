"""A checkpoint of the filter as named arrays, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from tocsin.tracking.bearings import Memory
from tocsin.tracking.filter import Checkpoint
from tocsin.tracking.kernels.layout import CLUSTER, EVIDENCE, PERCEPTION, TRACK, UNDETECTED_CLASS
from tocsin.tracking.kernels.report_layout import REPORTED
from tocsin.tracking.store import SavedRows
from tocsin.units import AnyArray

# Structured rows are kept as bytes; another layout is another version.
_DTYPES = {"perception": PERCEPTION, "evidence": EVIDENCE, "clusters": CLUSTER}
_LAYOUT = np.array(
    [dtype.itemsize for dtype in (TRACK, PERCEPTION, EVIDENCE, CLUSTER, UNDETECTED_CLASS, REPORTED)]
)
_LEARNERS = 3  # registration, learning, consistency
_NEVER = np.iinfo(np.int64).min


def to_arrays(checkpoint: Checkpoint) -> dict[str, AnyArray]:
    """Plain arrays that hold all of a checkpoint."""
    arrays: dict[str, AnyArray] = {"layout": _LAYOUT, "intensity": checkpoint.intensity}
    arrays["time_ns"] = np.array(_NEVER if checkpoint.time_ns is None else checkpoint.time_ns)
    for field in fields(Memory):
        arrays[f"bearings_{field.name}"] = _padded_with_zeros(getattr(checkpoint.bearings, field.name))
    arrays |= {f"heard_{k}": array for k, array in enumerate(checkpoint.heard)}
    arrays |= {f"told_{k}": _padded_with_zeros(array) for k, array in enumerate(checkpoint.told)}
    arrays |= {f"places_{k}": array for k, array in enumerate(checkpoint.places)}
    for part, learnt in enumerate(checkpoint.learnt):
        arrays |= {f"learnt_{part}_{k}": _padded_with_zeros(array) for k, array in enumerate(learnt)}
    for field in fields(SavedRows):
        rows = np.ascontiguousarray(getattr(checkpoint.rows, field.name))
        if field.name in _DTYPES:
            arrays[f"{field.name}_shape"] = np.array(rows.shape)
            rows = np.frombuffer(rows.tobytes(), np.uint8)
        arrays[field.name] = rows
    return arrays


def _padded_with_zeros(values: Any) -> AnyArray:
    """The same, so that equal states are equal bytes: what lies between fields may be anything."""
    array = np.asarray(values)
    if array.dtype.names is None:
        return array
    clean = np.zeros(array.shape, array.dtype)
    for name in array.dtype.names:
        clean[name] = array[name]
    return clean


def from_arrays(arrays: Mapping[str, Any]) -> Checkpoint:
    """The checkpoint that the arrays hold. Raises ValueError where they are of another version."""
    if "layout" not in arrays or not np.array_equal(arrays["layout"], _LAYOUT):
        raise ValueError("the state was saved by another version of tocsin: start anew and feed it again")
    rows = {}
    for field in fields(SavedRows):
        content = arrays[field.name]
        if (dtype := _DTYPES.get(field.name)) is not None:
            content = np.frombuffer(content.tobytes(), dtype).reshape(arrays[f"{field.name}_shape"])
        rows[field.name] = content
    time_ns = int(arrays["time_ns"])
    learnt = tuple(tuple(_numbered(arrays, f"learnt_{part}")) for part in range(_LEARNERS))
    kept = {field.name: arrays[f"bearings_{field.name}"] for field in fields(Memory)}
    kept |= {name: int(kept[name]) for name in ("seeds_ns", "looks_since")}
    return Checkpoint(
        None if time_ns == _NEVER else time_ns, SavedRows(**rows), arrays["intensity"], learnt,
        Memory(**kept), tuple(_numbered(arrays, "heard")), tuple(_numbered(arrays, "told")),
        tuple(_numbered(arrays, "places")),
    )  # fmt: skip


def _numbered(arrays: Mapping[str, Any], name: str) -> Iterator[AnyArray]:
    k = 0
    while f"{name}_{k}" in arrays:
        yield arrays[f"{name}_{k}"]
        k += 1
