"""How often a sensor gives a label to an object of a class, as its site file tells:

label_confusion = { drone = { multirotor = 0.9, bird = 0.2 }, bird = { bird = 0.7, multirotor = 0.05 } }
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator

from tocsin.config.section import Probability
from tocsin.model.labels import ClassWord, LabelWord

_TABLE = "should be a table of labels and classes, as in { drone = { multirotor = 0.9, bird = 0.2 } }"


def _entries(value: Any) -> Any:
    """A table, as people write it, or its entries, as they are kept."""
    if not isinstance(value, Mapping):
        return value
    return tuple(_listed(value))


def _listed(table: Mapping[Any, Any]) -> Iterator[tuple[Any, Any, Any]]:
    for label, shares in table.items():
        if not isinstance(shares, Mapping):
            raise ValueError(_TABLE)
        for name, share in shares.items():
            yield label, name, share


def _sound(entries: tuple[tuple[str, str, float], ...]) -> tuple[tuple[str, str, float], ...]:
    told: dict[str, float] = {}
    for _, name, share in entries:
        told[name] = told.get(name, 0.0) + share
    for name, total in told.items():
        if total > 1.0 + 1e-9:
            raise ValueError(f"the labels of {name} add up to {total:g}, more than 1")
    if len({(label, name) for label, name, _ in entries}) < len(entries):
        raise ValueError("gives a label and a class twice")
    return entries


Confusion: TypeAlias = Annotated[
    tuple[tuple[LabelWord, ClassWord, Probability], ...],
    BeforeValidator(_entries, json_schema_input_type=dict[LabelWord, dict[ClassWord, Probability]]),
    AfterValidator(_sound),
]
"""Label, class, and the share of the class's labels that it is."""
