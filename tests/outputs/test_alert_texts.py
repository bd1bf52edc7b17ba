from __future__ import annotations

from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
from tests.outputs.messages import CANCEL, MESSAGE

from tocsin.config.rules import Rule
from tocsin.errors import InvalidFile, UnusableFile
from tocsin.model.alerts import AlertMessage
from tocsin.outputs.alert_texts import Texts, languages_for, load_languages, without_texts

LANGUAGES = load_languages()
ENGLISH = (resources.files("tocsin.outputs") / "texts" / "en.toml").read_text(encoding="utf-8")


def test_english_german_and_korean_come_with_tocsin() -> None:
    assert set(LANGUAGES) == {"de", "en", "ko"}


@pytest.mark.parametrize("texts", LANGUAGES.values(), ids=LANGUAGES)
def test_every_language_names_every_class(texts: Texts) -> None:
    assert set(texts.objects) == set(LANGUAGES["en"].objects)
    assert set(Rule.model_fields["threat_classes"].default) <= set(texts.objects)


@pytest.mark.parametrize("texts", LANGUAGES.values(), ids=LANGUAGES)
def test_what_is_spoken_is_one_short_sentence_that_names_the_place(texts: Texts) -> None:
    for message in (MESSAGE, CANCEL):
        said = texts.spoken(message, "Actual")
        assert "Kaldvik" in said
        assert len(said) < 120
        assert texts.spoken(message, "Exercise").endswith(said) and texts.spoken(message, "Exercise") != said


@pytest.mark.parametrize("texts", LANGUAGES.values(), ids=LANGUAGES)
@pytest.mark.parametrize("message", [MESSAGE, CANCEL], ids=["warning", "all-clear"])
def test_a_test_sends_nobody_inside(texts: Texts, message: AlertMessage) -> None:
    test = replace(message, is_test=True)
    instruction, said = texts.instruction_of(test), texts.spoken(test, "Test")
    assert instruction == f"{texts.note.Test} {texts.test.nothing_to_do}"
    assert said.startswith(texts.speech_prefix.Test) and said.endswith(texts.test.spoken)
    assert "Kaldvik" in said and texts.instruction_of(message) not in instruction + said


def test_a_variant_of_a_language_is_served_by_the_language_under_its_own_tag() -> None:
    assert [tag for tag, _ in languages_for(("de-AT", "de", "EN-gb"), LANGUAGES)] == ["de-AT", "EN-gb"]
    assert [tag for tag, _ in languages_for((), LANGUAGES)] == ["en"]
    assert without_texts(("de-AT", "fi", "en"), LANGUAGES) == ["fi"]


def test_a_folder_adds_languages_and_replaces_those_that_come_with_tocsin(tmp_path: Path) -> None:
    (tmp_path / "fi.toml").write_text(ENGLISH, encoding="utf-8")
    (tmp_path / "en.toml").write_text(ENGLISH.replace('"Drone warning"', '"Drone alarm"'), encoding="utf-8")
    languages = load_languages(str(tmp_path))
    assert set(languages) == {"de", "en", "fi", "ko"}
    assert languages["en"].event.warning == "Drone alarm"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('lapsed = "Drone', '# "', "lapsed: is missing. Give it"),
        ('watch = "Drone watch"', "", "event.watch: is missing"),
        ("{event} for {zone}", "{event} for {town}", "headline: should have the places {event}, {zone}"),
        ("part of {zone}", "part of {zone", "part: has braces that do not match"),
        ('part = "', 'parts = "', "parts: extra inputs are not permitted"),
        ("Drone watch for {zone}", "Drone watch", "speech.watch: should have the places {zone}"),
        ('spoken = "This was', 'said = "', "test.spoken: is missing"),
        ("some_object =", "some_object", "is no TOML"),
    ],
)
def test_a_text_that_lacks_something_is_refused_by_file_and_key(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    assert before in ENGLISH
    (tmp_path / "fi.toml").write_text(ENGLISH.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(InvalidFile) as error:
        load_languages(str(tmp_path))
    assert told in str(error.value)
    assert "fi.toml" in str(error.value)


def test_a_folder_without_texts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="holds no texts"):
        load_languages(str(tmp_path))
