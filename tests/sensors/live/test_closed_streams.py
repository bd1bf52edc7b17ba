"""A connection that closes leaves nothing behind: what it began is counted, and joined with nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest
from tests.formats.adsb.made import IDENTIFICATION
from tests.formats.cot.made import AIRCRAFT
from tests.formats.remote_id_json.made import ESP32
from tests.sensors.live.test_readers import KINDS, sensor
from tests.sensors.live.test_ways_in import HERE, free_port, until
from tests.sensors.made import plot, radar_blocks, site

from tocsin.clock import WallClock
from tocsin.config.inputs import InputFormat
from tocsin.formats.adsb import ReceivedMessage, avr_line, beast_frame
from tocsin.sensors.live.source import LiveSource

WHOLE = {
    InputFormat.ASTERIX: radar_blocks(plot(0.0)),
    InputFormat.COT: AIRCRAFT,
    InputFormat.BEAST: beast_frame(ReceivedMessage(IDENTIFICATION, 1, 1)),
    InputFormat.AVR: avr_line(ReceivedMessage(IDENTIFICATION)),
    InputFormat.CSV: b"time_s,sensor,range_m,azimuth_deg\n1.0,it,3000.0,10.0\n",
    InputFormat.REMOTE_ID_JSON: json.dumps(ESP32).encode(),
}
SECRET = "a secret of the tests, 32 bytes."


def live_source(kind_of_bytes: InputFormat, way: str) -> LiveSource:
    settings = {"format": kind_of_bytes, "max_range_m": 1e6}
    return LiveSource(site(sensor("it", KINDS[kind_of_bytes], way, **settings)), WallClock())


def heard(source: LiveSource, scene: Callable[[], Awaitable[None]], arrivals: int) -> dict[str, int]:
    """What was counted as damage when the scene was played and so much had arrived."""

    async def play() -> None:
        receiving = asyncio.ensure_future(source.receive(lambda _: None))
        await until(lambda: source.channels[0].link.is_open or bool(source.channels[0].link.trouble))
        await scene()
        await until(lambda: source.channels[0].inbox.arrivals >= arrivals)
        receiving.cancel()
        await asyncio.gather(receiving, return_exceptions=True)

    asyncio.run(play())
    list(source.batches(WallClock().now_ns() + 1))
    return dict(source.statuses[0].decode_errors + source.unassigned.decode_errors)


@pytest.mark.parametrize("kind_of_bytes", WHOLE)
def test_a_caller_that_hangs_up_within_a_message_has_it_counted(
    kind_of_bytes: InputFormat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_IDENTITY_SECRET", SECRET)
    port, whole = free_port(), WHOLE[kind_of_bytes]
    source = live_source(kind_of_bytes, f"tcp-listen://{HERE}:{port}")

    async def scene() -> None:
        for data in (whole[: len(whole) // 2], whole):
            reader, writer = await asyncio.open_connection(HERE, port)
            writer.write(data)
            writer.write_eof()
            assert await reader.read() == b""  # the other side has closed, too
            writer.close()

    assert heard(source, scene, 2) == {f"{kind_of_bytes}_truncated": 1}


def test_a_server_that_is_called_again_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_IDENTITY_SECRET", SECRET)
    monkeypatch.setattr("tocsin.model.link.FIRST_WAIT_S", 0.01)
    whole, port = WHOLE[InputFormat.COT], free_port()
    said: list[int] = []
    source = live_source(InputFormat.COT, f"tcp://{HERE}:{port}")

    async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(whole[:200] if not said else whole[200:])  # two halves that would fit
        said.append(1)
        await writer.drain()
        writer.close()

    async def scene() -> None:
        async with await asyncio.start_server(speak, HERE, port):
            await until(lambda: len(said) >= 2)

    counts = heard(source, scene, 2)
    assert counts.pop("cot_truncated") >= 1
    assert source.statuses[0].messages == 0 and "cot_noise" in counts
