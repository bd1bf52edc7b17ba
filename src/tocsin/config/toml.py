"""Reads a TOML file into a pydantic model and says of everything wrong where it stands and what was meant."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from tocsin.errors import InvalidFile, Problem, UnusableFile

Model = TypeVar("Model", bound=BaseModel)
Location = tuple[int | str, ...]

_HEADER = re.compile(r"^\s*\[{1,2}\s*([^\[\]]+?)\s*\]{1,2}\s*(#.*)?$")
_WORDS = {
    "tuple_type": "should be an array, as in [1, 2]",
    "model_type": "should be a table of keys",
    "missing": "is missing",
    "string_type": "should be text in quotes",
}
_KEY = re.compile(r"^\s*(\"[^\"]*\"|'[^']*'|[A-Za-z0-9_-]+)\s*=")


def read_text(path: Path) -> str:
    """The text of a configuration file.

    `UnusableFile` says why where it can't be had, `InvalidFile` in which line it is no text.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise UnusableFile(path, "no such file") from None
    except OSError as error:
        raise UnusableFile(path, f"cannot be read ({error.strerror})") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InvalidFile(path, [Problem("TOML", "not text in UTF-8", "Save it as UTF-8.", line)]) from error


def load(path: Path, model: type[Model]) -> Model:
    """Reads and validates one file.

    Raises `UnusableFile` where it can't be read and `InvalidFile`, with every problem and its line, where it
    is not valid.
    """
    return parse(read_text(path), path, model)


def parse(text: str, path: Path, model: type[Model]) -> Model:
    """As `load`, for text already at hand; `path` is only named in errors."""
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidFile(path, [_syntax_problem(error)]) from error
    try:
        return model.model_validate(tree)
    except ValidationError as error:
        lines = key_lines(text)
        problems = [_problem(detail, model, lines) for detail in error.errors(include_url=False)]
        raise InvalidFile(path, problems) from error


def key_lines(text: str) -> dict[Location, int]:
    """Line numbers, from 1, of every table and key of a TOML text, by their path with indices of arrays."""
    lines: dict[Location, int] = {}
    counts: dict[Location, int] = {}
    here: Location = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            names = tuple(part.strip().strip("\"'") for part in header.group(1).split("."))
            is_array = line.lstrip().startswith("[[")
            here = _resolve(names, counts, is_array)
            lines.setdefault(here, number)
            if is_array:
                lines.setdefault(here[:-1], number)
        elif key := _KEY.match(line):
            lines.setdefault((*here, key.group(1).strip("\"'")), number)
    return lines


def _resolve(names: tuple[str, ...], counts: dict[Location, int], is_array: bool) -> Location:
    """The path of a header, with the index of the latest element for every array of tables on the way."""
    path: Location = ()
    for depth, name in enumerate(names):
        path = (*path, name)
        if is_array and depth == len(names) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _syntax_problem(error: tomllib.TOMLDecodeError) -> Problem:
    found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    what = re.sub(r"\s*\(at .*\)$", "", str(error))
    return Problem("TOML syntax", what, line=int(found.group(1)) if found else None)


def _problem(detail: Any, model: type[BaseModel], lines: dict[Location, int]) -> Problem:
    location: Location = tuple(detail["loc"])
    where = ".".join(str(part) for part in location) or "file"
    line = next(
        (lines[location[:end]] for end in range(len(location), 0, -1) if location[:end] in lines), None
    )
    if detail["type"] == "extra_forbidden":
        known = _known_keys(model, location[:-1])
        close = difflib.get_close_matches(str(location[-1]), known, n=1, cutoff=0.5)
        remedy = f"Did you mean {close[0]!r}?" if close else f"Known keys: {', '.join(sorted(known))}."
        return Problem(where, "unknown key", remedy, line)
    what = _WORDS.get(detail["type"]) or str(detail["msg"]).removeprefix("Value error, ")
    given = detail.get("input")
    if detail["type"] in ("enum", "literal_error") and isinstance(given, str):
        choices = re.findall(r"'([^']+)'", str(detail["msg"]))
        close = difflib.get_close_matches(given, choices, n=1, cutoff=0.5)
        remedy = f"Did you mean {close[0]!r}?" if close else f"Known: {', '.join(choices)}."
        return Problem(where, f"unknown {location[-1]} {given!r}", remedy, line)
    if detail["type"] != "missing" and not isinstance(given, dict | list | tuple):
        what += f", not {given!r}"
    return Problem(where, what[:1].lower() + what[1:], line=line)


def _known_keys(model: type[BaseModel], location: Sequence[int | str]) -> list[str]:
    """The keys that the table at a location may have."""
    here: type[BaseModel] | None = model
    for part in location:
        if isinstance(part, str) and here is not None and part in here.model_fields:
            here = _model_within(here.model_fields[part].annotation)
    return list(here.model_fields) if here is not None else []


def _model_within(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_within(argument) for argument in get_args(annotation))
    return next((model for model in inner if model is not None), None)
