"""`tocsin console`: recordings on the console's page, on this machine; nothing runs, nothing is changed."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from prometheus_client.core import Metric

from tocsin import __version__
from tocsin.clock import WallClock
from tocsin.config.console import ConsoleSection
from tocsin.outputs.refusal import Refusal
from tocsin.outputs.web.detail_api import add_detail_routes
from tocsin.outputs.web.gate import Gate, OpenHouse, Visitor
from tocsin.recording.unpacking import unpacked
from tocsin.runtime.past_archive import PastArchive
from tocsin.runtime.serving import Served, serve

_READER = Visitor("reader", "")
_NOTHING_RUNS = "nothing runs here: these are recordings, add ?recording=NAME (see /v1/recordings)"


def serve_recordings(folder: Path, port: int, ready: Callable[[int], None]) -> None:
    """Serves a recording, all in a folder, or a report, until SIGINT or SIGTERM; calls `ready` with the port.

    Whoever can open the files can open the page: it is on loopback, and its visitor sees all. Raises OSError
    where the port is taken.
    """
    with unpacked(folder) as directory:
        asyncio.run(_serve(directory, port, ready))


async def _serve(folder: Path, port: int, ready: Callable[[int], None]) -> None:
    stopped = asyncio.Event()
    for told in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(told, stopped.set)
    clock = WallClock()
    archive = PastArchive(folder, clock)
    details = partial(add_detail_routes, library=archive)
    served = Served(_NoService(), _NoAlerts(), None, archive, guarded=(details,))
    async with serve(served, ConsoleSection(), port, _open_house, clock) as bound:
        ready(bound)
        await stopped.wait()


def _open_house(closed: bool) -> Gate:  # noqa: ARG001  on loopback it never is
    return OpenHouse(_READER)


class _NoService:
    """What the API tells where nothing runs."""

    def health(self) -> dict[str, Any]:
        """That it is there."""
        return {"status": "recordings", "version": __version__}

    def sensors(self) -> list[dict[str, Any]]:
        """None."""
        return []

    tracks = outputs = sensors

    def receivers(self) -> list[Mapping[str, Any]]:
        """None."""
        return []

    def tracks_geojson(self) -> dict[str, Any]:
        """None."""
        return {"type": "FeatureCollection", "features": []}

    def sight(self, payload: bytes) -> dict[str, Any]:  # noqa: ARG002
        """Raises Refusal."""
        raise Refusal(409, _NOTHING_RUNS)

    def collect(self) -> Iterable[Metric]:
        """Nothing."""
        return ()


class _NoAlerts:
    """Alerts where nothing runs."""

    def alerts(self) -> list[dict[str, Any]]:
        """None."""
        return []

    def alert(self, alert_id: str) -> dict[str, Any]:  # noqa: ARG002
        """Raises Refusal."""
        raise Refusal(404, _NOTHING_RUNS)

    def why(self, alert_id: str, version: int | None) -> dict[str, Any]:  # noqa: ARG002
        """Raises Refusal."""
        raise Refusal(404, _NOTHING_RUNS)

    def act(self, visitor: Visitor, verb: str, alert_id: str, payload: bytes) -> dict[str, Any]:  # noqa: ARG002
        """Raises Refusal."""
        raise Refusal(409, "a recording is over: nothing can be done about its alerts")
