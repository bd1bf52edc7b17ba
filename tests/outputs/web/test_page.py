"""The page: files with a hash in their name for ever, the others fresh; and words where it was not built."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from tests.outputs.web.shown import MadeSource, console, scene

from tocsin.config.console import ConsoleSection
from tocsin.outputs.web.page import add_page


def got(folder: Path, path: str) -> httpx.Response:
    """What a page in this folder answers."""
    app = FastAPI()
    add_page(app, folder)

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(path)

    return asyncio.run(ask())


@pytest.fixture
def built(tmp_path: Path) -> Path:
    page = tmp_path / "page"
    (page / "assets").mkdir(parents=True)
    (page / "index.html").write_text("<title>tocsin</title>")
    (page / "assets" / "main-1a2b.js").write_text("1")
    (tmp_path / "secret.txt").write_text("secret")
    return page


def test_the_page_is_asked_for_anew_and_its_parts_are_kept(built: Path) -> None:
    assert got(built, "/").text == "<title>tocsin</title>"
    assert got(built, "/").headers["cache-control"] == "no-cache"
    part = got(built, "/assets/main-1a2b.js")
    assert part.headers["content-type"].startswith("text/javascript")
    assert "immutable" in part.headers["cache-control"]


OUTSIDE = ["/../secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "/%2e%2e/secret.txt", "/v1/no"]


@pytest.mark.parametrize("path", OUTSIDE)
def test_nothing_beside_it_can_be_read(built: Path, path: str) -> None:
    assert got(built, path).status_code == 404


def test_where_it_was_not_built_it_is_said_how_to_build_it(tmp_path: Path) -> None:
    answer = got(tmp_path / "none", "/")
    assert answer.status_code == 503 and "make page" in answer.text
    assert got(tmp_path / "none", "/assets/x.js").status_code == 404


def test_a_page_learns_first_what_it_shows_and_to_whom(tmp_path: Path) -> None:
    layers = (str(tmp_path / "coast.geojson"),)
    settings = ConsoleSection(layers=layers, time_zone="Asia/Seoul")
    demo = {"scenario": "small", "seed": 7}
    with console(MadeSource(scene(), mode="demo", demo=demo), settings) as shown:
        told = httpx.get(f"{shown.address}/v1/console").json()
    assert (told["mode"], told["demo"], told["wire"]) == ("demo", demo, 1)
    assert told["classes"][-1] == "unknown" and told["layers"] == ["coast"]
    assert told["site"]["time_zone"] == "Asia/Seoul" and told["site"]["latitude_deg"] == 10.0
    assert told["has_now"]
    assert (told["operator"], told["login_required"], told["base_map"]) == (None, False, None)


def test_a_base_map_is_given_in_the_pieces_that_are_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "town.pmtiles"
    file.write_bytes(bytes(range(100)))
    with console(settings=ConsoleSection(base_map=str(file))) as shown:
        address = httpx.get(f"{shown.address}/v1/console").json()["base_map"]
        piece = httpx.get(f"{shown.address}{address}", headers={"range": "bytes=10-19"})
    assert (piece.status_code, piece.content) == (206, bytes(range(10, 20)))


def test_every_path_is_described() -> None:
    with console() as shown:
        described = httpx.get(f"{shown.address}/v1/openapi.json").json()["paths"]
    assert {"/v1/console", "/v1/login", "/v1/logout", "/v1/session", "/v1/events"} <= set(described)
    assert "/" not in described
