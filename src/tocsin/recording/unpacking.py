"""Opens a report, which is a recording in a ZIP: unpacked where nobody else looks, while it is read."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from tocsin.errors import UnusableFile
from tocsin.recording import layout

MOST_BYTES = 2_000_000_000
MOST_FILES = 20_000
_COPIED = 1 << 20


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """The directory of a recording: this one, or that of a report while it is entered.

    Raises UnusableFile where a file is no report: no ZIP, none of a recording, or one that is too large or
    reaches outside.
    """
    if not path.is_file():
        yield path
        return
    with TemporaryDirectory(prefix="tocsin-report-") as folder:
        yield _unpack(path, Path(folder))


def _unpack(path: Path, folder: Path) -> Path:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check(path, entries)
            left = MOST_BYTES
            for entry in entries:
                left = _copy(archive, entry, folder / entry.filename, left)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise UnusableFile(path, f"is no report of tocsin: no ZIP that can be read ({error})") from None
    found = [site.parent for site in sorted(folder.rglob(layout.SITE))]
    if len(found) != 1:
        raise UnusableFile(path, "is no report of tocsin: there is no one recording in it")
    return found[0]


def _check(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise UnusableFile(path, "is larger than any report of tocsin")
    for entry in entries:
        name = PurePosixPath(entry.filename)
        if name.is_absolute() or ".." in name.parts or "\\" in entry.filename or ":" in entry.filename:
            raise UnusableFile(path, f"is no report of tocsin: it reaches outside ({entry.filename!r})")


def _copy(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, to: Path, left: int) -> int:
    """What is said of its size is not believed; gives how many bytes may still come."""
    to.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(entry) as source, to.open("wb") as target:
        while part := source.read(_COPIED):
            left -= len(part)
            if left < 0:
                raise RuntimeError("more comes out of it than it says")
            target.write(part)
    return left
