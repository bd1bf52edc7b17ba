"""What a service keeps does not grow with the months that it runs."""

from __future__ import annotations

from dataclasses import replace

from tests.outputs.messages import MESSAGE

from tocsin.model.alerts import MessageType
from tocsin.runtime import open_alerts
from tocsin.runtime.distinct import Distinct
from tocsin.runtime.open_alerts import OpenAlerts

MINUTE_NS = 60 * 10**9


def test_names_are_counted_once_while_they_are_there_and_forgotten_when_they_are_long_gone() -> None:
    names = Distinct()
    for minute in range(10_000):
        names.note(["stays", f"of minute {minute // 2}"], minute * MINUTE_NS)
    assert names.count == 1 + 5_000
    assert len(names._last_ns) < 20


def test_of_alerts_that_ended_only_the_latest_are_kept_and_all_open_ones() -> None:
    alerts = OpenAlerts()
    opened = MESSAGE
    alerts.take([opened])
    for number in range(open_alerts.MOST_MESSAGES):
        one = replace(opened, alert_id=f"A-{number}")
        alerts.take([one, replace(one, message_type=MessageType.CANCEL, issued_ns=number)])
    assert alerts.open == (opened,)
    assert len(alerts.ended) == open_alerts.MOST_ENDED
    assert alerts.ended[0].alert_id == f"A-{open_alerts.MOST_MESSAGES - 1}"
    assert len(alerts.messages) == open_alerts.MOST_MESSAGES
