from __future__ import annotations

import string

import pytest

from tocsin.config.rules import Rule
from tocsin.model.alerts import Level
from tocsin.outputs.cap_texts import TEXTS, Texts, languages_for

PLACES = {
    "headline": {"event", "zone"},
    "predicted": {"object", "zone", "probability", "time"},
    "predicted_without_time": {"object", "zone", "probability"},
    "over": {"object", "zone"},
    "why": {"reason"},
}


@pytest.mark.parametrize("texts", TEXTS.values(), ids=TEXTS)
def test_every_language_says_everything(texts: Texts) -> None:
    for name, places in PLACES.items():
        found = {place for _, place, _, _ in string.Formatter().parse(getattr(texts, name)) if place}
        assert found == places, name
    assert set(texts.event) == set(texts.instruction) == set(Level)
    assert set(texts.prefix) == set(texts.note) == {"Exercise", "Draft", "Test"}
    assert set(texts.objects) == set(TEXTS["en"].objects)
    assert set(Rule.model_fields["threat_classes"].default) <= set(texts.objects)


def test_a_variant_of_a_language_is_served_by_the_language_under_its_own_tag() -> None:
    assert [tag for tag, _ in languages_for(("de-AT", "de", "EN-gb"))] == ["de-AT", "EN-gb"]
    assert [tag for tag, _ in languages_for(())] == ["en"]
