"""The secret of a site, with which serial numbers are hashed before anything is written or shown."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from tocsin.config.site import Site
from tocsin.errors import InvalidInput, UnusableFile

SECRET_VARIABLE = "TOCSIN_IDENTITY_SECRET"
SECRET_BYTES = 32
LEAST_SECRET_BYTES = (
    16  # serial numbers are few enough to try them all: a short secret would be found with them
)


def site_secret(site: Site) -> bytes:
    """The secret: from the environment, else the site's `identity_secret_file`, else this user's own file.

    The user's file is made at its first use, readable by the user alone. With the same secret a serial number
    has the same hash in every run. Raises `InvalidInput` for a secret of fewer than 16 bytes in the
    environment and `UnusableFile` for a file that holds such a one, is missing, or cannot be read or made.
    """
    given = os.environ.get(SECRET_VARIABLE, "")
    if given:
        if len(given.encode()) < LEAST_SECRET_BYTES:
            raise InvalidInput(f"{SECRET_VARIABLE}: give at least {LEAST_SECRET_BYTES} bytes, or unset it")
        return given.encode()
    if site.site.identity_secret_file:
        return _read(Path(site.site.identity_secret_file).expanduser())
    path = user_secret_file()
    if not path.exists():
        _make(path)
    return _read(path)


def user_secret_file() -> Path:
    """Where this user's secret lies, by the XDG base directory specification 0.8."""
    data_home = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(data_home).expanduser() / "tocsin" / "identity_secret"


def _read(path: Path) -> bytes:
    try:
        secret = path.read_bytes()
    except OSError as error:
        reason = f"the secret for identities cannot be read ({error.strerror})"
        raise UnusableFile(path, reason) from error
    if len(secret) < LEAST_SECRET_BYTES:
        reason = f"the secret for identities has {len(secret)} bytes: write {SECRET_BYTES} random ones"
        raise UnusableFile(path, reason)
    return secret


def _make(path: Path) -> None:
    """Two runs may come here at once: a link to a whole file makes one of their secrets the one of both."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(dir=path.parent)  # readable by the user alone
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(SECRET_BYTES))
            path.hardlink_to(name)
        except FileExistsError:
            return
        finally:
            Path(name).unlink()
    except OSError as error:
        reason = f"the secret for identities cannot be made ({error.strerror}): set {SECRET_VARIABLE}"
        raise UnusableFile(path, reason) from error
