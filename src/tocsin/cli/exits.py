"""One place where what went wrong becomes a line on stderr and an exit code of the contract."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from tocsin.errors import InvalidFile, InvalidInput, UnusableFile

FAILED = 1
USAGE = 2
INVALID_FILE = 3
INTERRUPTED = 130
DEBUG = "--debug"

_TOLD = "told"  # a note on an interruption: whoever knows what is left of the run has said so


class QuickGroup(TyperGroup):
    """A group that looks at its own `--help` without loading what typer checks other values with."""

    def get_help_option(self, ctx: Any) -> Any:
        """As usual, but not given is False: for None typer would load pydantic, which takes long."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.default = False
        return option


class TocsinGroup(QuickGroup):
    """The group of all commands: `--debug` may stand anywhere, and errors are told in a line each."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Moves `--debug` to the front, where it is an option of the group."""
        options, mark, rest = _split(args, "--")
        if DEBUG in options:
            args = [DEBUG, *(option for option in options if option != DEBUG), *mark, *rest]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Runs the command and maps what it raises to the exit codes of the contract."""
        debug = bool(ctx.params.get("debug"))
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as interruption:
            if _TOLD not in getattr(interruption, "__notes__", ()):
                say("tocsin: interrupted")
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            raise  # who reads us has enough; typer ends quietly
        except InvalidFile as error:
            complain(error, debug)
            raise typer.Exit(INVALID_FILE) from None
        except (InvalidInput, OSError) as error:
            complain(error, debug)
            raise typer.Exit(FAILED) from None


def complain(error: BaseException, debug: bool) -> None:
    """Says what went wrong, a line for each thing; with `debug` also where in the code."""
    if debug:
        traceback.print_exception(error)
    for line in str(error).splitlines() or [type(error).__name__]:
        say(f"tocsin: {line}")


def say(line: str) -> None:
    """One line for people, on stderr."""
    typer.echo(line, err=True)


@contextmanager
def recording_kept(directory: Path) -> Iterator[None]:
    """Tells where the recording lies when its run is interrupted; its recorder has closed it."""
    try:
        yield
    except KeyboardInterrupt as interruption:
        from tocsin.recording.layout import read_marker

        told(interruption)
        marker = read_marker(directory)
        if marker is not None and marker.get("ended") == "interrupted":
            say(f"tocsin: interrupted; what was recorded until then is complete and readable in {directory}")
        else:
            say("tocsin: interrupted; nothing was recorded yet")
        raise


def told(interruption: KeyboardInterrupt) -> KeyboardInterrupt:
    """The same, marked: what is left of the run has been said."""
    interruption.add_note(_TOLD)
    return interruption


def existing(path: Path) -> Path:
    """The path of a file that is to be read; `UnusableFile` before any long work if there is none."""
    if not path.exists():
        raise UnusableFile(path, "no such file")
    if path.is_dir():
        raise UnusableFile(path, "is a directory; give a file")
    return path


def _split(args: list[str], at: str) -> tuple[list[str], list[str], list[str]]:
    """Arguments before, at and after the first `at`."""
    index = args.index(at) if at in args else len(args)
    return args[:index], args[index : index + 1], args[index + 1 :]
