"""How tests look at the page: a browser that reaches only this machine, pages watched for faults."""

from __future__ import annotations

import base64
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request
from tests.brokers import HERE

NAMES = ("chromium", "chromium-browser", "google-chrome")
OFFLINE = (
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {HERE}",
)
WEBGL_BY_PROCESSOR = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")
NO_WEBGL = ("--disable-3d-apis",)
WIDE = (1280, 800)
PHONE = (360, 740)
# Policy violations of all documents of a page, from before their first line.
_WATCH_POLICY = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
});
"""
_READ_PNG = """async ([png, places]) => {
  const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  return places.map(([x, y]) => [...context.getImageData(Math.round(x), Math.round(y), 1, 1).data]);
}"""


def chromium_path() -> str | None:
    """The browser of this machine, or what TOCSIN_CHROMIUM names."""
    return os.environ.get("TOCSIN_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def launched(playwright: Playwright, path: str, *more: str) -> Browser:
    return playwright.chromium.launch(executable_path=path, args=[*OFFLINE, *more])


@dataclass
class Faults:
    """What went wrong on pages of one context, and whom they asked."""

    found: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def watch(self, context: BrowserContext) -> None:
        context.add_init_script(_WATCH_POLICY)
        context.on("request", self._request)
        context.on("weberror", lambda error: self.found.append(str(error.error)))

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob"):
            self.hosts.add(address.hostname or request.url)


@contextmanager
def looking(browser: Browser, size: tuple[int, int] = WIDE) -> Iterator[Page]:
    """A new visitor's page; at its end, nothing went wrong on it and nobody else was asked."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
    faults = Faults()
    faults.watch(context)
    page = context.new_page()
    try:
        yield page
        violations = page.evaluate("window.violations ?? []")
    finally:
        context.close()
    assert not violations, violations
    assert not faults.found, faults.found
    assert faults.hosts <= {HERE}, faults.hosts


Colour = tuple[int, int, int]


def colours(page: Page, places: list[tuple[float, float]]) -> list[Colour]:
    """What a person sees at places of the page [CSS pixels], all in one picture."""
    png = base64.b64encode(page.screenshot(animations="allow")).decode()
    reader = page.context.browser.new_page()  # type: ignore[union-attr]
    try:
        found = reader.evaluate(_READ_PNG, [png, places])
    finally:
        reader.close()
    return [(red, green, blue) for red, green, blue, _ in found]
