"""Where a site keeps what outlives its runs: the book of alerts, and who may act on them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tocsin.config.site import Site


class DeskFiles(NamedTuple):
    """As the site file says, else beside it."""

    book: Path
    operators: Path

    @classmethod
    def of(cls, site: Site, folder: Path) -> DeskFiles:
        """`folder` is that of the site file."""
        return cls(
            _place(site.service.alert_book_file, folder / "alerts.sqlite"),
            _place(site.service.operators_file, folder / "operators.json"),
        )


def _place(given: str, usual: Path) -> Path:
    return Path(given).expanduser() if given else usual
