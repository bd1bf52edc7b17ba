from __future__ import annotations

import pytest
from tests.cli.conftest import Call

from tocsin.model.tables import TABLES

FILES = ("site", "scenario", "metrics")
MESSAGES = ("heard", "bearing", "status", "sighting", "envelope", "track_message")
NAMES = (
    *FILES,
    "detections",
    "tracks",
    "truth",
    "alerts",
    "associations",
    "predictions",
    "class_evidence",
    "paths",
    "presence",
    "origins",
    *MESSAGES,
)


def test_without_a_name_all_are_listed(tocsin: Call) -> None:
    outcome = tocsin("schema")
    assert outcome.code == 0
    assert tuple(text.split()[0] for text in outcome.out.splitlines()) == NAMES
    assert tuple(one["name"] for one in tocsin("schema", "--json").json) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_is_a_json_schema_of_an_object(name: str, tocsin: Call) -> None:
    schema = tocsin("schema", name).json
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert (schema["type"], bool(schema["properties"])) == ("object", True)
    assert schema["additionalProperties"] is False


def test_a_table_has_the_columns_of_the_contract(tocsin: Call) -> None:
    assert tuple(tocsin("schema", "tracks").json["properties"]) == TABLES["tracks"].names


def test_every_key_of_a_site_file_has_its_help(tocsin: Call) -> None:
    definitions = tocsin("schema", "site").json["$defs"]
    sections = [section for section in definitions.values() if "properties" in section]
    assert len(sections) == 16
    for section in sections:
        assert all("description" in key for key in section["properties"].values()), section["title"]


@pytest.mark.parametrize("name", MESSAGES)
def test_every_key_of_a_message_has_its_help_and_strangers_are_refused(name: str, tocsin: Call) -> None:
    schema = tocsin("schema", name).json
    assert all("description" in key for key in schema["properties"].values())
    assert {"v"} <= set(schema["required"]) <= set(schema["properties"])
    assert schema["additionalProperties"] is False


def test_an_unknown_name_tells_the_nearest(tocsin: Call) -> None:
    outcome = tocsin("schema", "track")
    assert (outcome.code, outcome.out) == (2, "")
    assert "Did you mean 'tracks'?" in outcome.err
