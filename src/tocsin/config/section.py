"""What every section of a site file keeps to, and the values that several of them have."""

from __future__ import annotations

from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Altitude = Annotated[float, Field(ge=-1000, le=100_000)]
Probability = Annotated[float, Field(ge=0, le=1)]
LanguageTag = Annotated[str, Field(pattern=r"^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$")]
Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f]+$")]


def _numbers_in(annotation: Any) -> set[type]:
    """Which of float and int a field takes, alone, in a union or in an array; empty where it takes none."""
    if isinstance(annotation, type):
        return {annotation} & {float, int}
    return set().union(*(_numbers_in(inner) for inner in get_args(annotation)))


class Section(BaseModel):
    """A table of the file: unknown keys are refused, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=True)

    @field_validator("*", mode="before")
    @classmethod
    def _no_guessing(cls, value: Any, info: ValidationInfo) -> Any:
        """A number in quotes, or true, is a slip of the pen and not a number."""
        takes_numbers = _numbers_in(cls.model_fields[info.field_name or ""].annotation)
        if takes_numbers and isinstance(value, bool | str):
            raise ValueError("should be a number, without quotes")
        return value
