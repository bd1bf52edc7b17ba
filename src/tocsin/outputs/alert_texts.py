"""The words of alerts by language, from files that are checked whole before anything is said.

The package's own files stand in `tocsin.outputs.texts`; `LANGUAGE.toml` in the site's `texts_folder` adds a
language, or takes the place of one.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from tocsin.errors import InvalidFile, Problem, UnusableFile
from tocsin.model.alerts import AlertMessage, MessageType

FALLBACK = "en"
_ENDING = ".toml"
_PLACES: Mapping[str, frozenset[str]] = {
    "headline": frozenset({"event", "zone"}),
    "part": frozenset({"zone"}),
    "predicted": frozenset({"object", "zone", "probability", "time"}),
    "predicted_without_time": frozenset({"object", "zone", "probability"}),
    "over": frozenset({"object", "zone"}),
    "over_unseen": frozenset({"object", "zone"}),
    "why": frozenset({"reason"}),
    "speech": frozenset({"zone"}),
}


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class ByLevel(_Words):
    """One text for each level."""

    watch: str
    advisory: str
    warning: str


class Spoken(ByLevel):
    """One text for each level, and for the two endings."""

    all_clear: str
    lapsed: str


class ByStatus(_Words):
    """One text for each CAP status but Actual."""

    Exercise: str
    Draft: str
    Test: str


class OfTests(_Words):
    """What is said of a test alert only."""

    nothing_to_do: str
    """With what the description and the instruction of a test end."""
    spoken: str
    """With what a loudspeaker ends."""


class Texts(_Words):
    """What people read and hear in one language; {places} are filled by the encoders."""

    event: ByLevel
    all_clear: str
    lapsed: str
    """In place of the all-clear where the object was lost and not seen to leave."""
    headline: str
    """{event} and {zone}."""
    part: str
    """{zone}: what an area is called that is not the whole of it."""
    prefix: ByStatus
    """What stands before the headline."""
    predicted: str
    """{object}, {zone}, {probability} and {time}."""
    predicted_without_time: str
    """{object}, {zone} and {probability}."""
    over: str
    """{object} and {zone}."""
    over_unseen: str
    """{object} and {zone}."""
    why: str
    """{reason}, which is in English, for those on duty."""
    instruction: ByLevel
    nothing_to_do: str
    note: ByStatus
    speech: Spoken
    """One short sentence with {zone} that a loudspeaker says."""
    speech_prefix: ByStatus
    """What it says before."""
    test: OfTests
    objects: dict[str, str]
    """Names of classes as they stand in a sentence; another class is called `some_object`."""
    some_object: str

    def event_of(self, message: AlertMessage) -> str:
        """What a message is about, in two or three words."""
        if message.message_type is MessageType.CANCEL:
            return self.lapsed if message.lapsed else self.all_clear
        return str(getattr(self.event, message.level.word))

    def instruction_of(self, message: AlertMessage) -> str:
        """What people should do; of a test nothing, and nothing else is said."""
        if message.is_test:
            return f"{self.note.Test} {self.test.nothing_to_do}"
        if message.message_type is MessageType.CANCEL:
            return self.nothing_to_do
        return str(getattr(self.instruction, message.level.word))

    def spoken(self, message: AlertMessage, status: str) -> str:
        """What a loudspeaker says, under a CAP status; a test sends nobody inside."""
        if message.is_test:
            headline = self.headline.format(event=self.event_of(message), zone=message.zone)
            return f"{self.speech_prefix.Test} {headline}. {self.test.spoken}"
        key = message.level.word
        if message.message_type is MessageType.CANCEL:
            key = "lapsed" if message.lapsed else "all_clear"
        said = str(getattr(self.speech, key)).format(zone=message.zone)
        before = getattr(self.speech_prefix, status, "")
        return f"{before} {said}" if before else said


Languages = Mapping[str, Texts]
"""Texts by the language's code, as 'de'."""


def load_languages(folder: str = "") -> Languages:
    """The package's languages and those of a folder.

    Raises UnusableFile where the folder can't be read, InvalidFile for a text that lacks something.
    """
    own = resources.files("tocsin.outputs") / "texts"
    found = {_code(file.name): _load(file) for file in own.iterdir() if file.name.endswith(_ENDING)}
    if folder:
        try:
            files = sorted(Path(folder).expanduser().glob(f"*{_ENDING}"))
            found |= {_code(file.name): _load(file) for file in files}
        except OSError as error:
            raise UnusableFile(folder, f"cannot be read ({error.strerror})") from None
        if not files:
            raise UnusableFile(folder, f"holds no texts; give a folder with files as fi{_ENDING}")
    return dict(sorted(found.items()))


def languages_for(wanted: Sequence[str], languages: Languages) -> tuple[tuple[str, Texts], ...]:
    """The tags of the wanted languages that there are texts for, first wish first, with their texts.

    'de-AT' is served by 'de'; where none of the languages is there, English is better than silence.
    """
    served: dict[str, tuple[str, Texts]] = {}
    for tag in wanted:
        if (base := _base(tag)) in languages:
            served.setdefault(base, (tag, languages[base]))
    return tuple(served.values()) or ((FALLBACK, languages[FALLBACK]),)


def without_texts(wanted: Sequence[str], languages: Languages) -> list[str]:
    """The wanted languages that there are no texts for."""
    return sorted({tag for tag in wanted if _base(tag) not in languages})


def _base(tag: str) -> str:
    return tag.split("-")[0].lower()


def _code(name: str) -> str:
    return name.removesuffix(_ENDING).lower()


def _load(file: Traversable) -> Texts:
    path = Path(str(file))
    try:
        texts = Texts.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise InvalidFile(path, [_problem(found) for found in error.errors()]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidFile(path, [Problem("texts", f"is no TOML ({error})")]) from None
    if problems := list(_wrong_places(texts)):
        raise InvalidFile(path, problems)
    return texts


def _problem(found: Any) -> Problem:
    key = ".".join(map(str, found["loc"]))
    if found["type"] == "missing":
        return Problem(key, "is missing", "Give it, as the package's en.toml does.")
    return Problem(key, found["msg"][0].lower() + found["msg"][1:])


def _wrong_places(texts: Texts) -> Iterator[Problem]:
    """Places in braces that would not be filled, or that a text lacks."""
    for key, wanted in _PLACES.items():
        value = getattr(texts, key)
        named = value.model_dump() if isinstance(value, BaseModel) else {"": value}
        for part, text in named.items():
            try:
                places = {place for _, place, _, _ in string.Formatter().parse(text) if place is not None}
            except ValueError as error:
                yield Problem(f"{key}.{part}".rstrip("."), f"has braces that do not match ({error})")
                continue
            if places != wanted:
                names = ", ".join(f"{{{place}}}" for place in sorted(wanted))
                yield Problem(f"{key}.{part}".rstrip("."), f"should have the places {names}")
