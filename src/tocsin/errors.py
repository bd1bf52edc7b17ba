"""The error tree: every refusal names the thing, the place and the remedy, and carries the offending data.

Two families: what was said is wrong (`InvalidInput`, a ValueError) and what was to be read or written
could not be (`UnusableFile`, an OSError). The command line maps them to the exit codes of the contract.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class InvalidInput(ValueError):
    """Something given to tocsin does not hold what its description promises."""


class DecodeError(InvalidInput):
    """Bytes that are not what their standard says.

    `kind` is a short, stable word under which the error is counted by sensor; `data` are the bytes.
    """

    def __init__(self, kind: str, message: str, data: bytes = b"") -> None:
        super().__init__(message)
        self.kind = kind
        self.data = data


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file: where, what, and what to write instead."""

    where: str
    what: str
    remedy: str = ""
    line: int | None = None

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line is not None else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{place}{self.where}: {self.what}.{remedy}"


class InvalidFile(InvalidInput):
    """A site or scenario file that cannot be used; `problems` lists all that is wrong at once."""

    def __init__(self, path: Path | str, problems: list[Problem]) -> None:
        self.path = Path(path)
        self.problems = problems
        super().__init__("\n".join(f"{self.path}: {problem}" for problem in problems))


class InvalidTable(InvalidInput):
    """A table of detections, tracks, truth or alerts whose columns are not those of the contract."""


class UnusableFile(OSError):
    """A file or folder that is missing, unreadable, or of no kind that tocsin knows."""

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = Path(path)
        self.reason = reason
