"""Where a site keeps what outlives its runs: the book of alerts, and who may act on them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tocsin.config.site import Site


class DeskFiles(NamedTuple):
    """As the site file says, else the one beside the recordings and the other beside the site file."""

    book: Path
    operators: Path

    @classmethod
    def of(cls, site: Site, out: Path, beside: Path) -> DeskFiles:
        """`out` is the recording of one run, `beside` the folder of the site file, which may be read-only."""
        book = _place(site.service.alert_book_file, out.parent / "alerts.sqlite")
        return cls(book, operators_file(site, beside))


def operators_file(site: Site, beside: Path) -> Path:
    """Who may act on alerts; `beside` is the folder of the site file."""
    return _place(site.service.operators_file, beside / "operators.json")


def _place(given: str, usual: Path) -> Path:
    return Path(given).expanduser() if given else usual
