"""Who a token belongs to, told no sooner for a wrong one than for a right one, and not tried for ever."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

from tocsin.clock import WallClock
from tocsin.errors import InvalidInput
from tocsin.runtime.operators import Operator, hash_of_nobody, is_secret_of, read_operators
from tocsin.units import NANOSECONDS_PER_SECOND

MOST_FAILURES = 10
WITHIN_S = 60.0


class WrongToken(InvalidInput):
    """Nobody has this token."""


class TooManyFailures(InvalidInput):
    """Wrong tokens came too often; none that was not used before is looked at for a while."""


class Tokens:
    """Looks tokens up in a file of operators, which may change meanwhile; any thread may ask.

    Each look costs one Argon2 verification, whether the key is known or not. Who was let in before, and is
    still in the unchanged file, is known again without one, also while failures of others close the door.
    """

    def __init__(self, path: Path, clock: WallClock) -> None:
        self._path, self._clock = path, clock
        self._lock = threading.Lock()
        self._stamp: tuple[int, int, int] | None = None
        self._operators: dict[str, Operator] = {}
        self._seen: dict[bytes, Operator] = {}
        self._failures_ns: list[int] = []
        self._nobody = hash_of_nobody()

    def operator(self, token: str) -> Operator:
        """Raises WrongToken, TooManyFailures, and UnusableFile where the file can't be used."""
        with self._lock:
            self._renew()
            digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
            if (operator := self._seen.get(digest)) is not None:
                return operator
            self._refuse_floods()
            key, _, secret = token.partition(".")
            operator = self._operators.get(key)
            is_right = is_secret_of(self._nobody if operator is None else operator.token_hash, secret)
            if operator is None or not is_right:
                self._failures_ns.append(self._clock.now_ns())
                raise WrongToken("no operator has this token")
            self._seen[digest] = operator
            return operator

    def is_current(self, operator: Operator) -> bool:
        """Whether somebody who was let in is in the file yet, with the same token. Raises UnusableFile."""
        with self._lock:
            self._renew()
            return self._operators.get(operator.key) == operator

    def _renew(self) -> None:
        """Reads the file again where it changed: who was removed is out at once."""
        try:
            status = self._path.stat()
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        except OSError:
            stamp = None
        if stamp is None or stamp != self._stamp:
            self._operators, self._seen = {}, {}
            self._operators = {operator.key: operator for operator in read_operators(self._path)}
            self._stamp = stamp

    def _refuse_floods(self) -> None:
        since_ns = self._clock.now_ns() - round(WITHIN_S * NANOSECONDS_PER_SECOND)
        self._failures_ns = [time_ns for time_ns in self._failures_ns if time_ns > since_ns]
        if len(self._failures_ns) >= MOST_FAILURES:
            raise TooManyFailures(f"{MOST_FAILURES} wrong tokens came within {WITHIN_S:g} s; wait a minute")
