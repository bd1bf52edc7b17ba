"""The console's page in the browser of whoever sits here."""

from __future__ import annotations

import os
import sys
import webbrowser

import typer

from tocsin.cli.exits import say


def can_open() -> bool:
    """Whether a window can be opened, and the page is there to be shown."""
    from tocsin.outputs.web.page import is_built

    if sys.platform == "darwin":
        return is_built() and "SSH_CONNECTION" not in os.environ
    return is_built() and any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def open_page(port: int) -> None:
    """Says where the page is, and opens it if that can be done."""
    address = f"http://127.0.0.1:{port}/"
    say(f"the map is at {address}")
    typer.echo("READY")
    if can_open():
        webbrowser.open(address)
