"""Messages to a topic of an MQTT broker: QoS 1, so that its PUBACK confirms each; a last will beside them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiomqtt

from tocsin.config.receivers import Receiver, ReceiverTransport
from tocsin.config.tls import calling_context
from tocsin.outputs.delivery.connection import HEARTBEAT_S, TAKES_S, Connection, Parcel, Presence

HEARTBEAT_TOPIC = "heartbeat"
"""Under the receiver's topic; retained."""
_CONFIRMED = 1


class _Broker:
    def __init__(self, receiver: Receiver, client: aiomqtt.Client) -> None:
        self._topic, self._retain, self._client = receiver.way.path, receiver.retain, client

    async def put(self, parcel: Parcel) -> None:
        topic = f"{self._topic}/{parcel.alert_id}" if self._retain else self._topic
        await self._publish(topic, parcel.content, retain=self._retain and not parcel.is_last)
        if self._retain and parcel.is_last:
            await self._publish(topic, b"", retain=True)  # which takes away what the broker keeps

    async def beat(self, content: bytes, /) -> bool:
        await self._publish(f"{self._topic}/{HEARTBEAT_TOPIC}", content, retain=True)
        return True

    async def _publish(self, topic: str, content: bytes, retain: bool) -> None:
        try:
            await self._client.publish(topic, content, qos=_CONFIRMED, retain=retain, timeout=TAKES_S)
        except aiomqtt.MqttError as error:
            raise ConnectionError(str(error)) from error


@asynccontextmanager
async def broker(receiver: Receiver, presence: Presence) -> AsyncIterator[Connection]:
    """Until the broker is gone, which is an OSError; then it says in tocsin's place that that is gone."""
    way, login = receiver.way, receiver.login
    topic = f"{way.path}/{HEARTBEAT_TOPIC}"
    try:
        async with aiomqtt.Client(
            way.host, way.port, username=login.user or None, password=login.password(),
            tls_context=calling_context(login) if way.scheme == ReceiverTransport.MQTTS else None,
            timeout=TAKES_S, keepalive=round(HEARTBEAT_S),
            will=aiomqtt.Will(topic, presence.gone(), qos=_CONFIRMED, retain=True),
        ) as client:  # fmt: skip
            yield _Broker(receiver, client)
    except aiomqtt.MqttError as error:
        raise ConnectionError(f"{way}: {error}") from error
