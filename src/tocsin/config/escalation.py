"""Who answers for an alert: units, and the chains in which an alert goes from one to the next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from tocsin.config.section import Name, Section
from tocsin.model.alerts import Level

Wait = Annotated[float, Field(ge=0, le=86_400)]


class Unit(Section):
    """Those who answer for alerts together, such as the watch of a town."""

    name: Name
    """Unique among the units."""
    role: Name = "duty officer"
    """As whom the public is told that it confirmed: a role, never a person's name."""


class Chain(Section):
    """The units that an alert is owned by, one after the other, until one acknowledges it."""

    zones: tuple[str, ...] = ()
    """Names of the zones it is for; empty: all that no other chain names."""
    units: Annotated[tuple[str, ...], Field(min_length=1, max_length=32)]
    """Names of units; the first owns an alert when it is issued."""
    watch_acknowledge_s: Wait = 0.0
    """A watch that nobody acknowledges for so long goes to the next unit; 0: it waits [s]."""
    advisory_acknowledge_s: Wait = 300.0
    """The same of an advisory [s]."""
    warning_acknowledge_s: Wait = 60.0
    """The same of a warning [s]."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if twice := _twice(self.units):
            raise ValueError(f"units: {twice!r} stands twice in one chain; an alert would go in a circle")
        waits = [(level, self.acknowledge_s(level)) for level in sorted(Level, reverse=True)]
        given = [(level, wait_s) for level, wait_s in waits if wait_s > 0]
        for (louder, long_s), (quieter, short_s) in pairwise(given):
            if long_s > short_s:
                raise ValueError(
                    f"{louder.word}_acknowledge_s ({long_s:g}) is longer than {quieter.word}_acknowledge_s "
                    f"({short_s:g}): what is louder may not wait longer"
                )
        if waits[0][1] == 0 and given:
            raise ValueError("warning_acknowledge_s is 0: a warning would wait, and what is quieter not")
        return self

    def acknowledge_s(self, level: Level) -> float:
        """How long an alert of a level may wait for an answer; 0: for ever [s]."""
        by_level = {
            Level.WATCH: self.watch_acknowledge_s,
            Level.ADVISORY: self.advisory_acknowledge_s,
            Level.WARNING: self.warning_acknowledge_s,
        }
        return by_level[level]


DEFAULT_UNITS = (Unit(name="duty"),)
"""Where a site file has no units, one answers for everything."""


def chains_or_default(chains: tuple[Chain, ...], units: Sequence[Unit]) -> tuple[Chain, ...]:
    """The chains of a file, or one of its only unit."""
    return chains or (Chain(units=(units[0].name,)),)


def check_chains(chains: Sequence[Chain], units: Sequence[Unit], zones: Iterable[str]) -> None:
    """Raises ValueError, which names chains that contradict each other, or a name that is not in the file."""
    known, all_zones = [unit.name for unit in units], list(zones)
    if twice := _twice(known):
        raise ValueError(f"units: the name {twice!r} is given twice; names must be unique")
    if not chains and len(known) > 1:
        raise ValueError("units: there are several and no [[chains]] that says in which order they answer")
    for chain in chains:
        for what, names, there in (("unit", chain.units, known), ("zone", chain.zones, all_zones)):
            if missing := sorted(set(names) - set(there)):
                raise ValueError(f"chains: one names a {what} {missing[0]!r} that is not in the file")
    if twice := _twice([zone for chain in chains for zone in chain.zones]):
        raise ValueError(f"chains: two are for the zone {twice!r}: who would own its alerts?")
    others = [chain for chain in chains if not chain.zones]
    if len(others) > 1:
        raise ValueError("chains: two are for all zones; give one of them the zones that it is for")
    named = {zone for chain in chains for zone in chain.zones}
    if chains and not others and (lonely := [zone for zone in all_zones if zone not in named]):
        raise ValueError(f"chains: none is for the zone {lonely[0]!r}; name it, or give one without zones")


def chain_of(chains: Sequence[Chain], zone: str) -> Chain:
    """The chain of a zone, of chains that were checked."""
    return next((chain for chain in chains if zone in chain.zones), None) or next(
        chain for chain in chains if not chain.zones
    )


def _twice(names: Sequence[str]) -> str | None:
    return next((name for k, name in enumerate(names) if name in names[:k]), None)
