"""Messages through a real HTTP server: confirmed, refused, tried again, and after a restart."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from pathlib import Path

import pytest
from lxml import etree
from tests.brokers import HERE, free_port
from tests.certificates import Authority, needs_openssl
from tests.outputs.delivery.made import HttpServer, Post, beats, current, run
from tests.outputs.messages import CANCEL, MESSAGE, UPDATE

from tocsin.clock import WallClock
from tocsin.config.logins import Login
from tocsin.config.tls import listening_context
from tocsin.model import link
from tocsin.model.alerts import Level
from tocsin.model.deliveries import Delivery, DeliveryState
from tocsin.outputs.delivery import connection, courier, webhook
from tocsin.recording.delivery_book import DeliveryBook


@pytest.fixture(autouse=True)
def _tried_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier, "_LEAST_PAUSE_S", 0.01)
    monkeypatch.setattr(link, "FIRST_WAIT_S", 0.02)


def sirens(to: str, **keys: object) -> dict[str, object]:
    return {"name": "sirens", "to": to, **keys}


def test_a_message_is_posted_as_cap_and_confirmed(tmp_path: Path) -> None:
    async def scene() -> None:
        async with HttpServer() as server:
            async with Post(tmp_path, sirens(server.address)).running() as post:
                message = current()
                post.issue(message)
                await post.until(lambda: post.report().confirmed == 1)
                report = post.report()
            (got,) = server.got
        assert got.headers["content-type"] == "application/cap+xml"
        assert got.key == message.identifier
        assert etree.fromstring(got.body).findtext("{*}identifier") == message.identifier
        assert report.is_open and report.attempts == 1
        assert report.delay_s is not None and 60.0 <= report.delay_s < 75.0

    run(scene())


def test_what_was_confirmed_is_not_sent_again_after_a_restart_and_what_was_not_is(tmp_path: Path) -> None:
    async def scene() -> None:
        first, second = current(), current(alert_id="A-2")
        async with HttpServer() as server:
            post = Post(tmp_path, sirens(server.address))
            async with post.running():
                post.issue(first)
                await post.until(lambda: post.report().confirmed == 1)
            post.book.add([second])  # and the service ends before it is told
            async with post.running():
                await post.until(lambda: post.report().confirmed == 2)
            async with post.running():
                await post.until(lambda: post.report().confirmed == 2)
                post.issue(first)
                post.issue(current(UPDATE))
                await post.until(lambda: post.report().confirmed == 3)
            assert server.keys == [first.identifier, second.identifier, UPDATE.identifier]

    run(scene())


def test_a_server_that_is_not_there_is_named_with_its_address_and_the_cause(tmp_path: Path) -> None:
    async def scene() -> None:
        async with Post(tmp_path, sirens("http://127.0.0.1:9/alerts")).running() as post:
            post.issue(current())
            await post.until(lambda: post.report().trouble != "")
            assert post.report().trouble == "127.0.0.1:9: connection refused"

    run(scene())


def test_a_server_that_fails_is_asked_again_until_it_has_it(tmp_path: Path) -> None:
    async def scene() -> None:
        async with HttpServer(500, 429, -1, 204) as server:
            async with Post(tmp_path, sirens(server.address)).running() as post:
                post.issue(current())
                await post.until(lambda: post.report().confirmed == 1)
                report = post.report()
            assert server.keys == [MESSAGE.identifier] * 4
        assert (report.attempts, report.refused, report.trouble) == (4, 0, "")
        assert post.troubles[0] == "answers 500 Word: not today"

    run(scene())


def test_what_a_server_refuses_is_shown_and_not_sent_again(tmp_path: Path) -> None:
    async def scene() -> None:
        async with HttpServer(422, 204) as server:
            async with Post(tmp_path, sirens(server.address)).running() as post:
                post.issue(current())
                await post.until(lambda: post.report().refused == 1)
                assert post.report().trouble == "A-7K3QX2-1: answers 422 Word: not today"
                post.issue(current(UPDATE))
                await post.until(lambda: post.report().confirmed == 1)
            assert server.keys == [MESSAGE.identifier, UPDATE.identifier]

    run(scene())


def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    async def scene() -> None:
        async with HttpServer(302) as server, Post(tmp_path, sirens(server.address)).running() as post:
            post.issue(current())
            await post.until(lambda: post.report().refused == 1)
            assert len(server.got) == 1

    run(scene())


def test_a_receiver_that_hangs_delays_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "TAKES_S", 0.5)

    async def scene() -> None:
        async with HttpServer(0) as hanging, HttpServer() as sound:
            both = [sirens(hanging.address, name="hanging"), sirens(sound.address)]
            async with Post(tmp_path, *both).running() as post:
                post.issue(current())
                await post.until(lambda: post.report(1).confirmed == 1)
                assert post.report(0).confirmed == 0
                post.issue(current(UPDATE))
                await post.until(lambda: post.report(1).confirmed == 2)
                await post.until(lambda: "does not answer within" in post.report(0).trouble)
                assert (post.report(0).pending, post.report(0).is_open) == (1, False)
            assert sound.keys == [MESSAGE.identifier, UPDATE.identifier]

    run(scene())


def test_a_server_that_was_away_gets_the_newest_message_alone(tmp_path: Path) -> None:
    async def scene() -> None:
        server = HttpServer()
        server.port = free_port()
        async with Post(tmp_path, sirens(server.address)).running() as post:
            post.issue(current())
            await post.until(lambda: post.report().attempts == 1 and post.report().trouble != "")
            post.issue(current(UPDATE))
            async with server:
                await post.until(lambda: post.report().confirmed == 1)
        assert server.keys == [UPDATE.identifier]

    run(scene())


def test_the_all_clear_reaches_everyone_who_was_told_and_nobody_else(tmp_path: Path) -> None:
    async def scene() -> None:
        async with HttpServer() as told:
            loud = sirens(told.address, min_level="warning")
            watch = current(alert_id="A-2", level=Level.WATCH)
            async with Post(tmp_path, loud).running() as post:
                post.issue(current(), watch)
                await post.until(lambda: post.report().confirmed == 1)
                lowered = current(UPDATE, level=Level.WATCH)
                post.issue(lowered, current(CANCEL, level=Level.WATCH), current(CANCEL, alert_id="A-2"))
                await post.until(lambda: post.report().confirmed == 2)
            assert told.keys[0] == MESSAGE.identifier
            assert told.keys[-1] == CANCEL.identifier
            assert not any(key.startswith("A-2") for key in told.keys)

    run(scene())


def test_a_draft_waits_for_an_operator(tmp_path: Path) -> None:
    async def scene() -> None:
        async with HttpServer() as server, HttpServer() as drafts:
            both = [sirens(server.address), sirens(drafts.address, name="desk", drafts=True)]
            async with Post(tmp_path, *both, status="Actual").running() as post:
                post.issue(current())
                await post.until(lambda: post.report(1).confirmed == 1)
                assert (post.report(0).waiting_for_operator, post.report(0).pending) == (1, 0)
            assert server.got == []
            assert etree.fromstring(drafts.got[0].body).findtext("{*}status") == "Draft"

    run(scene())


@needs_openssl
def test_a_server_with_a_certificate_that_is_not_trusted_is_told_nothing(tmp_path: Path) -> None:
    ours, theirs = Authority(tmp_path), Authority(tmp_path, "stranger")
    tls = listening_context(Login(**ours.vouch_for("server")))

    async def scene() -> None:
        async with HttpServer(tls=tls) as server:
            strange = sirens(server.address, name="strange", ca_file=theirs.certificate)
            trusted = sirens(server.address, ca_file=ours.certificate)
            async with Post(tmp_path, strange, trusted).running() as post:
                post.issue(current())
                await post.until(lambda: post.report(1).confirmed == 1)
                await post.until(lambda: "certificate verify failed" in post.report(0).trouble)
            assert len(server.got) == 1

    run(scene())


def test_a_server_that_speaks_no_tls_is_a_trouble_in_words(tmp_path: Path) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def scene() -> None:
        async with await asyncio.start_server(answer, HERE, 0) as server:
            plain = sirens(f"https://{HERE}:{server.sockets[0].getsockname()[1]}/alerts")
            async with Post(tmp_path, plain).running() as post:
                post.issue(current())
                await post.until(lambda: post.report().trouble != "")
                assert "SSL" in post.report().trouble or "TLS" in post.report().trouble

    run(scene())


def test_a_password_or_a_token_goes_along_and_is_in_no_report(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")

    async def scene() -> list[str]:
        async with HttpServer() as server:
            both = [
                sirens(server.address, user="tocsin", password_file=str(secret)),
                sirens(server.address, name="token", password_file=str(secret)),
            ]
            async with Post(tmp_path, *both).running() as post:
                post.issue(current())
                await post.until(lambda: all(post.report(k).confirmed == 1 for k in (0, 1)))
                assert "s3cret" not in str([post.report(0), post.report(1)])
            return sorted(posted.headers["authorization"] for posted in server.got)

    basic = base64.b64encode(b"tocsin:s3cret").decode()
    assert run(scene()) == [f"Basic {basic}", "Bearer s3cret"]


def test_who_wants_heartbeats_gets_them_and_hears_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "HEARTBEAT_S", 0.05)
    assert connection.HEARTBEAT_S == 10.0

    async def scene() -> None:
        async with HttpServer() as server, HttpServer() as other:
            both = [sirens(server.address, heartbeat=True), sirens(other.address, name="other")]
            async with Post(tmp_path, *both).running() as post:
                await post.until(lambda: len(server.got) >= 3)
                assert post.report(0).is_open
                assert not post.report(1).is_open  # nobody has heard of it yet
            said = beats(server.got)
            assert [beat["alive"] for beat in said] == [True] * (len(said) - 1) + [False]
            assert said[0]["site"] == "Nordmark"
            assert other.got == []

    run(scene())


def test_json_and_speech_hold_the_languages_of_the_receiver(tmp_path: Path) -> None:
    async def scene() -> None:
        async with HttpServer() as server:
            both = [
                sirens(server.address, name="speakers", format="speech", languages=["ko", "en"]),
                sirens(server.address, name="board", format="json", languages=["de"]),
            ]
            async with Post(tmp_path, *both).running() as post:
                post.issue(current())
                await post.until(lambda: all(post.report(k).confirmed == 1 for k in (0, 1)))
            spoken = next(got for got in server.got if got.headers["content-type"].startswith("text/plain"))
            board = next(got for got in server.got if got.headers["content-type"] == "application/json")
        korean, english = spoken.body.decode().splitlines()
        assert english.startswith("This is an exercise. Drone warning for Kaldvik: go inside now")
        assert "Kaldvik" in korean and "훈련" in korean
        content = json.loads(board.body)
        assert content["status"] == "Exercise" and content["level"] == "warning"
        assert list(content["texts"]) == ["de"]
        assert content["texts"]["de"]["headline"] == "Drohnenwarnung für Kaldvik"

    run(scene())


def test_what_was_confirmed_when_the_service_ends_is_kept_however_slow_the_disk_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = DeliveryBook.keep

    def slowly(book: DeliveryBook, delivery: Delivery) -> None:
        time.sleep(0.1)
        keep(book, delivery)

    monkeypatch.setattr(DeliveryBook, "keep", slowly)

    async def scene() -> None:
        async with HttpServer() as server:
            three = [sirens(server.address, name=f"sirens {k}") for k in range(3)]
            async with Post(tmp_path, *three).running() as post:
                post.issue(current())
                await post.until(lambda: all(post.report(k).confirmed == 1 for k in range(3)))
        with DeliveryBook(tmp_path / "alerts.sqlite", WallClock().now_ns(), {}) as book:
            assert [found.state for found in book.deliveries()] == [DeliveryState.CONFIRMED] * 3

    run(scene())
