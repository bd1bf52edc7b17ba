"""How long to wait after something went wrong."""

from __future__ import annotations

from tocsin.model.link import FIRST_WAIT_S, LONGEST_WAIT_S, Link


def test_waits_grow_with_each_failure_up_to_a_bound_and_differ_by_chance() -> None:
    link = Link()
    for failures in range(1, 40):
        link.close("no answer")
        longest_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0**failures)
        waits = {link.wait_s() for _ in range(20)}
        assert len(waits) > 1
        assert all(longest_s / 2 <= wait_s <= longest_s for wait_s in waits)


def test_a_link_that_stands_again_starts_anew() -> None:
    link = Link()
    for _ in range(10):
        link.close("refused")
    assert (link.is_open, link.trouble, link.opened) == (False, "refused", 0)
    link.open()
    assert (link.is_open, link.trouble, link.opened) == (True, "", 1)
    assert link.wait_s() <= FIRST_WAIT_S
