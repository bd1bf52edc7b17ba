"""Finds what no single setting shows: names in a scenario file that name nothing, figures that contradict."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from tocsin.config.kinds import SensorKind
from tocsin.config.toml import Location
from tocsin.errors import Problem
from tocsin.simulation.scenario_file import ScenarioFile

NOISY_KINDS = frozenset({SensorKind.RADAR, SensorKind.DIRECTION_FINDER, SensorKind.MICROPHONE})

_Found = Iterator[tuple[Location, str, str]]


def wrong_references(file: ScenarioFile, lines: dict[Location, int]) -> list[Problem]:
    """Every such problem, with the line of the key where `lines` has it."""
    found = [*_sensors(file), *_objects(file), *_world(file), *_zones(file)]
    return [
        Problem(".".join(str(part) for part in location), what, remedy, _line(location, lines))
        for location, what, remedy in found
    ]


def nearest(name: str, known: Iterable[str]) -> str:
    """A remedy for a name that is not known: the nearest one, or all of them."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return f"Did you mean {close[0]!r}?" if close else f"Known: {', '.join(names) or 'none'}."


def _line(location: Location, lines: dict[Location, int]) -> int | None:
    return next(
        (lines[location[:end]] for end in range(len(location), 0, -1) if location[:end] in lines), None
    )


def _sensors(file: ScenarioFile) -> _Found:
    for number, sensor in enumerate(file.sensors):
        if sensor.latitude_deg is None:
            yield ("sensors", number), "no position", "Give latitude_deg and longitude_deg."


def _objects(file: ScenarioFile) -> _Found:
    yield from _twice("objects", [section.name for section in file.objects])
    for number, section in enumerate(file.objects):
        here = ("objects", number)
        known = file.classes.get(section.class_name)
        if known is None:
            remedy = nearest(section.class_name, file.classes)
            yield (*here, "class_name"), f"no class {section.class_name!r}", remedy
            continue
        for key in ("speed_mps", "altitude_m"):
            given, limits = getattr(section, key), getattr(known, key)
            if given is not None and not limits[0] <= given[0] <= given[1] <= limits[1]:
                yield (*here, key), f"beyond its class {section.class_name}", f"Stay within {list(limits)}."
        if section.start_s[0] > file.scenario.duration_s:
            yield (
                (*here, "start_s"),
                "after the end of the scenario",
                f"It ends at {file.scenario.duration_s:g} s.",
            )
        if section.pause_s > 0 and not known.hovers:
            yield (*here, "pause_s"), f"a {section.class_name} cannot stand still", "Set hovers in its class."


def _world(file: ScenarioFile) -> _Found:
    yield from _twice("noise", [section.name for section in file.noise])
    for number, section in enumerate(file.perception):
        for name in sorted(set(section.sensors) - set(file.sensor_names)):
            yield ("perception", number, "sensors"), f"no sensor {name!r}", nearest(name, file.sensor_names)
    for number, noise in enumerate(file.noise):
        if noise.kind not in NOISY_KINDS:
            remedy = f"Possible: {', '.join(sorted(NOISY_KINDS))}."
            yield ("noise", number, "kind"), f"{noise.kind} perceives no noise", remedy


def _zones(file: ScenarioFile) -> _Found:
    known = {zone.name for zone in file.zones}
    for name in sorted(set(file.scenario.threat_zones) - known):
        yield ("scenario", "threat_zones"), f"no zone {name!r}", nearest(name, known)


def _twice(table: str, names: list[str]) -> _Found:
    for number, name in enumerate(names):
        if name in names[:number]:
            yield (table, number, "name"), f"the name {name!r} is given twice", "Names must be unique."
