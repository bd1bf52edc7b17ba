"""Messages of an MQTT broker."""

from __future__ import annotations

import aiomqtt

from tocsin.config.inputs import Input, Transport
from tocsin.config.logins import Login
from tocsin.model.link import Link
from tocsin.sensors.live.inbox import Inbox

_MOST_QUEUED = 10_000


async def subscribe(way: Input, inbox: Inbox, link: Link, login: Login) -> None:
    """Puts each message into the inbox under its topic until the broker is gone, which is an OSError."""
    tls = aiomqtt.TLSParameters(ca_certs=login.ca_file or None) if way.transport is Transport.MQTTS else None
    try:
        async with aiomqtt.Client(
            way.host, way.port, username=login.user or None, password=login.password(), tls_params=tls,
            max_queued_incoming_messages=_MOST_QUEUED,
        ) as client:  # fmt: skip
            await client.subscribe(way.path, qos=1)
            link.open()
            async for message in client.messages:
                if message.retain:  # said some time ago, to whoever was there
                    inbox.dropped["retained"] += 1
                    continue
                inbox.put(bytes(message.payload), str(message.topic))
    except aiomqtt.MqttError as error:
        raise ConnectionError(f"{way.transport}://{way.host}:{way.port}: {error}") from error
