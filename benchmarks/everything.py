"""One site file with every kind of sensor, each speaking its own standard over sockets."""

from __future__ import annotations

import json
import math
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.live import broker, broker_port, service, tocsin, with_free_ports
from benchmarks.options import Options
from benchmarks.table import Column, Part, Table, at_least, at_most
from tocsin.config.kinds import SensorKind
from tocsin.recording.recording import Recording
from tocsin.sensors.standing_emitters import EmitterBearing, StandingEmitters
from tocsin.simulation import Simulated, load_scenario, simulate
from tocsin.simulation.library import scenario_text
from tocsin.simulation.retiming import retimed
from tocsin.units import BoolArray, FloatArray, IntArray

SCENARIO = "all-sensors"
IS_LONG = True  # four minutes of real time for each pair of seeds: `python -m benchmarks everything`
NEAR_M = 500.0
SEEDS, QUICK_SEEDS = 4, 1
AT_ONCE = 2  # runs beside each other: a run takes a quarter of a core
SECOND_NS = 1_000_000_000
HELD_S = 5  # a name that stood shorter was that of another object passing by
COLUMNS = ("east_m", "north_m", "velocity_east_mps", "velocity_north_mps")


def describe() -> str:
    return f"""Every kind of sensor at once, each speaking its own standard to `tocsin run` over real sockets.

`tocsin simulate {SCENARIO} --speak` and `tocsin run` as two processes, with a broker, in real time for
four minutes a seed: CAT048 with CAT034, CAT062, CAT021, messages of nodes and people, Remote ID as JSON to a
broker and over TCP, Beast, AVR, aircraft.json, Cursor on Target. Each group of objects is perceived by
another combination of sensors.

Once a second, each confirmed track belongs to the nearest object within {NEAR_M:.0f} m on the plane; one that
has none is false. Seconds count from an object's first detection to its last. *Covered*: there is a track of
it. *Once usable*: the same from its first detection that may be used, as bearings of a transmitter are
withheld until it has shown that it flies; nobody can cover the time before. *Tracks*: in the mean over
seconds with one. *Names*: how many identities its tracks had for {HELD_S} s or
more."""


@dataclass(frozen=True)
class Group:
    """What became of the objects of one name in one run; arrays are by object."""

    seconds: npt.NDArray[np.int64]
    covered: npt.NDArray[np.int64]
    usable_seconds: npt.NDArray[np.int64]
    usable_covered: npt.NDArray[np.int64]
    tracks: npt.NDArray[np.int64]
    names: npt.NDArray[np.int64]
    error_m: FloatArray


def run(options: Options) -> Sequence[Part]:
    seeds = options.seeds(SEEDS, QUICK_SEEDS)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        nights = list(pool.map(one_night, seeds))
    table = Table(
        "By who perceives it",
        [
            Column("objects"),
            Column("number", ".0f"),
            Column("seconds", ",.0f"),
            Column("covered", ".3f"),
            Column("once usable", ".3f"),
            Column("tracks", ".3f"),
            Column("names", ".2f"),
            Column("median error [m]", ".0f"),
        ],
        note=f"Over {len(seeds)} seeds; false tracks in the mean: "
        f"{np.mean([false for _, false in nights]):.2f} at a time.",
    )
    names = sorted({name for groups, _ in nights for name in groups})
    together = {name: _joined([groups[name] for groups, _ in nights if name in groups]) for name in names}
    for name, group in together.items():
        table.add(*_row(name, group))
    everything = _joined(list(together.values()))
    row = _row("all", everything)
    goals = [
        at_least(row[3], 0.95, "covered"),
        at_most(row[5], 1.05, "tracks"),
        at_most(row[6], 1.05, "names"),
    ]
    table.add(*row, goals=goals)
    return [table]


def _row(name: str, group: Group) -> tuple[str, float, float, float, float, float, float, float]:
    covered = group.covered.sum()
    return (
        name, len(group.seconds), group.seconds.sum(), covered / max(group.seconds.sum(), 1),
        group.usable_covered.sum() / max(group.usable_seconds.sum(), 1),
        group.tracks.sum() / max(covered, 1), float(group.names.mean()), float(np.nanmedian(group.error_m)),
    )  # fmt: skip


def _joined(groups: Sequence[Group]) -> Group:
    return Group(
        *(np.concatenate([getattr(group, name) for group in groups]) for name in Group.__match_args__)
    )


def one_night(seed: int, keep: Path | None = None) -> tuple[dict[str, Group], float]:
    """Groups by the name of their objects, and how many false tracks there were in the mean."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = keep or Path(temporary)
        scenario = folder / "scenario.toml"
        scenario.write_text(with_free_ports(scenario_text(SCENARIO)), encoding="utf-8")
        port = broker_port(scenario.read_text(encoding="utf-8"))
        assert port is not None
        tocsin(folder, "simulate", scenario, "--seed", seed, "--out", folder / "planned")
        with broker(folder, port), service(folder, folder / "planned" / "site.toml"):
            said = tocsin(
                folder, "simulate", scenario, "--seed", seed, "--speak", "--out", folder / "spoken", "--json"
            )
            (folder / "said.json").write_text(said.partition("\n")[2], encoding="utf-8")
        return judged(folder)


def judged(folder: Path) -> tuple[dict[str, Group], float]:
    """The same for a night that was recorded."""
    truth, tracks = Recording(folder / "spoken").truth(), Recording(folder / "night").tracks()
    tracks = tracks.sort_by("time_s")  # the pictures of scans that came late stand behind later ones
    sky = Sky(
        np.rint(tracks["time_s"].to_numpy() * 1e6).astype(np.int64) * 1000,
        np.column_stack([tracks[name].to_numpy() for name in COLUMNS]),
        tracks["track_id"].to_numpy(),
    )
    seen = first_and_last_seen(folder)
    tally = {name: Tally() for name in seen}
    false: list[int] = []
    for second_ns in range(int(truth.time_ns.min()), int(truth.time_ns.max()) + 1, SECOND_NS):
        now = truth.take(truth.time_ns == second_ns)
        place_m, names = sky.at(second_ns)
        apart_m = np.linalg.norm(place_m[:, np.newaxis] - now.state[np.newaxis, :, :2], axis=2)
        nearest = apart_m.argmin(axis=1) if len(now) else np.zeros(len(names), dtype=np.int64)
        is_near = apart_m.min(axis=1, initial=np.inf) < NEAR_M
        false.append(int(np.count_nonzero(~is_near)))
        for number, name in enumerate(now.object_id.tolist()):
            if name in seen and seen[name].first_ns <= second_ns <= seen[name].last_ns:
                own = is_near & (nearest == number)
                is_usable = second_ns >= seen[name].usable_ns
                tally[name].count(names[own].tolist(), apart_m[own, number], is_usable)
    groups: dict[str, list[Tally]] = {}
    for name, one in tally.items():
        groups.setdefault(name.rpartition("-")[0], []).append(one)
    return {name: _group(tallies) for name, tallies in groups.items()}, float(np.mean(false))


@dataclass(frozen=True)
class Sky:
    """Rows of a table of tracks; `state` (n, 4) is east, north and their velocities."""

    time_ns: IntArray
    state: FloatArray
    track_id: npt.NDArray[np.object_]

    def at(self, time_ns: int) -> tuple[FloatArray, npt.NDArray[np.object_]]:
        """Places (m, 2) and names of all tracks, carried on from the last picture of the second before."""
        end = int(np.searchsorted(self.time_ns, time_ns, side="right"))
        latest_ns = int(self.time_ns[end - 1]) if end else 0
        start = int(np.searchsorted(self.time_ns, latest_ns)) if time_ns - latest_ns < SECOND_NS else end
        rows = slice(start, end)
        passed_s = (time_ns - self.time_ns[rows, np.newaxis]) / SECOND_NS
        return self.state[rows, :2] + passed_s * self.state[rows, 2:], self.track_id[rows]


@dataclass
class Tally:
    """Of one object, second by second."""

    seconds: int = 0
    covered: int = 0
    usable_seconds: int = 0
    usable_covered: int = 0
    tracks: int = 0
    named: Counter[str] = field(default_factory=Counter)
    errors_m: list[float] = field(default_factory=list)

    def count(self, names: list[str], apart_m: FloatArray, is_usable: bool) -> None:
        """The tracks that are this object's, in one second."""
        self.seconds += 1
        self.covered += bool(names)
        self.usable_seconds += is_usable
        self.usable_covered += is_usable and bool(names)
        self.tracks += len(names)
        self.named.update(names)
        self.errors_m += apart_m.tolist()


def _group(tallies: Sequence[Tally]) -> Group:
    return Group(
        np.array([one.seconds for one in tallies]),
        np.array([one.covered for one in tallies]),
        np.array([one.usable_seconds for one in tallies]),
        np.array([one.usable_covered for one in tallies]),
        np.array([one.tracks for one in tallies]),
        np.array([sum(seconds >= HELD_S for seconds in one.named.values()) for one in tallies]),
        np.array([np.median(one.errors_m) if one.errors_m else np.nan for one in tallies]),
    )


class Seen(NamedTuple):
    """When an object was detected by any sensor; `usable_ns` is the first time that may be used."""

    first_ns: int
    usable_ns: int
    last_ns: int


def first_and_last_seen(folder: Path) -> dict[str, Seen]:
    """When each object was first and last detected: the simulation again, at its time."""
    scenario = load_scenario(folder / "scenario.toml")
    said = json.loads((folder / "said.json").read_text(encoding="utf-8"))
    again = retimed(simulate(scenario, said["seed"]), round(said["start_s"] * 1e6) * 1000)
    time_ns, may_be_used = again.detections.time_ns, not_withheld(again)
    found = {}
    for name in np.unique(again.object_id[again.object_id != ""].astype(str)).tolist():
        own = again.object_id == name
        first_ns, last_ns = int(time_ns[own].min()), int(time_ns[own].max())
        usable_ns = int(time_ns[own & may_be_used].min(initial=last_ns + 1))
        found[name] = Seen(first_ns, usable_ns, last_ns)
    return found


def not_withheld(simulated: Simulated) -> BoolArray:
    """Which detections (n,) are used: all but bearings of transmitters that have not shown that they fly."""
    seen, emitters = simulated.detections, StandingEmitters()
    may_be_used = np.ones(len(seen), dtype=np.bool_)
    settings = [sensor.filled() for sensor in simulated.site.sensors]
    for row in np.argsort(seen.received_ns, kind="stable").tolist():
        sensor = int(seen.sensor[row])
        told = settings[sensor]
        if told.kind is SensorKind.DIRECTION_FINDER and np.isfinite(seen.azimuth_rad[row]):
            assert told.azimuth_sigma_deg is not None and told.elevation_sigma_deg is not None
            bearing = EmitterBearing(
                int(seen.time_ns[row]), float(seen.azimuth_rad[row]), math.radians(told.azimuth_sigma_deg),
                float(seen.elevation_rad[row]), math.radians(told.elevation_sigma_deg),
            )  # fmt: skip
            may_be_used[row] = emitters.refusal(sensor, bearing) is None
    return may_be_used
