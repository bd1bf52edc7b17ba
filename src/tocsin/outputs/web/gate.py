"""Who may see and do what: the question that every path of the console asks first."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from fastapi import Request, WebSocket


class Visitor(NamedTuple):
    """An operator who is logged in; the unit is the one of the operators' file."""

    name: str
    unit: str


class Gate(Protocol):
    """Asks for a token or a session; in a demo everybody is its operator."""

    async def visitor(self, asked: Request | WebSocket) -> Visitor | None:
        """Who asks; None for somebody who is not logged in and may look at what is open.

        Raises Refusal(401) where nothing is open.
        """

    async def operator(self, asked: Request | WebSocket) -> Visitor:
        """Who asks, for what needs a login. Raises Refusal(401), which says how to log in."""
