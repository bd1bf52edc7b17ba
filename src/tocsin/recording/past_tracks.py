"""The tracks of a recording at any time, in columns; names become numbers once a block, never once a row."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tocsin.model.columns import Columns
from tocsin.recording.blocks import TIME, Blocks
from tocsin.units import FloatArray, IntArray

_STATE = ("latitude_deg", "longitude_deg", "altitude_m", "velocity_east_mps", "velocity_north_mps",
          "velocity_up_mps", "sigma_east_m", "sigma_north_m", "existence", "class_probability")  # fmt: skip
_COLUMNS = (TIME, "track_id", *_STATE, "class")
_KEPT = 6
LOOKS_BACK_S = 60.0
"""When a track was last seen is looked for so far back."""
GONE_AFTER_S = 15.0
"""A picture without tracks has no rows: without any for so long, there were none."""
MOST_TRAIL = 300


@dataclass(frozen=True, slots=True, eq=False)
class TrackColumns(Columns):
    """Rows of tracks, (n,) each. `name` and `class_number` are numbers, see `PastTracks`; what was not told
    is NaN. `unseen_s` is since a detection was last taken for the track, at most `LOOKS_BACK_S`; `seen_by`
    the number of that sensor, -1 where it is not known."""

    time_s: FloatArray
    name: IntArray
    latitude_deg: FloatArray
    longitude_deg: FloatArray
    altitude_m: FloatArray
    velocity_east_mps: FloatArray
    velocity_north_mps: FloatArray
    velocity_up_mps: FloatArray
    sigma_east_m: FloatArray
    sigma_north_m: FloatArray
    existence: FloatArray
    class_probability: FloatArray
    class_number: IntArray
    unseen_s: FloatArray
    seen_by: IntArray


class Numbers:
    """Numbers of texts, in the order in which they are first met; those given first have the first ones."""

    def __init__(self, known: Mapping[str, int]) -> None:
        self._numbers = dict(known)

    @property
    def texts(self) -> list[str]:
        """By their number."""
        return list(self._numbers)

    def of(self, text: str) -> int:
        """That of one text."""
        return self._numbers.setdefault(text, len(self._numbers))

    def column(self, values: Any) -> IntArray:
        """Those of a column of texts (n,), a `pyarrow.ChunkedArray`; -1 where nothing is given."""
        coded = values.combine_chunks()
        if isinstance(coded, pa.ChunkedArray):
            coded = coded.unify_dictionaries().combine_chunks()
        if not pa.types.is_dictionary(coded.type):
            coded = coded.dictionary_encode()
        table = np.array([self.of(text) for text in coded.dictionary.to_pylist()] + [-1], dtype=np.int64)
        found: IntArray = table[coded.indices.fill_null(len(table) - 1).to_numpy(zero_copy_only=False)]
        return found


class PastTracks:
    """Asks for what was there at a time; any thread may ask.

    `classes` are those that the console knows, the last of which stands for all others; `sensors` those of
    the site, in its order.
    """

    def __init__(
        self, tracks: Blocks, associations: Blocks, classes: tuple[str, ...], sensors: tuple[str, ...]
    ) -> None:
        self._tracks, self._associations = tracks, associations
        self._classes = {name: number for number, name in enumerate(classes)}
        self._names = Numbers({})
        self._sensors = {name: number for number, name in enumerate(sensors)}
        self._lock = threading.Lock()
        self._blocks: OrderedDict[int, TrackColumns] = OrderedDict()

    def at(self, time_s: float) -> TrackColumns:
        """The tracks of the newest picture until a time, in the order in which they were written."""
        with self._lock:
            newest_s = self._newest_s(time_s)
            if time_s - newest_s > GONE_AFTER_S:
                return _EMPTY
            parts = [_between(self._block(k), newest_s, newest_s)
                     for k in self._tracks.within(newest_s, newest_s).tolist()]  # fmt: skip
            rows = TrackColumns.concatenate(parts)
            _, last = np.unique(rows.name[::-1], return_index=True)
            return rows.take(np.sort(len(rows) - 1 - last))

    def texts(self, numbers: IntArray) -> npt.NDArray[np.object_]:
        """The names of tracks by their numbers."""
        with self._lock:
            names = np.array([*self._names.texts, ""], dtype=object)
        found: npt.NDArray[np.object_] = names[numbers]
        return found

    def trail(self, track_id: str, until_s: float, span_s: float = 1800.0) -> FloatArray:
        """Where one track was (n, 4): longitude, latitude, altitude and time; oldest first, at most 300."""
        names = ("track_id", "longitude_deg", "latitude_deg", "altitude_m")
        rows = self._tracks.rows(until_s - span_s, until_s, names, [track_id])
        rows = rows.take(np.argsort(rows[TIME].to_numpy(), kind="stable"))
        step = -(-max(len(rows), 1) // MOST_TRAIL)
        rows = rows.take(np.arange(len(rows) - 1, -1, -step)[::-1])
        return np.column_stack([rows[name].to_numpy() for name in (*names[1:], TIME)])

    def births(self) -> dict[str, float]:
        """When each track is first there; takes a pass over all rows."""
        found: dict[str, float] = {}
        for number in range(len(self._tracks.spans_s)):
            table = self._tracks.block(number, (TIME, "track_id"))
            names, times_s = Numbers({}), table[TIME].to_numpy()
            known, first = np.unique(names.column(table["track_id"]), return_index=True)
            texts = [*names.texts, ""]
            for name, time_s in zip(known.tolist(), times_s[first].tolist(), strict=True):
                found[texts[name]] = min(time_s, found.get(texts[name], time_s))
        return found

    def last_row(self, track_id: str, until_s: float) -> dict[str, Any] | None:
        """The newest row of one track until a time, of at most `GONE_AFTER_S` before; None: none there."""
        rows = self._tracks.rows(until_s - GONE_AFTER_S, until_s, _COLUMNS, [track_id])
        if not len(rows):
            return None
        newest = int(np.argmax(rows[TIME].to_numpy()))
        found: dict[str, Any] = rows.slice(newest, 1).to_pylist()[0]
        return found

    def _newest_s(self, time_s: float) -> float:
        newest_s = -np.inf
        spans = self._tracks.spans_s
        for number in np.argsort(-spans[:, 1]).tolist():
            if spans[number, 0] > time_s or spans[number, 1] <= newest_s:
                continue
            times = self._block(number).time_s
            place = int(np.searchsorted(times, time_s, "right"))
            newest_s = max(newest_s, float(times[place - 1]) if place else -np.inf)
        return newest_s

    def _block(self, number: int) -> TrackColumns:
        if number not in self._blocks:
            self._blocks[number] = self._made(number)
            if len(self._blocks) > _KEPT:
                self._blocks.popitem(last=False)
        self._blocks.move_to_end(number)
        return self._blocks[number]

    def _made(self, number: int) -> TrackColumns:
        table = self._tracks.block(number, _COLUMNS)
        time_s = table[TIME].to_numpy()
        name = self._names.column(table["track_id"])
        unseen_s, seen_by = self._unseen(time_s, name)
        classes = Numbers(self._classes)
        class_number = classes.column(table["class"])
        unknown = len(self._classes) - 1
        class_number = np.where((class_number < 0) | (class_number > unknown), unknown, class_number)
        state: dict[str, Any] = {column: table[column].to_numpy() for column in _STATE}
        rows = TrackColumns(
            time_s, name, class_number=class_number, unseen_s=unseen_s, seen_by=seen_by, **state
        )
        return rows.take(np.argsort(time_s, kind="stable"))

    def _unseen(self, time_s: FloatArray, name: IntArray) -> tuple[FloatArray, IntArray]:
        """Seconds (n,) since an association that is more likely than not, and the sensor that gave it.

        Where no association is known at all, tracks count as seen."""
        unseen_s, seen_by = np.full(len(name), LOOKS_BACK_S), np.full(len(name), -1, np.int64)
        if not len(name) or not len(self._associations):
            return np.zeros(len(name)), seen_by
        first_s = float(time_s.min()) - LOOKS_BACK_S
        seen_s, seen_name, by = self._seen(first_s, float(time_s.max()))
        if not len(seen_s):
            return unseen_s, seen_by
        order = np.lexsort((seen_s, seen_name))
        width_s = float(time_s.max()) - first_s + 1.0
        keys = seen_name[order] * width_s + (seen_s[order] - first_s)
        place = np.searchsorted(keys, name * width_s + (time_s - first_s) + 1e-6, "right") - 1
        found = (place >= 0) & (seen_name[order][place] == name)
        unseen_s[found] = np.clip(time_s[found] - seen_s[order][place[found]], 0.0, LOOKS_BACK_S)
        seen_by[found] = by[order][place[found]]
        return unseen_s, seen_by

    def _seen(self, since_s: float, until_s: float) -> tuple[FloatArray, IntArray, IntArray]:
        """When which track was seen by which sensor, with more than even odds."""
        times, names, sensors = [np.zeros(0)], [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for number in self._associations.within(since_s, until_s).tolist():
            table = self._associations.block(number, (TIME, "track_id", "sensor", "probability"))
            time_s = table[TIME].to_numpy()
            likely = table["probability"].fill_null(1.0).to_numpy() >= 0.5
            rows = likely & (time_s >= since_s) & (time_s <= until_s)
            by = Numbers(self._sensors).column(table["sensor"])[rows]
            times.append(time_s[rows])
            names.append(self._names.column(table["track_id"])[rows])
            sensors.append(np.where(by < len(self._sensors), by, -1))
        return np.concatenate(times), np.concatenate(names), np.concatenate(sensors)


def _between(rows: TrackColumns, since_s: float, until_s: float) -> TrackColumns:
    first, end = np.searchsorted(rows.time_s, since_s), np.searchsorted(rows.time_s, until_s, "right")
    return rows.take(slice(int(first), int(end)))


def _empty() -> TrackColumns:
    none, whole = np.zeros(0), np.zeros(0, np.int64)
    columns: dict[str, Any] = dict.fromkeys(TrackColumns.__dataclass_fields__, none)
    columns |= dict.fromkeys(("name", "class_number", "seen_by"), whole)
    return TrackColumns(**columns)


_EMPTY = _empty()
