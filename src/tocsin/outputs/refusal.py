"""What the API does not take, and the one way in which it reads what is sent."""

from __future__ import annotations

import asyncio

from fastapi import Request
from fastapi.responses import JSONResponse

from tocsin.errors import InvalidInput
from tocsin.formats.nodes import MOST_BYTES

_JSON = "application/json"
_LONGEST_S = 10.0


class Refusal(InvalidInput):
    """Something that was sent is not taken; `status` is that of HTTP."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def refused(refusal: Refusal) -> JSONResponse:
    """Why not, as JSON."""
    headers = {"WWW-Authenticate": "Bearer"} if refusal.status == 401 else None
    return JSONResponse({"error": str(refusal)}, status_code=refusal.status, headers=headers)


async def json_body(request: Request, most_bytes: int = MOST_BYTES) -> bytes:
    """What was sent as JSON, bounded in size and time while it comes. Raises Refusal."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _JSON:
        raise Refusal(415, f"send it as Content-Type: {_JSON}")
    try:
        async with asyncio.timeout(_LONGEST_S):
            return await _bounded(request, most_bytes)
    except TimeoutError:
        raise Refusal(408, f"it was not there within {_LONGEST_S:g} s") from None


async def _bounded(request: Request, most_bytes: int) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most_bytes:
            raise Refusal(413, f"more than {most_bytes} bytes")
    return bytes(body)
