"""Sessions: a cookie that no script reads and no other site sends, over when it should be."""

from __future__ import annotations

import socket
import ssl
from http.cookies import SimpleCookie
from pathlib import Path

import httpx
import pytest
from tests.brokers import HERE
from tests.certificates import Authority, needs_openssl
from tests.outputs.web.shown import Holder, console, next_text
from websockets.client import ClientProtocol
from websockets.protocol import State
from websockets.uri import parse_uri

from tocsin.config.console import ConsoleSection
from tocsin.config.logins import Login
from tocsin.config.tls import listening_context


def logged_in(client: httpx.Client, token: str = "right") -> httpx.Response:
    return client.post("/v1/login", json={"token": token})


def who(client: httpx.Client) -> object:
    return client.get("/v1/session").json()["operator"]


def cookie_of(answer: httpx.Response) -> tuple[str, SimpleCookie]:
    (header,) = answer.headers.get_list("set-cookie")
    cookie = SimpleCookie(header)
    return next(iter(cookie)), cookie


def test_a_token_begins_a_session_and_logging_out_ends_it() -> None:
    with console() as shown, shown.client() as client:
        assert who(client) is None
        answer = logged_in(client)
        assert answer.json()["operator"] == {"name": "anna", "unit": "duty"}
        assert who(client) == {"name": "anna", "unit": "duty"}
        kept = dict(client.cookies)
        client.post("/v1/logout")
        assert who(client) is None
        client.cookies.update(kept)
        assert who(client) is None, "the cookie of a session that is over is worth nothing"


def test_the_cookie_is_for_this_site_alone_and_for_no_script() -> None:
    with console(settings=ConsoleSection(session_hours=2)) as shown, shown.client() as client:
        name, cookie = cookie_of(logged_in(client))
        assert name == f"tocsin-{shown.port}"
        assert cookie[name]["httponly"] and cookie[name]["samesite"] == "strict"
        assert cookie[name]["path"] == "/" and not cookie[name]["domain"]
        assert cookie[name]["max-age"] == "7200"


@needs_openssl
def test_over_tls_the_cookie_goes_over_tls_only(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    files = authority.vouch_for("console")
    trusted = ssl.create_default_context(cafile=authority.certificate)
    encryption = listening_context(Login(**files))
    with console(closed=True, encryption=encryption, trusted=trusted) as shown, shown.client() as client:
        name, cookie = cookie_of(logged_in(client))
        assert name == f"__Host-tocsin-{shown.port}" and cookie[name]["secure"]
        origin = f"https://127.0.0.1:{shown.port}"
        with shown.stream(cookie=f"{name}={cookie[name].value}", origin=origin) as link:
            assert next_text(link, "sensors")["sensors"]


def is_refused(port: int) -> bool:
    try:
        socket.create_connection((HERE, port)).close()
    except ConnectionRefusedError:
        return True
    return False


@needs_openssl
def test_a_watcher_who_is_just_leaving_keeps_no_server_from_stopping(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    files = authority.vouch_for("console")
    trusted = ssl.create_default_context(cafile=authority.certificate)
    with console(encryption=listening_context(Login(**files)), trusted=trusted) as shown:
        leaving = ClientProtocol(parse_uri(f"wss://{HERE}:{shown.port}/v1/stream"))
        with (
            socket.create_connection((HERE, shown.port), timeout=20) as wire,
            trusted.wrap_socket(wire, server_hostname=HERE) as link,
        ):
            leaving.send_request(leaving.connect())
            is_leaving = False
            while leaving.close_rcvd is None:
                link.sendall(b"".join(leaving.data_to_send()))
                leaving.receive_data(link.recv(65_536))
                if leaving.state is State.OPEN and not is_leaving:
                    leaving.send_close()
                    is_leaving = True
            shown.stop()
            while not is_refused(shown.port):
                pass
            # Only now our side of TLS is closed.


def test_a_session_watches_too() -> None:
    with console() as shown, shown.client() as client:
        logged_in(client)
        cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        with shown.stream(cookie=cookies) as link:
            assert next_text(link, "sensors")["sensors"]


def test_who_is_taken_out_of_the_file_is_out_at_once() -> None:
    with console() as shown, shown.client() as client:
        logged_in(client)
        shown.keys.known = {"other": Holder("ben")}
        assert who(client) is None


def test_a_wrong_token_is_refused_and_five_of_an_address_close_the_door_for_a_while() -> None:
    with console() as shown, shown.client() as client:
        assert [logged_in(client, "wrong").status_code for _ in range(6)] == [401] * 5 + [429]
        assert logged_in(client).status_code == 429


@pytest.mark.parametrize("body", [b"", b"{}", b'{"token": 5}', b'{"token": "right", "as": "root"}', b"\xff"])
def test_what_is_no_login_is_said_so(body: bytes) -> None:
    with console() as shown, shown.client() as client:
        sent = client.post("/v1/login", content=body, headers={"content-type": "application/json"})
        assert sent.status_code == 422 and "token" in sent.json()["error"]


def test_a_form_and_a_page_of_another_site_can_not_log_in_or_out() -> None:
    with console() as shown, shown.client() as client:
        assert client.post("/v1/login", data={"token": "right"}).status_code == 415
        elsewhere = {"origin": "https://elsewhere.example"}
        assert client.post("/v1/login", json={"token": "right"}, headers=elsewhere).status_code == 403
        logged_in(client)
        assert client.post("/v1/logout", headers=elsewhere).status_code == 403
        assert client.get("/v1/session", headers=elsewhere).status_code == 403
        assert who(client)


def test_where_all_needs_a_login_a_stranger_learns_how_the_site_is_called_and_no_more() -> None:
    with console(closed=True) as shown, shown.client() as client:
        told = client.get("/v1/console").json()
        assert told["login_required"] and told["site"]["name"] and told["operator"] is None
        assert (told["site"]["latitude_deg"], told["layers"], told["recordings"]) == (0.0, [], [])
        for path in ("/v1/base_map", "/v1/events", "/v1/openapi.json", "/v1/anything", "/metrics"):
            assert client.get(path).status_code == 401
        logged_in(client)
        assert client.get("/v1/console").json()["site"]["latitude_deg"] != 0.0


def test_every_answer_forbids_what_comes_from_elsewhere() -> None:
    with console() as shown, shown.client() as client:
        for path in ("/", "/v1/session", "/nothing"):
            policy = client.get(path).headers["content-security-policy"]
            assert "default-src 'none'" in policy and "script-src 'self'" in policy
            assert "unsafe" not in policy and "*" not in policy and "http" not in policy
