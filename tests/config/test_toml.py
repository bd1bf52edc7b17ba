"""Reading a TOML file: everything wrong is told at once, with its line and the nearest right key."""

from __future__ import annotations

from pathlib import Path

import pytest

from tocsin.config.site import Site
from tocsin.config.toml import key_lines, load, parse
from tocsin.errors import InvalidFile, Problem, UnusableFile

PATH = Path("some-site.toml")
GOOD = """
[site]
name = "Here"
latitude_deg = 47.0
longitude_deg = 8.0
"""


def problems(text: str) -> list[Problem]:
    with pytest.raises(InvalidFile) as caught:
        parse(text, PATH, Site)
    assert caught.value.path == PATH
    return caught.value.problems


def test_a_wrong_key_tells_its_line_and_the_nearest_right_key() -> None:
    (problem,) = problems(GOOD + "altitud_m = 5.0\n")
    assert problem.line == 6
    assert problem.where == "site.altitud_m"
    assert (problem.what, problem.remedy) == ("unknown key", "Did you mean 'altitude_m'?")


def test_a_key_that_is_near_to_none_names_all_that_are_known() -> None:
    (problem,) = problems(GOOD + "qqq = 5.0\n")
    assert "delivery_delay_s" in problem.remedy
    assert "latitude_deg" in problem.remedy


def test_a_wrong_table_tells_the_nearest_right_table() -> None:
    (problem,) = problems(GOOD + '\n[[sensor]]\nname = "a"\n')
    assert (problem.line, problem.remedy) == (7, "Did you mean 'sensors'?")


def test_everything_wrong_is_told_at_once_each_with_its_line() -> None:
    text = GOOD.replace("8.0", "208.0") + (
        '\n[[sensors]]\nname = "a"\nkind = "radar"\n'
        '\n[[sensors]]\nname = "b"\nkind = "radra"\nperiod = 4.0\nmax_range_m = -1\n'
    )
    found = {(problem.where, problem.line) for problem in problems(text)}
    assert found == {
        ("site.longitude_deg", 5),
        ("sensors.1.kind", 13),
        ("sensors.1.period", 14),
        ("sensors.1.max_range_m", 15),
    }


def test_a_bad_value_is_told_with_what_was_given() -> None:
    (problem,) = problems(GOOD.replace("47.0", '"north"'))
    assert problem.line == 4
    assert problem.what.endswith("not 'north'")


def test_a_missing_key_points_at_its_table() -> None:
    (problem,) = problems('[site]\nname = "Here"\nlatitude_deg = 47.0\n')
    assert (problem.where, problem.line) == ("site.longitude_deg", 1)


def test_not_a_number_and_infinity_are_no_numbers_of_a_site() -> None:
    found = problems(GOOD.replace("47.0", "nan").replace("8.0", "inf"))
    assert [problem.where for problem in found] == ["site.latitude_deg", "site.longitude_deg"]


def test_a_syntax_error_tells_its_line() -> None:
    (problem,) = problems(GOOD + "altitude_m = = 5\n")
    assert (problem.where, problem.line) == ("TOML syntax", 6)


def test_each_line_of_the_message_names_the_file() -> None:
    with pytest.raises(InvalidFile) as caught:
        parse(GOOD + "a = 1\nb = 2\n", PATH, Site)
    assert [line.split(": ")[:2] for line in str(caught.value).splitlines()] == [
        ["some-site.toml", "line 6"],
        ["some-site.toml", "line 7"],
    ]


def test_a_valid_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(GOOD)
    assert load(tmp_path / "site.toml", Site).site.name == "Here"


def test_a_missing_file_and_one_that_is_no_text_are_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match=r"nowhere\.toml: no such file$"):
        load(tmp_path / "nowhere.toml", Site)
    (tmp_path / "bytes.toml").write_bytes(b'[site]\nname = "K\xf6ln"\n')
    with pytest.raises(InvalidFile, match=r"bytes\.toml: line 2: TOML: not text in UTF-8"):
        load(tmp_path / "bytes.toml", Site)


def test_lines_are_known_of_tables_in_arrays_and_below_them() -> None:
    lines = key_lines('[[a]]\nx = 1\n[[a]]\n"y" = 2\n[a.b]\nz = 3\n[c] # last\n')
    assert (
        lines.items()
        >= {
            ("a", 0): 1,
            ("a", 0, "x"): 2,
            ("a", 1): 3,
            ("a", 1, "y"): 4,
            ("a", 1, "b"): 5,
            ("a", 1, "b", "z"): 6,
            ("c",): 7,
        }.items()
    )


def test_a_byte_order_mark_as_some_editors_write_it_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "mark.toml").write_text(GOOD, encoding="utf-8-sig")
    assert load(tmp_path / "mark.toml", Site) == parse(GOOD, PATH, Site)


@pytest.mark.parametrize("value", ["true", '"2"'])
def test_a_number_in_quotes_or_true_is_refused_with_its_line(value: str) -> None:
    (problem,) = problems(GOOD + f'[[sensors]]\nname = "a"\nkind = "radar"\nperiod_s = {value}\n')
    assert "should be a number" in problem.what
    assert problem.line == 9


def test_a_misspelt_kind_tells_the_nearest_right_one() -> None:
    (problem,) = problems(GOOD + '[[sensors]]\nname = "a"\nkind = "rader"\n')
    assert problem.remedy == "Did you mean 'radar'?"
