"""Who may see and do what: the question that every path of the console asks first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from starlette.requests import HTTPConnection

from tocsin.outputs.refusal import Refusal

HOW = "log in at the console, or send Authorization: Bearer TOKEN; `tocsin operator add` makes a token"


class Visitor(NamedTuple):
    """An operator who is logged in; the unit is the one of the operators' file."""

    name: str
    unit: str


class Gate(Protocol):
    """Asks for a token or a session."""

    @property
    def is_closed(self) -> bool:
        """Whether all but the login needs a login."""

    async def visitor(self, asked: HTTPConnection) -> Visitor | None:
        """Who asks; None for somebody who is not logged in.

        Raises Refusal: 401 for a wrong token, 429 after too many, 403 for what another site's page sends.
        """

    async def operator(self, asked: HTTPConnection) -> Visitor:
        """Who asks, for what needs a login. Raises Refusal as `visitor`, and 401 for nobody."""


@dataclass(frozen=True, slots=True)
class OpenHouse:
    """The gate of a demo: whoever comes is its operator."""

    host: Visitor
    is_closed: bool = False

    async def visitor(self, asked: HTTPConnection) -> Visitor:
        """The operator."""
        refuse_other_sites(asked)
        return self.host

    async def operator(self, asked: HTTPConnection) -> Visitor:
        """The operator."""
        return await self.visitor(asked)


def refuse_other_sites(asked: HTTPConnection) -> None:
    """Raises Refusal(403) where a page of another site asks; browsers say whose page it is."""
    origin = asked.headers.get("origin")
    if origin is None:
        return
    scheme = {"ws": "http", "wss": "https"}.get(asked.url.scheme, asked.url.scheme)
    if origin != f"{scheme}://{asked.headers.get('host', '')}":
        raise Refusal(403, f"a page of {origin} may not ask this")
