"""A token is told once and kept nowhere; who is removed is out at once."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from tests.alerting.test_editor import START_NS
from tests.sensors.live.clocks import SetClock

from tocsin.errors import InvalidInput, UnusableFile
from tocsin.runtime.operators import add_operator, read_operators, remove_operator
from tocsin.runtime.tokens import Tokens, WrongToken


def tokens(file: Path) -> Tokens:
    return Tokens(file, SetClock(START_NS))


def test_a_token_names_its_operator_and_the_file_holds_only_a_hash(tmp_path: Path) -> None:
    file = tmp_path / "operators.json"
    token = add_operator(file, "anna", "duty")
    found = tokens(file).operator(token)
    assert (found.name, found.unit) == ("anna", "duty")
    secret = token.partition(".")[2]
    assert secret not in file.read_text() and "$argon2id$" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_another_operators_secret_opens_nothing(tmp_path: Path) -> None:
    file = tmp_path / "operators.json"
    anna, ben = (add_operator(file, name, "duty") for name in ("anna", "ben"))
    known = tokens(file)
    mixed = f"{anna.partition('.')[0]}.{ben.partition('.')[2]}"
    for wrong in (mixed, anna[:-1], "", ".", "\ud800.x"):
        with pytest.raises(WrongToken):
            known.operator(wrong)


def test_who_is_removed_while_the_service_runs_is_out_at_once(tmp_path: Path) -> None:
    file = tmp_path / "operators.json"
    token = add_operator(file, "anna", "duty")
    known = tokens(file)
    known.operator(token)
    remove_operator(file, "anna")
    with pytest.raises(WrongToken):
        known.operator(token)
    assert read_operators(file) == ()


def test_a_name_is_taken_once_and_an_unknown_one_is_told(tmp_path: Path) -> None:
    file = tmp_path / "operators.json"
    add_operator(file, "anna", "duty")
    with pytest.raises(InvalidInput, match=r"operator 'anna' in .* already"):
        add_operator(file, "anna", "region")
    with pytest.raises(InvalidInput, match=r"no operator 'bob' .*; known: anna"):
        remove_operator(file, "bob")
    with pytest.raises(InvalidInput, match="no name"):
        add_operator(file, "\x1b[2J", "duty")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"tocsin_operators": 9, "operators": []}', "\x00"])
def test_a_file_that_is_none_is_refused_by_name_and_left_alone(tmp_path, content):
    file = tmp_path / "operators.json"
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(UnusableFile, match=r"operators\.json"):
        add_operator(file, "anna", "duty")
    assert file.read_text() == content


def test_a_file_that_others_can_read_is_refused_with_the_remedy(tmp_path: Path) -> None:
    file = tmp_path / "operators.json"
    add_operator(file, "anna", "duty")
    file.chmod(0o640)
    with pytest.raises(UnusableFile, match="chmod 600"):
        read_operators(file)
