"""The conversation with the node above, over real sockets: who is not acknowledged reports nothing."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Awaitable, Callable
from typing import Any

from sapient_msg.bsi_flex_335_v2_0.sapient_message_pb2 import SapientMessage as Wire
from tests.formats.sapient import made
from tests.outputs.live.made import channel, picture, report, until

from tocsin.clock import WallClock
from tocsin.formats.sapient import framed
from tocsin.outputs.live.channel import OutputChannel

HERE = "127.0.0.1"


class Node:
    """A node above, which answers what it is told to answer."""

    def __init__(self, *answers: Any) -> None:
        self.came: list[Any] = []
        self.connections = 0
        self._answers = [framed(answer.SerializeToString()) for answer in answers]
        self._writer: asyncio.StreamWriter | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writer = writer
        try:
            while True:
                (length,) = struct.unpack("<I", await reader.readexactly(4))
                message = Wire.FromString(await reader.readexactly(length))
                self.came.append(message)
                if message.HasField("registration"):
                    writer.writelines(self._answers)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def say(self, data: bytes) -> None:
        assert self._writer is not None
        self._writer.write(data)

    def kinds(self) -> list[str]:
        return [message.WhichOneof("content") for message in self.came]


def ack(is_accepted: bool = True, *reasons: str) -> Any:
    message = made.envelope()
    message.registration_ack.acceptance = is_accepted
    message.registration_ack.ack_response_reason.extend(reasons)
    return message


def meet(node: Node, act: Callable[[OutputChannel], Awaitable[None]]) -> OutputChannel:
    async def scene() -> OutputChannel:
        server = await asyncio.start_server(node.serve, HERE, 0)
        output = channel(f"tcp://{HERE}:{server.sockets[0].getsockname()[1]}", format="sapient")
        sending = asyncio.ensure_future(output.keep_open(lambda _: None))
        try:
            await act(output)
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            server.close()
        return output

    return asyncio.run(scene())


def offer(output: OutputChannel, at_s: float, *names: str) -> None:
    seen = picture(at_s, *(report(name, at_s) for name in names))
    output.offer(seen, WallClock().now_ns())


def test_tocsin_registers_is_acknowledged_and_then_tells_status_and_tracks() -> None:
    node = Node(ack())

    async def act(output: OutputChannel) -> None:
        await until(lambda: output.link.is_open)
        offer(output, 0.0, "T1", "T2")
        await until(lambda: node.kinds().count("detection_report") == 2)

    output = meet(node, act)
    assert node.kinds()[0] == "registration" and "status_report" in node.kinds()
    told = output.report()
    assert (told.pictures, told.messages, dict(told.dropped)) == (1, 2, {})
    first = next(m for m in node.came if m.HasField("status_report"))
    assert first.status_report.info == made.S.INFO_NEW and first.status_report.system == made.S.SYSTEM_OK


def test_without_an_acknowledgement_nothing_is_reported_and_people_see_why() -> None:
    node = Node()

    async def act(output: OutputChannel) -> None:
        offer(output, 0.0, "T1")
        await until(lambda: bool(node.came))
        await asyncio.sleep(0.05)
        assert not output.link.is_open and "not acknowledged" in output.report().trouble

    meet(node, act)
    assert node.kinds() == ["registration"]


def test_a_node_that_refuses_is_told_of_nothing_and_its_reason_is_shown() -> None:
    node = Node(ack(False, "no fusion nodes here"))

    async def act(output: OutputChannel) -> None:
        offer(output, 0.0, "T1")
        await until(lambda: "no fusion nodes here" in output.report().trouble)

    meet(node, act)
    assert set(node.kinds()) == {"registration"}


def test_a_task_is_refused_with_an_error_and_counted() -> None:
    node = Node(ack(), made.task())

    async def act(output: OutputChannel) -> None:
        await until(lambda: "error" in node.kinds())

    output = meet(node, act)
    assert output.report().dropped == {"task_refused": 1}
    error = next(m.error for m in node.came if m.HasField("error"))
    assert "no tasks" in error.error_message[0] and Wire.FromString(error.packet).HasField("task")


def test_after_a_connection_that_broke_tocsin_registers_again() -> None:
    node = Node(ack())

    async def act(output: OutputChannel) -> None:
        await until(lambda: output.link.is_open)
        node.say(b"\xff\xff\xff\xff")
        await until(lambda: node.connections == 2 and output.link.is_open)
        offer(output, 0.0, "T1")
        await until(lambda: "detection_report" in node.kinds())

    meet(node, act)
    assert node.kinds().count("registration") == 2


def test_the_last_word_is_goodbye() -> None:
    node = Node(ack())

    async def act(output: OutputChannel) -> None:
        await until(lambda: "status_report" in node.kinds())

    async def scene() -> None:
        server = await asyncio.start_server(node.serve, HERE, 0)
        output = channel(f"tcp://{HERE}:{server.sockets[0].getsockname()[1]}", format="sapient")
        sending = asyncio.ensure_future(output.keep_open(lambda _: None))
        await act(output)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await until(lambda: node.came[-1].status_report.system == made.S.SYSTEM_GOODBYE)
        server.close()

    asyncio.run(scene())


def test_answers_and_rubbish_are_counted_and_stop_nothing() -> None:
    rejected, error = made.envelope(), made.envelope()
    rejected.alert_ack.alert_id, rejected.alert_ack.alert_ack_status = "x", 2
    error.error.packet = b"x"
    node = Node(ack(), rejected, error, made.registration())

    async def act(output: OutputChannel) -> None:
        await until(lambda: output.link.is_open)
        node.say(framed(b"\xff" * 9))
        await until(lambda: output.report().dropped.get("sapient_damaged") == 1)
        offer(output, 0.0, "T1")
        await until(lambda: "detection_report" in node.kinds())

    output = meet(node, act)
    assert output.report().dropped == {
        "alert_rejected": 1, "error_from_node": 1, "not_for_us": 1, "sapient_damaged": 1
    }  # fmt: skip
