"""`tocsin decode`: the messages of a capture, one line each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.examples import examples
from tocsin.cli.exits import existing, say
from tocsin.cli.options import Json

if TYPE_CHECKING:
    from tocsin.cli.decoding import Decoded, Decoding

_EXAMPLES = examples(
    "tocsin decode flight.pcapng                              Remote ID over Wi-Fi or Bluetooth",
    "tocsin decode radar.pcap --json | jq 'select(.range_m)'  ASTERIX CAT048/034, a line of JSON each",
    "tocsin decode flight.pcapng > /dev/null                  only the summary",
)


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("decode", epilog=_EXAMPLES)(decode)


def decode(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="pcap, pcapng or raw ASTERIX.", show_default=False)
    ],
    unmask: Annotated[
        bool, typer.Option("--unmask", help="Show personal data: serial numbers, operators, addresses.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Print the messages of a capture, one line each.

    A summary with what was damaged goes to stderr.
    Serial numbers, operators' positions, free texts and transmitters' addresses are masked unless you ask.
    """
    from tocsin.cli.decoding import Decoding
    from tocsin.cli.decoding import as_json as message_as_json

    decoding = Decoding(existing(file))
    try:
        for decoded in decoding.messages():
            data = message_as_json(decoded, unmask)
            typer.echo(json.dumps(data, allow_nan=False) if as_json else _line(decoded, data))
    finally:
        _summary(decoding)


def _line(decoded: Decoded, data: dict[str, Any]) -> str:
    from tocsin.cli.words import clock_time, printable

    told = list(data.items())[7:]  # the first seven stand in front, in words
    fields = " ".join(f"{name}={printable(value)}" for name, value in told if value not in (None, "", False))
    millis = decoded.time_ns // 1_000_000 % 1000
    sender = data["address"] if data["address"] != "masked" else f"sender {decoded.sender}"
    return f"{clock_time(decoded.time_ns)}.{millis:03d} {sender} {decoded.carrier} {decoded.kind} {fields}"


def _summary(decoding: Decoding) -> None:
    from tocsin.cli.words import count, reasons

    say(f"{count(decoding.packets, 'packet')} read, {count(decoding.senders, 'sender')}")
    for kind, number in sorted(decoding.kinds.items()):
        say(f"  {number:,} {kind}, {decoding.distinct[kind]:,} of them distinct")
    if decoding.damaged:
        say(f"  not decoded: {reasons(dict(decoding.damaged))}")
    for remark in decoding.remarks:
        say(f"  {remark}")
