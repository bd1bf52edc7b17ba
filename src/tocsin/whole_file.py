"""How a small file gets to its place whole, whoever reads it meanwhile."""

from __future__ import annotations

import shutil
from pathlib import Path

from tocsin.errors import UnusableFile

PARTIAL = ".partial"
"""Ending of what is not whole yet."""


def write_whole(path: Path, content: bytes, like: Path | None = None) -> None:
    """Writes a small file so that it is there in full or not at all; `UnusableFile` where it can't be.

    Who may read it is as with the file `like`, if one is given.
    """
    partial = path.with_name(path.name + PARTIAL)
    try:
        partial.write_bytes(content)
        if like is not None:
            shutil.copymode(like, partial)
        partial.replace(path)
    except OSError as error:
        raise UnusableFile(path, f"cannot be written ({error.strerror})") from error
