"""Encryption of streams by the standard library: what both sides show each other, and whom they trust."""

from __future__ import annotations

import ssl
from pathlib import Path

from tocsin.config.site import Sensor
from tocsin.errors import UnusableFile


def calling_context(sensor: Sensor) -> ssl.SSLContext:
    """For a server that we call: its name must be in a certificate that is trusted.

    Raises UnusableFile for a file that can't be used.
    """
    context = ssl.create_default_context()
    if sensor.ca_file:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        _trust(context, sensor.ca_file)
    _show(context, sensor)
    return context


def listening_context(sensor: Sensor) -> ssl.SSLContext:
    """For those who call us; with `ca_file` each has to show a certificate that is trusted.

    Raises UnusableFile for a file that can't be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _show(context, sensor)
    if sensor.ca_file:
        context.verify_mode = ssl.CERT_REQUIRED
        _trust(context, sensor.ca_file)
    return context


def _trust(context: ssl.SSLContext, ca_file: str) -> None:
    _check(ca_file)
    try:
        context.load_verify_locations(ca_file)
    except ssl.SSLError as error:
        raise UnusableFile(ca_file, f"holds no certificates in PEM ({error.reason})") from None


def _show(context: ssl.SSLContext, sensor: Sensor) -> None:
    if not sensor.certificate_file:
        return
    for name in filter(None, (sensor.certificate_file, sensor.private_key_file)):
        _check(name)
    try:
        # An empty password: a key that needs one is refused, and nobody is asked at the terminal.
        context.load_cert_chain(sensor.certificate_file, sensor.private_key_file or None, password="")
    except (ssl.SSLError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        what = f"is no certificate in PEM with its key, unencrypted ({reason})"
        raise UnusableFile(sensor.certificate_file, what) from None


def _check(name: str) -> None:
    """That a file can be read: the library's own error does not name it."""
    try:
        with Path(name).open("rb"):
            pass
    except OSError as error:
        raise UnusableFile(name, f"cannot be read ({error.strerror})") from None
