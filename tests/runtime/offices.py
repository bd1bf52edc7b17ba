"""A desk in its place: a real line, recorder, book and API, stepped by a thread as `tocsin run` does."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from structlog.testing import capture_logs
from tests.alerting.test_desk import a_site
from tests.alerting.test_editor import START_NS
from tests.sensors.live.clocks import SetClock

from tocsin.config.console import ConsoleSection
from tocsin.config.site import Site
from tocsin.config.writing import to_toml
from tocsin.model.alerts import AlertMessage
from tocsin.recording.recorder import Recorder
from tocsin.runtime.alert_door import AlertDoor
from tocsin.runtime.alert_office import AlertOffice
from tocsin.runtime.line import Line
from tocsin.runtime.live_state import LiveState
from tocsin.runtime.live_view import LiveView
from tocsin.runtime.operators import add_operator
from tocsin.runtime.serving import Served, operators_gate, serve
from tocsin.sensors.live.source import LiveSource


@dataclass
class Running:
    """What a test may do to it; `tokens` by operator."""

    folder: Path
    clock: SetClock
    office: AlertOffice
    line: Line
    client: httpx.Client
    tokens: dict[str, str]
    lock: threading.Lock

    def rules(self, *messages: AlertMessage) -> None:
        """Messages of the alerter go through, as they do from a picture."""
        with self.lock:
            now_ns = max(message.issued_ns for message in messages)
            self.line.issue(self.office.desk.editor.edit(now_ns, messages))

    def post(self, path: str, by: str | None = "anna", **body: Any) -> httpx.Response:
        headers = {} if by is None else {"Authorization": f"Bearer {self.tokens.get(by, by)}"}
        return self.client.post(f"/v1/alerts/{path}", json=body, headers=headers)

    def get(self, path: str = "") -> Any:
        return self.client.get(f"/v1/alerts{path}").json()


@cache
def people() -> tuple[bytes, dict[str, str]]:
    """A file of operators, hashed once for all tests, and their tokens."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "operators.json"
        named = (("anna", "duty"), ("ben", "duty"), ("rita", "region"))
        tokens = {name: add_operator(file, name, unit) for name, unit in named}
        return file.read_bytes(), tokens


@contextmanager
def served(view: LiveView, door: AlertDoor, operators: Path, clock: SetClock) -> Iterator[int]:
    """The API on a port of its own, in a thread of its own."""
    up: Future[tuple[int, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve_until_over() -> None:
        over = asyncio.Event()
        gate = operators_gate(ConsoleSection(), operators, clock)
        async with serve(Served(view, door, None), ConsoleSection(), 0, gate, clock) as port:
            up.set_result((port, asyncio.get_running_loop(), over))
            await over.wait()

    serving = threading.Thread(target=lambda: asyncio.run(serve_until_over()))
    serving.start()
    port, loop, over = up.result(20)
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(over.set)
        serving.join()


@contextmanager
def running(folder: Path, known: Site | None = None) -> Iterator[Running]:
    """An office whose clock stands until a test sets it; anna is of duty, rita of region."""
    site = known or a_site()
    clock, stopped, lock = SetClock(START_NS), threading.Event(), threading.Lock()
    operators = folder / "operators.json"
    content, tokens = people()
    operators.touch(0o600)
    operators.write_bytes(content)
    office = AlertOffice(site, folder / "alerts.sqlite")
    source = LiveSource(site, clock)
    view = LiveView(site, lambda: LiveState(0, 0, "site", "Exercise"), source.posted)
    door = AlertDoor(office, office.reports)
    out = folder / f"run-{len(list(folder.iterdir()))}"
    recorder = Recorder(out, to_toml(site), site.sensor_names, site.frame)
    with capture_logs(), recorder:
        line = Line(site, recorder, editor=office.desk.editor, issued=office.issued, recent=office.recent)
        office.reopen(line, clock.now_ns())

        def step() -> None:
            while not stopped.wait(0.002):
                with lock:
                    office.step(line, clock.now_ns())

        stepping = threading.Thread(target=step)
        stepping.start()
        try:
            with (
                served(view, door, operators, clock) as port,
                httpx.Client(base_url=f"http://127.0.0.1:{port}") as client,
            ):
                yield Running(out, clock, office, line, client, tokens, lock)
        finally:
            stopped.set()
            stepping.join()
            office.close()
