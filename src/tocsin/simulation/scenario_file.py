"""What a scenario file holds: the sections of a site file, and those of the world around it."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from tocsin.config.section import Name, Section
from tocsin.config.site import Site
from tocsin.simulation.flyers import ClassSection, ObjectSection
from tocsin.simulation.perception import NoiseSection, PerceptionSection


class Header(Section):
    """What the scenario is about, and when it is."""

    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)
    """What `tocsin simulate` calls it: small letters, digits and hyphens."""
    title: Name
    """One line for people."""
    description: str = ""
    """What happens, and what it is good for."""
    family: Name
    """Scenarios of one family are judged together."""
    start_utc: AwareDatetime
    """Fictional date and time of the start, with its offset from UTC."""
    duration_s: float = Field(gt=0, le=604_800)
    """How long it lasts [s]."""
    threat_zones: tuple[Name, ...] = ()
    """Zones that threats are meant to enter; empty where there is no threat."""


class Wind(Section):
    """Steady over place, height and time, different with the seed."""

    east_mps: float = Field(0.0, ge=-100, le=100)
    """Towards east [m/s]."""
    north_mps: float = Field(0.0, ge=-100, le=100)
    """Towards north [m/s]."""
    sigma_mps: float = Field(0.0, ge=0, le=50)
    """Spread on each axis, 1 sigma [m/s]."""


class ScenarioFile(Site):
    """A scenario file: the sections of a site file, and those of the world around it."""

    scenario: Header
    wind: Wind = Wind()
    classes: dict[Name, ClassSection] = Field(default_factory=dict)
    objects: tuple[ObjectSection, ...] = ()
    perception: tuple[PerceptionSection, ...] = ()
    noise: tuple[NoiseSection, ...] = ()
