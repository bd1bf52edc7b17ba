"""`tocsin alert ack` and the others that change something, by an operator of the running service."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli.examples import examples
from tocsin.cli.options import AlertId, Json, ServicePort, ServiceSite
from tocsin.errors import InvalidInput, UnusableFile

TOKEN_VARIABLE = "TOCSIN_TOKEN"

TokenFile = Annotated[
    Path | None,
    typer.Option(
        "--token-file", metavar="FILE", show_default=False,
        help=f"File with your token; absent: the variable {TOKEN_VARIABLE}.",
    ),
]  # fmt: skip
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="For the audit; the public never sees it.")]


def register(commands: typer.Typer) -> None:
    """Adds the commands."""
    for name, command, lines in _COMMANDS:
        commands.command(name, epilog=examples(*lines))(command)


def acknowledge(
    alert: AlertId, note: Note = "", token_file: TokenFile = None, site: ServiceSite = None,
    port: ServicePort = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Say that your unit has seen an alert and answers for it: its timer stops.

    When the alert becomes louder it has to be acknowledged anew.
    """
    _do(f"alerts/{alert}/acknowledge", {"note": note}, token_file, site, port, as_json)


def escalate(
    alert: AlertId,
    to: Annotated[
        str, typer.Option("--to", metavar="UNIT", help="Hand it over to this unit; absent: the next.")
    ] = "",
    note: Note = "", token_file: TokenFile = None, site: ServiceSite = None, port: ServicePort = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Pass an alert that your unit owns to the next unit of its chain, or to one that you name.

    That unit owns it from then on, and has the whole time to acknowledge it.
    """
    verb = "hand_over" if to else "escalate"
    body = {"note": note, **({"to_unit": to} if to else {})}
    _do(f"alerts/{alert}/{verb}", body, token_file, site, port, as_json)


def cancel(
    alert: AlertId,
    note: Annotated[
        str, typer.Option("--note", metavar="TEXT", help="Why; only for the audit.", show_default=False)
    ],
    token_file: TokenFile = None, site: ServiceSite = None, port: ServicePort = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Retract an alert that your unit owns, everywhere it was told.

    It stays silent for the site's `cancel_holds_s`. If the rules still hold then, or raise it to a louder
    level before, it is issued anew.
    """
    _do(f"alerts/{alert}/cancel", {"note": note}, token_file, site, port, as_json)


def confirm(
    message: Annotated[
        str, typer.Argument(metavar="MESSAGE", help="The message, as A-7K3QX2-3.", show_default=False)
    ],
    note: Note = "", token_file: TokenFile = None, site: ServiceSite = None, port: ServicePort = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Give one message of an `Actual` site to the public: until then it is a draft.

    Every message is confirmed by itself, and only while it is the latest of its alert.
    """
    alert, dash, version = message.rpartition("-")
    if not dash or not version.isdigit():
        raise InvalidInput(f"{message!r} is no message, as A-7K3QX2-3; `tocsin alert list` shows them")
    _do(f"alerts/{alert}/confirm", {"message": message, "note": note}, token_file, site, port, as_json)


def mark(
    alert: AlertId,
    marked_as: Annotated[
        str,
        typer.Option(
            "--as", metavar="WHAT", help="bird, balloon, light_aircraft or known_flight.", show_default=False
        ),
    ],
    minutes: Annotated[
        float | None,
        typer.Option("--for", metavar="MIN", help="For how long; absent: as the site says.", min=0),
    ] = None,
    track: Annotated[
        list[str] | None, typer.Option("--track", metavar="ID", help="Only these of its tracks.")
    ] = None,
    note: Note = "", token_file: TokenFile = None, site: ServiceSite = None, port: ServicePort = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Say what the object of an alert is: the alert is lowered as far as the rules are about such a thing.

    A known flight stays a watch. When the mark expires or is taken back, the rules hold again.
    """
    body: dict[str, Any] = {"marked_as": marked_as, "track_ids": track or [], "note": note}
    if minutes is not None:
        body["holds_s"] = 60.0 * minutes
    _do(f"alerts/{alert}/mark", body, token_file, site, port, as_json)


def unmark(
    alert: AlertId, note: Note = "", token_file: TokenFile = None, site: ServiceSite = None,
    port: ServicePort = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Take the marks of an alert back, also after they ended it: the rules hold again at once."""
    _do(f"alerts/{alert}/unmark", {"note": note}, token_file, site, port, as_json)


def send_test(
    zone: Annotated[
        str, typer.Option("--zone", metavar="ZONE", help="The zone that is tried; absent: the first.")
    ] = "",
    note: Note = "", token_file: TokenFile = None, site: ServiceSite = None, port: ServicePort = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Send a test alert to all receivers: CAP status Test, never Actual; it ends after five minutes."""
    _do("alerts/test", {"zone": zone, "note": note}, token_file, site, port, as_json)


def _do(
    what: str, body: dict[str, Any], token_file: Path | None, site: Path | None, port: int | None,
    as_json: bool,
) -> None:  # fmt: skip
    from tocsin.cli.console import print_json
    from tocsin.runtime.service_client import port_of, tell

    token = _token(token_file)
    done = tell(port_of(site, port), what, json.dumps(body).encode(), token)
    if as_json:
        print_json(done)
        return
    typer.echo(f"{done['alert_id']}: {done['answer']}")


def _token(file: Path | None) -> str:
    """From a file or the environment: what stands on a command line can be read by everybody."""
    import os

    if file is None:
        token = os.environ.get(TOKEN_VARIABLE, "").strip()
        if not token:
            how = "`tocsin operator add` makes a token"
            raise InvalidInput(f"who asks? Give --token-file FILE, or set {TOKEN_VARIABLE}; {how}")
        return token
    try:
        token = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableFile(file, f"cannot be read ({getattr(error, 'strerror', None) or error})") from None
    if not token:
        raise UnusableFile(file, "holds no token")
    return token


_COMMANDS: tuple[tuple[str, Callable[..., None], tuple[str, ...]], ...] = (
    (
        "ack",
        acknowledge,
        ("tocsin alert ack A-7K3QX2 --token-file anna.token", 'tocsin alert ack A-7K3QX2 --note "on it"'),
    ),
    ("escalate", escalate, ("tocsin alert escalate A-7K3QX2", "tocsin alert escalate A-7K3QX2 --to region")),
    (
        "cancel",
        cancel,
        (
            'tocsin alert cancel A-7K3QX2 --note "a kite, seen by the patrol"',
            'tocsin alert cancel A-7K3QX2 --note "landed" --token-file anna.token',
        ),
    ),
    ("confirm", confirm, ("tocsin alert confirm A-7K3QX2-3", "tocsin alert confirm A-7K3QX2-3 --json")),
    (
        "mark",
        mark,
        ("tocsin alert mark A-7K3QX2 --as bird", "tocsin alert mark A-7K3QX2 --as balloon --for 30"),
    ),
    ("unmark", unmark, ("tocsin alert unmark A-7K3QX2", 'tocsin alert unmark A-7K3QX2 --note "no bird"')),
    ("test", send_test, ("tocsin alert test", "tocsin alert test --zone Village --token-file anna.token")),
)
