"""What tests need to call kernels that only kernels may call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit


def from_python(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """A kernel without a Python side, behind an entry that has one; called directly it would crash."""

    @njit
    def call(*arguments: Any) -> Any:
        return kernel(*arguments)

    compiled: Callable[..., Any] = call
    return compiled
