"""A page that is asked for again and again, as receivers of ADS-B give aircraft.json."""

from __future__ import annotations

import asyncio

import httpx

from tocsin.config.inputs import Input
from tocsin.model.link import Link
from tocsin.sensors.live.inbox import Inbox

MOST_BODY_BYTES = 16 * 1024 * 1024
_TIMEOUT_S = 10.0


async def poll(way: Input, inbox: Inbox, link: Link, period_s: float) -> None:
    """Puts each answer into the inbox. Raises OSError where there is none, or one that is no good."""
    address = f"{way.transport}://{way.host}:{way.port}{way.path}"
    async with httpx.AsyncClient(timeout=_TIMEOUT_S, follow_redirects=False) as client:
        while True:
            try:
                inbox.put(await _body(client, address), address)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise ConnectionError(f"{address}: {error}") from error
            if not link.is_open:
                link.open()
            await asyncio.sleep(period_s)


async def _body(client: httpx.AsyncClient, address: str) -> bytes:
    body = bytearray()
    async with client.stream("GET", address) as answer:
        if answer.status_code != httpx.codes.OK:
            raise ConnectionError(f"{address} answers {answer.status_code} {answer.reason_phrase}")
        async for part in answer.aiter_bytes():
            body += part
            if len(body) > MOST_BODY_BYTES:
                raise ConnectionError(f"{address} answers more than {MOST_BODY_BYTES} bytes")
    return bytes(body)
