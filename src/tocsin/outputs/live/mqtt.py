"""Messages to a topic of an MQTT broker."""

from __future__ import annotations

import aiomqtt

from tocsin.outputs.beside import until_one_ends
from tocsin.outputs.live.outlet import TAKES_S, Outlet, send_pictures


async def publish(outlet: Outlet) -> None:
    """Publishes until the broker is gone, which is an OSError.

    At most once (QoS 0) and not retained: the next picture comes within seconds, and an old one is none.
    """
    way, login = outlet.way, outlet.login
    try:
        async with aiomqtt.Client(
            way.host, way.port, username=login.user or None, password=login.password(),
            tls_context=outlet.tls(), timeout=TAKES_S,
        ) as client:  # fmt: skip

            async def put(messages: list[bytes]) -> None:
                for message in messages:
                    await client.publish(way.path, message, qos=0)

            outlet.link.open()
            outlet.tally.receivers = 1
            sending = send_pictures(outlet.tally, outlet.encoder, outlet.newest, put)
            await until_one_ends(_listen(client), sending)
    except aiomqtt.MqttError as error:
        raise ConnectionError(f"{way}: {error}") from error
    finally:
        outlet.tally.receivers = 0


async def _listen(client: aiomqtt.Client) -> None:
    """Nothing comes, for nothing is subscribed to; it ends by an error when the broker is gone."""
    async for _ in client.messages:
        pass
