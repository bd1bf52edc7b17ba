"""Things that speak while somebody listens: over sockets, a broker, a page and a serial line."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

HERE = "127.0.0.1"
_EVERY_S = 0.02


@contextmanager
def again_and_again(say: Callable[[], None]) -> Iterator[None]:
    """Says something every 20 ms, whether somebody listens yet or not."""
    stop = Event()

    def go_on() -> None:
        while not stop.wait(_EVERY_S):
            try:
                say()
            except OSError:
                continue

    speaker = Thread(target=go_on, daemon=True)
    speaker.start()
    try:
        yield
    finally:
        stop.set()
        speaker.join()


@contextmanager
def datagrams(port: int, *payloads: bytes, host: str = HERE) -> Iterator[None]:
    """Sends them all, again and again."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:

        def say() -> None:
            for payload in payloads:
                sender.sendto(payload, (host, port))

        with again_and_again(say):
            yield


@contextmanager
def server(data: bytes) -> Iterator[int]:
    """Sends this to the first caller and hangs up; gives the port."""
    with socket.create_server((HERE, 0)) as listener:

        def serve() -> None:
            caller, _ = listener.accept()
            with caller:
                caller.sendall(data)

        speaker = Thread(target=serve, daemon=True)
        speaker.start()
        yield int(listener.getsockname()[1])
        speaker.join()


def call(port: int, data: bytes) -> Callable[[], None]:
    """Calls a port, says this and hangs up."""

    def say() -> None:
        with socket.create_connection((HERE, port), timeout=1.0) as line:
            line.sendall(data)

    return say
