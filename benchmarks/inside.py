"""The one place where a benchmark looks inside the tracker: what has no public way yet."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import ModuleType, TracebackType
from typing import Any, Self

from numba.core.dispatcher import Dispatcher

from tocsin.tracking import Timeline
from tocsin.units import FloatArray

_ROOM = "tocsin.tracking"


def components(timeline: Timeline) -> tuple[FloatArray, FloatArray]:
    """Existence (n,) and state (n, 6) of all components, published or not."""
    found = timeline.filter.components()
    return found.existence, found.state


def just_looked_at(timeline: Timeline) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Existence (n,), state (n, 6) and covariance (n, 6, 6) of what the latest scan brought up to date."""
    found = timeline.filter.components()
    rows = found.time_ns == timeline.filter.time_ns
    return found.existence[rows], found.state[rows], found.covariance[rows]


def expect_undetected(timeline: Timeline, objects_per_m2: float) -> None:
    """What is there before the first scan, where a scenario tells it; a site file tells only births."""
    inner: Any = timeline.filter
    grid = inner._undetected
    grid.intensity[:] = objects_per_m2 * grid.classes["share"][:, None, None]


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
