"""What others call an object, in their own words, as a label of the model or as none.

    SAPIENT            classes and finer classes in words of the node's own, as in 'Air Vehicle', 'UAV Rotary
                       Wing' (BSI Flex 335 v2, DetectionReport.classification)
    Cursor on Target   the event's type, whose function codes are those of MIL-STD-2525B, appendix A: after
                       the dimension A come M or C, military or civil, then F, H or L, fixed wing, rotary wing
                       or lighter than air, then Q for what flies without a crew
    sightings          `what` of the message, and how sure the person is of it

What no word is known for gives no label; what is of people or of the ground never comes as far as here.
"""

from __future__ import annotations

import math
import re
from typing import Final

from tocsin.formats.nodes import Sighting
from tocsin.formats.sapient import ClassLabel, likeliest
from tocsin.model.labels import NO_LABEL, LabelWord, label_code

_UNCREWED = r"\b(drones?|uavs?|uass?|rpas|suas|unmanned|uncrewed)\b"
_ROTARY = r"\b(multi[ _-]?(rotors?|copters?)|(quad|hexa|octo)[ _-]?(rotors?|copters?)|rotary|rotors?)\b"
_CREWED = r"\b(manned|crewed|helicopters?|aeroplanes?|airplanes?|airliners?|gliders?|light[ _-]aircraft)\b"
# In the order in which they are asked for: the first whose every word is there.
_WORDS: Final = tuple(
    (label, tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns))
    for label, *patterns in (
        ("bird", r"\b(birds?|flocks?|bats?|gulls?|geese|goose)\b"),
        ("balloon", r"\b(balloons?|airships?|aerostats?|lighter[ _-]than[ _-]air)\b"),
        ("fixed_wing_drone", _UNCREWED, r"\bfixed[ _-]?wings?\b"),
        ("multirotor", _UNCREWED, _ROTARY),
        ("multirotor", _ROTARY.replace(r"|rotary|rotors?", "")),
        ("drone", _UNCREWED),
        ("light_aircraft", _CREWED),
        ("fixed_wing", r"\bfixed[ _-]?wings?\b"),
    )
)
_COT = re.compile(r"a-[^-]+-A-[MC]-([FHL])(-Q)?(?:-.*)?", re.DOTALL)
_COT_LABELS = {
    ("F", "-Q"): "fixed_wing_drone",
    ("H", "-Q"): "multirotor",
    ("F", None): "light_aircraft",
    ("H", None): "light_aircraft",
    ("L", None): "balloon",
}
_SIGHTING_LABELS = {"drone": "drone", "fixed_wing": "fixed_wing"}
_SURENESS = {"certain": 0.9, "likely": 0.6}  # (assumed)

Label = tuple[int, float]
"""Code of a label, `NO_LABEL` for none, and the confidence that its sensor told; NaN where it told none."""
NOTHING: Label = (NO_LABEL, math.nan)


def label_of_classes(classes: tuple[ClassLabel, ...]) -> Label:
    """The finest class of the likeliest branch that there is a label for, as sure as its least sure level."""
    found, words, confidence = NOTHING, "", math.inf
    best = likeliest(classes)
    while best is not None:
        words = f"{words} {best.name}"
        confidence = min(confidence, math.inf if best.confidence is None else best.confidence)
        code = _code_of_name(best.name, words)
        if code not in (NO_LABEL, found[0]):
            found = code, confidence if math.isfinite(confidence) else math.nan
        best = likeliest(best.finer)
    return found


def label_of_cot(kind: str) -> Label:
    """Of the type of an event."""
    matched = _COT.fullmatch(kind)
    if matched is None:
        return NOTHING
    return label_code(_COT_LABELS.get((matched[1], matched[2]), "")), math.nan


def label_of_sighting(sighting: Sighting) -> Label:
    """Of what a person says."""
    label = _SIGHTING_LABELS.get(sighting.what, "")
    return (label_code(label), _SURENESS[sighting.sure]) if label else NOTHING


def label_of_word(word: LabelWord | None, confidence: float | None) -> Label:
    """Of a word of the model's own list, as nodes say it."""
    if word is None:
        return NOTHING
    return label_code(word), math.nan if confidence is None else confidence


def _code_of_name(name: str, words: str) -> int:
    """Of a class by its name, where that is a label, or by its words and those of the classes above it."""
    own = label_code(name)
    if own >= 0:
        return own
    for label, patterns in _WORDS:
        if all(pattern.search(words) for pattern in patterns):
            return label_code(label)
    return NO_LABEL
