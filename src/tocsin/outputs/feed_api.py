"""The part of the API from which the feed of current alerts is read.

    GET /v1/alerts.atom            RFC 4287; with ETag, so that If-None-Match answers 304 while nothing is new
    GET /v1/cap/IDENTIFIER.xml     the CAP form of a message in the feed

`updated` of the feed, and with it its ETag, is renewed every ten seconds: who gets the same one for 30 s, or
no answer, should take tocsin for gone.
"""

from __future__ import annotations

import hashlib

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from tocsin.clock import WallClock
from tocsin.outputs.delivery.feed import CAP_TYPE, CONTENT_TYPE, Feed


def add_feed_routes(app: FastAPI, feed: Feed, clock: WallClock) -> None:
    """Adds the paths to an API."""

    @app.get("/v1/alerts.atom")
    def atom(request: Request) -> Response:
        content = feed.atom(clock.now_ns(), folder="cap/")
        tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        if tag in _tags(request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        return Response(content, media_type=CONTENT_TYPE, headers=headers)

    @app.get("/v1/cap/{identifier}.xml")
    def cap(identifier: str) -> Response:
        content = feed.cap(identifier)
        if content is None:
            return JSONResponse({"error": f"no current message is called {identifier!r}"}, status_code=404)
        return Response(content, media_type=CAP_TYPE)


def _tags(header: str) -> list[str]:
    """Of If-None-Match (RFC 9110, clause 13.1.2); compared weakly."""
    return [tag.strip().removeprefix("W/") for tag in header.split(",")]
