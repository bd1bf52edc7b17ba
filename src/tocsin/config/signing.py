"""With what CAP messages are signed: the site file's `[signing]`."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from tocsin.config.logins import check_certificate
from tocsin.config.section import Section


class Signing(Section):
    """The key by which receivers know that a CAP message is this site's; without one, none is signed."""

    certificate_file: str = ""
    """File (PEM) with the certificate that goes with every message; empty: messages are not signed."""
    private_key_file: str = ""
    """File (PEM, unencrypted) with its key, RSA or elliptic curve; empty: it is in the same file."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        check_certificate(self)
        return self
