"""The words of CAP messages, one table a language; another language is another entry of `TEXTS`."""

from __future__ import annotations

from dataclasses import dataclass

from tocsin.model.alerts import Level

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Texts:
    """What people read in one language; {places} are filled by the encoder."""

    event: dict[Level, str]
    all_clear: str
    lapsed: str
    """In place of the all-clear where the object was lost and not seen to leave."""
    headline: str
    """{event} and {zone}."""
    prefix: dict[str, str]
    """What stands before the headline, by CAP status other than Actual."""
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
    instruction: dict[Level, str]
    nothing_to_do: str
    note: dict[str, str]
    objects: dict[str, str]
    """Names of classes with article; another class is called `some_object`."""
    some_object: str


_ENGLISH = Texts(
    event={Level.WATCH: "Drone watch", Level.ADVISORY: "Drone advisory", Level.WARNING: "Drone warning"},
    all_clear="Drone all-clear",
    lapsed="Drone alert ended, object lost from sight",
    headline="{event} for {zone}",
    prefix={"Exercise": "EXERCISE: ", "Draft": "DRAFT: ", "Test": "TEST: "},
    predicted="{object} is expected over {zone} at about {time} UTC (probability {probability}).",
    predicted_without_time="{object} may come over {zone} (probability {probability}).",
    over="The alert for {zone} is lifted. It concerned {object}.",
    over_unseen="The alert for {zone} ends because nothing has been seen of {object} for long. "
    "It was not seen to leave.",
    why="Assessment: {reason}",
    instruction={
        Level.WATCH: "Nothing to do yet. Watch for further messages.",
        Level.ADVISORY: "Be ready to take shelter. Watch for further messages.",
        Level.WARNING: "Go inside now, away from windows, to the lowest floor. Stay until the all-clear. "
        "Do not approach fallen objects.",
    },
    nothing_to_do="The alert is lifted. Do not approach fallen objects; report them to the police.",
    note={
        "Exercise": "Exercise. Only for those who take part in it.",
        "Test": "Test. Nothing is in the air; only to try the way to you.",
        "Draft": "Draft. Not confirmed by an operator; not to be acted on.",
    },
    objects={
        "delta_wing_drone": "a delta-wing drone",
        "small_piston_fixed_wing": "a small aeroplane drone with a piston engine",
        "small_electric_fixed_wing": "a small electric aeroplane drone",
        "multirotor": "a multirotor drone",
        "balloon": "a balloon",
        "bird": "a bird",
        "light_aircraft": "a light aircraft",
    },
    some_object="an unidentified flying object",
)

_GERMAN = Texts(
    event={
        Level.WATCH: "Drohnenbeobachtung",
        Level.ADVISORY: "Drohnenhinweis",
        Level.WARNING: "Drohnenwarnung",
    },
    all_clear="Drohnen-Entwarnung",
    lapsed="Drohnenalarm beendet, Objekt aus den Augen verloren",
    headline="{event} für {zone}",
    prefix={"Exercise": "ÜBUNG: ", "Draft": "ENTWURF: ", "Test": "TEST: "},
    predicted="Über {zone} wird gegen {time} UTC {object} erwartet (Wahrscheinlichkeit {probability}).",
    predicted_without_time="Über {zone} ist {object} möglich (Wahrscheinlichkeit {probability}).",
    over="Der Alarm für {zone} ist aufgehoben. Er betraf: {object}.",
    over_unseen="Der Alarm für {zone} endet, weil lange nichts mehr gesehen wurde. Er betraf: {object}. "
    "Dass das Objekt abgeflogen ist, wurde nicht gesehen.",
    why="Lagebeurteilung (englisch): {reason}",
    instruction={
        Level.WATCH: "Noch ist nichts zu tun. Achten Sie auf weitere Meldungen.",
        Level.ADVISORY: "Halten Sie sich bereit, Schutz zu suchen. Achten Sie auf weitere Meldungen.",
        Level.WARNING: "Gehen Sie sofort in ein Gebäude, weg von Fenstern, in das unterste Stockwerk. "
        "Bleiben Sie dort bis zur Entwarnung. Nähern Sie sich keinen herabgefallenen Gegenständen.",
    },
    nothing_to_do="Der Alarm ist aufgehoben. Nähern Sie sich keinen herabgefallenen Gegenständen; "
    "melden Sie sie der Polizei.",
    note={
        "Exercise": "Übung. Nur für die, die daran teilnehmen.",
        "Test": "Test. Nichts ist in der Luft; nur um den Weg zu Ihnen zu prüfen.",
        "Draft": "Entwurf. Von niemandem bestätigt; nicht danach handeln.",
    },
    objects={
        "delta_wing_drone": "eine Deltaflügel-Drohne",
        "small_piston_fixed_wing": "eine kleine Flächendrohne mit Kolbenmotor",
        "small_electric_fixed_wing": "eine kleine elektrische Flächendrohne",
        "multirotor": "eine Multicopter-Drohne",
        "balloon": "ein Ballon",
        "bird": "ein Vogel",
        "light_aircraft": "ein Leichtflugzeug",
    },
    some_object="ein unbekanntes Flugobjekt",
)

TEXTS: dict[str, Texts] = {"en": _ENGLISH, "de": _GERMAN}


def languages_for(wanted: tuple[str, ...]) -> tuple[tuple[str, Texts], ...]:
    """The tags of the wanted languages that there are texts for, first wish first, with their texts.

    'de-AT' is served by 'de'; where none of the languages is there, English is better than silence.
    """
    served: dict[str, tuple[str, Texts]] = {}
    for tag in wanted:
        base = tag.split("-")[0].lower()
        if base in TEXTS:
            served.setdefault(base, (tag, TEXTS[base]))
    return tuple(served.values()) or ((FALLBACK, TEXTS[FALLBACK]),)
