"""`tocsin config`: make, check and show a site file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.examples import examples
from tocsin.cli.exits import INVALID_FILE, QuickGroup, say
from tocsin.cli.options import Json
from tocsin.errors import InvalidFile, UnusableFile

if TYPE_CHECKING:
    from tocsin.config.site import Site

_commands = typer.Typer(
    cls=QuickGroup,
    help="Make, check and show a site file.",
    epilog=examples("tocsin config init my-site.toml", "tocsin config check my-site.toml"),
    no_args_is_help=True,
    rich_markup_mode=None,
)
File = Annotated[Path, typer.Argument(metavar="FILE", help="A site or scenario file.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(_commands, name="config")


@_commands.command(
    "init",
    epilog=examples("tocsin config init my-site.toml", "tocsin config init > my-site.toml"),
)
def init(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="Absent: stdout.", show_default=False)
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace FILE if it is there.")] = False,
) -> None:
    """Write a site file to start from, with every key explained."""
    from tocsin.config.writing import template

    if file is None:
        typer.echo(template(), nl=False)
        return
    if file.exists() and not overwrite:
        raise UnusableFile(file, "is there already; give another name, or --overwrite")
    from tocsin.whole_file import write_whole

    write_whole(file, template().encode())
    say(f"{file} written; fill in your place, sensors and zones, then: tocsin config check {file}")


@_commands.command(
    "check",
    epilog=examples("tocsin config check my-site.toml", "tocsin config check my-scenario.toml --json"),
)
def check(file: File, as_json: Json = False) -> None:
    """Say all that is wrong with a site or scenario file."""
    from tocsin.cli.console import print_json

    try:
        site, kind = _load(file)
    except InvalidFile as error:
        if not as_json:
            raise
        problems = [
            {"line": found.line, "where": found.where, "what": found.what, "remedy": found.remedy}
            for found in error.problems
        ]
        print_json({"file": str(file), "valid": False, "problems": problems})
        raise typer.Exit(INVALID_FILE) from None
    remarks = [*_remarks(site), *(_remarks_on_operators(file, site) if kind == "site" else ())]
    if as_json:
        print_json({"file": str(file), "valid": True, "kind": kind, "remarks": remarks})
        return
    sizes = f"sensors: {len(site.sensors)}, zones: {len(site.zones)}, rules: {len(site.rules)}"
    typer.echo(f"{file}: a valid {kind} file ({site.site.name}; {sizes})")
    for remark in remarks:
        say(f"{file}: {remark}")


@_commands.command(
    "show",
    epilog=examples("tocsin config show my-site.toml", "tocsin config show my-site.toml --json"),
)
def show(file: File, as_json: Json = False) -> None:
    """Print all that holds for a site, with defaults filled in."""
    from tocsin.cli.console import print_json
    from tocsin.config.writing import to_toml

    site, _ = _load(file)
    filled = site.model_copy(update={"sensors": tuple(sensor.filled() for sensor in site.sensors)})
    if as_json:
        print_json(filled.model_dump(mode="json", exclude_none=True))
    else:
        typer.echo(to_toml(filled), nl=False)


@_commands.command(
    "explain",
    epilog=examples("tocsin config explain sensors.input", "tocsin config explain prior"),
)
def explain_key(
    key: Annotated[str, typer.Argument(metavar="KEY", help="As in sensors.input, input, or sensors.")],
    as_json: Json = False,
) -> None:
    """Say what a key of a site file means, its unit, range and default."""
    from dataclasses import asdict

    from tocsin.cli.console import print_json
    from tocsin.config.writing import explain

    found = explain(key)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    for one in found:
        default = " Needed." if one.is_needed else ""
        if one.default not in (None, ""):
            default = f" Default: {one.default}."
        typer.echo(f"[{one.section}] {one.key}: {one.meaning}{default}")


def _load(file: Path) -> tuple[Site, str]:
    """The site of a site or scenario file, and which of both it is."""
    from tocsin.config.site import Site
    from tocsin.config.toml import parse, read_text
    from tocsin.simulation.scenario import parse_scenario

    text = read_text(file)
    if _is_scenario(text):
        return parse_scenario(text, file).site, "scenario"
    return parse(text, file, Site), "site"


def _is_scenario(text: str) -> bool:
    try:
        return "scenario" in tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False


def _remarks(site: Site) -> list[str]:
    """What is allowed and yet probably not meant."""
    remarks = []
    if not site.sensors:
        remarks.append("there are no [[sensors]]: nothing will be seen")
    if not site.zones:
        remarks.append("there are no [[zones]]: nobody will be warned")
    remarks += [
        f"sensor {sensor.name!r} has no position; its detections count only if its bytes tell one"
        for sensor in site.sensors
        if sensor.latitude_deg is None
        and sensor.kind in ("radar", "direction_finder", "microphone", "camera")
    ]
    remarks += _remarks_on_languages(site)
    remarks += _remarks_on_ways(site)
    if site.site.status == "Actual":
        remarks.append("status is Actual: alerts are public once an operator confirms them")
    return remarks


def _remarks_on_languages(site: Site) -> Iterator[str]:
    from tocsin.outputs.alert_texts import load_languages, without_texts

    known = load_languages(site.site.texts_folder)
    wanted = [*site.site.languages, *(zone.language for zone in site.zones)]
    wanted += [tag for receiver in site.receivers for tag in receiver.languages]
    for tag in without_texts(wanted, known):
        yield f"there are no texts in the language {tag!r}, English is sent; there are: {', '.join(known)}"


def _remarks_on_operators(file: Path, site: Site) -> list[str]:
    from tocsin.runtime.desk_files import operators_file
    from tocsin.runtime.operators import of_no_unit

    try:
        return of_no_unit(operators_file(site, file.parent), [unit.name for unit in site.units])
    except UnusableFile as error:
        return [f"nobody can act on alerts: {error}"]


def _remarks_on_ways(site: Site) -> Iterator[str]:
    from tocsin.assessment.classes import CLASSES

    in_the_clear = "sends its password so that anyone on the way can read it; mqtts:// does not"
    for sensor in site.sensors:
        if sensor.password_file and sensor.input.startswith("mqtt:"):
            yield f"sensor {sensor.name!r} {in_the_clear}"
    for receiver in site.receivers:
        if receiver.password_file and receiver.to.startswith(("mqtt:", "http:")):
            yield f"receiver {receiver.name!r} sends its password readable on the way; TLS does not"
    for output in site.outputs:
        if output.password_file and output.to.startswith("mqtt:"):
            yield f"output {output.name!r} {in_the_clear}"
        if unknown := sorted(set(output.classes) - set(CLASSES)):
            yield f"output {output.name!r}: no class is called {unknown[0]!r}; known: {', '.join(CLASSES)}"
