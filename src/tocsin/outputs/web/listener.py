"""A listening socket that takes so many connections and no more, whatever is spoken on them.

The limit holds before TLS and before the first byte: connections cost a file descriptor each, and who has
none left can't write a recording either.
"""

from __future__ import annotations

import socket
import weakref

_UNACKNOWLEDGED_MS = 20_000
"""Data that the other side does not take for so long ends the connection (RFC 5482), where the system can."""


class BoundedListener(socket.socket):
    """Closes at once what comes beyond `most` open connections, or beyond `most_of_one` of one address."""

    def __init__(self, family: int, most: int, most_of_one: int) -> None:
        super().__init__(family, socket.SOCK_STREAM)
        self._most, self._most_of_one = most, most_of_one
        self._open: list[tuple[weakref.ref[socket.socket], str]] = []
        self.refused = 0
        """Connections that were closed at once."""

    def accept(self) -> tuple[socket.socket, object]:
        """As of a socket. Raises ConnectionAbortedError, which event loops expect, for one too many."""
        connection, address = super().accept()
        host = str(address[0])
        self._open = [(ref, of) for ref, of in self._open if (known := ref()) and known.fileno() >= 0]
        if len(self._open) >= self._most or sum(of == host for _, of in self._open) >= self._most_of_one:
            self.refused += 1
            connection.close()
            raise ConnectionAbortedError("too many connections")
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNACKNOWLEDGED_MS)
        self._open.append((weakref.ref(connection), host))
        return connection, address
