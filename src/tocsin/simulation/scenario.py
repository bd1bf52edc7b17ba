"""A scenario: the site that the tracker is told of, and the world that it is not told of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Site
from tocsin.config.toml import key_lines, parse
from tocsin.errors import InvalidFile
from tocsin.simulation.flyers import ClassSection, ObjectSection
from tocsin.simulation.perception import NoiseSection, PerceptionSection
from tocsin.simulation.references import wrong_references
from tocsin.simulation.scenario_file import Header, ScenarioFile, Wind
from tocsin.units import seconds_to_nanoseconds


@dataclass(frozen=True, slots=True)
class Scenario:
    """A valid scenario: `site` is what the tracker is told, all else is the world that it is not told."""

    header: Header
    site: Site
    wind: Wind
    classes: dict[str, ClassSection]
    objects: tuple[ObjectSection, ...]
    perception: tuple[PerceptionSection, ...]
    noise: tuple[NoiseSection, ...]

    @property
    def start_ns(self) -> int:
        """UTC nanoseconds, on a whole microsecond."""
        return seconds_to_nanoseconds(self.header.start_utc.timestamp())

    @property
    def end_ns(self) -> int:
        """UTC nanoseconds."""
        return self.start_ns + seconds_to_nanoseconds(self.header.duration_s)

    def without(self, kind: SensorKind) -> Scenario:
        """The same world with no sensor of one kind; what the others perceive is the same, bit for bit."""
        kept = tuple(sensor for sensor in self.site.sensors if sensor.kind is not kind)
        names = {sensor.name for sensor in kept}
        perception = (
            section.model_copy(update={"sensors": tuple(name for name in section.sensors if name in names)})
            for section in self.perception
        )
        return replace(
            self,
            site=self.site.model_copy(update={"sensors": kept}),
            perception=tuple(section for section in perception if section.sensors or section.kind),
        )


def parse_scenario(text: str, path: Path) -> Scenario:
    """Validates the text of a scenario file; `path` is only named in errors.

    Raises `InvalidFile` with every problem, its line and the nearest right key or name.
    """
    file = parse(text, path, ScenarioFile)
    if problems := wrong_references(file, key_lines(text)):
        raise InvalidFile(path, problems)
    site = Site(
        site=file.site,
        service=file.service,
        prior=file.prior,
        winds=file.winds,
        sensors=file.sensors,
        zones=file.zones,
        rules=file.rules,
    )
    return Scenario(file.scenario, site, file.wind, file.classes, file.objects, file.perception, file.noise)
