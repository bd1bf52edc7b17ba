"""Operators who are logged in: by a token with each request, or once and then by a cookie.

The cookie holds 256 random bits, of which only the hash is kept here. It is HttpOnly and SameSite=Strict,
over TLS also Secure with the prefix __Host- (RFC 6265bis): no script reads it and no other site sends it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import defaultdict
from typing import NamedTuple, Protocol

from fastapi import Response
from fastapi.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from tocsin.clock import WallClock
from tocsin.outputs.refusal import Refusal
from tocsin.outputs.web.gate import HOW, Visitor, refuse_other_sites
from tocsin.outputs.web.limits import Rate
from tocsin.units import NANOSECONDS_PER_SECOND

_MOST_SESSIONS = 1000
_MOST_FAILURES, _FAILURES_WITHIN_S = 5, 60.0
_MOST_ADDRESSES = 10_000
_BEARER = "bearer "


class KeyHolder(Protocol):
    """An operator as the keys know it; equal while nothing about it changed."""

    @property
    def name(self) -> str:
        """User name."""

    @property
    def unit(self) -> str:
        """Whose watch it stands."""


class Keys(Protocol):
    """The file of operators; any thread may ask."""

    def holder(self, token: str) -> KeyHolder:
        """Whose token it is. Raises Refusal."""

    def still_holds(self, holder: KeyHolder) -> bool:
        """Whether this operator is in the file yet, with the same token. Raises Refusal."""


class Session(NamedTuple):
    """Somebody who is logged in."""

    holder: KeyHolder
    expires_ns: int


class Sessions:
    """The gate of a console; lives in one event loop."""

    def __init__(self, keys: Keys, clock: WallClock, hours: float, is_closed: bool) -> None:
        self.is_closed = is_closed
        self._keys, self._clock = keys, clock
        self._lasts_ns = round(hours * 3600 * NANOSECONDS_PER_SECOND)
        self._sessions: dict[bytes, Session] = {}
        self._failures: defaultdict[str, Rate] = _no_failures()

    async def visitor(self, asked: HTTPConnection) -> Visitor | None:
        """Who asks; None for nobody. Raises Refusal for a wrong token, and for another site's page."""
        token = bearer(asked)
        if token is not None:
            holder = await self._holder(asked, token)
            return Visitor(holder.name, holder.unit)
        refuse_other_sites(asked)
        session = await self.session(asked)
        return None if session is None else Visitor(session.holder.name, session.holder.unit)

    async def operator(self, asked: HTTPConnection) -> Visitor:
        """Who asks. Raises Refusal(401) for nobody."""
        visitor = await self.visitor(asked)
        if visitor is None:
            raise Refusal(401, f"who asks? {HOW}")
        return visitor

    async def session(self, asked: HTTPConnection) -> Session | None:
        """The session of a cookie, while it lasts and the operator is one."""
        digest = _digest(asked.cookies.get(cookie_name(asked), ""))
        session = self._sessions.get(digest)
        if session is None:
            return None
        is_over = session.expires_ns <= self._clock.now_ns()
        if is_over or not await run_in_threadpool(self._keys.still_holds, session.holder):
            self._sessions.pop(digest, None)
            return None
        return session

    async def log_in(self, asked: HTTPConnection, token: str) -> tuple[str, Session]:
        """Begins a session; what its cookie holds, and the session. Raises Refusal."""
        refuse_other_sites(asked)
        holder = await self._holder(asked, token)
        identifier = secrets.token_urlsafe(32)
        session = Session(holder, self._clock.now_ns() + self._lasts_ns)
        while len(self._sessions) >= _MOST_SESSIONS:
            self._sessions.pop(next(iter(self._sessions)))
        self._sessions[_digest(identifier)] = session
        return identifier, session

    def give_cookie(self, asked: HTTPConnection, answer: Response, identifier: str) -> None:
        """Sends the cookie of a session with an answer."""
        answer.set_cookie(
            cookie_name(asked), identifier, max_age=self._lasts_ns // NANOSECONDS_PER_SECOND, path="/",
            secure=_is_encrypted(asked), httponly=True, samesite="strict",
        )  # fmt: skip

    def log_out(self, asked: HTTPConnection, answer: Response) -> None:
        """Ends the session. Raises Refusal(403) for another site's page."""
        refuse_other_sites(asked)
        name = cookie_name(asked)
        self._sessions.pop(_digest(asked.cookies.get(name, "")), None)
        answer.delete_cookie(name, path="/", secure=_is_encrypted(asked), httponly=True, samesite="strict")

    async def _holder(self, asked: HTTPConnection, token: str) -> KeyHolder:
        address = address_of(asked)
        if self._failures[address].is_used_up:
            raise Refusal(429, f"{_MOST_FAILURES} wrong tokens came from your address; wait a minute")
        try:
            return await run_in_threadpool(self._keys.holder, token)
        except Refusal as refusal:
            if refusal.status == 401:
                self._note_failure(address)
            raise

    def _note_failure(self, address: str) -> None:
        if len(self._failures) > _MOST_ADDRESSES:
            self._failures = _no_failures()
        self._failures[address].note()


def bearer(asked: HTTPConnection) -> str | None:
    """The token that is sent with a request (RFC 6750), if there is one."""
    given = asked.headers.get("authorization", "")
    return given[len(_BEARER) :].strip() if given[: len(_BEARER)].lower() == _BEARER else None


def address_of(asked: HTTPConnection) -> str:
    """Where a client is."""
    return asked.client.host if asked.client is not None else ""


def cookie_name(asked: HTTPConnection) -> str:
    """Cookies are of a host and all its ports: a second tocsin on one machine needs a name of its own."""
    if _is_encrypted(asked):
        return f"__Host-tocsin-{asked.url.port or 443}"
    return f"tocsin-{asked.url.port or 80}"


def _is_encrypted(asked: HTTPConnection) -> bool:
    return asked.url.scheme in ("https", "wss")


def _digest(identifier: str) -> bytes:
    return hashlib.sha256(identifier.encode("utf-8", "surrogatepass")).digest()


def _no_failures() -> defaultdict[str, Rate]:
    return defaultdict(lambda: Rate(_MOST_FAILURES, _FAILURES_WITHIN_S))
