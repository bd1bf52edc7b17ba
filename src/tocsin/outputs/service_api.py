"""The loopback API of a running service, which the other commands use: JSON over HTTP, and metrics.

    GET /v1/health   GET /v1/sensors   GET /v1/outputs   GET /v1/receivers
    GET /v1/tracks   GET /v1/tracks.geojson (RFC 7946)   GET /metrics (Prometheus)
    POST /v1/sightings    what a person saw, as `tocsin schema sighting` has it
    /v1/alerts            see outputs/alert_api.py
    /v1/alerts.atom       see outputs/feed_api.py

On 127.0.0.1 only: whoever has no account on this machine has no way in. Neither has a page in a browser on
it: another host's name is refused, and so is what is sent as anything but JSON, which no form can send.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Protocol

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from starlette.middleware.trustedhost import TrustedHostMiddleware

from tocsin import __version__
from tocsin.outputs.alert_api import AlertView, add_alert_routes
from tocsin.outputs.refusal import Refusal, json_body, refused

LOOPBACK = "127.0.0.1"
_HOSTS = [LOOPBACK, "localhost"]


class ServiceView(Protocol):
    """What the API tells."""

    def health(self) -> dict[str, Any]:
        """Whether the line runs, and how far behind it is."""

    def sensors(self) -> list[dict[str, Any]]:
        """The report of every sensor."""

    def tracks(self) -> list[dict[str, Any]]:
        """Every confirmed track."""

    def tracks_geojson(self) -> dict[str, Any]:
        """The same as GeoJSON."""

    def outputs(self) -> list[dict[str, Any]]:
        """The report of every output."""

    def receivers(self) -> list[Mapping[str, Any]]:
        """The report of every receiver."""

    def sight(self, payload: bytes) -> dict[str, Any]:
        """Takes a person's sighting; called in the event loop. Raises Refusal."""

    def collect(self) -> Iterable[Metric]:
        """Metrics."""


class _Metrics(Collector):
    def __init__(self, view: ServiceView) -> None:
        self._view = view

    def collect(self) -> Iterable[Metric]:
        return self._view.collect()


def app_of(view: ServiceView, alerts: AlertView, *parts: Callable[[FastAPI], None]) -> FastAPI:
    """The API as an ASGI application; each of `parts` adds paths of its own."""
    app = FastAPI(title="tocsin", version=__version__, docs_url=None, redoc_url=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS)
    registry = CollectorRegistry()
    registry.register(_Metrics(view))
    for path, answer in (
        ("/v1/health", view.health),
        ("/v1/sensors", view.sensors),
        ("/v1/tracks", view.tracks),
        ("/v1/outputs", view.outputs),
        ("/v1/receivers", view.receivers),
    ):
        app.get(path)(answer)

    @app.get("/v1/tracks.geojson")
    def tracks_geojson() -> Response:
        return Response(json.dumps(view.tracks_geojson()), media_type="application/geo+json")

    @app.post("/v1/sightings", status_code=202)
    async def sight(request: Request) -> JSONResponse:
        try:
            return JSONResponse(view.sight(await json_body(request)), status_code=202)
        except Refusal as refusal:
            return refused(refusal)

    add_alert_routes(app, alerts)
    for part in parts:
        part(app)

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
async def serve_api(
    view: ServiceView, alerts: AlertView, port: int, *parts: Callable[[FastAPI], None]
) -> AsyncIterator[int]:
    """Serves while it is entered; gives the port. Raises OSError, which names the port, where it is taken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
    except OSError as error:
        listener.close()
        reason = f"port {port} of {LOOPBACK} can't be had ({error.strerror}); is tocsin running already?"
        raise OSError(error.errno, f"{reason} The site file's [service] port gives another") from None
    config = uvicorn.Config(app_of(view, alerts, *parts), log_config=None, access_log=False, lifespan="off")
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
