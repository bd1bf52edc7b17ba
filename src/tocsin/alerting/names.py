"""Names as people type them: without regard to case, and of what they may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

TEST_PREFIX = "TEST-"
"""With what the names of test alerts begin."""
_MOST_NEAR = 3


def named(asked: str, known: Iterable[str]) -> str | None:
    """The name that is meant: this very one, else the only one that differs by case alone."""
    names = list(known)
    if asked in names:
        return asked
    found = {name for name in names if name.casefold() == asked.casefold()}
    return found.pop() if len(found) == 1 else None


def alert_named(asked: str, known: Iterable[str]) -> str | None:
    """The same of alerts; that a test begins with TEST- may be left out."""
    names = list(known)
    return named(asked, names) or named(f"{TEST_PREFIX}{asked}", names)


def nearest(asked: str, known: Iterable[str]) -> list[str]:
    """Those names that are most like what was asked for, the likest first; without any, some that exist."""
    by_folded = {name.casefold(): name for name in known}
    found = get_close_matches(asked.casefold(), by_folded, _MOST_NEAR, 0.4)
    return [by_folded[folded] for folded in found] or list(by_folded.values())[:_MOST_NEAR]


def no_alert(asked: str, open_names: Iterable[str]) -> str:
    """What is told to who asks for an alert that there is not."""
    near = nearest(asked, open_names)
    shown = f"open and nearest to it: {', '.join(near)}" if near else "none is open"
    return f"there is no alert {asked!r}, nor was there one lately; {shown} (`tocsin alert list`)"
