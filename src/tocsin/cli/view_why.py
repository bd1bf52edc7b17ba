"""Why a message was sent, for people: the rule with its figures, tracks, sensors, and how long it took."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tocsin.cli.words import NOTHING, clock_time_of, plain, printable

Row = Mapping[str, Any]
_FIGURES = (
    ("entry probability", "min_entry_probability", "from {:g}"),
    ("entry within", "within_s", "{:g} s"),
    ("existence", "min_existence", "from {:g}"),
    ("kinds of evidence", "min_kinds", "from {:g}"),
    ("or class sure", "or_class_probability", "above {:g}"),
    ("held for", "min_age_s", "{:g} s"),
    ("kept from", "keep_probability", "{:g}"),
)


_CLASSES_SHOWN = 4
_PROBABILITIES = ("prior", "together")
_EVIDENCE = {
    "prior": "probability before anything was seen",
    "kinematics": "speed, climb and height",
    "wind": "the wind",
    "size": "radar cross section",
    "label": "labels",
    "identity": "what it says of itself",
    "together": "probability",
}


def why_lines(answer: Row) -> Iterator[RenderableType]:
    """From the message back to what was measured."""
    message, rule = answer["message"], answer["rule"]
    heading = f"{message['alert_id']} version {message['version']}, {clock_time_of(message['issued_s'])} UTC"
    yield Text(f"{heading}, {message['zone']}", style="bold")
    yield Text(f"  {printable(message['reason'])}")
    if answer.get("is_test"):
        yield Text("A test has nothing behind it: no rule, no track, no detection.")
        return
    if rule["label"]:
        yield Text(f"Rule {rule['label']}: {_figures(rule)}")
    else:
        yield Text("No rule of the site file called for it.")
    yield _tracks(answer)
    yield from (_classes(track) for track in answer["tracks"] if track.get("class_evidence"))
    yield _sensors(answer)
    yield Text(_steps(answer["steps"]))


def _figures(rule: Row) -> str:
    told = [
        f"{name} {form.format(rule[key])}" for name, key, form in _FIGURES if rule.get(key) not in (None, "")
    ]
    without = ", ".join(plain(name) for name in rule.get("not_classes", ()))
    return "; ".join([*told, f"not for {without}"] if without else told)


def _tracks(answer: Row) -> Table:
    table = Table(title="Tracks, as they were then", title_justify="left", box=None)
    for heading in ("track", "at", "existence", "class", "likely to enter", "when (5 % to 95 %)", "seen by"):
        table.add_column(heading)
    beside = answer.get("beside", ())
    for track in (*answer["tracks"], *beside):
        name = f"{track['track_id']} (beside)" if track in beside else track["track_id"]
        class_words = NOTHING
        if track["object_class"] is not None:
            class_words = f"{plain(track['object_class'])} {_share(track['class_probability'])}"
        table.add_row(
            name, clock_time_of(track["time_s"]), _share(track["existence"]), class_words,
            _share(track["entry_probability"]), _entry(track), Text(", ".join(track["sensors"])),
        )  # fmt: skip
    return table


def _classes(track: Row) -> Table:
    """What each kind of evidence says of the likeliest classes; of the first and the last probabilities."""
    rows = track["class_evidence"]
    together = rows[-1]["log_likelihood"]
    shown = sorted(together, key=together.__getitem__, reverse=True)[:_CLASSES_SHOWN]
    title = f"What {track['track_id']} is, and what says so (1.00: fits best)"
    table = Table(title=title, title_justify="left", box=None)
    table.add_column("evidence")
    for name in shown:
        table.add_column(plain(name), justify="right")
    for row in rows:
        log = row["log_likelihood"]
        best = 0.0 if row["evidence"] in _PROBABILITIES else max(log.values())
        sensor = f" by {printable(row['sensor'])}" if row["sensor"] else ""
        fits = (f"{math.exp(log[name] - best):.2f}" for name in shown)
        table.add_row(Text(f"{_EVIDENCE[row['evidence']]}{sensor}"), *fits)
    return table


def _sensors(answer: Row) -> Table:
    whose = "of these tracks" if answer["is_of_tracks"] else "of all sensors, for no track is behind it"
    table = Table(title=f"Detections {whose}, in the minute before", title_justify="left", box=None)
    for heading in ("sensor", "kind"):
        table.add_column(heading)
    for heading in ("detections", "expected", "first", "last", "received", "rows (the last)"):
        table.add_column(heading, justify="right")
    for one in answer["sensors"]:
        times = (one["first_measured_s"], one["last_measured_s"], one["last_received_s"])
        rows = ", ".join(str(row) for row in one["rows"])
        table.add_row(
            Text(one["sensor"]), plain(one["kind"]), str(one["detections"]), f"{one['expected']:.1f}",
            *(clock_time_of(time_s) for time_s in times), rows,
        )  # fmt: skip
    return table


def _steps(steps: Row) -> str:
    measured_s = steps["measured_s"]
    if measured_s is None:
        return "Steps: nothing that was measured is behind it."
    parts = [f"newest detection measured {clock_time_of(measured_s)} UTC"]
    named = (("received", "received_s"), ("tracked", "tracked_s"), ("decided", "decided_s"))
    parts += [f"{word} +{steps[key] - measured_s:.2f} s" for word, key in named if steps[key] is not None]
    if steps["decided_s"] is None:
        ahead_s = steps["issued_s"] - measured_s
        parts.append(f"message {ahead_s:.2f} s later in the time of what was measured")
        parts.append("how long the machine took is told in the recordings of running services only")
    return f"Steps: {'; '.join(parts)}."


def _share(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.2f}"


def _entry(track: Row) -> str:
    if track["predicted_entry_s"] is None:
        return NOTHING
    early, late = clock_time_of(track["earliest_entry_s"]), clock_time_of(track["latest_entry_s"])
    return f"{clock_time_of(track['predicted_entry_s'])} ({early} to {late})"
