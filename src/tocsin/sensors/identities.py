"""Names under which objects go on: what an aircraft calls itself is hashed, so that nobody is looked up."""

from __future__ import annotations

import hmac

_DIGITS = 16  # 64 bits: two of a million aircraft share a name with a chance of 3e-8


def hashed_identity(secret: bytes, what: str, name: str, prefix: str = "rid") -> str:
    """A prefix and a keyed hash (HMAC-SHA256, RFC 2104) of a name; `what` tells kinds of names apart."""
    digest = hmac.digest(secret, f"{what}\0{name}".encode(), "sha256")
    return f"{prefix}:{digest.hex()[:_DIGITS]}"
