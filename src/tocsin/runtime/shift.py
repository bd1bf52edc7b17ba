"""What happened in a shift, for whoever takes over: messages and what people did, in order of time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tocsin.model.actions import Action
from tocsin.model.alerts import AlertMessage
from tocsin.model.sensor_report import SensorReport
from tocsin.units import nanoseconds_to_seconds

SHIFT_S = 8 * 3600.0
_NOBODY = "tocsin"


def happened(
    messages: Iterable[AlertMessage], actions: Iterable[Action], since_s: float
) -> list[dict[str, Any]]:
    """Since a time; who did it is tocsin itself where nobody else did."""
    found = [_message(message) for message in messages] + [_action(action) for action in actions]
    return sorted((one for one in found if one["time_s"] >= since_s), key=lambda one: one["time_s"])


def broken_sensor(report: SensorReport) -> dict[str, Any]:
    """A sensor that is not there."""
    last_ns = report.last_message_ns
    text = f"{report.state}: {report.trouble}" if report.trouble else report.state
    return broken("sensor", report.name, None if last_ns is None else nanoseconds_to_seconds(last_ns), text)


def broken(what: str, name: str, since_s: float | None, text: str) -> dict[str, Any]:
    """Something that does not work, since when, and how."""
    return {"what": what, "name": name, "since_s": since_s, "text": text}


def _message(message: AlertMessage) -> dict[str, Any]:
    return {
        "time_s": nanoseconds_to_seconds(message.issued_ns),
        "who": _NOBODY,
        "what": message.message_type.value.lower(),
        "alert_id": message.alert_id,
        "text": f"{message.level.word} for {message.zone}: {message.reason}",
    }


def _action(action: Action) -> dict[str, Any]:
    request = action.request
    who = f"{request.operator} ({request.unit})" if request.operator else _NOBODY
    refused = "" if action.is_done else "refused: "
    return {
        "time_s": nanoseconds_to_seconds(action.time_ns),
        "who": who,
        "what": request.verb.value,
        "alert_id": action.alert_id or None,
        "text": f"{refused}{action.answer}",
    }
