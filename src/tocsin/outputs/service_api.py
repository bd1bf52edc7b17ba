"""The loopback API of a running service, which the other commands use: JSON over HTTP, and metrics.

    GET /v1/health   GET /v1/sensors   GET /v1/tracks   GET /v1/alerts   GET /metrics (Prometheus)

On 127.0.0.1 only: whoever has no account on this machine has no way in.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Generator, Iterable
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Protocol

import uvicorn
from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from tocsin import __version__

LOOPBACK = "127.0.0.1"


class ServiceView(Protocol):
    """What the API tells."""

    def health(self) -> dict[str, Any]:
        """Whether the line runs, and how far behind it is."""

    def sensors(self) -> list[dict[str, Any]]:
        """The report of every sensor."""

    def tracks(self) -> list[dict[str, Any]]:
        """Every confirmed track."""

    def alerts(self) -> list[dict[str, Any]]:
        """Every open alert."""

    def collect(self) -> Iterable[Metric]:
        """Metrics."""


class _Metrics(Collector):
    def __init__(self, view: ServiceView) -> None:
        self._view = view

    def collect(self) -> Iterable[Metric]:
        return self._view.collect()


def app_of(view: ServiceView) -> FastAPI:
    """The API as an ASGI application."""
    app = FastAPI(title="tocsin", version=__version__, docs_url=None, redoc_url=None)
    registry = CollectorRegistry()
    registry.register(_Metrics(view))
    for path, answer in (
        ("/v1/health", view.health),
        ("/v1/sensors", view.sensors),
        ("/v1/tracks", view.tracks),
        ("/v1/alerts", view.alerts),
    ):
        app.get(path)(answer)

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return app


class QuietServer(uvicorn.Server):
    """One that leaves signals to whoever runs it."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


@asynccontextmanager
async def serve_api(view: ServiceView, port: int) -> AsyncIterator[int]:
    """Serves while it is entered; gives the port. Raises OSError, which names the port, where it is taken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
    except OSError as error:
        listener.close()
        reason = f"port {port} of {LOOPBACK} can't be had ({error.strerror}); is tocsin running already?"
        raise OSError(error.errno, f"{reason} The site file's [service] port gives another") from None
    config = uvicorn.Config(app_of(view), log_config=None, access_log=False, lifespan="off")
    server = QuietServer(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started and not serving.done():
            await asyncio.sleep(0.01)
        yield int(listener.getsockname()[1])
    finally:
        server.should_exit = True
        await serving
        listener.close()
