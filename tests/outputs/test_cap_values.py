from __future__ import annotations

from dataclasses import replace

import pytest
from cap_tools.models import Certainty, Severity, Urgency
from tests.outputs.messages import CANCEL, ISSUED_NS, MESSAGE

from tocsin.model.alerts import Level
from tocsin.outputs import cap_values


def test_a_time_is_the_second_it_lies_in() -> None:
    assert str(cap_values.CapTime.of(1_999_999_999)) == "1970-01-01T00:00:01-00:00"


@pytest.mark.parametrize(
    ("name", "start"),
    [("Nord Mark, <& Süd>", "tocsin-nord-mark-sud-"), ("東京", "tocsin-"), ("'\"\\", "tocsin-")],
)
def test_a_sender_is_a_plain_word_that_still_tells_sites_apart(name: str, start: str) -> None:
    assert cap_values.sender_name(name).startswith(start)
    assert cap_values.sender_name(name) != cap_values.sender_name(name + "!")


def test_a_polygon_that_is_closed_already_is_not_closed_twice() -> None:
    triangle = ((0.0, 0.0), (0.0, 1.0), (-1.5, 0.0))
    text = "0.000000,0.000000 0.000000,1.000000 -1.500000,0.000000 0.000000,0.000000"
    assert cap_values.polygon_text(triangle) == cap_values.polygon_text((*triangle, triangle[0])) == text


@pytest.mark.parametrize(
    ("level", "urgency", "severity"),
    [
        (Level.WATCH, Urgency.FUTURE, Severity.MINOR),
        (Level.ADVISORY, Urgency.EXPECTED, Severity.MODERATE),
        (Level.WARNING, Urgency.IMMEDIATE, Severity.SEVERE),
    ],
)
def test_a_louder_level_is_more_urgent_and_severe(level: Level, urgency: Urgency, severity: Severity) -> None:
    message = replace(MESSAGE, level=level)
    assert (cap_values.urgency(message), cap_values.severity(message)) == (urgency, severity)


def test_what_is_over_is_past() -> None:
    assert (cap_values.urgency(CANCEL), cap_values.severity(CANCEL)) == (Urgency.PAST, Severity.MINOR)


@pytest.mark.parametrize(
    ("probability", "entry_ns", "certainty"),
    [
        (0.99, ISSUED_NS, Certainty.OBSERVED),
        (0.99, ISSUED_NS + 1, Certainty.LIKELY),
        (0.6, ISSUED_NS, Certainty.LIKELY),
        (0.5, ISSUED_NS + 1, Certainty.POSSIBLE),
        (0.01, None, Certainty.UNLIKELY),
    ],
)
def test_certainty_follows_the_probability_in_the_words_of_the_standard(
    probability: float, entry_ns: int | None, certainty: Certainty
) -> None:
    message = replace(MESSAGE, entry_probability=probability, predicted_entry_ns=entry_ns)
    assert cap_values.certainty(message) is certainty
