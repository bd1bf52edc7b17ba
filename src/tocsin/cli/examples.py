"""Examples at the end of every help."""

from __future__ import annotations


def examples(*commands: str) -> str:
    """The epilog of a command's help; the backspace keeps the lines as they are."""
    return "\b\nExamples:\n" + "\n".join(f"  {command}" for command in commands)
