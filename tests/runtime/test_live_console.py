"""The console of a running service: what the line sees and what people do is on the page at once."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.brokers import HERE, free_port
from tests.certificates import Authority, needs_openssl
from tests.runtime.test_live_delivery import TOWN
from tests.runtime.test_live_service import a_site
from tests.runtime.test_night_show import told
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tocsin.config.console import ConsoleSection
from tocsin.runtime.live_service import LiveService
from tocsin.runtime.operators import add_operator


def run_with(folder: Path, settings: ConsoleSection, act: Callable[[int], None]) -> None:
    """A service of one zone, for as long as what is done to it at its port."""
    known = a_site(free_port()).model_copy(update={"zones": (TOWN,), "console": settings})
    service = LiveService(known, folder / "out", site_file=folder / "site.toml")
    failures: list[BaseException] = []

    def beside(port: int) -> None:
        try:
            act(port)
        except BaseException as error:  # noqa: BLE001  told in the test's own thread
            failures.append(error)
        finally:
            service.stop()

    service.run(lambda port: threading.Thread(target=beside, args=(port,)).start())
    if failures:
        raise failures[0]


def test_a_test_alert_by_a_session_is_on_the_page_and_among_the_events(tmp_path: Path) -> None:
    token = add_operator(tmp_path / "operators.json", "anna", "duty")

    def act(port: int) -> None:
        with (
            httpx.Client(base_url=f"http://{HERE}:{port}") as client,
            connect(f"ws://{HERE}:{port}/v1/stream", compression=None, proxy=None) as link,
        ):
            assert told(link, "hello")["mode"] == "live" and told(link, "alerts")["alerts"] == []
            assert client.post("/v1/alerts/test", json={"zone": "Town"}).status_code == 401
            assert client.post("/v1/login", json={"token": token}).status_code == 200
            client.post("/v1/alerts/test", json={"zone": "Town"}).raise_for_status()
            alerts: Any = told(link, "alerts")["alerts"]
            assert [alert["is_test"] for alert in alerts] == [True]
            with client.stream("GET", "/v1/events") as events:
                lines = events.iter_lines()
                while next(lines) != "event: alerts":
                    pass
                assert json.loads(next(lines).removeprefix("data: "))["alerts"] == alerts

    run_with(tmp_path, ConsoleSection(), act)


@needs_openssl
def test_others_reach_it_over_tls_and_only_after_a_login(tmp_path: Path) -> None:
    token = add_operator(tmp_path / "operators.json", "anna", "duty")
    authority, far = Authority(tmp_path), free_port()
    keys = authority.vouch_for("console")
    trusted = ssl.create_default_context(cafile=authority.certificate)

    def act(port: int) -> None:
        with httpx.Client(base_url=f"https://{HERE}:{far}", verify=trusted) as client:
            asked = {path: client.get(path).status_code for path in ("/v1/alerts", "/v1/tracks", "/metrics")}
            assert set(asked.values()) == {401}
            with pytest.raises(InvalidStatus):
                connect(f"wss://{HERE}:{far}/v1/stream", ssl=trusted, proxy=None)
            client.post("/v1/login", json={"token": token}).raise_for_status()
            assert client.get("/v1/alerts").json() == []
            client.post("/v1/alerts/test", json={"zone": "Town"}).raise_for_status()
        with pytest.raises(httpx.TransportError):
            httpx.get(f"http://{HERE}:{far}/v1/session")
        assert len(httpx.get(f"http://{HERE}:{port}/v1/alerts").json()) == 1

    run_with(tmp_path, ConsoleSection(listen=f"0.0.0.0:{far}", host_names=(HERE,), **keys), act)
