"""Makes the tracker's kernels ready, and says so where it takes long."""

from __future__ import annotations

from tocsin.cli.console import messages
from tocsin.cli.exits import say
from tocsin.runtime.warm_up import is_warm, warm_up
from tocsin.runtime.watch import Progress


def make_ready(progress: Progress) -> None:
    """Compiles or loads the kernels; where no progress is seen, a line says why nothing happens yet."""
    if not is_warm() and not messages().is_terminal:
        say("compiling the tracker for this machine, only the first time: two to three minutes ...")
    warm_up(progress)
