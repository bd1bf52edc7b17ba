"""Messages of an MQTT broker."""

from __future__ import annotations

from pathlib import Path

import aiomqtt

from tocsin.config.inputs import Input, Transport
from tocsin.sensors.live.inbox import Inbox
from tocsin.sensors.live.link import Link

_MOST_QUEUED = 10_000


def broker_client(way: Input, user: str = "", password_file: str = "", ca_file: str = "") -> aiomqtt.Client:
    """A client of a way in's broker, connected as long as it is entered."""
    password = Path(password_file).read_text(encoding="utf-8").strip() if password_file else None
    tls = aiomqtt.TLSParameters(ca_certs=ca_file or None) if way.transport is Transport.MQTTS else None
    return aiomqtt.Client(
        way.host, way.port, username=user or None, password=password, tls_params=tls,
        max_queued_incoming_messages=_MOST_QUEUED,
    )  # fmt: skip


async def subscribe(
    way: Input, inbox: Inbox, link: Link, user: str = "", password_file: str = "", ca_file: str = ""
) -> None:
    """Puts each message into the inbox under its topic until the broker is gone, which is an OSError."""
    try:
        async with broker_client(way, user, password_file, ca_file) as client:
            await client.subscribe(way.path, qos=1)
            link.open()
            async for message in client.messages:
                if message.retain:  # said some time ago, to whoever was there
                    inbox.dropped["retained"] += 1
                    continue
                inbox.put(bytes(message.payload), str(message.topic))
    except aiomqtt.MqttError as error:
        raise ConnectionError(f"{way.transport}://{way.host}:{way.port}: {error}") from error
