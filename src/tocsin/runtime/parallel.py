"""Many runs at once, each in a process of its own; they end with whoever waits for them."""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import active_children
from pathlib import Path
from typing import Any, TypeVar

from tocsin.runtime.warm_up import warm_up
from tocsin.runtime.watch import Progress

Result = TypeVar("Result")


def run_all(
    run: Callable[..., Result], tasks: Sequence[tuple[Any, ...]], jobs: int, progress: Progress
) -> Generator[Result]:
    """What `run(*task, folder)` gives for each task, as they end, in so many processes.

    `folder` is a path that isn't there yet, for what the run records, and is gone afterwards. Runs under way
    are given up where nobody waits for them any more.
    """
    if not tasks:
        return
    warm_up(progress)
    others = set(active_children())
    # The folder is ours and not a worker's, which may be given up with all that it has written.
    with (
        tempfile.TemporaryDirectory(prefix="tocsin-") as folder,
        ProcessPoolExecutor(jobs, initializer=_leave_ctrl_c_to_the_parent) as workers,
    ):
        running = [workers.submit(run, *task, Path(folder) / str(n)) for n, task in enumerate(tasks)]
        try:
            for future in as_completed(running):
                yield future.result()
        finally:
            for worker in set(active_children()) - others:
                worker.terminate()
                worker.join()


def _leave_ctrl_c_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
