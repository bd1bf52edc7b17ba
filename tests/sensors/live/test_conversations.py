"""Nodes that expect answers get them, over real sockets, from the thread that reads."""

from __future__ import annotations

import asyncio
import struct
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sapient_msg.bsi_flex_335_v2_0.sapient_message_pb2 import SapientMessage as Wire
from tests.formats.sapient import made
from tests.formats.sapient.made import OTHER_NODE, R
from tests.sensors.live.test_readers import sensor
from tests.sensors.live.test_ways_in import HERE, free_port, until
from tests.sensors.made import site

from tocsin.clock import WallClock
from tocsin.config.kinds import SensorKind
from tocsin.config.site import Service, Site
from tocsin.formats.sapient import framed
from tocsin.model.detections import Detections
from tocsin.sensors.answers import Answer
from tocsin.sensors.live.outbox import GONE, NOT_TAKEN, Outbox
from tocsin.sensors.live.source import LiveSource

_PATIENCE_S = 10.0


class Running:
    """A source whose sockets are in the event loop, and which is read in a thread of its own."""

    def __init__(self, known: Site) -> None:
        self.clock = WallClock()
        self.source = LiveSource(known, self.clock)
        self.thread = ThreadPoolExecutor(1)
        self.detections: list[Detections] = []

    async def step_until(self, holds: Any) -> None:
        async with asyncio.timeout(_PATIENCE_S):
            while not holds():
                await asyncio.get_running_loop().run_in_executor(self.thread, self._step)
                await asyncio.sleep(0.01)

    def _step(self) -> None:
        self.detections += list(self.source.batches(self.clock.now_ns()))


async def read_message(reader: asyncio.StreamReader) -> Any:
    (length,) = struct.unpack("<I", await reader.readexactly(4))
    return Wire.FromString(await reader.readexactly(length))


def known_site(way: str, **service: float) -> Site:
    known = site(sensor("centre", SensorKind.TRACKS, way, format="sapient"))
    return known.model_copy(update={"service": Service(**service)})


def sent(*messages: Any) -> bytes:
    return b"".join(framed(message.SerializeToString()) for message in messages)


def now_report(clock: WallClock) -> Any:
    return made.detection(made.located(-46.51, -20.26, 300.0), clock.now_ns())


def test_a_node_that_calls_registers_is_answered_and_reports() -> None:
    port = free_port()

    async def scene() -> list[str]:
        service = Running(known_site(f"tcp-listen://{HERE}:{port}"))
        receiving = asyncio.ensure_future(service.source.receive(lambda _: None))
        (channel,) = service.source.channels
        await until(lambda: channel.link.is_open)
        reader, writer = await asyncio.open_connection(HERE, port)
        answers = asyncio.ensure_future(read_message(reader))
        writer.write(sent(made.registration(R.NODE_TYPE_FUSION_NODE)))
        await service.step_until(answers.done)
        found = [answers.result().WhichOneof("content")]
        answers = asyncio.ensure_future(read_message(reader))
        writer.write(sent(now_report(service.clock), made.task()))
        await service.step_until(answers.done)
        found.append(answers.result().WhichOneof("content"))
        assert sum(map(len, service.detections)) == 1
        writer.close()
        status = service.source.statuses[0]
        assert status.refused == {"task_refused": 1} and status.detections == 1
        receiving.cancel()
        return found

    assert asyncio.run(scene()) == ["registration_ack", "error"]


def test_a_middleware_that_is_called_is_answered_on_the_same_connection_and_again_after_it_broke() -> None:
    async def scene() -> int:
        acks: list[Any] = []

        async def middleware(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(sent(made.registration(R.NODE_TYPE_FUSION_NODE)))
            acks.append(await read_message(reader))
            writer.close()

        server = await asyncio.start_server(middleware, HERE, 0)
        port = server.sockets[0].getsockname()[1]
        service = Running(known_site(f"tcp://{HERE}:{port}"))
        receiving = asyncio.ensure_future(service.source.receive(lambda _: None))
        await service.step_until(lambda: len(acks) == 2)
        receiving.cancel()
        server.close()
        assert service.source.statuses[0].refused == {}
        return sum(ack.registration_ack.acceptance for ack in acks)

    assert asyncio.run(scene()) == 2


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1\r\n\r\n", b"\0" * 8])
def test_who_does_not_speak_it_is_hung_up_on(data: bytes) -> None:
    port = free_port()

    async def scene() -> None:
        service = Running(known_site(f"tcp-listen://{HERE}:{port}"))
        receiving = asyncio.ensure_future(service.source.receive(lambda _: None))
        (channel,) = service.source.channels
        await until(lambda: channel.link.is_open)
        reader, writer = await asyncio.open_connection(HERE, port)
        writer.write(data)
        end = asyncio.ensure_future(reader.read())
        await service.step_until(end.done)
        assert service.source.statuses[0].decode_errors == {"sapient_bad_length": 1}
        writer.close()
        receiving.cancel()

    asyncio.run(scene())


def test_a_conversation_of_which_something_was_dropped_is_at_its_end() -> None:
    port = free_port()

    async def scene() -> None:
        service = Running(known_site(f"tcp-listen://{HERE}:{port}", most_messages_per_s=2.0))
        receiving = asyncio.ensure_future(service.source.receive(lambda _: None))
        (channel,) = service.source.channels
        await until(lambda: channel.link.is_open)
        reader, writer = await asyncio.open_connection(HERE, port)
        end = asyncio.ensure_future(reader.read())
        async with asyncio.timeout(_PATIENCE_S):
            while not end.done():
                writer.write(b"\x01")
                await asyncio.sleep(0.005)
        assert channel.inbox.dropped == {"flooded": 1}
        writer.close()
        receiving.cancel()

    asyncio.run(scene())


def test_the_end_of_a_connection_frees_the_node_for_another() -> None:
    port = free_port()

    async def scene() -> list[bool]:
        service = Running(known_site(f"tcp-listen://{HERE}:{port}"))
        receiving = asyncio.ensure_future(service.source.receive(lambda _: None))
        (channel,) = service.source.channels
        await until(lambda: channel.link.is_open)
        accepted = []
        for node in (made.NODE, OTHER_NODE):
            reader, writer = await asyncio.open_connection(HERE, port)
            writer.write(sent(made.registration(R.NODE_TYPE_FUSION_NODE, node=node)))
            answer = asyncio.ensure_future(read_message(reader))
            await service.step_until(answer.done)
            accepted.append(answer.result().registration_ack.acceptance)
            arrivals = channel.inbox.arrivals
            writer.close()
            await writer.wait_closed()
            await service.step_until(lambda: not channel.outbox._writers)  # type: ignore[union-attr]
            await service.step_until(lambda n=arrivals: channel.inbox.arrivals == n)
        receiving.cancel()
        return accepted

    assert asyncio.run(scene()) == [True, True]


def test_answers_that_nobody_takes_are_dropped_and_the_connection_ended() -> None:
    async def scene() -> Outbox:
        outbox, ready = Outbox(), asyncio.Event()

        async def deaf(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            outbox.connect("deaf", writer)
            ready.set()

        server = await asyncio.start_server(deaf, HERE, 0)
        _, writer = await asyncio.open_connection(HERE, server.sockets[0].getsockname()[1])
        await ready.wait()
        outbox.put([Answer("nobody", b"x")])
        for _ in range(64):
            outbox.put([Answer("deaf", b"x" * 1_000_000)])
        await until(lambda: outbox.dropped[NOT_TAKEN] > 0)
        writer.close()
        server.close()
        return outbox

    dropped = asyncio.run(scene()).dropped
    assert dropped[NOT_TAKEN] == 1 and dropped[GONE] >= 1


def test_answers_are_counted_where_nobody_was_ever_connected() -> None:
    outbox = Outbox()
    outbox.put([Answer("nobody", b"x")])
    assert outbox.dropped == {GONE: 1}
