"""What a page has to know first: `GET /v1/console`, `Bootstrap` in web/src/model.ts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from starlette.concurrency import run_in_threadpool

from tocsin import __version__
from tocsin.config.console import ConsoleSection
from tocsin.config.site import Site
from tocsin.outputs.refusal import Refusal, refused
from tocsin.outputs.web.gate import HOW, Gate, Visitor
from tocsin.outputs.web.login_api import operator_json
from tocsin.outputs.web.source import ConsoleSource
from tocsin.outputs.web.watched import Watched
from tocsin.outputs.web.wire import VERSION

BASE_MAP = "/v1/base_map"


def add_bootstrap(app: FastAPI, gate: Gate, watched: Watched, settings: ConsoleSection) -> None:
    """Adds the paths to an API."""

    @app.get("/v1/console")
    async def console(request: Request, recording: str | None = None) -> Response:
        try:
            visitor = await gate.visitor(request)
            if visitor is None and gate.is_closed:
                return JSONResponse(_before_login(watched))
            return JSONResponse(await run_in_threadpool(_all, watched, settings, gate, visitor, recording))
        except Refusal as refusal:
            return refused(refusal)

    @app.get(BASE_MAP)
    async def base_map(request: Request) -> Response:
        try:
            if await gate.visitor(request) is None and gate.is_closed:
                raise Refusal(401, HOW)
            if not settings.base_map or not Path(settings.base_map).is_file():
                raise Refusal(404, "this site has no base map of its own")
        except Refusal as refusal:
            return refused(refusal)
        return FileResponse(settings.base_map, media_type="application/vnd.pmtiles")


def _all(
    watched: Watched, settings: ConsoleSection, gate: Gate, visitor: Visitor | None, recording: str | None
) -> dict[str, Any]:
    source = watched.source if recording is None else watched.open(recording)
    try:
        return {
            **_of_source(source, settings),
            "operator": operator_json(visitor),
            "login_required": gate.is_closed,
            "layers": [Path(name).stem for name in settings.layers],
            "base_map": BASE_MAP if settings.base_map else None,
            "has_now": watched.source is not None,
            "recordings": [] if watched.archive is None else watched.archive.names(),
        }
    finally:
        if recording is not None and source is not None:
            source.close()


def _of_source(source: ConsoleSource | None, settings: ConsoleSection) -> dict[str, Any]:
    """Where nothing runs, it is about recordings in general."""
    common = {"version": __version__, "wire": VERSION}
    if source is None:
        return {**common, "mode": "recording", "demo": None, "site": _site(None, ""), "classes": ["unknown"]}
    return {
        **common,
        "mode": source.mode,
        "demo": source.demo,
        "site": _site(source.site, settings.time_zone),
        "classes": list(source.classes),
    }


def _before_login(watched: Watched) -> dict[str, Any]:
    """What somebody may know who has to log in first: how the page of a login looks, and no place."""
    known = _of_source(None, ConsoleSection())
    source = watched.source
    if source is not None:
        known |= {"mode": source.mode, "site": {**known["site"], "name": source.site.site.name}}
    return {
        **known,
        "operator": None,
        "login_required": True,
        "layers": [],
        "base_map": None,
        "has_now": source is not None,
        "recordings": [],
    }


def _site(site: Site | None, time_zone: str) -> dict[str, Any]:
    place = None if site is None else site.site
    return {
        "name": "" if place is None else place.name,
        "status": "Exercise" if place is None else place.status,
        "latitude_deg": 0.0 if place is None else place.latitude_deg,
        "longitude_deg": 0.0 if place is None else place.longitude_deg,
        "altitude_m": 0.0 if place is None else place.altitude_m,
        "time_zone": time_zone or None,
        "languages": ["en"] if place is None else list(place.languages),
    }
