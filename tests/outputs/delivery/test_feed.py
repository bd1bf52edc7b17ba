"""The feed of current alerts, by its standard and through the API."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from lxml import etree
from tests.outputs.messages import CANCEL, ISSUED_NS, MESSAGE, UPDATE, make_site

from tocsin.clock import WallClock
from tocsin.model.alerts import AlertMessage
from tocsin.model.deliveries import Letter
from tocsin.outputs.delivery.feed import ATOM, Feed
from tocsin.outputs.delivery.packing import Packer
from tocsin.outputs.feed_api import add_feed_routes

NOW_NS = ISSUED_NS + 500_000_000_000
SECOND = 1_000_000_000


class SetClock(WallClock):
    """Shows what a test sets."""

    def __init__(self) -> None:
        super().__init__()
        self.shown_ns = NOW_NS

    def now_ns(self) -> int:
        return self.shown_ns


def feed(
    *messages: AlertMessage, status: str = "Exercise", stepped_ns: int = 2 * NOW_NS, **place: Any
) -> Feed:
    site = make_site(**place)
    made = Feed(site, Packer(site), lambda: stepped_ns)
    for number, message in enumerate(messages, 1):
        made.put([Letter(number, message, status)], NOW_NS)
    return made


def read(content: bytes) -> etree._Element:
    return etree.fromstring(content)


def texts(root: etree._Element, path: str) -> list[Any]:
    found: Any = root.xpath(path, namespaces={"a": ATOM})
    return list(found)


def test_the_feed_holds_what_rfc_4287_asks_for() -> None:
    root = read(feed(MESSAGE).atom(NOW_NS))
    assert root.tag == f"{{{ATOM}}}feed"
    assert texts(root, "a:id/text()")[0].startswith("urn:uuid:")
    assert texts(root, "a:title/text()") == texts(root, "a:author/a:name/text()") == ["Nordmark"]
    assert texts(root, "a:updated/text()") == ["2022-12-26T01:27:20Z"]
    (entry,) = texts(root, "a:entry")
    assert texts(entry, "a:id/text()")[0].startswith("urn:uuid:")
    assert texts(entry, "a:title/text()") == ["EXERCISE: Drone warning for Kaldvik"]
    assert texts(entry, "a:updated/text()") == ["2022-12-26T01:19:00Z"]
    assert texts(entry, "a:link/@href") == ["A-7K3QX2-1.xml"]
    assert texts(entry, "a:link/@type") == ["application/cap+xml"]
    assert texts(entry, "a:summary/text()")[0].startswith("Go inside now")


def test_it_holds_the_newest_message_of_each_alert_that_is_current() -> None:
    other = replace(MESSAGE, alert_id="A-2")
    old = replace(MESSAGE, alert_id="A-3", expires_ns=NOW_NS)
    made = feed(MESSAGE, other, old, UPDATE)
    assert texts(read(made.atom(NOW_NS)), "a:entry/a:link/@href") == ["A-7K3QX2-2.xml", "A-2-1.xml"]
    assert texts(read(made.atom(UPDATE.expires_ns)), "a:entry") == []


def test_an_all_clear_stays_for_an_hour() -> None:
    made = feed(MESSAGE, CANCEL)
    assert texts(read(made.atom(CANCEL.issued_ns + 3599 * SECOND)), "a:entry/a:title/text()") == [
        "EXERCISE: Drone all-clear for Kaldvik"
    ]
    assert texts(read(made.atom(CANCEL.issued_ns + 3600 * SECOND)), "a:entry") == []


def test_what_no_operator_confirmed_is_in_no_feed() -> None:
    made = feed(MESSAGE, status="Draft")
    assert texts(read(made.atom(NOW_NS)), "a:entry") == []
    made.put([Letter(1, MESSAGE, "Actual", "duty officer")], NOW_NS)
    assert texts(read(made.atom(NOW_NS)), "a:entry/a:title/text()") == ["Drone warning for Kaldvik"]


class Asked:
    """The API, without a socket."""

    def __init__(self) -> None:
        self._app, self.clock = FastAPI(), SetClock()
        add_feed_routes(self._app, feed(MESSAGE), self.clock)

    def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
                return await client.get(path, headers=headers)

        return asyncio.run(ask())


@pytest.fixture
def asked() -> Asked:
    return Asked()


def test_who_has_the_feed_already_is_told_so_until_the_next_beat(asked: Asked) -> None:
    client, clock = asked, asked.clock
    first = client.get("/v1/alerts.atom")
    assert first.headers["content-type"].startswith("application/atom+xml")
    known = {"If-None-Match": f'"other", W/{first.headers["etag"]}'}
    clock.shown_ns += 9 * SECOND
    assert client.get("/v1/alerts.atom", headers=known).status_code == 304
    clock.shown_ns += 2 * SECOND
    assert client.get("/v1/alerts.atom", headers=known).status_code == 200


def test_the_links_of_the_feed_lead_to_cap(asked: Asked) -> None:
    client = asked
    root = read(client.get("/v1/alerts.atom").content)
    (href,) = texts(root, "a:entry/a:link/@href")
    answer = client.get(f"/v1/{href}")
    assert answer.headers["content-type"] == "application/cap+xml"
    assert read(answer.content).findtext("{*}identifier") == MESSAGE.identifier
    assert client.get("/v1/cap/A-9-1.xml").status_code == 404
