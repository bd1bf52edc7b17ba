"""`tocsin alert list`, `show` and `why`: of the running service, or of a recording."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.examples import examples
from tocsin.cli.exits import say
from tocsin.cli.options import AlertId, Json, ServicePort, ServiceSite
from tocsin.errors import InvalidInput

if TYPE_CHECKING:
    from tocsin.recording.recording import Recording

InDirectory = Annotated[
    Path | None,
    typer.Option("--in", metavar="DIR", help="A recording or a report, not the service.", show_default=False),
]


def register(commands: typer.Typer) -> None:
    """Adds the commands."""
    commands.command(
        "list",
        epilog=examples("tocsin alert list", "tocsin alert list --in demo", "tocsin alert list --json"),
    )(list_alerts)
    commands.command(
        "show", epilog=examples("tocsin alert show A-7K3QX2", "tocsin alert show A-7K3QX2 --in demo")
    )(show)
    commands.command(
        "why",
        epilog=examples(
            "tocsin alert why A-7K3QX2 --in demo                   its first message of its loudest level",
            "tocsin alert why A-7K3QX2 --version 3 --in demo       another one",
            "tocsin alert why A-7K3QX2 --in demo --json",
        ),
    )(why)


def list_alerts(
    directory: InDirectory = None, site: ServiceSite = None, port: ServicePort = None, as_json: Json = False
) -> None:
    """What is warned of: the open alerts of the service with who answers for them, or all of a recording."""
    from tocsin.cli.console import output, print_json
    from tocsin.cli.view_desk import open_table, recorded_table

    if directory is None:
        from tocsin.clock import WallClock
        from tocsin.runtime.service_client import ask, port_of

        rows = ask(port_of(site, port), "alerts")
        table = open_table(rows, WallClock().now_ns() / 1e9)
        none = "nothing is warned of now; `tocsin sensors list` tells whether the sensors see at all"
    else:
        with _recording(directory) as recording:
            rows = [messages[-1] for messages in _by_alert(recording).values()]
        table = recorded_table(rows)
        none = "the recording has no alert: no rule of its site file was met"
    if as_json:
        print_json(rows)
        return
    output().print(table)
    if not rows:
        say(none)


def show(
    alert: AlertId, directory: InDirectory = None, site: ServiceSite = None, port: ServicePort = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """All messages of one alert and, from the service, all that was done about it and by whom."""
    from tocsin.cli.console import output, print_json
    from tocsin.cli.view_desk import story_lines

    if directory is None:
        from tocsin.runtime.service_client import ask, port_of

        story = ask(port_of(site, port), f"alerts/{alert}")
    else:
        with _recording(directory) as recording:
            messages = _messages(recording, alert)
        story = {"alert_id": messages[-1]["alert_id"], "messages": messages, "actions": None}
    if as_json:
        print_json(story)
        return
    for line in story_lines(story):
        output().print(line)


def why(
    alert: AlertId,
    directory: InDirectory = None,
    version: Annotated[
        int | None,
        typer.Option("--version", min=1, help="Which message; absent: the first of its loudest level."),
    ] = None,
    site: ServiceSite = None, port: ServicePort = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Why a message was sent: its rule, its tracks, what was predicted, and the detections behind it.

    All of it is read from what was recorded, with the time that each step took; nothing is computed again.
    """
    from dataclasses import asdict

    from tocsin.cli.console import output, print_json
    from tocsin.cli.view_why import why_lines

    if directory is None:
        from tocsin.runtime.service_client import ask, port_of

        chosen = "" if version is None else f"?version={version}"
        answer = ask(port_of(site, port), f"alerts/{alert}/why{chosen}")
    else:
        from tocsin.recording.why import evidence_of
        from tocsin.recording.why import why as explained

        with _recording(directory) as recording:
            message = _chosen(_messages(recording, alert), version)
            answer = asdict(explained(evidence_of(recording), message))
    if as_json:
        print_json(answer)
        return
    for line in why_lines(answer):
        output().print(line)


@contextmanager
def _recording(directory: Path) -> Iterator[Recording]:
    """That of a directory, or of a report."""
    from tocsin.recording.recording import Recording
    from tocsin.recording.unpacking import unpacked

    with unpacked(directory) as found:
        yield Recording(found)


def _by_alert(recording: Recording) -> dict[str, list[dict[str, Any]]]:
    """The messages of each alert in the order of issue; alerts in that of their first message."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in recording.alerts().to_pylist():
        found.setdefault(row["alert_id"], []).append(row)
    return found


def _messages(recording: Recording, alert: str) -> list[dict[str, Any]]:
    from tocsin.alerting.names import alert_named, nearest

    known = _by_alert(recording)
    name = alert_named(alert, known)
    if name is None:
        near = f"nearest to it: {', '.join(nearest(alert, known))}; " if known else ""
        hint = f"{near}`tocsin alert list --in {recording.directory}` shows them"
        raise InvalidInput(f"there is no alert {alert!r} in {recording.directory}; {hint}")
    return known[name]


def _chosen(messages: list[dict[str, Any]], version: int | None) -> dict[str, Any]:
    from tocsin.recording.why import chosen

    return chosen(messages, version)
