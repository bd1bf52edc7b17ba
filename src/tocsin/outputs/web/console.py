"""The console as a whole: what is served beside the API, on this machine and to others."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fastapi import FastAPI

from tocsin.config.console import ConsoleSection
from tocsin.outputs.web.bootstrap import add_bootstrap
from tocsin.outputs.web.event_stream import add_event_stream
from tocsin.outputs.web.gate import Gate
from tocsin.outputs.web.login_api import add_login_routes
from tocsin.outputs.web.page import add_page
from tocsin.outputs.web.stream import add_stream
from tocsin.outputs.web.watched import Watched

Part = Callable[[FastAPI, Gate], None]
"""Adds paths to an API behind a gate."""


def add_console(
    app: FastAPI, gate: Gate, watched: Watched, settings: ConsoleSection, more: Iterable[Part] = ()
) -> None:
    """Adds the console to an API; `more` comes before the page, which takes all other paths."""
    add_login_routes(app, gate)
    add_bootstrap(app, gate, watched, settings)
    add_stream(app, gate, watched)
    add_event_stream(app, gate, watched)
    for part in more:
        part(app, gate)
    add_page(app)
