"""Labels: the words in which sensors say what they take an object for.

The list is closed: what a sensor says in other words is not kept, above all nothing that is said of people.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

NO_LABEL, UNKNOWN_LABEL = -1, -2
"""No label was given; one was given that is none of these."""

ClassWord = Literal[
    "delta_wing_drone",
    "small_piston_fixed_wing",
    "small_electric_fixed_wing",
    "multirotor",
    "balloon",
    "bird",
    "light_aircraft",
]
"""The classes of objects, as the assessment knows them; what is none of them is 'unknown'."""
BroadWord = Literal["drone", "fixed_wing_drone", "fixed_wing"]
"""Words for several classes: any drone; one with wings; the same, or crewed."""
LabelWord = ClassWord | BroadWord
CLASS_WORDS = (*get_args(ClassWord), "unknown")
"""In the order of every class column."""
LABELS: tuple[LabelWord, ...] = (*get_args(ClassWord), *get_args(BroadWord))
"""In the order of their codes."""

_CODES: dict[str, int] = {word: code for code, word in enumerate(LABELS)}
Labels = npt.NDArray[np.int8]


def label_code(word: str) -> int:
    """The code of a label in columns; NO_LABEL for '' and for 'unknown', which says nothing."""
    if word in ("", "unknown"):
        return NO_LABEL
    return _CODES.get(word, UNKNOWN_LABEL)


def label_word(code: int) -> str:
    """The label of a code, '' for none."""
    return LABELS[code] if code >= 0 else ""
