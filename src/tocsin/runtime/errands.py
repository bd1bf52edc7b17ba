"""What others want done in the line's thread, between two pictures."""

from __future__ import annotations

import queue
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from typing import Any, TypeVar

from tocsin.outputs.refusal import Refusal

_MOST_WAITING = 20
_WITHIN_S = 10.0
Answer = TypeVar("Answer")


class Errands:
    """Any thread may ask; the line's thread runs them."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[tuple[Callable[[], Any], Future[Any]]] = queue.Queue(_MOST_WAITING)

    def do(self, errand: Callable[[], Answer]) -> Answer:
        """What comes of it; what it raises is raised here. Raises Refusal where nobody came to it in time."""
        answer: Future[Answer] = Future()
        try:
            self._waiting.put_nowait((errand, answer))
        except queue.Full:
            raise Refusal(503, "the service is busy; nothing was done, try again") from None
        try:
            return answer.result(_WITHIN_S)
        except NotInTime:
            if answer.cancel():
                raise Refusal(503, "the service is busy; nothing was done, try again") from None
            return answer.result()

    def run(self) -> None:
        """All that wait, in their order; what one raises is for who asked."""
        while not self._waiting.empty():
            errand, answer = self._waiting.get_nowait()
            if not answer.set_running_or_notify_cancel():
                continue
            try:
                answer.set_result(errand())
            except Exception as error:  # noqa: BLE001  an errand that fails must not end the line
                answer.set_exception(error)
