"""The API of a running service, which the other commands use: JSON over HTTP, and metrics.

    GET /v1/health   GET /v1/sensors   GET /v1/outputs   GET /v1/receivers
    GET /v1/tracks   GET /v1/tracks.geojson (RFC 7946)   GET /metrics (Prometheus)
    POST /v1/sightings    what a person saw, as `tocsin schema sighting` has it
    /v1/alerts            see outputs/alert_api.py
    /v1/alerts.atom       see outputs/feed_api.py
    /, /v1/stream ...     the console: see outputs/web/

On 127.0.0.1: whoever has no account on this machine has no way in. Neither has a page in a browser on it:
another host's name is refused, and so is what is sent as anything but JSON, which no form can send.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from starlette.middleware.trustedhost import TrustedHostMiddleware

from tocsin import __version__
from tocsin.outputs.alert_api import AlertView, add_alert_routes
from tocsin.outputs.refusal import Refusal, json_body, refused
from tocsin.outputs.web.gate import Gate
from tocsin.outputs.web.guard import Guard
from tocsin.outputs.web.server import LOOPBACK
from tocsin.outputs.web.source import Archive

LOOPBACK_NAMES = (LOOPBACK, "localhost")


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


def app_of(
    view: ServiceView,
    alerts: AlertView,
    gate: Gate,
    host_names: Sequence[str] = LOOPBACK_NAMES,
    archive: Archive | None = None,
) -> FastAPI:
    """The API as an ASGI application, asked under these names only."""
    app = FastAPI(
        title="tocsin", version=__version__, docs_url=None, redoc_url=None, openapi_url="/v1/openapi.json"
    )
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(host_names))
    app.add_middleware(Guard, gate=gate)
    _add_service(app, view)
    add_alert_routes(app, alerts, gate, archive)
    return app


def _add_service(app: FastAPI, view: ServiceView) -> None:
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

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
