"""Who may speak: the wrong address, the wrong certificate, no encryption: counted, and not heard."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from tests.certificates import Authority, needs_openssl
from tests.formats.cot.made import AIRCRAFT
from tests.sensors.live.test_readers import KINDS, sensor
from tests.sensors.live.test_ways_in import HERE, free_port, until
from tests.sensors.made import SECRET, site

from tocsin.clock import WallClock
from tocsin.config.inputs import InputFormat
from tocsin.config.logins import Login
from tocsin.config.site import Site
from tocsin.config.tls import calling_context, listening_context
from tocsin.errors import UnusableFile
from tocsin.sensors.live.channel import Channel
from tocsin.sensors.live.senders import WRONG_SENDER, Senders
from tocsin.sensors.live.source import LiveSource

ELSEWHERE = ["192.0.2.0/24"]
Scene = Callable[[Channel], Awaitable[None]]


def cot_source(way: str, **settings: object) -> LiveSource:
    return LiveSource(
        site(sensor("it", KINDS[InputFormat.COT], way, format="cot", max_range_m=1e6, **settings)),
        WallClock(),
    )


def played(source: LiveSource, scene: Scene) -> tuple[int, dict[str, int]]:
    """How many messages were read, and what was dropped, after a scene with the ways in open."""

    async def play() -> None:
        receiving = asyncio.ensure_future(source.receive(lambda _: None))
        (channel,) = source.channels
        await until(lambda: channel.link.is_open or bool(channel.link.trouble))
        await scene(channel)
        receiving.cancel()
        await asyncio.gather(receiving, return_exceptions=True)

    asyncio.run(play())
    list(source.batches(WallClock().now_ns() + 1))
    return source.statuses[0].messages, dict(source.channels[0].inbox.dropped)


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_IDENTITY_SECRET", SECRET.decode())


@pytest.mark.parametrize(
    ("networks", "address", "may"),
    [
        ((), "198.51.100.7", True),
        (("10.0.0.0/8",), "10.9.8.7", True),
        (("10.0.0.0/8",), "11.9.8.7", False),
        (("10.0.0.7",), "10.0.0.7", True),
        (("10.0.0.7/8",), "::ffff:10.0.0.9", True),
        (("fe80::/10", "10.0.0.0/8"), "fe80::1%eth0", True),
        (("10.0.0.0/8",), "fe80::1", False),
        (("10.0.0.0/8",), "", False),
    ],
)
def test_an_address_is_in_a_network_or_not(networks: tuple[str, ...], address: str, may: bool) -> None:
    assert Senders(networks).may_send(address) is may


@pytest.mark.parametrize(("senders", "read"), [([], 1), ([HERE], 1), (ELSEWHERE, 0)])
def test_datagrams_of_the_wrong_sender_are_counted_and_never_read(senders: list[str], read: int) -> None:
    port = free_port(socket.SOCK_DGRAM)

    async def scene(channel: Channel) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(AIRCRAFT, (HERE, port))
        await until(lambda: channel.inbox.arrivals + channel.inbox.dropped.total() == 1)

    dropped = {} if read else {WRONG_SENDER: 1}
    assert played(cot_source(f"udp://{HERE}:{port}", senders=senders), scene) == (read, dropped)


@pytest.mark.parametrize(("senders", "read"), [([HERE], 1), (ELSEWHERE, 0)])
def test_the_wrong_caller_is_hung_up_on_unheard(senders: list[str], read: int) -> None:
    port = free_port()

    async def scene(channel: Channel) -> None:
        reader, writer = await asyncio.open_connection(HERE, port)
        try:
            writer.write(AIRCRAFT)
            writer.write_eof()
            assert await reader.read() == b""
        except OSError:
            assert not read
        writer.close()
        await until(lambda: channel.inbox.arrivals + channel.inbox.dropped.total() == 1)

    dropped = {} if read else {WRONG_SENDER: 1}
    assert played(cot_source(f"tcp-listen://{HERE}:{port}", senders=senders), scene) == (read, dropped)


async def call(port: int, tls: ssl.SSLContext | None, data: bytes = AIRCRAFT) -> None:
    """Says something, and waits until the other side has hung up."""
    try:
        async with asyncio.timeout(10.0):
            reader, writer = await asyncio.open_connection(HERE, port, ssl=tls)
            writer.write(data)
            await writer.drain()
            if tls is None:
                await reader.read()
            else:
                await asyncio.wait_for(reader.read(), 0.2)
    except (OSError, TimeoutError):
        return
    finally:
        if "writer" in locals():
            writer.close()


@needs_openssl
def test_cursor_on_target_over_tls_is_heard_of_whoever_shows_a_certificate_that_is_trusted(
    tmp_path: Path,
) -> None:
    ours, theirs = Authority(tmp_path), Authority(tmp_path, "stranger")
    port = free_port()
    source = cot_source(f"tls-listen://{HERE}:{port}", ca_file=ours.certificate, **ours.vouch_for("tocsin"))
    trusting = {"ca_file": ours.certificate}
    callers = [
        calling_context(Login(**keys))
        for keys in (
            trusting,
            trusting | theirs.vouch_for("somebody"),
            trusting | ours.vouch_for("friend"),
        )
    ]

    async def scene(channel: Channel) -> None:
        await call(port, None)  # in the clear
        await call(port, callers[0])  # without a certificate
        await call(port, callers[1])  # with one of a stranger's
        await until(lambda: channel.inbox.dropped.total() == 3)
        assert channel.inbox.arrivals == 0
        await call(port, callers[2])
        await until(lambda: channel.inbox.arrivals == 1)

    assert played(source, scene) == (1, {"tls_refused": 3})


@needs_openssl
@pytest.mark.parametrize("is_trusted", [True, False])
def test_a_server_is_called_over_tls_and_heard_only_if_it_is_trusted(
    tmp_path: Path, is_trusted: bool
) -> None:
    ours, theirs = Authority(tmp_path), Authority(tmp_path, "stranger")
    own = Login(ca_file=ours.certificate, **(ours if is_trusted else theirs).vouch_for("server"))
    port = free_port()

    async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(AIRCRAFT)
        await writer.drain()
        writer.close()

    async def play() -> None:
        source = cot_source(f"tls://{HERE}:{port}", ca_file=ours.certificate, **ours.vouch_for("tocsin"))
        (channel,) = source.channels
        async with await asyncio.start_server(speak, HERE, port, ssl=listening_context(own)):
            receiving = asyncio.ensure_future(source.receive(lambda _: None))
            await until(lambda: bool(channel.link.trouble))
            receiving.cancel()
            await asyncio.gather(receiving, return_exceptions=True)
        list(source.batches(WallClock().now_ns() + 1))
        assert source.statuses[0].messages >= is_trusted
        assert channel.link.opened >= is_trusted
        if not is_trusted:
            assert "certificate verify failed" in channel.link.trouble and not channel.inbox.arrivals

    asyncio.run(play())


@needs_openssl
def test_files_that_are_no_certificates_are_named(tmp_path: Path) -> None:
    good = Authority(tmp_path).vouch_for("tocsin")
    no_certificate = tmp_path / "letter.txt"
    no_certificate.write_text("dear sir")
    way = {"way": f"tls-listen://{HERE}:1", "kind": KINDS[InputFormat.COT], "format": "cot"}
    for keys, file in (
        (good | {"certificate_file": str(no_certificate)}, "letter.txt"),
        (good | {"ca_file": str(no_certificate)}, "letter.txt"),
        (good | {"private_key_file": str(tmp_path / "nowhere")}, "nowhere"),
    ):
        with pytest.raises(UnusableFile, match=file):
            listening_context(sensor("x", **way, **keys))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("way", "settings", "message"),
    [
        ("mqtt://broker", {"format": "node", "senders": ["10.0.0.1"]}, "senders is for an input of"),
        ("udp://0.0.0.0:1", {"senders": ["10.0.0"]}, "'10.0.0' is no address or network"),
        ("tcp://h:1", {"certificate_file": "x"}, "certificate_file is for an input of mqtts or tls or"),
        ("tls-listen://h:1", {}, "needs certificate_file"),
        ("tls://h:1", {"private_key_file": "x"}, "private_key_file needs certificate_file"),
        ("udp://h:1", {"message_key_file": "x"}, "message_key_file is for an input of nodes"),
        ("", {"senders": ["10.0.0.1"]}, "senders is for an input of"),
    ],
)
def test_what_a_way_in_cannot_use_is_refused(way: str, settings: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sensor("x", KINDS[InputFormat.COT], way, **({"format": "cot"} | settings))


def test_sensors_on_one_way_in_have_the_same_senders() -> None:
    one, other = (
        sensor(name, KINDS[InputFormat.NODE], "udp://0.0.0.0:1", senders=senders)
        for name, senders in (("a", ELSEWHERE), ("b", []))
    )
    with pytest.raises(ValueError, match=r"'a' and 'b' .* differ in senders"):
        Site.model_validate({"site": site().site, "sensors": [one, other]})
