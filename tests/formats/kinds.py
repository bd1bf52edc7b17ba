"""The kind of the DecodeError that a call raises, which is what callers count."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec

from tocsin.errors import DecodeError

Arguments = ParamSpec("Arguments")


def error_kind(
    call: Callable[Arguments, object], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> str | None:
    """The kind, or None where nothing is raised; any other error goes through."""
    try:
        call(*args, **kwargs)
    except DecodeError as error:
        return error.kind
    return None
