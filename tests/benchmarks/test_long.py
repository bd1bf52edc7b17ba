"""What takes hours is left out of `all`, which is to write its page in half an hour."""

from __future__ import annotations

import benchmarks.__main__ as program
import pytest
from benchmarks.options import Options, Outcome


def test_long_ones_run_only_by_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[str] = []

    def ran_one(name: str, _benchmark: object, _options: Options) -> Outcome:
        ran.append(name)
        return Outcome(name, "", parts=())

    monkeypatch.setattr(program, "outcome_of", ran_one)
    monkeypatch.setattr(program, "tracked", lambda _: None)
    monkeypatch.setattr(program, "make_sky", lambda *_, **__: None)
    program.main(["all", "--quick"])
    assert "growth" in ran and not {"everything", "warnings"} & set(ran)
    program.main(["warnings", "--quick"])
    assert ran[-1] == "warnings"
    capsys.readouterr()
    program.main([])
    assert "warnings" in capsys.readouterr().out
