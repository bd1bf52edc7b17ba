"""A cable that a test can pull: what is sent to one port goes to another, until it is cut."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.brokers import HERE


class Cable:
    """Forwards TCP; while it is cut, all connections are broken and new ones are dropped at once."""

    def __init__(self, to_port: int) -> None:
        self._to_port, self._is_cut = to_port, False
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        self._listener = socket.create_server((HERE, 0))
        self.port = int(self._listener.getsockname()[1])

    def cut(self) -> None:
        with self._guard:
            self._is_cut = True
            for end in self._open:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        with self._guard:
            self._is_cut = False

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            with self._guard:
                if self._is_cut:
                    near.close()
                    continue
                far = socket.create_connection((HERE, self._to_port))
                self._open |= {near, far}
            for ends in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.cut()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for end in self._open:
            end.close()


@contextmanager
def cable(to_port: int) -> Iterator[Cable]:
    """A cable to a port of this machine."""
    made = Cable(to_port)
    accepting = threading.Thread(target=made._accept)
    accepting.start()
    try:
        yield made
    finally:
        made.close()
        accepting.join()
