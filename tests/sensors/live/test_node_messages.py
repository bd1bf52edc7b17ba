"""Sealed messages of nodes over real sockets, as the documentation shows how to make them."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import CHECKOUT
from tests.sensors.live.test_senders import played
from tests.sensors.live.test_ways_in import HERE, free_port, until
from tests.sensors.made import site
from tests.sensors.test_node_reader import placed

from tocsin.clock import WallClock
from tocsin.config.kinds import SensorKind
from tocsin.sensors.live.channel import Channel
from tocsin.sensors.live.source import LiveSource

PAGE = CHECKOUT / "docs" / "connect-a-microphone.md"
Send = Callable[[bytes, int], None]


def example() -> tuple[Callable[..., bytes], str, str]:
    """The function of the page that seals, its key, and the whole program."""
    programs = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (program,) = (program for program in programs if "sealed" in program)
    known: dict[str, object] = {}
    exec(program, known)
    sealed, key, udp = known["sealed"], known["key"], known["udp"]
    assert callable(sealed) and isinstance(key, bytes) and isinstance(udp, socket.socket)
    udp.close()
    return sealed, key.decode(), program


def by_datagram(data: bytes, port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(data, (HERE, port))


def by_connection(data: bytes, port: int) -> None:
    with socket.create_connection((HERE, port)) as sender:
        sender.sendall(data)


@pytest.mark.parametrize(
    ("way", "send"), [("udp", by_datagram), ("tcp-listen", by_connection)], ids=["udp", "tcp"]
)
def test_what_the_page_seals_is_heard_and_what_it_does_not_is_not(
    way: str, send: Send, tmp_path: Path
) -> None:
    sealed, key, _ = example()
    file, port = tmp_path / "mast.key", free_port(socket.SOCK_DGRAM if way == "udp" else socket.SOCK_STREAM)
    file.write_text(key + "\n")
    node = placed("mast", SensorKind.MICROPHONE, input=f"{way}://{HERE}:{port}", message_key_file=str(file))
    source = LiveSource(site(node), WallClock())
    message = sealed("mast", "heard", {"heard": True})

    async def scene(channel: Channel) -> None:
        for count, data in enumerate((message, message, message.replace(b"true", b"false")), start=1):
            await asyncio.to_thread(send, data, port)
            await until(lambda count=count: channel.inbox.arrivals == count)  # type: ignore[misc]

    assert played(source, scene) == (2, {})
    status = source.statuses[0]
    assert (status.detections, status.refused) == (1, {"replayed": 1, "not_authentic": 1})


def test_the_program_of_the_page_is_short() -> None:
    assert len([line for line in example()[2].splitlines() if line.strip()]) <= 10
