"""The websocket: a snapshot and then what changed; who is slow, rude or silent hurts nobody else."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import httpx
import pytest
from tests.alerting.test_editor import alert
from tests.outputs.web.shown import (
    HERE,
    Holder,
    MadeSource,
    Shown,
    console,
    moving,
    next_frame,
    next_text,
    report,
    scene,
    sensor,
    text_where,
)
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from tocsin.config.console import ConsoleSection
from tocsin.outputs.web import server, stream, watcher


@pytest.fixture
def shown() -> Iterator[Shown]:
    with console(MadeSource(scene(moving("a", "b")))) as made:
        yield made


def refused_with(status: int, open_it: Callable[[], ClientConnection]) -> str:
    with pytest.raises(InvalidStatus) as caught:
        open_it()
    assert caught.value.response.status_code == status
    reason: str = json.loads(caught.value.response.body)["error"]
    return reason


def let_go(link: ClientConnection) -> tuple[int, str]:
    """With which code and reason the server ended it."""
    with suppress(ConnectionClosed):
        for _ in range(300):
            link.recv(timeout=20)
    assert link.close_code is not None and link.close_reason is not None
    return link.close_code, link.close_reason


def test_a_new_client_is_greeted_and_gets_names_and_then_all_tracks(shown: Shown) -> None:
    with shown.stream() as link:
        greeting = json.loads(link.recv(timeout=20))
        assert (greeting["type"], greeting["wire"], greeting["mode"]) == ("hello", 1, "live")
        assert greeting["clock"]["playing"] and greeting["clock"]["end_s"] is None
        names = next_text(link, "names")["names"]
        first = next_frame(link)
        assert first.flags == 1 and first.records["number"].tolist() == [1, 2]
        assert names == {"1": ["a", ""], "2": ["b", ""]}


def test_then_only_what_changed(shown: Shown) -> None:
    with shown.stream() as link:
        next_frame(link)
        shown.source.shown = scene(moving("a"), 1.0)
        second = next_frame(link)
        assert (second.flags, len(second.records), second.removed) == (0, 0, [2])


def test_who_comes_back_gets_a_snapshot_with_nothing_missed(shown: Shown) -> None:
    with shown.stream() as link:
        next_frame(link)
    shown.source.shown = scene(moving("b", "c", north_m=10.0), 1.0)
    with shown.stream() as link:
        names, again = next_text(link, "names")["names"], next_frame(link)
        assert again.flags == 1 and [names[str(n)][0] for n in again.records["number"]] == ["b", "c"]


def test_alerts_come_when_they_change_and_ended_ones_beside_them(shown: Shown) -> None:
    with shown.stream() as link:
        assert next_text(link, "alerts")["alerts"] == []
        open_now = (report(alert(tracks=("a",))),)
        shown.source.shown = scene(shown.source.shown.tracks, 1.0, alerts=open_now)
        told = next_text(link, "alerts")
        assert [one["alert_id"] for one in told["alerts"]] == ["A-1"] and told["ended"] == []
        assert next_frame(link).records[["number", "level"]].tolist() == [(1, 3)]
        shown.source.shown = scene(shown.source.shown.tracks, 2.0, ended=open_now)
        told = next_text(link, "alerts")
        assert told["alerts"] == [] and [one["alert_id"] for one in told["ended"]] == ["A-1"]


def test_sensors_are_for_those_who_are_logged_in(shown: Shown) -> None:
    with shown.stream() as link:
        told = next_text(link, "sensors")
        assert told["sensors"] is None and told["summary"] == {"live": 1}
    with shown.stream(authorization="Bearer right") as link:
        told = next_text(link, "sensors")
        assert [one["name"] for one in told["sensors"]] == ["Ridge"] and told["summary"] == {"live": 1}
        shown.source.shown = scene(sensors=(sensor("Ridge", "stale"),))
        assert next_text(link, "sensors")["sensors"][0]["state"] == "stale"


def test_whoever_steers_what_is_live_is_told_that_it_can_not_be(shown: Shown) -> None:
    with shown.stream() as link:
        link.send('{"type": "play", "speed": 10}')
        assert next_text(link, "error")["message"] == "this is live"
        next_text(link, "status")


def test_what_can_be_steered_is() -> None:
    with console(MadeSource(scene(), mode="demo")) as shown, shown.stream() as link:
        for sent in ({"type": "play", "speed": 10}, {"type": "pause"}, {"type": "seek", "time_s": 5.0}):
            link.send(json.dumps(sent))
        shown.source.shown = scene(second=1.0)
        next_text(link, "clock")
        link.send('{"type": "no"}')
        let_go(link)
        assert shown.source.steered == [("play", 10.0), ("pause",), ("seek", 5_000_000_000)]


@pytest.mark.parametrize(
    "rubbish",
    [
        "", "{", "[]", "null", '{"type": "fire"}', '{"type": "play"}', '{"type": "play", "speed": -1}',
        '{"type": "play", "speed": 1e400}', '{"type": "seek", "time_s": "now"}', '{"type":"pause","x":1}',
        '{"type": "seen", "sequence": 999}', "\x00", b"\x00\xff", "[" * 4000,
    ],
)  # fmt: skip
def test_rubbish_ends_the_connection_with_a_reason_and_no_other(shown: Shown, rubbish: str | bytes) -> None:
    with shown.stream() as link, shown.stream() as other:
        next_frame(other)
        link.send(rubbish)
        code, reason = let_go(link)
        assert code == 1008 and reason
        shown.source.shown = scene(moving("a", "b", north_m=9.0), 1.0)
        assert len(next_frame(other).records) == 2


def test_a_message_that_is_too_long_ends_the_connection(shown: Shown) -> None:
    with shown.stream() as link:
        link.send("x" * (stream.MOST_MESSAGE_BYTES + 1))
        assert let_go(link)[0] == 1009


def test_too_many_messages_end_the_connection(shown: Shown) -> None:
    with shown.stream() as link:
        first = next_frame(link)
        with suppress(ConnectionClosed):
            for _ in range(2000):  # also on a machine that is so busy that 25 take longer than a second
                link.send(json.dumps({"type": "seen", "sequence": first.sequence}))
        assert let_go(link) == (1008, "more than 20 messages a second")


def test_who_does_not_answer_gets_the_newest_only_and_is_told(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher, "_ANSWERS_WITHIN_S", 0.0)
    with shown.stream() as link:
        for step in range(4):  # so many frames may be unanswered
            shown.source.shown = scene(moving("a", "b", north_m=float(step)), float(step))
            last = next_frame(link)
        for step in range(4, 7):
            shown.source.shown = scene(moving("a", "b", north_m=float(step)), float(step))
            next_text(link, "status")
        text_where(link, "status", lambda told: told["degraded"])
        link.send(json.dumps({"type": "seen", "sequence": last.sequence}))
        caught_up = next_frame(link)
        assert caught_up.flags == 2 and caught_up.sequence > last.sequence + 1
        assert caught_up.records["latitude"][0] == round((-47.0 + 6.0 / 111_000.0) * 1e7)


def test_who_never_reads_is_let_go_and_the_others_notice_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watcher, "LONGEST_SEND_S", 0.2)
    monkeypatch.setattr(watcher, "_BEHIND_EVERY_S", 0.0)
    many = [f"T{k}" for k in range(20_000)]
    with console(MadeSource(scene(moving(*many)))) as shown, shown.stream() as good:
        raw = socket.create_connection((HERE, shown.port))
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.sendall(
            f"GET /v1/stream HTTP/1.1\r\nHost: {HERE}:{shown.port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
        )
        text_where(good, "status", lambda told: told["clients"] == 2)
        for step in range(1, 100):
            shown.source.shown = scene(moving(*many, north_m=float(step)), float(step))
            good.send(json.dumps({"type": "seen", "sequence": next_frame(good).sequence}))
            if next_text(good, "status")["clients"] == 1:
                break
        raw.close()
        assert next_text(good, "status")["clients"] == 1


def test_another_sites_page_gets_nothing(shown: Shown) -> None:
    reason = refused_with(403, lambda: shown.stream(origin="https://elsewhere.example"))
    assert "elsewhere.example" in reason
    assert refused_with(403, lambda: shown.stream(origin="null"))
    with shown.stream(origin=f"http://{HERE}:{shown.port}") as link:
        next_frame(link)


def test_a_wrong_token_opens_nothing_even_what_is_open(shown: Shown) -> None:
    assert "no operator has this token" in refused_with(
        401, lambda: shown.stream(authorization="Bearer wrong")
    )


def test_where_a_login_is_needed_nobody_else_watches() -> None:
    with console(MadeSource(scene(moving("a"))), closed=True) as shown:
        assert "log in" in refused_with(401, shown.stream)
        with shown.stream(authorization="Bearer right") as link:
            next_frame(link)


def test_who_is_no_operator_any_more_is_let_go(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "_ASK_AGAIN_S", 0.05)
    with shown.stream(authorization="Bearer right") as link:
        next_frame(link)
        shown.keys.known = {"other": Holder("ben")}
        assert let_go(link)[0] == 1008


def test_a_recording_that_is_not_there_is_said_so(shown: Shown) -> None:
    assert "no recordings" in refused_with(404, lambda: shown.stream("?recording=night"))


def test_when_all_seats_are_taken_the_next_is_told_and_a_seat_that_is_left_is_free() -> None:
    with console(MadeSource(scene(moving("a"))), ConsoleSection(most_clients=2)) as shown:
        with shown.stream() as first, shown.stream() as second:
            next_frame(first)
            next_frame(second)
            assert "most_clients" in refused_with(503, shown.stream)
            assert httpx.get(f"{shown.address}/v1/session").status_code == 200
        opened = threading.Event()
        while not opened.is_set():
            try:
                with shown.stream() as link:
                    next_frame(link)
                    opened.set()
            except InvalidStatus:
                continue


def test_a_thousand_sockets_leave_room_for_those_who_watch(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than the listener takes are closed at once; who was there goes on, and who goes makes room."""
    monkeypatch.setattr(server, "_FIRST_REQUEST_S", 1000.0)
    with shown.stream() as link:
        next_frame(link)
        crowd = [socket.create_connection((HERE, shown.port), timeout=20) for _ in range(1000)]
        with suppress(ConnectionResetError):
            assert crowd[-1].recv(1) == b""
        shown.source.shown = scene(moving("a", "b", north_m=5.0), 1.0)
        assert len(next_frame(link).records) == 2
        for one in crowd:
            one.close()
        while True:
            try:
                assert httpx.get(f"{shown.address}/v1/session").status_code == 200
                break
            except httpx.TransportError:
                continue


NO_REQUESTS = [b"\x00" * 100, b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00", b"A" * 70_000]


@pytest.mark.parametrize("sent", NO_REQUESTS)
def test_bytes_that_are_no_request_end_their_connection_only(shown: Shown, sent: bytes) -> None:
    with shown.stream() as link, socket.create_connection((HERE, shown.port)) as raw:
        next_frame(link)
        with suppress(ConnectionError):
            raw.sendall(sent)
            raw.shutdown(socket.SHUT_WR)
            while raw.recv(4096):
                pass
        next_text(link, "status")
        assert httpx.get(f"{shown.address}/v1/session").status_code == 200


def test_who_connects_and_asks_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_FIRST_REQUEST_S", 0.05)
    with console() as shown, socket.create_connection((HERE, shown.port), timeout=20) as raw:
        assert raw.recv(1) == b""


def test_who_listens_to_events_is_told_their_end_when_the_service_ends() -> None:
    with console(MadeSource(scene(moving("a")))) as shown:
        client = httpx.Client(timeout=20)
        events = client.send(httpx.Request("GET", f"{shown.address}/v1/events"), stream=True)
        lines = events.iter_lines()
        assert next(lines).startswith("event: ")
    for _ in lines:  # one that is cut off raises
        pass
    client.close()


def test_a_short_pause_of_a_client_is_not_taken_for_a_slow_line(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher, "_ANSWERS_WITHIN_S", 1000.0)
    with shown.stream() as link:
        for step in range(8):
            shown.source.shown = scene(moving("a", north_m=float(step)), float(step))
            assert next_frame(link).flags in (0, 1)
        assert not next_text(link, "status")["degraded"]
