"""`tocsin sighting`: tells the running service what a person saw."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli.examples import examples
from tocsin.cli.options import Json

_EXAMPLES = examples(
    "tocsin sighting --at -47.01,-127.02 --direction NE --what drone",
    "tocsin sighting --at -47.01,-127.02 --direction 230 --elevation 20 --what fixed_wing --sure certain",
    "tocsin schema sighting        the same as a message, by MQTT or POST /v1/sightings",
)


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("sighting", epilog=_EXAMPLES)(sighting)


_At = Annotated[
    str, typer.Option("--at", metavar="LAT,LON", help="Where the person stands.", show_default=False)
]
_Direction = Annotated[
    str,
    typer.Option(
        "--direction", metavar="DEG|N..NNW", show_default=False,
        help="Where it was seen, clockwise from true north, or one of 16 points of the compass.",
    ),
]  # fmt: skip
_What = Annotated[
    str,
    typer.Option(
        "--what", metavar="WHAT", help="drone, fixed_wing, helicopter, bird or unknown.", show_default=False
    ),
]
_Elevation = Annotated[
    float | None,
    typer.Option("--elevation", metavar="DEG", help="Up from the horizontal.", show_default=False),
]
_Sure = Annotated[str, typer.Option("--sure", help="certain, likely or unsure.")]
_Time = Annotated[
    str | None,
    typer.Option("--time", metavar="UTC", help="ISO 8601 with Z; absent: now.", show_default=False),
]
_Site = Annotated[
    Path | None, typer.Option("--site", metavar="SITE", help="Its service is told.", show_default=False)
]
_Port = Annotated[int | None, typer.Option("--port", help="Of the running service.")]


def sighting(
    at: _At,
    direction: _Direction,
    what: _What,
    elevation: _Elevation = None,
    sure: _Sure = "likely",
    time: _Time = None,
    site: _Site = None,
    port: _Port = None,
    as_json: Json = False,
) -> None:
    """Tell the running service what a person saw.

    It counts for the sensor of kind `sighting` that stands nearest. Who it was is not asked, and where the
    person stands is forgotten as soon as the direction is carried over to that sensor.
    """
    from tocsin.cli.console import print_json
    from tocsin.cli.words import plain
    from tocsin.formats.nodes import Sighting, decode_as, encode_node_message
    from tocsin.runtime.service_client import port_of, tell

    latitude_deg, longitude_deg = _place(at)
    told: dict[str, Any] = {
        "v": 1, "latitude_deg": latitude_deg, "longitude_deg": longitude_deg, "elevation_deg": elevation,
        "what": what, "sure": sure, "time": time, **_direction(direction),
    }  # fmt: skip
    message = decode_as(Sighting, json.dumps(told).encode())
    answer = tell(port_of(site, port), "sightings", encode_node_message(message))
    if as_json:
        print_json(answer)
    elif answer["used"]:
        typer.echo(f"taken, as a bearing of {answer['sensor']}")
    else:
        typer.echo(f"counted and not used: {plain(answer['refused'])}")


def _place(text: str) -> tuple[float, float]:
    try:
        latitude_deg, longitude_deg = (float(part) for part in text.split(","))
    except ValueError:
        told = f"{text!r} is not two numbers, as in -47.01,-127.02"
        raise typer.BadParameter(told, param_hint="--at") from None
    return latitude_deg, longitude_deg


def _direction(text: str) -> dict[str, float | str]:
    try:
        return {"azimuth_deg": float(text)}
    except ValueError:
        return {"direction": text.upper()}
