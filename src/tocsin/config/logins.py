"""How tocsin logs in to a broker, for ways in and ways out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Login:
    """As a site file has it; empty is nothing. The password stands in a file and in nothing else."""

    user: str = ""
    password_file: str = ""
    ca_file: str = ""

    def password(self) -> str | None:
        """Read anew each time, so that it may change meanwhile. Raises OSError; ValueError for no text."""
        if not self.password_file:
            return None
        return Path(self.password_file).expanduser().read_text(encoding="utf-8").strip()
