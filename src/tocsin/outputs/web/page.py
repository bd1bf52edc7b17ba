"""The page itself, as it was built from web/ into the package."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

PAGE = Path(__file__).parent / "page"
NOT_BUILT = """tocsin runs, but its page was not built into this installation.
In a checkout, build it with:   make page
A wheel of tocsin has it built in. The API is at /v1/health, /v1/alerts, /v1/openapi.json.
"""
_FOR_EVER = "public, max-age=31536000, immutable"


class _Files(StaticFiles):
    """Files under assets/ have a hash of their content in the name and never change; the others may."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = _FOR_EVER if path.startswith("assets/") else "no-cache"
        return answer


def is_built(folder: Path = PAGE) -> bool:
    """Whether there is a page to show."""
    return (folder / "index.html").is_file()


def add_page(app: FastAPI, folder: Path = PAGE) -> None:
    """Adds the page at `/`, after all other paths."""

    @app.get("/", include_in_schema=False)
    async def index(request: Request) -> Response:
        if not is_built(folder):
            return PlainTextResponse(NOT_BUILT, status_code=503)
        return await _Files(directory=folder, html=True).get_response(".", request.scope)

    @app.get("/{path:path}", include_in_schema=False)
    async def file(path: str, request: Request) -> Response:
        if path.startswith("v1/") or not folder.is_dir():
            raise HTTPException(404)
        return await _Files(directory=folder).get_response(path, request.scope)
