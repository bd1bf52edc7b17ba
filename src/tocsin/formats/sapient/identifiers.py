"""Names in SAPIENT: nodes have UUIDs, reports and objects ULIDs.

    UUID    RFC 4122, version 4, lower case with dashes
    ULID    26 digits of Crockford's base 32: 48 bits of Unix milliseconds, then 80 bits of anything

Ours are made of hashes instead of chance: the same object keeps its name over a restart, and a run can be
repeated. Source: BSI Flex 335 v2, and the ULID specification.
"""

from __future__ import annotations

import hashlib
import re
import uuid

from tocsin.units import NANOSECONDS_PER_SECOND

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ULID = re.compile(rf"[0-7][{_DIGITS}]{{25}}", re.ASCII)
_NANOSECONDS_PER_MS = NANOSECONDS_PER_SECOND // 1000


def uuid_of(*words: str) -> str:
    """The UUID of what is called so."""
    return str(uuid.UUID(bytes=_hash(16, words), version=4))


def fusion_node_id(site: str) -> str:
    """The UUID of the tocsin of a site, to its nodes and to the node above it."""
    return uuid_of("tocsin", "fusion node", site)


def ulid_of(time_ns: int, *words: str) -> str:
    """The ULID of what is called so, since a time [UTC ns]."""
    milliseconds = (time_ns // _NANOSECONDS_PER_MS) & (2**48 - 1)
    number = milliseconds << 80 | int.from_bytes(_hash(10, words), "big")
    return "".join(_DIGITS[number >> shift & 31] for shift in range(125, -1, -5))


def is_ulid(text: str) -> bool:
    """Whether a text is a ULID; some nodes write theirs in lower case."""
    return _ULID.fullmatch(text.upper()) is not None


def canonical_uuid(text: str) -> str:
    """A UUID in lower case with dashes. Raises ValueError for what is none."""
    return str(uuid.UUID(text))


def _hash(size: int, words: tuple[str, ...]) -> bytes:
    return hashlib.blake2b("\0".join(words).encode(), digest_size=size).digest()
