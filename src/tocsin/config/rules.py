"""Rules: what raises, updates, lowers and ends each level of an alert.

The semantics are those of `tocsin.alerting`; this file says them once, in words, for site files and docs.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

WARNING_MIN_KINDS = 2
WARNING_CLASS_PROBABILITY = 0.9
BLOCKING_PROBABILITY = 0.5
SELF_REPORTS = frozenset({"remote_id", "adsb"})
"""Kinds of sensor that pass on what an object says of itself, which can be forged."""


class Rule(BaseModel):
    """One level. An object and a zone get the highest level of which a rule is satisfied.

    Raised when every `min_` has held for `min_age_s`. Kept while the entry probability stays at or above
    `keep_probability` and the class is none of `not_classes`. A level is held until the all-clear: that comes
    when sightings over `end_after_s` all say that no rule of the zone holds any more, or, where the object
    was lost, `lapse_after_s` after its latest predicted entry (95 % point). It is lowered before only where a
    quieter rule still holds and sightings over `lower_after_s` all say that its own doesn't.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=True)

    level: Literal["watch", "advisory", "warning"]
    """Which level this rule is about."""
    name: str = Field("", max_length=80, pattern=r"^[^\x00-\x1f]*$")
    """What messages call this rule; empty: the word of its level."""
    zones: tuple[str, ...] = ()
    """Names of the zones it is for; empty: all."""
    min_entry_probability: float = Field(0.5, ge=0, le=1)
    """Entry within the horizon must be at least this probable."""
    keep_probability: float = Field(0.25, ge=0, le=1)
    """Kept while it is at least this probable, or min_entry_probability where that is lower."""
    within_s: float = Field(900.0, gt=0, le=7200)
    """Entry must be predicted (median) within this time [s]."""
    min_existence: float = Field(0.5, ge=0, le=1)
    """The track must exist with at least this probability."""
    min_kinds: int = Field(1, ge=0, le=8)
    """Independent kinds of sensor whose evidence stands behind the track; a warning needs 2 or more ..."""
    or_class_probability: float | None = Field(None, ge=0, le=1)
    """... or one of threat_classes more probable than this, and not told by the object alone; absent: only
    kinds count. A warning needs 0.9 or more."""
    threat_classes: tuple[str, ...] = (
        "delta_wing_drone",
        "small_piston_fixed_wing",
        "small_electric_fixed_wing",
        "multirotor",
    )
    """Classes that or_class_probability is about."""
    not_classes: tuple[str, ...] = ()
    """Classes that neither raise nor keep this level while one is the most probable, with 0.5 or more."""
    min_age_s: float = Field(0.0, ge=0, le=3600)
    """The conditions must have held this long without a break [s]."""
    lower_after_s: float = Field(600.0, ge=0, le=86_400)
    """Lowered after sightings below keep_probability over this time, if a quieter rule still holds [s]."""
    end_after_s: float = Field(60.0, ge=0, le=86_400)
    """All-clear after sightings over this time say that no rule of the zone holds any more [s]."""
    lapse_after_s: float = Field(180.0, ge=0, le=86_400)
    """Lost: all-clear this long after its latest predicted entry [s]."""
    lost_after_s: float = Field(60.0, gt=0, le=86_400)
    """Not seen for so long counts as lost, and is said [s]."""
    update_after_s: float = Field(60.0, gt=0, le=86_400)
    """At the earliest this long after the last message, news of the same level are sent [s]."""
    update_entry_change_s: float = Field(60.0, gt=0, le=86_400)
    """A predicted entry that moves by more than this is news [s]."""
    update_probability_change: float = Field(0.25, gt=0, le=1)
    """An entry probability that changes by more than this is news."""
    expires_after_s: float = Field(900.0, gt=0, le=86_400)
    """A message is void after this time; after two thirds of it, a later one renews it [s]."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if "keep_probability" in self.model_fields_set and self.keep_probability > self.min_entry_probability:
            raise ValueError("keep_probability must not be above min_entry_probability: the level would flap")
        if self.level != "warning":
            return self
        if self.min_kinds < WARNING_MIN_KINDS:
            raise ValueError(f"a warning needs min_kinds of {WARNING_MIN_KINDS} or more; one is an advisory")
        class_probability = self.or_class_probability
        if class_probability is not None and class_probability < WARNING_CLASS_PROBABILITY:
            raise ValueError(f"a warning needs or_class_probability of {WARNING_CLASS_PROBABILITY} or more")
        return self

    @property
    def label(self) -> str:
        """What messages call this rule."""
        return self.name or self.level


@cache
def default_rules() -> tuple[Rule, ...]:
    """The rules of the package's own rule file, used where a site file has none."""
    text = resources.files("tocsin.config").joinpath("default_rules.toml").read_text(encoding="utf-8")
    return tuple(Rule.model_validate(rule) for rule in tomllib.loads(text)["rules"])
