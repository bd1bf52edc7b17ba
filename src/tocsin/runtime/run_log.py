"""A log of runs: hours of work that is done is kept, and a later call goes on where the file ends."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from tocsin import __version__
from tocsin.errors import UnusableFile

Key = TypeVar("Key", bound=Hashable)
Run = TypeVar("Run")


class RunLog(Generic[Key, Run]):
    """A file with a line for what is measured, and one for each run that is done; without a path, memory.

    `of` is what is measured, in plain values; `kind` reads and writes a run; `key` tells runs apart. A last
    line that was cut off, as by a kill, is left out. Raises `UnusableFile` where the file holds something
    else, or runs of something else or of another version, which say nothing of this one.
    """

    def __init__(
        self, path: Path | None, of: Mapping[str, Any], kind: TypeAdapter[Run], key: Callable[[Run], Key]
    ) -> None:
        self.path = path
        self.runs: dict[Key, Run] = {}
        self._head = {**of, "tocsin": __version__}
        self._kind, self._key = kind, key
        if path is not None:
            self._read(path)

    def add(self, run: Run) -> None:
        """Keeps a run; it is in the file when this returns."""
        self.runs[self._key(run)] = run
        if self.path is not None:
            with self.path.open("ab") as file:
                file.write(self._kind.dump_json(run) + b"\n")

    def _read(self, path: Path) -> None:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
        if not lines:
            path.write_text(json.dumps(self._head) + "\n", encoding="utf-8")
            return
        if _json_of(lines[0]) != self._head:
            raise UnusableFile(path, "is no log of runs of this and this version; name a new file")
        whole = 1
        for line in lines[1:]:
            try:
                run = self._kind.validate_json(line)
            except ValidationError:
                break
            self.runs[self._key(run)] = run
            whole += 1
        path.write_text("".join(line + "\n" for line in lines[:whole]), encoding="utf-8")


def _json_of(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None
