"""Messages as Cursor on Target to a server, and as files of a folder."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from xml.etree import ElementTree

from tests.brokers import HERE
from tests.outputs.delivery.made import Post, current, run
from tests.outputs.messages import CANCEL, MESSAGE, SQUARE, make_site

from tocsin.formats.cot import CotStream
from tocsin.model.alerts import Level
from tocsin.model.deliveries import Letter
from tocsin.outputs.delivery.alert_cot import alert_event

ZONE = make_site().zones[0]


def test_a_tak_server_gets_the_outline_of_the_area_and_its_end(tmp_path: Path) -> None:
    async def scene() -> bytes:
        got = bytearray()

        async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while data := await reader.read(65_536):
                got.extend(data)
            writer.close()

        async with await asyncio.start_server(hear, HERE, 0) as server:
            port = server.sockets[0].getsockname()[1]
            tak = {"name": "tak", "to": f"tcp://{HERE}:{port}"}
            async with Post(tmp_path, tak).running() as post:
                post.issue(current())
                await post.until(lambda: post.report().confirmed == 1)
                post.issue(current(CANCEL))
                await post.until(lambda: post.report().confirmed == 2)
                await post.until(lambda: got.count(b"</event>") == 2)
        return bytes(got)

    events, errors = CotStream().feed(run(scene()))
    assert (len(events), errors) == (2, [])


def test_the_event_has_the_corners_of_the_area_a_colour_and_a_name() -> None:
    root = ElementTree.fromstring(alert_event(Letter(1, MESSAGE, "Exercise"), ZONE))
    corners = [link.get("point") for link in root.findall("detail/link")]
    assert corners[0] == corners[-1] == f"{SQUARE[0][0]:.6f},{SQUARE[0][1]:.6f},0.0"
    assert len(corners) == len(SQUARE) + 1
    contact = root.find("detail/contact")
    assert contact is not None and contact.get("callsign") == "EXERCISE warning: Kaldvik"
    point = root.find("point")
    assert point is not None
    assert (float(point.get("lat", "0")), float(point.get("lon", "0"))) == (10.05, 20.05)
    ended = ElementTree.fromstring(alert_event(Letter(2, CANCEL, "Exercise"), ZONE))
    link = ended.find("detail/link")
    assert (ended.get("type"), root.get("type")) == ("t-x-d-d", "u-d-f")
    assert link is not None and link.get("uid") == root.get("uid")


def test_a_server_that_hangs_up_is_a_trouble_and_is_called_again(tmp_path: Path) -> None:
    async def scene() -> None:
        calls = 0

        async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal calls
            calls += 1
            writer.close()

        async with await asyncio.start_server(hang_up, HERE, 0) as server:
            port = server.sockets[0].getsockname()[1]
            tak = {"name": "tak", "to": f"tcp://{HERE}:{port}"}
            async with Post(tmp_path, tak).running() as post:
                await post.until(lambda: calls == 1)
                await asyncio.sleep(0.05)
                post.issue(current())
                await post.until(lambda: "hung up" in post.report().trouble)
                assert post.report().confirmed == 0

    run(scene())


def test_a_folder_gets_a_file_for_each_message_and_a_heartbeat(tmp_path: Path) -> None:
    folder = tmp_path / "out" / "alerts"

    async def scene() -> None:
        async with Post(tmp_path, {"name": "disk", "to": f"file:{folder}"}).running() as post:
            post.issue(current())
            await post.until(lambda: post.report().confirmed == 1)
            assert post.report().is_open
            await post.until((folder / "heartbeat.json").exists)
            assert json.loads((folder / "heartbeat.json").read_bytes())["alive"]

    run(scene())
    assert b"<identifier>A-7K3QX2-1</identifier>" in (folder / "A-7K3QX2-1.xml").read_bytes()
    assert not json.loads((folder / "heartbeat.json").read_bytes())["alive"]


def test_a_folder_that_cannot_be_written_is_a_trouble_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")

    async def scene() -> None:
        async with Post(tmp_path, {"name": "disk", "to": f"file:{tmp_path}/taken"}).running() as post:
            post.issue(current())
            await post.until(lambda: "taken" in post.report().trouble)
            assert post.report().pending == 1

    run(scene())


def test_a_folder_holds_a_feed_of_what_lies_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "alerts"

    async def scene() -> None:
        disk = {"name": "disk", "to": f"file:{folder}", "min_level": "warning"}
        async with Post(tmp_path, disk).running() as post:
            post.issue(current(), current(alert_id="A-2", level=Level.WATCH))
            await post.until(lambda: post.report().confirmed == 1)

    run(scene())
    feed = (folder / "feed.xml").read_bytes()
    assert b"A-7K3QX2-1.xml" in feed
    assert b"A-2-1" not in feed
