"""Alerts in the making: what several tests of the alerter start from."""

from __future__ import annotations

from collections.abc import Sequence

from tests.alerting.pictures import START_NS, Made, make_site, picture, run

from tocsin.alerting.alerter import Alerter
from tocsin.model.alerts import AlertMessage, Level

NAN = float("nan")
AWAY = Made(probability=0.02, entry_s=NAN)


def warned(track_id: str = "T1") -> tuple[Alerter, list[AlertMessage]]:
    """An alerter at 10 s with a warning for one object."""
    alerter = Alerter(make_site())
    messages = run(alerter, range(11), Made(track_id))
    assert [message.level for message in messages] == [Level.WARNING]
    return alerter, messages


def issued_s(message: AlertMessage) -> float:
    return (message.issued_ns - START_NS) / 1e9


def through(
    alerter: Alerter, zones: Sequence[str], pictures: Sequence[tuple[Made, ...]], start_s: int = 0
) -> list[AlertMessage]:
    """The messages of one picture a second."""
    rows = enumerate(pictures, start_s)
    return [
        message for second, made in rows for message in alerter.decide(picture(second, *made, zones=zones))
    ]
