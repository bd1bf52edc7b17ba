"""What of a run that goes on for months is kept."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from tocsin.config.section import Section


class Kept(Section):
    """What `tocsin run` keeps of what flowed."""

    part_hours: float | None = Field(None, gt=0, le=168)
    """Length of a part, a whole recording in a directory named for when it began. Absent: one part."""
    keep_days: float | None = Field(None, gt=0, le=36_525)
    """Parts that began earlier are removed. Absent: never."""
    keep_gigabytes: float | None = Field(None, gt=0, le=1e6)
    """The oldest parts are removed while all of them together are larger. Absent: never."""

    @model_validator(mode="after")
    def _only_parts_are_removed(self) -> Self:
        if self.part_hours is None and (self.keep_days or self.keep_gigabytes):
            raise ValueError("what is to be removed has to be in parts: give part_hours, too")
        return self
