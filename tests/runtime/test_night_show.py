"""A simulated night on the page: seen, steered and acted on while it goes on, and then replayed."""

from __future__ import annotations

import json
import threading
from concurrent.futures import Future
from pathlib import Path

import httpx
import pytest
from tests.runtime import small
from websockets.sync.client import ClientConnection, connect

from tocsin.runtime import attended_night
from tocsin.runtime.night_show import NightShow
from tocsin.runtime.summary import RunSummary
from tocsin.runtime.watch import no_progress


def told(link: ClientConnection, kind: str) -> dict[str, object]:
    while True:
        received = link.recv(timeout=60)
        if isinstance(received, str) and (found := json.loads(received))["type"] == kind:
            message: dict[str, object] = found
            return message


def test_a_night_is_watched_acted_on_and_then_replayed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attended_night, "_FLUSH_S", 0.0)
    ready: Future[int] = Future()
    over: Future[RunSummary] = Future()
    looking = threading.Event()

    def begin(port: int) -> None:
        ready.set_result(port)
        looking.wait(60)  # the night begins when somebody looks

    show = NightShow(small.write(tmp_path), 1, tmp_path / "night", 40.0, 0, begin)
    night = threading.Thread(target=lambda: show.run(None, no_progress, False, over.set_result))
    night.start()
    port = ready.result(120)
    with (
        httpx.Client(base_url=f"http://127.0.0.1:{port}") as client,
        connect(f"ws://127.0.0.1:{port}/v1/stream", compression=None, proxy=None) as link,
    ):
        assert client.get("/v1/console").json()["mode"] == told(link, "hello")["mode"] == "demo"
        looking.set()
        while not (alerts := told(link, "alerts")["alerts"]):
            pass
        assert isinstance(alerts, list)
        link.send('{"type": "pause"}')
        while (clock := told(link, "clock")["clock"])["playing"]:  # type: ignore[index]
            pass
        done = client.post(f"/v1/alerts/{alerts[0]['alert_id']}/acknowledge", json={})
        assert (done.status_code, done.json()["operator"]) == (200, "you")
        track = alerts[0]["track_ids"][0]
        assert client.get(f"/v1/tracks/{track}").json()["path"]
        link.send('{"type": "seek", "time_s": 0}')
        assert "when it is over" in str(told(link, "error")["message"])
        # What was recorded so far can be looked back at.
        while not any(event["kind"] == "alert" for event in client.get("/v1/recordings/night/events").json()):
            pass
        assert client.get("/v1/console?recording=night").json()["has_now"]
        link.send('{"type": "play", "speed": 200}')
        summary = over.result(120)
        refused = client.post("/v1/alerts/test", json={"zone": "Hamlet"})
        assert refused.status_code == 410 and "the night is over" in refused.json()["error"]
    with connect(f"ws://127.0.0.1:{port}/v1/stream?recording=night", proxy=None) as link:
        clock = told(link, "hello")["clock"]
        assert isinstance(clock, dict) and clock["end_s"] - clock["start_s"] > 150.0
    assert (summary.directory / "metrics.json").is_file()
    show.leave()
    night.join()
