"""How tocsin and the other side of a connection know each other, for ways in and ways out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

CERTIFICATE_KEYS = ("certificate_file", "private_key_file")


class CertificateKeys(Protocol):
    """Keys of a section that shows the other side who it is."""

    @property
    def certificate_file(self) -> str:
        """PEM; empty: none."""

    @property
    def private_key_file(self) -> str:
        """PEM; empty: in the same file."""


class LoginKeys(CertificateKeys, Protocol):
    """Keys of a section that logs in, or is logged in to."""

    @property
    def user(self) -> str:
        """Its name."""

    @property
    def password_file(self) -> str:
        """Holds the password and nothing else."""

    @property
    def ca_file(self) -> str:
        """Certificates by which the other side is trusted."""


def check_certificate(keys: CertificateKeys) -> None:
    """Raises ValueError for a key without its certificate."""
    if keys.private_key_file and not keys.certificate_file:
        raise ValueError("private_key_file needs certificate_file")


def check_unused(keys: LoginKeys, names: Iterable[str], only_for: str) -> None:
    """Raises ValueError, which says what it is for, for one of these keys that is given in vain."""
    for name in names:
        if getattr(keys, name):
            raise ValueError(f"{name} is for {only_for}")


@dataclass(frozen=True, slots=True)
class Login:
    """As a site file has it; empty is nothing. The password stands in a file and in nothing else."""

    user: str = ""
    password_file: str = ""
    ca_file: str = ""
    """Certificates by which the other side is trusted; empty: those of this machine."""
    certificate_file: str = ""
    """What tocsin shows the other side; its key is in `private_key_file`, or in the same file."""
    private_key_file: str = ""

    @classmethod
    def of(cls, keys: LoginKeys) -> Self:
        """As the keys of a section say."""
        return cls(keys.user, keys.password_file, keys.ca_file, keys.certificate_file, keys.private_key_file)

    def password(self) -> str | None:
        """Read anew each time, so that it may change meanwhile. Raises OSError; ValueError for no text."""
        if not self.password_file:
            return None
        return Path(self.password_file).expanduser().read_text(encoding="utf-8").strip()
