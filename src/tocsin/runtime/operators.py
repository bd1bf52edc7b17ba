"""Operators: who may act on alerts, in a file that holds a name, a unit and the hash of a token, and no more.

A token is `KEY.SECRET`, 256 random bits after a key under which its line is found. Only the Argon2id hash of
the secret is kept (RFC 9106): who reads the file can act as nobody. As the secret is random and not a word
that people choose, the least parameters that OWASP's cheat sheet on passwords gives are enough, and leave the
machine to the tracker.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from tocsin.errors import InvalidInput, UnusableFile

_VERSION = 1
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@dataclass(frozen=True, slots=True)
class Operator:
    """One person's line; the name is a user name of the site, and goes into the audit."""

    name: str
    unit: str
    key: str
    token_hash: str


class NameTaken(InvalidInput):
    """There is an operator of this name already."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    tocsin_operators: int
    operators: tuple[Operator, ...]


_FILE = TypeAdapter(_File)


def read_operators(path: Path) -> tuple[Operator, ...]:
    """All operators of a file; none where there is no file.

    Raises `UnusableFile` where it can't be read, is no such file, or can be read by other users.
    """
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & _OTHERS:
                raise UnusableFile(path, f"can be read or written by others; do: chmod 600 {path}")
            content = file.read()
    except FileNotFoundError:
        return ()
    except UnusableFile:
        raise
    except OSError as error:
        raise UnusableFile(path, f"cannot be read ({error.strerror})") from error
    try:
        found = _FILE.validate_json(content)
    except ValidationError as error:
        raise UnusableFile(path, f"is no file of operators ({error.errors()[0]['msg']})") from error
    if found.tocsin_operators != _VERSION:
        raise UnusableFile(path, f"is of version {found.tocsin_operators}, this one knows {_VERSION}")
    return found.operators


def of_no_unit(path: Path, units: Iterable[str]) -> list[str]:
    """Of each operator whose unit the site file does not have, a sentence: they can do nothing."""
    known = list(units)
    return [
        f"operator {one.name!r} is of unit {one.unit!r}, which the site file does not have and which can do "
        f"nothing; its units: {', '.join(known)}"
        for one in read_operators(path)
        if one.unit not in known
    ]


def add_operator(path: Path, name: str, unit: str) -> str:
    """Adds one and gives the token, which is nowhere else. Raises `NameTaken` and `InvalidInput`."""
    known = read_operators(path)
    if not name.strip() or not name.isprintable() or len(name) > 80:
        raise InvalidInput(f"{name!r} is no name: give 1 to 80 printable characters")
    if any(operator.name == name for operator in known):
        raise NameTaken(f"there is an operator {name!r} in {path} already; remove that one first")
    key, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    _write(path, (*known, Operator(name, unit, key, _HASHER.hash(secret))))
    return f"{key}.{secret}"


def remove_operator(path: Path, name: str) -> None:
    """Takes one out; the token is worth nothing from then on. Raises `InvalidInput` where there is none."""
    known = read_operators(path)
    left = tuple(operator for operator in known if operator.name != name)
    if len(left) == len(known):
        names = ", ".join(operator.name for operator in known) or "none"
        raise InvalidInput(f"there is no operator {name!r} in {path}; known: {names}")
    _write(path, left)


def hash_of_nobody() -> str:
    """A hash that no token has, to be as long at work over a wrong key as over a wrong secret."""
    return _HASHER.hash(secrets.token_urlsafe(32))


def is_secret_of(token_hash: str, secret: str) -> bool:
    """Whether a secret is the one that a hash was made of; takes some 20 ms, by design."""
    try:
        return _HASHER.verify(token_hash, secret)
    except (VerificationError, InvalidHashError):
        return False


def _write(path: Path, operators: tuple[Operator, ...]) -> None:
    """Whole or not at all, and for this user alone from its first byte on."""
    content = {"tocsin_operators": _VERSION, "operators": [asdict(operator) for operator in operators]}
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent)  # mode 0600
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise UnusableFile(path, f"cannot be written ({error.strerror})") from error
