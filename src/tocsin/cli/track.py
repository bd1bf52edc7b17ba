"""`tocsin track`: a table of detections in, a table of tracks out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.examples import examples
from tocsin.cli.exits import existing, say
from tocsin.cli.options import Json
from tocsin.errors import UnusableFile

if TYPE_CHECKING:
    from tocsin.runtime.tracking_job import TrackingSummary

_EXAMPLES = examples(
    "tocsin track detections.parquet --site site.toml --out tracks.parquet",
    "tocsin track detections.csv --site site.toml --out tracks.csv",
    "tocsin schema detections                   the columns that are read",
    "tocsin schema tracks                       the columns that are written",
)


_ENDINGS = (".parquet", ".pq", ".csv")


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("track", epilog=_EXAMPLES)(track)


def track(
    detections: Annotated[
        Path, typer.Argument(metavar="DETECTIONS", help="Parquet or CSV.", show_default=False)
    ],
    site: Annotated[
        Path, typer.Option("--site", metavar="SITE", help="The site file (TOML).", show_default=False)
    ],
    out: Annotated[
        Path,
        typer.Option("--out", metavar="FILE", help="Parquet, or CSV if FILE ends so.", show_default=False),
    ],
    as_json: Json = False,
) -> None:
    """Track the objects behind a table of detections.

    Rows that nothing can have measured, and those too late or from the future, are refused and counted.
    """
    from tocsin.cli.console import print_json, progress_bar
    from tocsin.config.site import Site
    from tocsin.config.toml import load

    loaded = load(site, Site)
    existing(detections)
    _require_writable(out, detections)
    if not out.parent.is_dir():
        raise UnusableFile(out, "its folder is not there; make it first")
    with progress_bar() as progress:
        from tocsin.cli.csv_tracks import parquet_for
        from tocsin.cli.warming import make_ready
        from tocsin.runtime.tracking_job import track_file

        make_ready(progress)
        with parquet_for(out) as parquet:
            summary = replace(track_file(detections, loaded, parquet, progress), out=out)
    if as_json:
        print_json(summary.as_json())
    else:
        _show(summary)


def _require_writable(out: Path, detections: Path) -> None:
    """`UnusableFile` where writing tracks would destroy something that is no table of tracks."""
    from tocsin.model.tables import TRACKS
    from tocsin.recording.files import is_table_of

    if out.suffix.lower() not in _ENDINGS:
        raise UnusableFile(out, f"tracks are written as {' or '.join(_ENDINGS)}; give a name that ends so")
    if not out.exists():
        return
    if not out.is_file():
        raise UnusableFile(out, "is no regular file; give another name")
    if out.samefile(detections) or not is_table_of(out, TRACKS):
        raise UnusableFile(out, "is there already and holds no tracks; give another name")


def _show(summary: TrackingSummary) -> None:
    from tocsin.cli.words import count, reasons

    if summary.ignored_columns:
        say(f"columns that the contract does not know were left out: {', '.join(summary.ignored_columns)}")
    if summary.only_bearings and summary.detections:
        say("nothing here places an object: bearings move tracks, but alone they don't start any yet")
    for sensor, found in summary.refused.items():
        say(f"refused, {sensor or 'no sensor named'}: {reasons(found)}")
    typer.echo(
        f"{count(summary.detections, 'detection')} in {count(summary.pictures, 'picture')}, "
        f"{count(summary.tracks_confirmed, 'track')} confirmed, in {summary.wall_s:.1f} s: "
        f"{count(summary.rows, 'row')} in {summary.out}"
    )
