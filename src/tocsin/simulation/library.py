"""The scenarios that come with tocsin, and those in files of one's own."""

from __future__ import annotations

from hashlib import sha256
from importlib import resources
from pathlib import Path

from tocsin.config.toml import read_text
from tocsin.errors import UnusableFile
from tocsin.simulation.references import nearest
from tocsin.simulation.scenario import Scenario, parse_scenario


def scenario_names() -> tuple[str, ...]:
    """The names of the scenarios that come with tocsin, sorted."""
    folder = resources.files("tocsin.simulation").joinpath("scenarios")
    return tuple(sorted(Path(file.name).stem for file in folder.iterdir() if file.name.endswith(".toml")))


def scenario_text(name: str) -> str:
    """The file of a scenario that comes with tocsin, as it stands; a start for one's own."""
    folder = resources.files("tocsin.simulation").joinpath("scenarios")
    return folder.joinpath(f"{name}.toml").read_text(encoding="utf-8")


def load_scenario(name_or_path: str | Path) -> Scenario:
    """A scenario by the name of one that comes with tocsin, or by the path of a file.

    Raises `UnusableFile`, with the nearest name, where there is no such scenario, and `InvalidFile`, with the
    line of every problem, where it is not valid.
    """
    return parse_scenario(*scenario_source(name_or_path))


def scenario_source(name_or_path: str | Path) -> tuple[str, Path]:
    """The text of a scenario and the file it is from; raises `UnusableFile` as `load_scenario` does."""
    name = str(name_or_path)
    if name in scenario_names():
        return scenario_text(name), Path(f"{name}.toml")
    path = Path(name_or_path)
    if not path.exists():
        names = scenario_names()
        shipped = f"Shipped: {', '.join(names)}."
        raise UnusableFile(path, f"no such scenario or file. {nearest(name, names)} {shipped}")
    return read_text(path), path


def scenario_digest(name_or_path: str | Path) -> str:
    """What tells the text of one scenario from any other; raises `UnusableFile` as `load_scenario` does."""
    text, _ = scenario_source(name_or_path)
    return sha256(text.encode()).hexdigest()
