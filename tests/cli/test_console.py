from __future__ import annotations

import pytest

from tocsin.cli.console import PIPED_WIDTH, messages, output, print_json, progress_bar


def test_data_go_to_stdout_and_all_else_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    output().print("data")
    messages().print("a word")
    assert capsys.readouterr() == ("data\n", "a word\n")


def test_what_is_piped_has_no_colours_and_room(capsys: pytest.CaptureFixture[str]) -> None:
    console = output()
    assert (console.width, console.is_terminal) == (PIPED_WIDTH, False)
    console.print("x", style="bold red")
    assert capsys.readouterr().out == "x\n"


def test_what_looks_like_markup_is_printed_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    output().print("[red]Old Town[/red] :drone:")
    assert capsys.readouterr().out == "[red]Old Town[/red] :drone:\n"


def test_without_a_terminal_there_is_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar() as progress:
        progress("running", 0.5)
    assert capsys.readouterr() == ("", "")


def test_json_is_readable_and_never_holds_what_json_does_not_have(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"zone": "Fjærland"})
    assert "Fjærland" in capsys.readouterr().out
    with pytest.raises(ValueError, match="JSON"):
        print_json({"lead_s": float("nan")})
