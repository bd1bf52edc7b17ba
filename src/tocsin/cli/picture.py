"""The live view as an SVG file, for the README and for reports."""

from __future__ import annotations

import io
import re
from pathlib import Path

from rich.console import Console

from tocsin.cli.view_live import LiveView
from tocsin.whole_file import write_whole

WIDTH, HEIGHT = 110, 38
_REMOTE_FONTS = re.compile(r"@font-face\s*{[^}]*}\s*")


def write_svg(view: LiveView, path: Path) -> None:
    """Writes the view as a terminal of fixed size shows it; `UnusableFile` where it can't be written.

    The same view gives the same bytes. No font is fetched from anywhere: a monospaced one of the reader's is
    used.
    """
    console = Console(
        record=True,
        file=io.StringIO(),
        width=WIDTH,
        height=HEIGHT,
        force_terminal=True,
        color_system="truecolor",
        markup=False,
        emoji=False,
        highlight=False,
    )
    console.print(view)
    svg = console.export_svg(title="tocsin demo", unique_id="tocsin")
    write_whole(path, _REMOTE_FONTS.sub("", svg).encode())
