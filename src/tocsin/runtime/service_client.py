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
        raise _not_running(port, error) from None


def tell(port: int, what: str, payload: bytes) -> Any:
    """What the service answers to JSON that is posted to /v1/`what`.

    Raises NotRunning, and InvalidInput where the service does not take it, with its reason.
    """
    address = f"http://127.0.0.1:{port}/v1/{what}"
    try:
        answer = httpx.post(
            address, content=payload, headers={"Content-Type": "application/json"}, timeout=_TIMEOUT_S
        )
        told = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise _not_running(port, error) from None
    if answer.is_success:
        return told
    reason = told.get("error") if isinstance(told, dict) else None
    raise InvalidInput(str(reason or f"the service answers {answer.status_code}"))


def _not_running(port: int, error: Exception) -> NotRunning:
    how = "start one with: tocsin run --site SITE"
    return NotRunning(f"no service answers on port {port} of this machine ({error}); {how}")


def port_of(site: Path | None, port: int | None) -> int:
    """Where the service of a site is reached: as told, as its file says, or as usual."""
    if port is not None:
        return port
    if site is None:
        return USUAL_PORT
    from tocsin.config.site import Site
    from tocsin.config.toml import load

    return load(site, Site).service.port
