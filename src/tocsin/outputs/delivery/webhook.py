"""Messages that are posted to a server: confirmed by 2xx, tried again where another time may do."""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from tocsin import __version__
from tocsin.config.receivers import Receiver
from tocsin.config.tls import calling_context
from tocsin.outputs.delivery.connection import TAKES_S, Connection, Parcel, Presence, Refused

_TRY_AGAIN = frozenset({408, 425, 429})
_TOLD_BYTES = 200


class _Webhook:
    def __init__(self, receiver: Receiver, client: httpx.AsyncClient) -> None:
        self._to, self._client = receiver.to, client
        self._address = f"{receiver.way.host}:{receiver.way.port}"
        self._beats = receiver.heartbeat

    async def put(self, parcel: Parcel) -> None:
        key = {"Idempotency-Key": parcel.identifier}
        await self._post(parcel.content, {"Content-Type": parcel.content_type, **key})

    async def beat(self, content: bytes, /) -> bool:
        if self._beats:
            await self._post(content, {"Content-Type": "application/json", "Tocsin-Message": "heartbeat"})
        return self._beats

    async def _post(self, content: bytes, headers: dict[str, str]) -> None:
        try:
            async with asyncio.timeout(TAKES_S):
                await self._ask(content, headers)
        except TimeoutError:
            raise TimeoutError(f"does not answer within {TAKES_S:g} s") from None
        except (httpx.HTTPError, ssl.SSLError) as error:
            raise ConnectionError(f"{self._address}: {_cause(error)}") from None

    async def _ask(self, content: bytes, headers: dict[str, str]) -> None:
        async with self._client.stream("POST", self._to, content=content, headers=headers) as answer:
            if answer.is_success:
                return
            told = f"answers {answer.status_code} {answer.reason_phrase}"
            if detail := await _beginning(answer):
                told += f": {detail}"
            if answer.is_server_error or answer.status_code in _TRY_AGAIN:
                raise ConnectionError(told)
            raise Refused(told)


def _cause(error: BaseException) -> str:
    """What the machine said; what HTTP makes of it says no more than that it failed."""
    found = error
    while (below := found.__cause__ or found.__context__) is not None:
        found = below
    if isinstance(found, ConnectionError) and found.errno is not None:  # asyncio's words repeat the address
        return os.strerror(found.errno).lower()
    return str(found) or type(error).__name__


async def _beginning(answer: httpx.Response) -> str:
    """Of its text, on one line; a server that never ends is not heard out."""
    found = b""
    async for part in answer.aiter_bytes():
        found += part
        if len(found) > _TOLD_BYTES:
            break
    return " ".join(found[:_TOLD_BYTES].decode("utf-8", "replace").split())


@asynccontextmanager
async def webhook(receiver: Receiver, _presence: Presence) -> AsyncIterator[Connection]:
    """Whether it stands shows with the first answer. Raises OSError for files that can't be used."""
    login = receiver.login
    password = await asyncio.to_thread(login.password)
    headers = {"User-Agent": f"tocsin/{__version__}"}
    if password and not login.user:
        headers["Authorization"] = f"Bearer {password}"
    is_encrypted = receiver.way.scheme == "https"
    async with httpx.AsyncClient(
        headers=headers,
        auth=(login.user, password or "") if login.user else None,
        verify=calling_context(login) if is_encrypted else False,
        timeout=TAKES_S,
        trust_env=False,
    ) as client:
        yield _Webhook(receiver, client)
