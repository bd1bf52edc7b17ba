"""Writes a site as TOML that reads back to the same site, and the template that explains every key."""

from __future__ import annotations

import difflib
import json
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from tocsin.config.kinds import DEFAULTS, SensorKind
from tocsin.config.rules import Rule
from tocsin.config.site import Sensor, Site
from tocsin.errors import InvalidInput

_LINE_WIDTH = 110
_PREAMBLE = (
    "A site file of tocsin: where it is, what flies there, which sensors look, which zones are warned.",
    "A line '#key = value' shows what holds where the key is not given; take the '#' away to change it.",
    "`tocsin config check FILE` says what is wrong, `tocsin config show FILE` all that then holds.",
)
_EXAMPLES: dict[str, dict[str, Any]] = {
    "site": {"name": "My site", "latitude_deg": -47.0, "longitude_deg": -127.0},
    "prior": {},
    "winds": {"speed_mps": 8.0, "from_deg": 250.0},
    "service": {},
    "console": {},
    "recording": {},
    "signing": {},
    "sensors": {"name": "Radar 1", "kind": "radar", "latitude_deg": -46.95, "longitude_deg": -127.0},
    "zones": {"name": "Town", "polygon": ((-47.02, -127.03), (-46.98, -127.03), (-46.98, -126.97))},
    "rules": {"level": "warning", "min_kinds": 2},
    "grouping": {},
    "outputs": {"name": "Map", "to": "file:sky.geojson"},
    "receivers": {"name": "Sirens", "to": "file:alerts"},
    "units": {"name": "duty"},
    "chains": {"units": ("duty",)},
    "known_flights": {"name": "Survey", "identity": "icao:3c6444"},
}
"""What the template says for keys without default; the place is in the open South Pacific."""
_PLACED = frozenset(
    {
        SensorKind.RADAR,
        SensorKind.MICROPHONE,
        SensorKind.DIRECTION_FINDER,
        SensorKind.CAMERA,
        SensorKind.SIGHTING,
    }
)
"""Kinds whose measurements place nothing where nobody knows where the sensor stands."""
_PLACE_WANTED = (
    "# Where it stands; without that, nothing of it is placed:\n",
    "#latitude_deg =\n",
    "#longitude_deg =\n",
)
_REMARKS = {
    "rules": "Without any [[rules]] those that come with tocsin hold; `tocsin config show FILE` prints them.",
    "winds": "Without any [[winds]] any wind may blow.",
    "outputs": "Without any [[outputs]] tracks go nowhere but into the recording.",
    "receivers": "Without any [[receivers]] nobody is told of alerts; they are recorded.",
    "units": "Without any [[units]] there is one, duty.",
    "chains": "Without any [[chains]] the only unit owns every alert.",
    "known_flights": "Without any [[known_flights]] none is known.",
}


def to_toml(site: Site) -> str:
    """The whole site, defaults included, as TOML; `parse(to_toml(site))` is equal to `site`.

    A setting that is None is left out, for so it is read. Numbers keep every bit.
    """
    lines: list[str] = []
    sections: list[str] = []
    for name, value in site:
        if isinstance(value, BaseModel):
            sections.append(section_toml(f"[{name}]", value))
        elif value:
            sections += [section_toml(f"[[{name}]]", element) for element in value]
        else:
            lines.append(f"{name} = []\n")  # an absent list could mean a default that is not empty
    return "\n".join(["".join(lines), *sections] if lines else sections)


def sensor_blocks(sensors: Sequence[Mapping[str, Any]]) -> str:
    """`[[sensors]]` of these keys and no others, to be pasted into a site file.

    Raises pydantic's ValidationError where they are none that a site file could have, all together.
    """
    Site.model_validate({"site": _EXAMPLES["site"], "sensors": sensors})
    blocks = []
    for sensor in sensors:
        keys = [f"{name} = {_value(value)}\n" for name, value in sensor.items()]
        needs_place = sensor["kind"] in _PLACED and "latitude_deg" not in sensor
        blocks.append("".join(["[[sensors]]\n", *keys, *(_PLACE_WANTED if needs_place else ())]))
    return "\n".join(blocks)


def template() -> str:
    """A valid site file to start from: every key with its help, unit, range and default."""
    schema = Site.model_json_schema()
    parts = ["".join(f"# {line}\n" for line in _PREAMBLE)]
    for name, declared in schema["properties"].items():
        is_list = declared.get("type") == "array"
        reference = (declared["items"] if is_list else declared)["$ref"]
        model = schema["$defs"][reference.rpartition("/")[2]]
        header = f"[[{name}]]" if is_list else f"[{name}]"
        parts.append("".join(_explained(name, header, model, schema["$defs"])))
    return "\n".join(parts)


@dataclass(frozen=True, slots=True)
class Explained:
    """One key of a site file, for people; `default` is None where none is needed or none is set."""

    section: str
    key: str
    meaning: str
    default: Any
    is_needed: bool


def explain(words: str) -> list[Explained]:
    """What a key means: `sensors.input`, or `input` in whatever section it stands; `sensors` is all of one.

    Raises InvalidInput, which names what comes near, where there is none.
    """
    known = list(_all_explained())
    found = [e for e in known if words in (e.key, e.section, f"{e.section}.{e.key}")]
    if not found:
        names = sorted({name for e in known for name in (e.key, e.section, f"{e.section}.{e.key}")})
        near = (
            ", ".join(difflib.get_close_matches(words, names, n=3)) or "`tocsin config init` lists all keys"
        )
        raise InvalidInput(f"no key of a site file is called {words!r}; near it: {near}")
    return found


def _all_explained() -> Iterator[Explained]:
    schema = Site.model_json_schema()
    for section, declared in schema["properties"].items():
        reference = (declared["items"] if declared.get("type") == "array" else declared)["$ref"]
        model = schema["$defs"][reference.rpartition("/")[2]]
        for key, of_key in model["properties"].items():
            meaning = _help(section, key, of_key, schema["$defs"])
            default = None if section == "sensors" else of_key.get("default")
            yield Explained(section, key, meaning, default, key in model.get("required", ()))


def section_toml(header: str, model: BaseModel) -> str:
    """One table under its header, as `[[zones]]`, with all keys that read back."""
    keys = [f"{name} = {_value(value)}\n" for name, value in model if not _reads_back_if_absent(model, name)]
    return "".join([f"{header}\n", *keys])


def _reads_back_if_absent(model: BaseModel, name: str) -> bool:
    """Whether a key must be left out: None has no TOML, and some defaults mean 'as another key'."""
    if getattr(model, name) is None:
        return True
    if not isinstance(model, Rule) or name != "keep_probability":
        return False
    return model.keep_probability > model.min_entry_probability


def _value(value: Any) -> str:
    """One value in TOML 1.0; long arrays take a line for each element."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # JSON's escapes are TOML's too; only DEL needs one in TOML and has none in JSON.
        return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, datetime):
        return value.isoformat()
    elements = [_value(element) for element in value]
    line = f"[{', '.join(elements)}]"
    if len(line) <= _LINE_WIDTH - 30:
        return line
    return "[\n" + "".join(f"    {element},\n" for element in elements) + "]"


def _explained(
    name: str, header: str, model: Mapping[str, Any], definitions: Mapping[str, Any]
) -> Iterator[str]:
    """The lines of one section of the template; what may well stay out, as a comment."""
    yield from _comment(f"{model['description']} {_REMARKS.get(name, '')}")
    mark = "#" if name in _REMARKS else ""
    yield f"{mark}{header}\n"
    examples = _EXAMPLES[name]
    for key, declared in model["properties"].items():
        yield from _comment(_help(name, key, declared, definitions))
        if key in examples:
            yield f"{mark}{key} = {_value(examples[key])}\n"
        else:
            default = _default(name, key, declared)
            value = " # not set" if default is None else _value(default).replace("\n", "\n#")
            yield f"#{key} = {value}\n"


def _comment(text: str) -> list[str]:
    return [f"# {line}\n" for line in textwrap.wrap(" ".join(text.split()), _LINE_WIDTH - 2)]


def _help(section: str, key: str, declared: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """What the key means, in which range, and what each kind of sensor takes where it isn't given."""
    by_kind = _defaults_by_kind(key) if section == "sensors" else ""
    texts = (declared.get("description", ""), _range(declared, definitions), by_kind)
    return " ".join(text if text.endswith(".") else f"{text}." for text in texts if text)


def _range(declared: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """The limits of a value in words, from its JSON Schema."""
    for schema in _alternatives(declared, definitions):
        if "enum" in schema:
            return f"One of {', '.join(schema['enum'])}"
        low, above = schema.get("minimum"), schema.get("exclusiveMinimum")
        high = schema.get("maximum")
        if above is not None:
            return f"Above {above:g}, up to {high:g}" if high is not None else f"Above {above:g}"
        if low is not None:
            return f"From {low:g} to {high:g}" if high is not None else f"{low:g} or more"
        if "maxLength" in schema:
            return f"At most {schema['maxLength']} characters"
    return ""


def _alternatives(declared: Mapping[str, Any], definitions: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for schema in declared.get("anyOf", [declared]):
        yield definitions[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def _default(section: str, key: str, declared: Mapping[str, Any]) -> Any:
    """What holds where the key isn't given; for sensors, what holds for the kind of the example."""
    if section == "sensors":
        example = Sensor.model_validate(_EXAMPLES["sensors"]).filled()
        value = getattr(example, key)
        return value[0][1] if key == "detection_probability" else value
    return declared.get("default")


def _defaults_by_kind(key: str) -> str:
    """'Default: radar 40.0, others 30.0', where the kinds of sensor have defaults of their own."""
    usual = {kind.value: getattr(defaults, key, None) for kind, defaults in DEFAULTS.items()}
    if all(value is None for value in usual.values()):
        return ""
    common, count = Counter(usual.values()).most_common(1)[0]
    others = [("all" if count == len(usual) else "others", common)] if count > 1 else []
    special = [(kind, value) for kind, value in usual.items() if count == 1 or value != common]
    return f"Default: {', '.join(_named_defaults([*special, *others]))}"


def _named_defaults(pairs: Iterable[tuple[str, float | None]]) -> Iterator[str]:
    return (f"{name} {'not set' if value is None else f'{value:g}'}" for name, value in pairs)
