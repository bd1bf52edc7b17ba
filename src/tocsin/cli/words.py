"""How the command line words and colours things; colour only repeats what the words say."""

from __future__ import annotations

from datetime import UTC, datetime

from tocsin.model.alerts import AlertMessage, Level, MessageType
from tocsin.units import NANOSECONDS_PER_SECOND

LEVEL_STYLES = {
    Level.WARNING: "bold white on red",
    Level.ADVISORY: "black on yellow",
    Level.WATCH: "black on cyan",
}
ALL_CLEAR = "ALL-CLEAR"
ALL_CLEAR_STYLE = "black on green"
NOTHING = "-"
"""Stands where there is nothing to say."""


def clock_time(time_ns: int) -> str:
    """Time of day, UTC, as '10:31:05'."""
    return datetime.fromtimestamp(time_ns // NANOSECONDS_PER_SECOND, UTC).strftime("%H:%M:%S")


def clock_time_of(time_s: float | None) -> str:
    """As `clock_time`, of UTC seconds."""
    return NOTHING if time_s is None else clock_time(round(time_s * NANOSECONDS_PER_SECOND))


def minutes(seconds: float) -> str:
    """A span of time as '4:10' or '1:04:10'."""
    whole = max(0, round(seconds))
    hours, rest = divmod(whole, 3600)
    text = f"{rest // 60:02d}:{rest % 60:02d}"
    return f"{hours}:{text}" if hours else text.removeprefix("0")


def plain(name: str) -> str:
    """A class or kind as people say it."""
    return name.replace("_", " ")


def printable(value: object) -> str:
    """Text from the air may hold what would steer a terminal."""
    text = str(value)
    return text if text.isprintable() else text.encode("unicode_escape").decode()


def level_word(message: AlertMessage) -> str:
    """The level of a message, or that it is over."""
    return ALL_CLEAR if message.message_type is MessageType.CANCEL else message.level.word.upper()


def level_style(message: AlertMessage) -> str:
    """The colours of `level_word`."""
    return ALL_CLEAR_STYLE if message.message_type is MessageType.CANCEL else LEVEL_STYLES[message.level]


def entry_words(message: AlertMessage, now_ns: int) -> str:
    """When the object of an alert is expected in its zone."""
    if message.predicted_entry_ns is None:
        return "time unknown"
    ahead_s = (message.predicted_entry_ns - now_ns) / NANOSECONDS_PER_SECOND
    return f"in {minutes(ahead_s)}" if ahead_s > 0 else "now"


def count(number: int, thing: str) -> str:
    """'1 alert', '2,048 alerts'."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def reasons(counts: dict[str, int]) -> str:
    """Counts by reason, the most frequent first, as '12 bad checksum, 1 from the future'."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{number:,} {plain(reason)}" for reason, number in ordered)
