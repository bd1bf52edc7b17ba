"""Asks a running service on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from tocsin.errors import InvalidInput

USUAL_PORT = 8642
_TIMEOUT_S = 5.0


class NotRunning(InvalidInput):
    """There is no service to ask."""


def ask(port: int, what: str) -> Any:
    """What the service answers at /v1/`what`. Raises NotRunning, which says what to do."""
    address = f"http://127.0.0.1:{port}/v1/{what}"
    try:
        answer = httpx.get(address, timeout=_TIMEOUT_S)
        answer.raise_for_status()
        return answer.json()
    except (httpx.HTTPError, ValueError) as error:
        how = "start one with: tocsin run --site SITE"
        raise NotRunning(f"no service answers on port {port} of this machine ({error}); {how}") from None


def port_of(site: Path | None, port: int | None) -> int:
    """Where the service of a site is reached: as told, as its file says, or as usual."""
    if port is not None:
        return port
    if site is None:
        return USUAL_PORT
    from tocsin.config.site import Site
    from tocsin.config.toml import load

    return load(site, Site).service.port
