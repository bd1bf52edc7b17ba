"""Certificates of the tests, made with openssl: an authority, and those that it vouches for."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl (Debian: openssl)")


class Authority:
    """Vouches for names; files `<name>.pem` and `<name>.key` in its folder, its own is `<own name>.pem`."""

    def __init__(self, folder: Path, name: str = "authority", is_new: bool = True) -> None:
        self._folder, self._name = folder, name
        if is_new:
            self._run("req", "-x509", *self._new(name), "-days", "2", "-subj", f"/CN={name}")

    @property
    def certificate(self) -> str:
        """What those who trust it need."""
        return str(self._folder / f"{self._name}.pem")

    def vouch_for(self, name: str, address: str = "127.0.0.1") -> dict[str, str]:
        """The site file's keys of a certificate for this name, at this address."""
        request = self._folder / f"{name}.csr"
        alternative = ["-addext", f"subjectAltName=IP:{address},DNS:localhost"]
        self._run("req", "-new", *self._new(name, request), "-subj", f"/CN={name}", *alternative)
        self._run(
            "x509", "-req", "-in", str(request), "-CA", self.certificate,
            "-CAkey", str(self._folder / f"{self._name}.key"), "-CAcreateserial", "-days", "2",
            "-copy_extensions", "copy", "-out", str(self._folder / f"{name}.pem"),
        )  # fmt: skip
        return {
            "certificate_file": str(self._folder / f"{name}.pem"),
            "private_key_file": str(self._folder / f"{name}.key"),
        }

    def _new(self, name: str, out: Path | None = None) -> list[str]:
        key, out = self._folder / f"{name}.key", out or self._folder / f"{name}.pem"
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        return [*curve, "-keyout", str(key), "-out", str(out)]

    def _run(self, *words: str) -> None:
        subprocess.run(["openssl", *words], check=True, capture_output=True)
