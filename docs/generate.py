"""Writes the reference tables of the documentation from the declarations that the code itself uses.

    python docs/generate.py            renews the tables in the pages
    python docs/generate.py --check    exit code 1 if a page is not what would be written

A table stands between `<!-- generated: NAME -->` and `<!-- end -->`; all around it is written by hand. A test
holds that the committed pages are up to date.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from tocsin.config.console import ConsoleSection
from tocsin.config.escalation import Chain, Unit
from tocsin.config.grouping import Grouping
from tocsin.config.kinds import DEFAULTS, KindDefaults
from tocsin.config.known_flights import KnownFlight
from tocsin.config.outputs import Output
from tocsin.config.receivers import Receiver
from tocsin.config.recording import Kept
from tocsin.config.rules import Rule, default_rules
from tocsin.config.signing import Signing
from tocsin.config.site import Place, Prior, Sensor, Service, ZoneSection
from tocsin.config.winds import WindSection
from tocsin.formats.nodes import NODE_FORMS
from tocsin.formats.track_message import TrackMessage
from tocsin.model.schema import Column, Schema
from tocsin.model.tables import TABLES
from tocsin.simulation.flyers import ClassSection, ObjectSection
from tocsin.simulation.library import load_scenario, scenario_names
from tocsin.simulation.perception import NoiseSection, PerceptionSection
from tocsin.simulation.scenario_file import Header, Wind

DOCS = Path(__file__).resolve().parent
MARKED = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)

# Forms that a JSON Schema says in too many words.
FORMS = {
    "detection_probability": "0 to 1, or `[[range, probability], ...]`",
    "polygon": "three or more `[latitude, longitude]`",
    "waypoints": "one or more `[latitude, longitude]`",
    "path": "two or more `[latitude, longitude]`",
    "outages": "list of `[from, to]`",
    "start_utc": "date and time with offset, as `2031-04-02T20:00:00Z`",
    "languages": "list of codes",
    "from_utc": "date and time with offset, as `2031-04-02T20:00:00Z`",
    "until_utc": "date and time with offset, as `2031-04-02T20:00:00Z`",
    "identity": "text, as `icao:3c6444` or `rid:` and 16 hexadecimal digits",
    "editions": 'table, as `{ 48 = "1.31" }`',
    "v": "`1`",
    "label_confusion": "table, as `{ drone = { multirotor = 0.9, bird = 0.2 } }`",
    "time": "text as `2031-04-02T20:00:00.25Z`, or number",
}
PROVES = "It is to prove that "
PAIRS = {"speed_mps", "altitude_m", "start_s", "stay_s"}
Definitions = Mapping[str, Any]


def renewed(page: str) -> str:
    """The page with every generated table as it should be; an unknown name is a KeyError."""
    return MARKED.sub(lambda found: f"{found[1]}\n{TEXTS[found[2]]()}\n{found[3]}", page)


def pages() -> list[Path]:
    """The pages that hold generated tables."""
    return [path for path in sorted(DOCS.glob("*.md")) if MARKED.search(path.read_text(encoding="utf-8"))]


def main(arguments: list[str]) -> int:
    """Renews the pages, or says which are out of date."""
    stale = [path for path in pages() if renewed(text := path.read_text(encoding="utf-8")) != text]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.name} is out of date: run python docs/generate.py", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8")
        print(f"{path.name} renewed")
    return 0


# ---- settings ----


def settings(model: type[BaseModel], by_kind: bool = False) -> str:
    """A table of all keys of one section."""
    schema = model.model_json_schema()
    required = schema.get("required", [])
    rows = [
        (f"`{name}`", _form(name, declared, schema.get("$defs", {})),
         _default(declared, name in required, by_kind), declared.get("description", ""))
        for name, declared in schema["properties"].items()
    ]  # fmt: skip
    return _table(("key", "form and range", "default", "meaning"), rows)


def _form(name: str, declared: Mapping[str, Any], definitions: Definitions) -> str:
    if name in FORMS and not (name == "time" and declared.get("type") == "string"):
        return FORMS[name]
    schema = next(_alternatives(declared, definitions))
    kind = schema.get("type")
    if "enum" in schema:
        return ", ".join(f"`{choice}`" for choice in schema["enum"])
    if kind == "array" and (name in PAIRS or "prefixItems" in schema):
        inner = schema.get("prefixItems", [schema.get("items", {})])[0]
        return f"`[lowest, highest]`, each {_range(next(_alternatives(inner, definitions)))}"
    if kind == "array":
        inner = next(_alternatives(schema.get("items", {}), definitions))
        choices = ", ".join(f"`{choice}`" for choice in inner.get("enum", []))
        return f"list of {choices or 'texts'}"
    if kind == "boolean":
        return "`true` or `false`"
    if kind == "string":
        longest = f", up to {schema['maxLength']} characters" if "maxLength" in schema else ""
        return f"text{longest}"
    whole = "whole number, " if kind == "integer" else ""
    return f"{whole}{_range(schema)}"


def _alternatives(declared: Mapping[str, Any], definitions: Definitions) -> Iterator[Mapping[str, Any]]:
    """What a value may be, without null, references followed."""
    for schema in declared.get("anyOf", [declared]):
        found = definitions[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        if found.get("type") != "null":
            yield found


def _range(schema: Mapping[str, Any]) -> str:
    low, above, high = schema.get("minimum"), schema.get("exclusiveMinimum"), schema.get("maximum")
    upper = "" if high is None else f"{high:,.10g}"
    if above is not None:
        return f"above {above:g}, up to {upper}" if upper else f"above {above:g}"
    if low is not None:
        return f"{low:,.10g} to {upper}" if upper else f"{low:,.10g} or more"
    return f"up to {upper}" if upper else "number"


def _default(declared: Mapping[str, Any], is_required: bool, by_kind: bool) -> str:
    if is_required:
        return "**needed**"
    value = declared.get("default")
    if isinstance(value, list | tuple):
        return f"`[{', '.join(_value(element) for element in value)}]`"
    if value is None:
        return (
            "by kind"
            if by_kind and declared.get("title", "").replace(" ", "_").lower() in _KIND_KEYS
            else "-"
        )
    return f"`{_value(value)}`"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else f"{value:.10g}"


# ---- what is usual of a sensor ----

_KIND_KEYS = [field.name for field in fields(KindDefaults)]


def kind_defaults() -> str:
    """What holds for a sensor of each kind where the site file says nothing."""
    rows = [
        (f"`{name}`", *(_or_none(getattr(defaults, name)) for defaults in DEFAULTS.values()))
        for name in _KIND_KEYS
    ]
    return _table(("key", *(f"`{kind.value}`" for kind in DEFAULTS)), rows)


def _or_none(value: float | None) -> str:
    return "-" if value is None else f"{value:.10g}"


def rules_in_force() -> str:
    """The rules that come with tocsin, side by side."""
    rules = default_rules()
    names = [name for name in Rule.model_fields if name not in ("level", "name", "zones", "threat_classes")]
    rows = [(f"`{name}`", *(_setting(getattr(rule, name)) for rule in rules)) for name in names]
    return _table(("key", *(f"`{rule.level}`" for rule in rules)), rows)


def _setting(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(f"`{element}`" for element in value) or "-"
    return _or_none(value)


# ---- tables and files ----


def example(name: str) -> str:
    """An example file as it stands."""
    return f"```toml\n{(DOCS / 'examples' / name).read_text(encoding='utf-8')}```\n"


def columns(schema: Schema) -> str:
    """A table of all columns of a file of the contract."""
    rows = [
        (f"`{column.name}`", column.kind, column.unit or "-", _limits(column),
         "**yes**" if column.required else "no", column.help)
        for column in schema.columns
    ]  # fmt: skip
    return f"{schema.help}\n\n{_table(('column', 'type', 'unit', 'range', 'always there', 'meaning'), rows)}"


def _limits(column: Column) -> str:
    low, high = column.minimum, column.maximum
    if low is None and high is None:
        return "-"
    return f"{low:,.10g} to {high:,.10g}" if low is not None and high is not None else f"{low:,.10g} or more"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(_cell(cell) for cell in line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def families() -> str:
    """The scenarios that come with tocsin, and what each is to prove, as its file says."""
    rows = []
    for name in scenario_names():
        header = load_scenario(name).header
        proves = header.description.partition(PROVES)[2]
        rows.append((f"`{name}`", header.family, f"{header.title}.", f"That {proves}"))
    return _table(("name", "family", "what happens", "what it is to prove"), rows)


TEXTS: dict[str, Callable[[], str]] = {
    "site": partial(settings, Place),
    "prior": partial(settings, Prior),
    "winds": partial(settings, WindSection),
    "service": partial(settings, Service),
    "console": partial(settings, ConsoleSection),
    "recording": partial(settings, Kept),
    "sensors": partial(settings, Sensor, by_kind=True),
    "kinds": kind_defaults,
    "zones": partial(settings, ZoneSection),
    "outputs": partial(settings, Output),
    "receivers": partial(settings, Receiver),
    "signing": partial(settings, Signing),
    "units": partial(settings, Unit),
    "chains": partial(settings, Chain),
    "known_flights": partial(settings, KnownFlight),
    "rules": partial(settings, Rule),
    "grouping": partial(settings, Grouping),
    "default-rules": rules_in_force,
    "scenario": partial(settings, Header),
    "wind": partial(settings, Wind),
    "classes": partial(settings, ClassSection),
    "objects": partial(settings, ObjectSection),
    "perception": partial(settings, PerceptionSection),
    "noise": partial(settings, NoiseSection),
    "families": families,
    "ferry-village": partial(example, "ferry-village.toml"),
    **{name: partial(columns, schema) for name, schema in TABLES.items()},
    **{name: partial(settings, message) for name, message in NODE_FORMS.items()},
    "track_message": partial(settings, TrackMessage),
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
