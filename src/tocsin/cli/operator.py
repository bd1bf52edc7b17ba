"""`tocsin operator`: who may act on alerts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.examples import examples
from tocsin.cli.exits import QuickGroup, say
from tocsin.cli.options import Json
from tocsin.errors import InvalidInput, UnusableFile

if TYPE_CHECKING:
    from tocsin.config.site import Site

_commands = typer.Typer(
    cls=QuickGroup,
    help="Who may act on alerts: names, units and tokens.",
    epilog=examples(
        "tocsin operator add anna --unit duty --site site.toml --out anna.token",
        "tocsin operator list --site site.toml",
        "tocsin operator remove anna --site site.toml",
    ),
    no_args_is_help=True,
    rich_markup_mode=None,
)
SiteFile = Annotated[Path, typer.Option("--site", metavar="SITE", help="The site file.", show_default=False)]
Name = Annotated[
    str, typer.Argument(metavar="NAME", help="A user name; it goes into the audit.", show_default=False)
]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(_commands, name="operator")


@_commands.command(
    "add",
    epilog=examples(
        "tocsin operator add anna --unit duty --site site.toml --out anna.token",
        "tocsin operator add ben --unit duty --site site.toml --json",
    ),
)
def add(
    name: Name,
    unit: Annotated[
        str, typer.Option("--unit", metavar="UNIT", help="One of the site's units.", show_default=False)
    ],
    site: SiteFile,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Where the token goes, for you only; absent: stdout."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Add an operator and give the token, once: it is kept nowhere else, only a hash of it.

    Give the token to its operator and to nobody else. A running service knows it at once. A site file
    without [[units]] has one unit, `duty`.
    """
    from tocsin.alerting.names import named
    from tocsin.cli.console import print_json
    from tocsin.runtime.operators import NameTaken, add_operator

    file, known = _file(site)
    units = [there.name for there in known.units]
    of_unit = named(unit, units)
    if of_unit is None:
        raise InvalidInput(f"there is no unit {unit!r} in {site}; known: {', '.join(units)}")
    if out is not None and out.exists():
        raise UnusableFile(out, "is there already; give another name for the token")
    try:
        token = add_operator(file, name, of_unit)
    except NameTaken as error:
        raise InvalidInput(f"{error}: tocsin operator remove {name} --site {site}") from None
    if out is not None:
        _write_token(out, token)
        say(f"{name} may act for {of_unit}; the token is in {out}, for this user only: --token-file {out}")
    if as_json:
        told = {} if out is not None else {"token": token}
        print_json({"name": name, "unit": of_unit, **told, "file": str(file)})
    elif out is None:
        typer.echo(token)
        how = "Use it with --token-file or TOCSIN_TOKEN"
        say(f"{name} may act for {of_unit}; the token is shown this once. {how}")


@_commands.command(
    "list",
    epilog=examples("tocsin operator list --site site.toml", "tocsin operator list --site site.toml --json"),
)
def list_operators(site: SiteFile, as_json: Json = False) -> None:
    """Who may act on the alerts of a site, and for which unit."""
    from tocsin.cli.console import print_json
    from tocsin.runtime.operators import read_operators

    file, known = _file(site)
    units = {unit.name for unit in known.units}
    found = read_operators(file)
    if as_json:
        print_json([{"name": one.name, "unit": one.unit, "is_known": one.unit in units} for one in found])
        return
    for one in found:
        typer.echo(f"{one.name:<20} {one.unit}{'' if one.unit in units else ' (not in the site file)'}")
    if not found:
        say(f"nobody may act on alerts; add one: tocsin operator add NAME --unit UNIT --site {site}")


@_commands.command(
    "remove",
    epilog=examples("tocsin operator remove anna --site site.toml", "tocsin operator list --site site.toml"),
)
def remove(name: Name, site: SiteFile) -> None:
    """Take an operator out; the token is worth nothing from then on."""
    from tocsin.runtime.operators import remove_operator

    remove_operator(_file(site)[0], name)
    say(f"{name} may not act on alerts any more")


def _write_token(file: Path, token: str) -> None:
    """For this user alone from its first byte on."""
    import os

    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(f"{token}\n")
    except OSError as error:
        typer.echo(token)
        raise UnusableFile(file, f"cannot be written ({error.strerror}); the token is on stdout") from None


def _file(site: Path) -> tuple[Path, Site]:
    from tocsin.config.site import Site
    from tocsin.config.toml import load
    from tocsin.runtime.desk_files import operators_file

    known = load(site, Site)
    return operators_file(known, site.parent), known
