"""Messages of an MQTT broker."""

from __future__ import annotations

import ssl
from pathlib import Path

import aiomqtt

from tocsin.config.inputs import Input
from tocsin.sensors.live.inbox import Inbox
from tocsin.sensors.live.link import Link

_MOST_QUEUED = 10_000


async def subscribe(
    way: Input,
    inbox: Inbox,
    link: Link,
    user: str = "",
    password_file: str = "",
    tls: ssl.SSLContext | None = None,
) -> None:
    """Puts each message into the inbox under its topic until the broker is gone, which is an OSError."""
    password = Path(password_file).read_text(encoding="utf-8").strip() if password_file else None
    try:
        async with aiomqtt.Client(
            way.host, way.port, username=user or None, password=password, tls_context=tls,
            max_queued_incoming_messages=_MOST_QUEUED,
        ) as client:  # fmt: skip
            await client.subscribe(way.path, qos=1)
            link.open()
            async for message in client.messages:
                if message.retain:  # said some time ago, to whoever was there
                    inbox.drop("retained")
                    continue
                inbox.put(bytes(message.payload), str(message.topic))
    except aiomqtt.MqttError as error:
        raise ConnectionError(f"{way.transport}://{way.host}:{way.port}: {error}") from error
