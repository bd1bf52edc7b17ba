"""What holds for every answer: who may ask at all, and what a browser may do with it.

A page may load nothing from elsewhere and no script that is not a file of ours (Content Security Policy 3).
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tocsin.outputs.refusal import Refusal, refused
from tocsin.outputs.web.gate import HOW, Gate

_FROM_US = ("script", "worker", "style", "font", "media", "connect", "manifest")
_NOTHING = ("base-uri", "form-action", "frame-ancestors")
POLICY = "; ".join(
    [
        "default-src 'none'",
        *(f"{what}-src 'self'" for what in _FROM_US),
        "img-src 'self' data: blob:",
        *(f"{what} 'none'" for what in _NOTHING),
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_BEFORE_LOGIN = frozenset({"/v1/login", "/v1/logout", "/v1/session", "/v1/console"})
_GUARDED = ("/v1/", "/metrics")


class Guard:
    """Around an app: its headers on all answers and, where the gate is closed, a login before the API."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self._app, self._gate = app, gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it; websockets ask for themselves."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        try:
            await self._refuse_strangers(scope)
        except Refusal as refusal:
            await refused(refusal)(scope, receive, send_guarded)
            return
        await self._app(scope, receive, send_guarded)

    async def _refuse_strangers(self, scope: Scope) -> None:
        path = scope["path"]
        if not self._gate.is_closed or path in _BEFORE_LOGIN or not path.startswith(_GUARDED):
            return
        if await self._gate.visitor(HTTPConnection(scope)) is None:
            raise Refusal(401, HOW)
