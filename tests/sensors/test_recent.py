"""A memory of a minute."""

from __future__ import annotations

from tocsin.sensors.recent import KEPT_NS, Recent


def test_what_was_put_is_known_for_a_minute_and_then_forgotten() -> None:
    recent: Recent[str, int] = Recent()
    recent.put("a", 1, 0)
    recent.put("b", 2, 10)
    assert (recent.get("a"), recent.get("b"), recent.get("c")) == (1, 2, None)
    recent.put("c", 3, KEPT_NS + 5)
    assert (recent.get("a"), recent.get("b")) == (None, 2)


def test_what_is_put_again_is_kept_from_then_on() -> None:
    recent: Recent[str, int] = Recent()
    recent.put("a", 1, 0)
    recent.put("b", 1, 1)
    recent.put("a", 2, KEPT_NS)
    recent.put("c", 1, KEPT_NS + 1)
    recent.put("d", 1, KEPT_NS + 2)
    assert (recent.get("a"), recent.get("b"), len(recent)) == (2, None, 3)
