"""Sensors of the small scenes: what their section of a site file says, and what they report of true flights.

Written for the benchmarks alone: it shares nothing with the simulation that the project ships, so that the
two can disagree.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.flights import Flight, states_at
from tocsin.config.site import Site
from tocsin.geo.frame import LocalFrame
from tocsin.model.detections import Detections
from tocsin.units import NANOSECONDS_PER_SECOND, BoolArray, FloatArray, IntArray

START_NS = 1_700_000_000 * NANOSECONDS_PER_SECOND
_ORIGIN = {"latitude_deg": 47.0, "longitude_deg": 8.0, "altitude_m": 0.0}
FRAME = LocalFrame.from_degrees(47.0, 8.0, 0.0)
FLAT = {"altitude_m": 0.0, "altitude_sigma_m": 1.0, "vertical_speed_sigma_mps": 0.01}
"""What a prior says where all fly on the ground: so that 2-D figures compare."""

Columns = dict[str, Any]
Sees = Callable[[FloatArray, FloatArray], BoolArray]
"""From times (k,) [s] and states (k, n, 6): whether the sensor can see each object then, (k, n)."""


@dataclass(frozen=True)
class Instrument:
    """One sensor as it truly is. `measures` are components: range, azimuth, elevation, place, heard.

    `pd` are (slant range [m], detection probability) points, linear in between and 0 beyond `max_range_m`.
    `believed` is what the site file says otherwise; biases are what it doesn't say.
    """

    name: str
    kind: str
    measures: frozenset[str]
    period_s: float
    pd: tuple[tuple[float, float], ...]
    max_range_m: float
    false_per_look: float
    position_m: tuple[float, float, float] = (0.0, 0.0, 0.0)
    first_look_s: float = 0.0
    range_sigma_m: float = 25.0
    azimuth_sigma_deg: float = 0.2
    elevation_sigma_deg: float = 0.5
    max_elevation_deg: float = 90.0
    position_sigma_m: float = 10.0
    resolution: tuple[float, float] | None = None  # range [m] and azimuth [deg] of a cell that gives one plot
    copies: float = 0.0  # share of plots with a copy behind them ...
    copy_excess_m: float = 200.0  # ... so much farther in the mean ...
    copy_hold_s: float = 60.0  # ... which is another after about so long
    sound_mps: float = math.inf
    azimuth_bias_deg: float = 0.0
    time_bias_s: float = 0.0
    believed: Mapping[str, object] = field(default_factory=dict)

    def section(self) -> dict[str, object]:
        """Its table of the site file."""
        latitude, longitude, altitude = FRAME.to_geodetic(self.position_m)
        section: dict[str, object] = {
            "name": self.name,
            "kind": self.kind,
            "latitude_deg": math.degrees(float(latitude)),
            "longitude_deg": math.degrees(float(longitude)),
            "altitude_m": float(altitude),
            "period_s": self.period_s,
            "range_sigma_m": self.range_sigma_m,
            "azimuth_sigma_deg": self.azimuth_sigma_deg,
            "elevation_sigma_deg": self.elevation_sigma_deg,
            "position_sigma_m": self.position_sigma_m,
            "detection_probability": list(self.pd),
            "max_range_m": self.max_range_m,
            "false_detections_per_scan": self.false_per_look,
        }
        if "elevation" in self.measures:
            section |= {"min_elevation_deg": -1.0, "max_elevation_deg": self.max_elevation_deg}
        if math.isfinite(self.sound_mps):
            section["propagation_speed_mps"] = self.sound_mps
        return section | dict(self.believed)

    def looks_s(self, seconds: float) -> FloatArray:
        """When it looks."""
        return np.arange(self.first_look_s, seconds, self.period_s)

    def seen_with(self, slant_m: FloatArray) -> FloatArray:
        """Detection probability at slant ranges of any shape."""
        ranges, values = np.array(self.pd).T
        return np.where(slant_m <= self.max_range_m, np.interp(slant_m, ranges, values), 0.0)


def site_with(instruments: Iterable[Instrument], prior: Mapping[str, object]) -> Site:
    """A site file with these sensors."""
    sections = [instrument.section() for instrument in instruments]
    return Site.model_validate({"site": _ORIGIN | {"name": "scene"}, "prior": prior, "sensors": sections})


def everything(_: FloatArray, states: FloatArray) -> BoolArray:
    """Nothing stands in the way."""
    return np.ones(states.shape[:2], bool)


def reports(
    instrument: Instrument,
    number: int,
    flights: Sequence[Flight],
    seconds: float,
    rng: np.random.Generator,
    sees: Sees = everything,
    identities: Sequence[str] = (),
) -> Columns:
    """Columns of all that the sensor reports in so many seconds.

    identities (n,) are what the objects call themselves where it is a place that they report.
    """
    time_s = instrument.looks_s(seconds)
    states = _perceived(instrument, flights, time_s)
    slant = np.linalg.norm(states[..., :3] - instrument.position_m, axis=-1)
    chance = rng.random(slant.shape)
    found = (chance < instrument.seen_with(slant)) & sees(time_s, states)  # NaN: what isn't there isn't found
    false = rng.poisson(instrument.false_per_look, len(time_s))
    if "heard" in instrument.measures:
        heard = found.any(axis=1) | (false > 0)
        return _dated(instrument, number, time_s, np.arange(len(time_s)), {"heard": heard.astype(np.int8)})
    look, which = np.nonzero(found)
    true = _measured(instrument, states[look, which, :3])
    if "place" in instrument.measures and len(identities):
        true["identity"] = np.array(identities, dtype=object)[which]
    wrong_look = np.repeat(np.arange(len(time_s)), false)
    wrong = _made_up(instrument, len(wrong_look), rng)
    noise = {name: sigma * rng.standard_normal(len(look)) for name, sigma in _errors(instrument).items()}
    seen: Columns = {name: true[name] + noise[name] if name in noise else true[name] for name in true}
    if instrument.resolution is not None:
        look, seen = _one_for_each_cell(look, seen, instrument.resolution)
    if instrument.copies > 0.0:
        look, seen = _with_copies(instrument, look, which, len(flights), seen, rng)
    columns: Columns = {name: np.concatenate([seen[name], wrong[name]]) for name in true}
    looks = np.concatenate([look, wrong_look])
    if "place" in instrument.measures:
        columns = _as_geodetic(columns)
    return _dated(instrument, number, time_s[looks], looks, columns)


def _perceived(instrument: Instrument, flights: Sequence[Flight], time_s: FloatArray) -> FloatArray:
    """States (k, n, 6) as the sensor meets them at its times: sound tells where an object was."""
    states = states_at(flights, time_s)
    if not math.isfinite(instrument.sound_mps):
        return states
    for _ in range(4):  # each round errs less by the ratio of the speeds
        delay = np.linalg.norm(states[..., :3] - instrument.position_m, axis=-1) / instrument.sound_mps
        sent = [flight.at(time_s - late) for flight, late in zip(flights, delay.T, strict=True)]
        states = np.stack(sent, axis=1) if sent else states
    return states


def _local(instrument: Instrument, place: FloatArray) -> FloatArray:
    """Places (m, 3) along the sensor's own east, north and up, from it."""
    latitude, longitude, altitude = FRAME.to_geodetic(instrument.position_m)
    position, rotation = FRAME.station(LocalFrame(float(latitude), float(longitude), float(altitude)))
    return (place - position) @ rotation.T


def _measured(instrument: Instrument, place: FloatArray) -> Columns:
    """Exact values of what it measures of places (m, 3), with its bias."""
    if "place" in instrument.measures:
        return dict(zip(("east", "north", "up"), place.T, strict=True)) | {"identity": _nobody(len(place))}
    east, north, up = _local(instrument, place).T
    azimuth = np.arctan2(east, north) + math.radians(instrument.azimuth_bias_deg)
    values = {
        "range": np.sqrt(east**2 + north**2 + up**2),
        "azimuth": azimuth,
        "elevation": np.arctan2(up, np.hypot(east, north)),
    }
    return {_COLUMN[name]: value for name, value in values.items() if name in instrument.measures}


_COLUMN = {"range": "range_m", "azimuth": "azimuth_rad", "elevation": "elevation_rad"}


def _nobody(count: int) -> Any:
    return np.full(count, "", dtype=object)


def _errors(instrument: Instrument) -> dict[str, float]:
    return {
        "range_m": instrument.range_sigma_m,
        "azimuth_rad": math.radians(instrument.azimuth_sigma_deg),
        "elevation_rad": math.radians(instrument.elevation_sigma_deg),
        "east": instrument.position_sigma_m,
        "north": instrument.position_sigma_m,
        "up": instrument.position_sigma_m,
    }


def _one_for_each_cell(
    look: IntArray, seen: Columns, resolution: tuple[float, float]
) -> tuple[IntArray, Columns]:
    """Plots (k,) of which those of one look inside one cell are one, in their middle.

    The nearest opens a cell, and takes in all that are no farther behind or beside it than the resolution.
    """
    size_m, size_rad = resolution[0], math.radians(resolution[1])
    cell, left = np.full(len(look), -1), np.lexsort((seen["range_m"], look))
    cells = 0
    while len(left):
        first = left[0]
        beside = np.abs(np.angle(np.exp(1j * (seen["azimuth_rad"][left] - seen["azimuth_rad"][first]))))
        behind = seen["range_m"][left] - seen["range_m"][first]
        inside = (look[left] == look[first]) & (behind < size_m) & (beside < size_rad)
        cell[left[inside]], left, cells = cells, left[~inside], cells + 1
    first_of = np.array([np.flatnonzero(cell == c)[0] for c in range(cells)], dtype=np.int64)
    count = np.bincount(cell, minlength=cells)
    turned = np.exp(1j * seen["azimuth_rad"])
    merged = {name: np.bincount(cell, values, cells) / count for name, values in seen.items()}
    merged["azimuth_rad"] = np.angle(np.bincount(cell, turned.real) + 1j * np.bincount(cell, turned.imag))
    return look[first_of], merged


def _with_copies(
    instrument: Instrument, look: IntArray, which: IntArray, objects: int, seen: Columns,
    rng: np.random.Generator,
) -> tuple[IntArray, Columns]:  # fmt: skip
    """Plots and their copies: in the same direction, farther by an excess that is exponential over objects
    and changes slowly; errors of their own."""
    looks = int(look.max(initial=-1)) + 1
    turn = 0.5 * math.pi * np.arange(looks)[:, None, None] * instrument.period_s / instrument.copy_hold_s
    knot = (turn // (0.5 * math.pi)).astype(np.int64)[:, 0, 0]
    drawn = rng.standard_normal((knot.max(initial=0) + 2, 2, objects))
    turn = turn - 0.5 * math.pi * knot[:, None, None]
    normal = np.cos(turn) * drawn[knot] + np.sin(turn) * drawn[knot + 1]
    # The sum of two squares of normal values, halved, is exponential.
    excess_m = instrument.copy_excess_m * 0.5 * (normal**2).sum(axis=1)
    has = np.flatnonzero(rng.random(len(look)) < instrument.copies)
    copies = {name: values[has].copy() for name, values in seen.items()}
    copies["range_m"] += excess_m[look[has], which[has]]
    for name, sigma in _errors(instrument).items():
        if name in copies:
            copies[name] += sigma * rng.standard_normal(len(has))
    return np.concatenate([look, look[has]]), {
        name: np.concatenate([values, copies[name]]) for name, values in seen.items()
    }


def _made_up(instrument: Instrument, count: int, rng: np.random.Generator) -> Columns:
    """False detections: uniform over the ground that is covered, and over the elevations."""
    distance = instrument.max_range_m * np.sqrt(rng.random(count))
    azimuth = rng.uniform(-math.pi, math.pi, count)
    elevation = rng.uniform(math.radians(-1.0), math.radians(instrument.max_elevation_deg), count)
    if "place" in instrument.measures:
        offset = np.column_stack([distance * np.sin(azimuth), distance * np.cos(azimuth), np.zeros(count)])
        place = offset + instrument.position_m
        return dict(zip(("east", "north", "up"), place.T, strict=True)) | {"identity": _nobody(count)}
    values = {"range": distance, "azimuth": azimuth, "elevation": elevation}
    return {_COLUMN[name]: value for name, value in values.items() if name in instrument.measures}


def _as_geodetic(columns: Columns) -> Columns:
    place = np.column_stack([columns.pop(axis) for axis in ("east", "north", "up")])
    latitude, longitude, altitude = FRAME.to_geodetic(place)
    return columns | {"latitude_rad": latitude, "longitude_rad": longitude, "altitude_m": altitude}


def _dated(instrument: Instrument, number: int, time_s: FloatArray, look: Any, columns: Columns) -> Columns:
    """Adds when, by whom and in which look; what a sensor's clock says is what the tracker is told."""
    stamp_s = time_s + instrument.time_bias_s
    time_ns = START_NS + np.rint(stamp_s * 1e6).astype(np.int64) * 1000
    return columns | {"time_ns": time_ns, "sensor": np.full(len(time_ns), number), "scan": look}


def together(parts: Sequence[Columns]) -> Detections:
    """The reports of all sensors, in order of time."""
    every = Detections.concatenate([Detections.of(**part) for part in parts])
    return every.take(np.argsort(every.time_ns, kind="stable"))
