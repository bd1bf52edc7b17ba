"""Every way out, over real sockets and files: receivers get every picture, and what breaks is tried again."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from tests.brokers import HERE, free_port
from tests.outputs.live.made import CODE, channel, picture, report, until

from tocsin.formats.asterix import SystemTrack, decode_datagram
from tocsin.outputs.live import outlet, tcp, udp
from tocsin.outputs.live.channel import OutputChannel

Ids = list[list[str]]


@asynccontextmanager
async def kept_open(one: OutputChannel) -> AsyncIterator[list[str]]:
    """An output at work; gives its troubles, which grow."""
    troubles: list[str] = []
    task = asyncio.ensure_future(one.keep_open(lambda broken: troubles.append(broken.link.trouble)))
    try:
        yield troubles
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def offer(one: OutputChannel, at_s: float, *names: str) -> None:
    one.offer(picture(at_s, *(report(name, at_s) for name in names)), now_ns=0)


async def send(one: OutputChannel, at_s: float, *names: str) -> None:
    """A picture that is sent before this ends."""
    before = one.report().pictures
    offer(one, at_s, *names)
    await until(lambda: one.report().pictures > before)


@contextmanager
def listening(group: str = "") -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind((group or HERE, 0))
        receiver.settimeout(5.0)
        yield receiver


def port_of(receiver: socket.socket) -> int:
    return int(receiver.getsockname()[1])


def told(lines: bytes) -> list[tuple[str, str]]:
    messages = [json.loads(line) for line in lines.splitlines()]
    return [(message["event"], message["track_id"]) for message in messages]


# ---- datagrams ----


def test_a_datagram_is_a_block_of_asterix_and_one_json_message_each() -> None:
    async def scene(one: OutputChannel) -> None:
        async with kept_open(one):
            await send(one, 0.0, "A", "B")

    with listening() as receiver:
        asyncio.run(scene(channel(f"udp://{HERE}:{port_of(receiver)}", **CODE)))
        messages, errors = decode_datagram(receiver.recv(2000))
        assert errors == [] and [type(message) for message in messages] == [SystemTrack] * 2
    with listening() as receiver:
        asyncio.run(scene(channel(f"udp://{HERE}:{port_of(receiver)}", format="json")))
        assert [told(receiver.recv(2000)) for _ in "AB"] == [[("track", "A")], [("track", "B")]]


def test_two_thousand_events_in_datagrams_all_arrive() -> None:
    names = [f"T{k:04}" for k in range(2000)]

    async def scene(port: int) -> None:
        one = channel(f"udp://{HERE}:{port}", format="cot")
        async with kept_open(one):
            await send(one, 0.0, *names)
            assert one.report().messages == 2000

    with listening() as receiver:
        receiver.setblocking(False)
        found = 0

        async def count() -> None:
            nonlocal found
            while found < 2000:
                await asyncio.get_running_loop().sock_recv(receiver, 2000)
                found += 1

        async def both() -> None:
            counting = asyncio.ensure_future(count())
            await scene(port_of(receiver))
            await asyncio.wait_for(counting, 5.0)

        asyncio.run(both())
    assert found == 2000


def test_a_group_is_reached() -> None:
    group = "239.255.77.78"

    async def scene(port: int) -> None:
        one = channel(f"udp://{group}:{port}", format="json")
        async with kept_open(one) as troubles:
            offer(one, 0.0, "A")
            await until(lambda: bool(one.report().pictures or troubles))
            if troubles:
                pytest.skip(f"this machine has no network that carries multicast: {troubles}")

    with listening(group) as receiver:
        member = socket.inet_aton(group) + socket.inet_aton("0.0.0.0")
        try:
            receiver.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
        except OSError as error:
            pytest.skip(f"this machine has no network that carries multicast: {error}")
        asyncio.run(scene(port_of(receiver)))
        assert told(receiver.recv(2000)) == [("track", "A")]


def test_a_group_is_reached_as_far_as_told(monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[int] = []
    monkeypatch.setattr(udp, "_set_hops", lambda _socket, hops: reached.append(hops))

    async def scene() -> None:
        one = channel("udp://239.255.77.78:9", format="json", multicast_hops=7)
        async with kept_open(one) as troubles:
            await until(lambda: bool(reached or troubles))
            if troubles:
                pytest.skip(f"this machine has no network that carries multicast: {troubles}")

    asyncio.run(scene())
    assert reached == [7]


def test_hops_are_set_in_either_version_of_ip() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        udp._set_hops(sender, 7)
        assert sender.getsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL) == 7
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sender:
        udp._set_hops(sender, 9)
        assert sender.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS) == 9


def test_that_nobody_listens_is_told_and_whoever_comes_gets_the_next_picture() -> None:
    async def scene() -> None:
        port = free_port(socket.SOCK_DGRAM)
        one = channel(f"udp://{HERE}:{port}", format="json")
        async with kept_open(one) as troubles:
            await send(one, 0.0, "A")
            await until(lambda: "refused" in one.report().trouble)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
                receiver.bind((HERE, port))
                receiver.settimeout(5.0)
                await send(one, 1.0, "A", "B")
                assert told(receiver.recv(2000)) == [("track", "A")]
                assert one.report().trouble == ""
            assert troubles == []

    asyncio.run(scene())


# ---- streams ----


class Server:
    """Takes what is sent to it; `sees` holds the lines of each caller."""

    def __init__(self) -> None:
        self.sees: list[bytes] = []
        self.writers: list[asyncio.StreamWriter] = []

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        caller = len(self.sees)
        self.sees.append(b"")
        self.writers.append(writer)
        while data := await reader.read(1000):
            self.sees[caller] += data
        writer.close()


def test_a_server_that_hangs_up_is_called_again_and_is_told_what_ended_meanwhile() -> None:
    async def scene() -> None:
        peer = Server()
        server = await asyncio.start_server(peer.take, HERE, 0)
        one = channel(f"tcp://{HERE}:{server.sockets[0].getsockname()[1]}", format="json")
        async with kept_open(one) as troubles:
            await send(one, 0.0, "A", "B")
            await until(lambda: peer.sees[0].count(b"\n") == 2)
            assert one.report().receivers == 1
            peer.writers[0].write(b"what others said")  # and what nobody reads
            peer.writers[0].close()
            await until(lambda: bool(troubles))
            assert "hung up" in troubles[0] and one.report().receivers == 0
            await until(lambda: one.report().is_open)
            await send(one, 1.0, "B")
            await until(lambda: peer.sees[1].count(b"\n") == 2)
        server.close()
        assert [told(seen) for seen in peer.sees] == [
            [("track", "A"), ("track", "B")],
            [("track", "B"), ("end", "A")],
        ]

    asyncio.run(scene())


def test_a_server_that_is_not_there_is_a_trouble_that_is_told_and_pictures_do_not_pile_up() -> None:
    async def scene() -> None:
        one = channel(f"tcp://{HERE}:{free_port()}", format="cot")
        async with kept_open(one) as troubles:
            await until(lambda: bool(troubles))
            for second in range(5):
                offer(one, float(second), "A")
        told_of_it = one.report()
        assert not told_of_it.is_open and "Connect call failed" in told_of_it.trouble
        assert told_of_it.dropped == {"overtaken": 4}

    asyncio.run(scene())


@asynccontextmanager
async def listening_for_callers() -> AsyncIterator[tuple[OutputChannel, int]]:
    """An output that may be called, and its port."""
    port = free_port()
    one = channel(f"tcp-listen://{HERE}:{port}", format="json")
    async with kept_open(one):
        await until(lambda: one.report().is_open)
        yield one, port


async def _call(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection(HERE, port)


def test_whoever_calls_gets_the_stream_each_with_a_memory_of_its_own() -> None:
    async def scene() -> None:
        async with listening_for_callers() as (one, port):
            first, first_writer = await _call(port)
            await until(lambda: one.report().receivers == 1)
            await send(one, 0.0, "A")
            second, second_writer = await _call(port)
            await until(lambda: one.report().receivers == 2)
            offer(one, 1.0, "B")
            assert [told(await first.readline()) for _ in range(3)] == [
                [("track", "A")],
                [("track", "B")],
                [("end", "A")],
            ]
            assert told(await second.readline()) == [("track", "B")]
            first_writer.close()
            await until(lambda: one.report().receivers == 1)
            offer(one, 2.0, "B")
            assert told(await second.readline()) == [("track", "B")]
            second_writer.close()

    asyncio.run(scene())


def test_callers_beyond_the_bound_are_counted_and_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "MOST_CALLERS", 1)

    async def scene() -> None:
        async with listening_for_callers() as (one, port):
            _, kept = await _call(port)
            await until(lambda: one.report().receivers == 1)
            reader, sent_away = await _call(port)
            assert await reader.read() == b""
            assert one.report().dropped == {"too_many_callers": 1}
            kept.close()
            sent_away.close()

    asyncio.run(scene())


def test_a_caller_that_takes_nothing_delays_no_other_and_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlet, "TAKES_S", 0.5)
    names = [f"T{k:04}" for k in range(2000)]

    async def scene() -> None:
        async with listening_for_callers() as (one, port):
            stuck = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            stuck.connect((HERE, port))
            reader, writer = await asyncio.open_connection(HERE, port, limit=1 << 20)
            await until(lambda: one.report().receivers == 2)
            for second in range(100):  # until the kernel holds no more for it
                offer(one, float(second), *names)
                for _ in names:
                    await asyncio.wait_for(reader.readline(), 5.0)
                if one.report().receivers == 1:
                    break
            assert one.report().dropped["receiver_too_slow"] == 1
            offer(one, 100.0, "A")
            assert told(await reader.readline()) == [("track", "A")]
            stuck.close()
            writer.close()

    asyncio.run(scene())


def test_ending_hangs_up_at_once_and_quietly_though_callers_are_there(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scene() -> bytes:
        async with listening_for_callers() as (one, port):
            reader, writer = await _call(port)
            await until(lambda: one.report().receivers == 1)
        try:
            return await asyncio.wait_for(reader.read(), 5.0)
        except ConnectionResetError:
            return b""
        finally:
            writer.close()

    assert asyncio.run(scene()) == b""
    assert caplog.records == []


def test_a_port_that_is_taken_is_a_trouble() -> None:
    async def scene(port: int) -> str:
        one = channel(f"tcp-listen://{HERE}:{port}", format="json")
        async with kept_open(one) as troubles:
            await until(lambda: bool(troubles))
        return troubles[0]

    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as taken:
        taken.bind((HERE, 0))
        taken.listen()
        assert "in use" in asyncio.run(scene(port_of(taken)))


# ---- files ----


def _in_file(path: Path, scene: Callable[[OutputChannel], Awaitable[None]], to: str = "") -> OutputChannel:
    one = channel(f"file:{to or path}", **(CODE if path.suffix == ".ast" else {}))

    async def run() -> None:
        async with kept_open(one):
            await scene(one)

    asyncio.run(run())
    return one


async def _two_pictures(one: OutputChannel) -> None:
    await send(one, 0.0, "A", "B")
    await send(one, 1.0, "B")


def test_geojson_is_always_the_newest_picture_and_whole(tmp_path: Path) -> None:
    path = tmp_path / "sky.geojson"
    _in_file(path, _two_pictures)
    assert [feature["id"] for feature in json.loads(path.read_text())["features"]] == ["B"]
    assert [one.name for one in tmp_path.iterdir()] == ["sky.geojson"]


def test_json_lines_and_asterix_are_appended(tmp_path: Path) -> None:
    lines = tmp_path / "sky.jsonl"
    lines.write_text('{"event": "end", "track_id": "of yesterday"}\n')
    _in_file(lines, _two_pictures)
    expected = [("end", "of yesterday"), ("track", "A"), ("track", "B"), ("track", "B"), ("end", "A")]
    assert told(lines.read_bytes()) == expected
    blocks = tmp_path / "sky.ast"
    _in_file(blocks, _two_pictures)
    messages, errors = decode_datagram(blocks.read_bytes())
    ended = [message.is_last for message in messages if isinstance(message, SystemTrack)]
    assert (errors, ended) == ([], [False, False, False, True])


def test_a_folder_that_is_not_there_is_a_trouble_that_ends_when_it_is(tmp_path: Path) -> None:
    path = tmp_path / "later" / "sky.geojson"

    async def scene(one: OutputChannel) -> None:
        offer(one, 0.0, "A")
        await until(lambda: bool(one.report().trouble))
        assert "No such file" in one.report().trouble and not one.report().is_open
        path.parent.mkdir()
        offer(one, 1.0, "A")
        await until(lambda: one.report().is_open)

    _in_file(path, scene)
    assert json.loads(path.read_text())["features"][0]["id"] == "A"
