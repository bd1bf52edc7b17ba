"""Files as ways in: one that grows, and a folder into which whole files are put.

What stood there before is not read: it was measured before the line ran. Nothing is changed there.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from tocsin.config.inputs import Input
from tocsin.model.link import Link
from tocsin.sensors.live.inbox import MOST_WAITING_BYTES, Inbox

_LOOK_EVERY_S = 0.2
_CHUNK_BYTES = 256 * 1024
_LONGEST_LINE_BYTES = 4096
_PARQUET_END = b"PAR1"
FILE_TOO_LARGE, FILE_NOT_READABLE = "file_too_large", "file_not_readable"


async def follow_file(way: Input, inbox: Inbox, link: Link) -> None:
    """Puts what is added to a file into the inbox, after its first line.

    A file that takes its place is read from its beginning, as is one that had to be waited for.
    """
    path, is_new = Path(way.path), False
    while True:
        try:
            file = path.open("rb")
        except OSError as error:
            link.is_open, link.trouble, is_new = False, f"{path}: {error.strerror}", True
            await asyncio.sleep(_LOOK_EVERY_S)
            continue
        with file:
            if not is_new:
                _skip_all_but_the_first_line(file, inbox, str(path))
            link.open()
            await _follow(file, path, inbox)
        is_new = True


def _skip_all_but_the_first_line(file: BinaryIO, inbox: Inbox, source: str) -> None:
    first = file.readline(_LONGEST_LINE_BYTES)
    if not first.endswith(b"\n"):
        file.seek(0)
        return
    inbox.put(first, source)
    end = file.seek(0, os.SEEK_END)
    file.seek(max(len(first), end - _LONGEST_LINE_BYTES))
    last = file.read()
    file.seek(end - len(last) + last.rfind(b"\n") + 1)  # a line whose end is still to come is new


async def _follow(file: BinaryIO, path: Path, inbox: Inbox) -> None:
    """Reads until another file stands there, or none, or this one was cut."""
    while True:
        is_last = _is_replaced(file, path)
        while data := file.read(_CHUNK_BYTES):
            inbox.put(data, str(path))
        if is_last:
            inbox.put(b"\n", str(path))  # what the old one left unfinished is no part of the new one
            return
        await asyncio.sleep(_LOOK_EVERY_S)


def _is_replaced(file: BinaryIO, path: Path) -> bool:
    own = os.fstat(file.fileno())
    try:
        there = path.stat()
    except OSError:
        return True
    return (there.st_dev, there.st_ino) != (own.st_dev, own.st_ino) or own.st_size < file.tell()


async def watch_folder(way: Input, inbox: Inbox, link: Link) -> None:
    """Puts each Parquet file that is put into a folder into the inbox, once it is complete; each once.

    Raises OSError where the folder can't be read.
    """
    folder = Path(way.path)
    known = _seen_in(folder)
    looked_at: dict[Path, tuple[int, int]] = dict(known)
    link.open()
    while True:
        await asyncio.sleep(_LOOK_EVERY_S)
        now = _seen_in(folder)
        known = {path: mark for path, mark in known.items() if path in now}
        for path, mark in sorted(now.items()):
            # Complete is what has not grown since the last look and ends as it should.
            if known.get(path) != mark and looked_at.get(path) == mark and _take(path, mark, inbox):
                known[path] = mark
        looked_at = now


def _seen_in(folder: Path) -> dict[Path, tuple[int, int]]:
    """Size and time of change of each Parquet file."""
    found = {}
    for path in folder.iterdir():
        if path.suffix.lower() == ".parquet" and not path.name.startswith("."):
            with suppress(FileNotFoundError):  # it was taken away just now
                status = path.stat()
                found[path] = (status.st_size, status.st_mtime_ns)
    return found


def _take(path: Path, mark: tuple[int, int], inbox: Inbox) -> bool:
    """Whether this file is done with: read, or too large to be."""
    if mark[0] > MOST_WAITING_BYTES:
        inbox.dropped[FILE_TOO_LARGE] += 1
        return True
    try:
        data = path.read_bytes()
    except OSError:
        inbox.dropped[FILE_NOT_READABLE] += 1
        return True
    if not data.endswith(_PARQUET_END):
        return False
    inbox.put(data, path.name)
    return True
