"""Asks a running service on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from tocsin.errors import InvalidInput

USUAL_PORT = 8642
_TIMEOUT_S = 10.0  # the service itself gives up sooner, and says so


class NotRunning(InvalidInput):
    """There is no service to ask."""


def ask(port: int, what: str) -> Any:
    """What the service answers at /v1/`what`.

    Raises NotRunning, which says what to do, and InvalidInput where there is no such thing, with its reason.
    """
    return _answer(port, what)


def tell(port: int, what: str, payload: bytes, token: str = "") -> Any:
    """What the service answers to JSON that is posted to /v1/`what`, by the operator of a token.

    Raises NotRunning, and InvalidInput where the service does not take it, with its reason.
    """
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return _answer(port, what, payload, headers)


def _answer(port: int, what: str, payload: bytes | None = None, headers: dict[str, str] | None = None) -> Any:
    address = f"http://127.0.0.1:{port}/v1/{what}"
    method = "GET" if payload is None else "POST"
    try:
        answer = httpx.request(method, address, content=payload, headers=headers, timeout=_TIMEOUT_S)
        told = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise _not_running(port, error) from None
    if answer.is_success:
        return told
    reason = told.get("error", told.get("detail")) if isinstance(told, dict) else None
    raise InvalidInput(str(reason or f"the service answers {answer.status_code}"))


def _not_running(port: int, error: Exception) -> NotRunning:
    how = "start one with: tocsin run --site SITE; or it is still compiling: wait for its READY"
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
