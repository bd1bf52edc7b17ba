"""The one place where a benchmark looks inside the tracker: what has no public way yet."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import ModuleType, TracebackType
from typing import Any, Self

from numba.core.dispatcher import Dispatcher

_ROOM = "tocsin.tracking"


class CompiledTime:
    """Adds up the seconds in all compiled calls that the tracker's Python makes, as long as it is entered.

    What Numba takes to unwrap the arguments counts as compiled.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self._calls: list[tuple[ModuleType, str, Callable[..., Any]]] = []

    def __enter__(self) -> Self:
        for name, module in list(sys.modules.items()):
            if name.startswith(_ROOM) and not name.startswith(f"{_ROOM}.kernels"):
                found = [(key, value) for key, value in vars(module).items() if isinstance(value, Dispatcher)]
                self._calls += [(module, key, value) for key, value in found]
        for module, key, call in self._calls:
            setattr(module, key, self._timed(call))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for module, key, call in self._calls:
            setattr(module, key, call)
        self._calls.clear()

    def _timed(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any) -> Any:
            tic = time.perf_counter()
            result = call(*arguments)
            self.seconds += time.perf_counter() - tic
            return result

        return timed
