"""Encryption of streams by the standard library: what both sides show each other, and whom they trust."""

from __future__ import annotations

import ssl
from pathlib import Path

from tocsin.config.logins import Login
from tocsin.errors import UnusableFile


def calling_context(login: Login) -> ssl.SSLContext:
    """For a server that we call: its name must be in a certificate that is trusted.

    Raises UnusableFile for a file that can't be used.
    """
    context = ssl.create_default_context()
    if login.ca_file:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        _trust(context, login.ca_file)
    _show(context, login)
    return context


def listening_context(login: Login) -> ssl.SSLContext:
    """For those who call us; with `ca_file` each has to show a certificate that is trusted.

    Raises UnusableFile for a file that can't be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _show(context, login)
    if login.ca_file:
        context.verify_mode = ssl.CERT_REQUIRED
        _trust(context, login.ca_file)
    return context


def _trust(context: ssl.SSLContext, ca_file: str) -> None:
    _check(ca_file)
    try:
        context.load_verify_locations(ca_file)
    except ssl.SSLError as error:
        raise UnusableFile(ca_file, f"holds no certificates in PEM ({error.reason})") from None


def _show(context: ssl.SSLContext, login: Login) -> None:
    if not login.certificate_file:
        return
    for name in filter(None, (login.certificate_file, login.private_key_file)):
        _check(name)
    try:
        # An empty password: a key that needs one is refused, and nobody is asked at the terminal.
        context.load_cert_chain(login.certificate_file, login.private_key_file or None, password="")
    except (ssl.SSLError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        what = f"is no certificate in PEM with its key, unencrypted ({reason})"
        raise UnusableFile(login.certificate_file, what) from None


def _check(name: str) -> None:
    """That a file can be read: the library's own error does not name it."""
    try:
        with Path(name).open("rb"):
            pass
    except OSError as error:
        raise UnusableFile(name, f"cannot be read ({error.strerror})") from None
