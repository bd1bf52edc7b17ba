"""What every benchmark is told, and how it spreads runs that are not timed over the cores."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypeVar, runtime_checkable

from benchmarks.table import Part

Case = TypeVar("Case")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Options:
    """`quick`: few seeds and small cases, to see that all works. `jobs`: processes for runs not timed."""

    quick: bool = False
    jobs: int = max(1, min(4, os.cpu_count() or 1))

    def seeds(self, full: int = 20, quick: int = 3) -> range:
        """Seeds 1, 2, 3, ... of a statistic."""
        return range(1, 1 + (quick if self.quick else full))

    def pooled(self, function: Callable[[Case], Result], cases: Iterable[Case]) -> list[Result]:
        """function of each case, in their order; function stands at the top of its module.

        Never for what is timed: runs beside each other slow each other down.
        """
        listed = list(cases)
        if self.jobs == 1 or len(listed) < 2:
            return [function(case) for case in listed]
        # A fork of a process that has run threads may hang: each worker starts from nothing.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(min(self.jobs, len(listed)), mp_context=context) as pool:
            return list(pool.map(function, listed))


class Unavailable(Exception):
    """A benchmark can't run here; its text says what is missing and how to get it."""


@runtime_checkable
class Benchmark(Protocol):
    """A module of this folder that measures something."""

    def describe(self) -> str:
        """Markdown: what is measured and how; the first line stands alone."""

    def run(self, options: Options) -> Sequence[Part]:
        """Tables and plots in the order of the page."""


@dataclass(frozen=True)
class Outcome:
    """What a benchmark gave; `trouble` says why it gave nothing."""

    name: str
    description: str
    parts: tuple[Part, ...]
    seconds: float = 0.0
    trouble: str = ""
    has_failed: bool = False
