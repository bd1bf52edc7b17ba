"""Options that several commands share."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer


def _finite(value: float | None) -> float | None:
    if value is not None and not math.isfinite(value):
        raise typer.BadParameter("must be a finite number")
    return value


Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an earlier recording in DIR.")]
Seed = Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Which of the possible runs.")]
Speed = Annotated[
    float,
    typer.Option(
        "--speed", metavar="X", min=0, callback=_finite, help="Times real time; 0 is as fast as it goes."
    ),
]
DemoSpeed = Annotated[
    float | None,
    typer.Option(
        "--speed",
        metavar="X",
        min=0,
        callback=_finite,
        show_default=False,
        help="Times real time; 0 is as fast as it goes. Default: about a minute for all; headless 0.",
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", metavar="N", min=1, help="Runs at once.", show_default="one for each processor"),
]
RunLogFile = Annotated[
    Path | None,
    typer.Option(
        "--log",
        metavar="FILE",
        help="Keeps each run that is done, which is not run again.",
        show_default=False,
    ),
]
AlertId = Annotated[str, typer.Argument(metavar="ALERT", help="The alert, as A-7K3QX2.", show_default=False)]
ServiceSite = Annotated[
    Path | None,
    typer.Option("--site", metavar="SITE", help="Its service is asked.", show_default=False),
]
ServicePort = Annotated[
    int | None, typer.Option("--port", help="Of the running service; absent: the site file's, or the usual.")
]
