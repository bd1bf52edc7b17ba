"""Messages of an MQTT broker."""

from __future__ import annotations

import aiomqtt

from tocsin.config.inputs import Input, Transport
from tocsin.config.logins import Login
from tocsin.config.tls import calling_context
from tocsin.model.link import Link
from tocsin.sensors.live.inbox import Inbox

_MOST_QUEUED = 10_000


def broker_client(way: Input, login: Login) -> aiomqtt.Client:
    """A client of a way in's broker, connected as long as it is entered."""
    tls = calling_context(login) if way.transport is Transport.MQTTS else None
    return aiomqtt.Client(
        way.host, way.port, username=login.user or None, password=login.password(), tls_context=tls,
        max_queued_incoming_messages=_MOST_QUEUED,
    )  # fmt: skip


async def subscribe(way: Input, inbox: Inbox, link: Link, login: Login) -> None:
    """Puts each message into the inbox under its topic until the broker is gone, which is an OSError."""
    try:
        async with broker_client(way, login) as client:
            await client.subscribe(way.path, qos=1)
            link.open()
            async for message in client.messages:
                if message.retain:  # said some time ago, to whoever was there
                    inbox.drop("retained")
                    continue
                inbox.put(bytes(message.payload), str(message.topic))
    except aiomqtt.MqttError as error:
        raise ConnectionError(f"{way.transport}://{way.host}:{way.port}: {error}") from error
