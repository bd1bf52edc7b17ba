from __future__ import annotations

import pytest

from tocsin.outputs.web import board, hub


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told once a second is told twenty times."""
    monkeypatch.setattr(board, "_SLOW_EVERY_NS", 50_000_000)
    monkeypatch.setattr(hub, "_LOOK_EVERY_S", 0.01)
