"""A running service tells its receivers: from an operator's test to what a real HTTP server gets."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
from lxml import etree
from tests.brokers import HERE, free_port
from tests.runtime.test_live_service import a_site

from tocsin.config.receivers import Receiver
from tocsin.config.site import ZoneSection
from tocsin.runtime.live_service import LiveService
from tocsin.runtime.operators import add_operator

TOWN = ZoneSection(name="Town", polygon=((10.0, 20.0), (10.0, 20.1), (10.1, 20.1)))


class _Got(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(body)  # type: ignore[attr-defined]
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@contextmanager
def sirens() -> Iterator[tuple[str, list[bytes]]]:
    server = ThreadingHTTPServer((HERE, 0), _Got)
    server.got = got = list[bytes]()  # type: ignore[attr-defined]
    serving = threading.Thread(target=server.serve_forever, args=(0.02,))
    serving.start()
    try:
        yield f"http://{HERE}:{server.server_port}/alerts", got
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 20.0
    while not holds():
        assert time.monotonic() < end, "it never came to pass"
        time.sleep(0.01)


def test_a_test_alert_goes_all_the_way_to_a_receiver_and_is_confirmed(tmp_path: Path) -> None:
    token = add_operator(tmp_path / "operators.json", "anna", "duty")
    with sirens() as (address, got):
        loud = Receiver(name="sirens", to=address, min_level="warning")
        known = a_site(free_port()).model_copy(update={"zones": (TOWN,), "receivers": (loud,)})
        service = LiveService(known, tmp_path / "out", site_file=tmp_path / "site.toml")
        seen: dict[str, Any] = {}

        def act(port: int) -> None:
            try:
                with httpx.Client(base_url=f"http://{HERE}:{port}/v1") as client:
                    asked = {"Authorization": f"Bearer {token}"}
                    client.post("/alerts/test", json={"zone": "Town"}, headers=asked).raise_for_status()
                    wait_until(lambda: client.get("/receivers").json()[0]["confirmed"] == 1)
                    seen["receivers"] = client.get("/receivers").json()
                    seen["feed"] = client.get("/alerts.atom").content
                    seen["metrics"] = client.get(f"http://{HERE}:{port}/metrics").text
            finally:
                service.stop()

        service.run(lambda port: threading.Thread(target=act, args=(port,)).start())
    alert = etree.fromstring(got[0])
    assert alert.findtext("{*}status") == "Test"
    assert seen["receivers"][0]["trouble"] == ""
    assert (alert.findtext("{*}identifier") or "").encode() in seen["feed"]
    assert 'tocsin_receiver_deliveries_total{receiver="sirens",state="confirmed"} 1.0' in seen["metrics"]
