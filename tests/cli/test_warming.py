from __future__ import annotations

import pytest

from tocsin.cli import warming


@pytest.mark.parametrize(("is_warm", "said"), [(True, ""), (False, "only the first time")])
def test_a_long_wait_for_the_compiler_is_said_where_no_progress_is_seen(
    is_warm: bool, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    steps: list[tuple[str, float]] = []
    monkeypatch.setattr(warming, "is_warm", lambda: is_warm)
    monkeypatch.setattr(warming, "warm_up", lambda progress: progress("ready", 1.0))
    warming.make_ready(lambda what, share: steps.append((what, share)))
    shown = capsys.readouterr()
    assert steps == [("ready", 1.0)]
    assert shown.out == ""
    assert said in shown.err
    assert bool(shown.err) == bool(said)
