"""A real MQTT broker for tests, with passwords and certificates of its own."""

from __future__ import annotations

import asyncio
import gc
import shutil
import socket
import subprocess
import warnings
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = "127.0.0.1"
needs_mosquitto = pytest.mark.skipif(
    shutil.which("mosquitto") is None, reason="needs mosquitto, an MQTT broker (Debian: mosquitto)"
)
needs_openssl = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="needs openssl to make certificates (Debian: openssl)"
)


@dataclass(frozen=True)
class Certificates:
    """An authority, and a key and certificate of 127.0.0.1 that it has signed."""

    authority: Path
    certificate: Path
    key: Path


def certificates(folder: Path, name: str = HERE) -> Certificates:
    """Made anew; `name` is the address that the certificate is for."""
    folder.mkdir(parents=True, exist_ok=True)
    authority, authority_key = folder / "authority.pem", folder / "authority.key"
    certificate, key, wish = folder / "server.pem", folder / "server.key", folder / "server.csr"
    extension = folder / "server.ext"
    extension.write_text(f"subjectAltName=IP:{name}\nbasicConstraints=CA:FALSE\n")
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    _openssl("req", "-x509", *new_key, "-subj", "/CN=made up", "-days", "2",
             "-keyout", authority_key, "-out", authority)  # fmt: skip
    _openssl("req", *new_key, "-subj", "/CN=broker", "-keyout", key, "-out", wish)
    _openssl("x509", "-req", "-in", wish, "-CA", authority, "-CAkey", authority_key, "-CAcreateserial",
             "-days", "2", "-extfile", extension, "-out", certificate)  # fmt: skip
    return Certificates(authority, certificate, key)


def _openssl(*words: str | Path) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)


@contextmanager
def broker(
    folder: Path, port: int, password: str = "", certified: Certificates | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A broker on this port; with a password, for the user `tocsin` alone."""
    lines = [f"listener {port} {HERE}", f"allow_anonymous {str(not password).lower()}"]
    if password:
        known = folder / "known"
        known.touch(mode=0o600)
        subprocess.run(["mosquitto_passwd", "-b", str(known), "tocsin", password], check=True)
        lines.append(f"password_file {known}")
    if certified is not None:
        lines += [f"certfile {certified.certificate}", f"keyfile {certified.key}"]
    settings = folder / "mosquitto.conf"
    settings.write_text("\n".join([*lines, "user root", ""]))
    with subprocess.Popen(["mosquitto", "-c", str(settings)], stderr=subprocess.DEVNULL) as run:
        try:
            yield run
        finally:
            run.terminate()


def refusal(scene: Coroutine[Any, Any, object]) -> str:
    """What the ConnectionError says that ends a scene; paho leaves sockets to the garbage collector then."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            asyncio.run(scene)
        except ConnectionError as error:
            told = str(error)
        else:
            pytest.fail("was not refused")
        gc.collect()
    return told


async def reach(port: int) -> None:
    """Waits until something answers there."""
    async with asyncio.timeout(10.0):
        while True:
            try:
                _, writer = await asyncio.open_connection(HERE, port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            return


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    """A port that nobody has right now."""
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind((HERE, 0))
        return int(taken.getsockname()[1])
