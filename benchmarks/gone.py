"""How soon receivers know that tocsin is gone: a running service is killed, or stands still."""

from __future__ import annotations

import json
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Self
from urllib.error import URLError
from urllib.request import urlopen
from xml.etree import ElementTree

import paho.mqtt.client as mqtt
import paho.mqtt.enums

from benchmarks.live import HERE, broker, free_port, service
from benchmarks.options import Options
from benchmarks.table import Column, Part, Table, at_most
from tocsin.outputs.delivery.heartbeat import GONE_AFTER_S

RUNS, QUICK_RUNS = 5, 1
PATIENCE_S = 90.0
IS_LONG = True  # a minute a run: `python -m benchmarks gone`
_UPDATED = "{http://www.w3.org/2005/Atom}updated"
_SITE = """
[site]
name = "Gone"
latitude_deg = -47.0
longitude_deg = -127.0
[service]
port = 0
[[sensors]]
name = "north"
kind = "radar"
latitude_deg = -47.0
longitude_deg = -127.0
period_s = 1.0
input = "udp://127.0.0.1:{udp}"
system_area_code = 25
system_identification_code = 201
[[receivers]]
name = "sirens"
to = "mqtt://127.0.0.1:{mqtt}/alerts"
[[receivers]]
name = "web server"
to = "file:{folder}/web"
"""


def describe() -> str:
    return f"""Gone: how soon receivers know that tocsin warns no more; promised: {GONE_AFTER_S:g} s

`tocsin run` with a broker (mosquitto). It is killed (SIGKILL), or stopped in its tracks so that its sockets
stay open (SIGSTOP), at a random moment. *Last will*: `"alive": false` at a subscriber of the broker.
*Feed*: the time at which what an HTTP client reads of the API's feed, once a second, is {GONE_AFTER_S:g} s
old, or where it gets no answer at all, whichever is first. *Folder*: the same of the files that a web
server would serve."""


def run(options: Options) -> Sequence[Part]:
    table = Table(
        "Until a receiver knows",
        [
            Column("way"),
            Column("how it ended"),
            Column("runs"),
            Column("median s", ".1f"),
            Column("worst s", ".1f"),
        ],
    )
    for told in (signal.SIGKILL, signal.SIGSTOP):
        found = [one_run(told, 2.3 * number) for number in range(QUICK_RUNS if options.quick else RUNS)]
        for way in found[0]:
            seconds = sorted(one[way] for one in found)
            goals = [at_most(seconds[-1], GONE_AFTER_S)]
            table.add(way, told.name, len(seconds), seconds[len(seconds) // 2], seconds[-1], goals=goals)
    return [table]


def one_run(told: signal.Signals, later_s: float) -> dict[str, float]:
    """Seconds until each way told, of one service that got a signal so long after it was up."""
    with tempfile.TemporaryDirectory() as temporary:
        folder, port = Path(temporary), free_port()
        site = folder / "site.toml"
        site.write_text(_SITE.format(udp=free_port(), mqtt=port, folder=folder), encoding="utf-8")
        found: dict[str, float] = {}
        # The service did not end as it should, which is what is measured.
        running = service(folder, site)
        with (
            broker(folder, port),
            suppress(RuntimeError),
            Wills(port) as wills,
            running as (process, address),
        ):
            wills.wait_for(alive=True)
            _wait((folder / "web" / "feed.xml").exists)
            time.sleep(later_s)
            process.send_signal(told)
            began = time.monotonic()
            waits = {
                "last will (MQTT)": lambda: wills.wait_for(alive=False),
                "feed (HTTP)": lambda: _wait(lambda: _is_old(_of_api(address))),
                "folder": lambda: _wait(lambda: _is_old((folder / "web" / "feed.xml").read_bytes())),
            }
            found = _at_once(waits, began)
            process.kill()
        return found


def _at_once(waits: Mapping[str, Callable[[], object]], began: float) -> dict[str, float]:
    found: dict[str, float] = {}

    def wait(name: str) -> None:
        waits[name]()
        found[name] = time.monotonic() - began

    threads = [threading.Thread(target=wait, args=(name,)) for name in waits]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {name: found[name] for name in waits}


class Wills:
    """What a subscriber hears of heartbeats."""

    def __init__(self, port: int) -> None:
        self._said: list[bool] = []
        self._news = threading.Condition()
        self._client = mqtt.Client(paho.mqtt.enums.CallbackAPIVersion.VERSION2)
        self._client.on_message = self._hear
        self._client.connect(HERE, port)
        self._client.subscribe("alerts/heartbeat", qos=1)
        self._client.loop_start()

    def wait_for(self, alive: bool) -> bool:
        """Until the last heartbeat says so; whether it did."""
        with self._news:
            return self._news.wait_for(lambda: self._said[-1:] == [alive], PATIENCE_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _hear(self, _client: object, _about: object, message: mqtt.MQTTMessage) -> None:
        with self._news:
            self._said.append(bool(json.loads(message.payload)["alive"]))
            self._news.notify_all()


def _wait(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and not is_so():
        time.sleep(0.1)


def _of_api(address: str) -> bytes | None:
    try:
        with urlopen(f"{address}/v1/alerts.atom", timeout=5.0) as answer:
            content: bytes = answer.read()
            return content
    except (URLError, OSError):
        return None


def _is_old(feed: bytes | None) -> bool:
    """No answer, or one whose `updated` is older than what is promised."""
    if feed is None:
        return True
    updated = ElementTree.fromstring(feed).findtext(_UPDATED) or ""
    age_s = time.time() - datetime.fromisoformat(updated).timestamp()
    return age_s > GONE_AFTER_S
