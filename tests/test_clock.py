"""A clock that people steer: it keeps its time where it is stopped, and goes on from there."""

from __future__ import annotations

import threading

from tocsin.clock import SteeredClock

SECOND_NS = 1_000_000_000


def test_it_goes_stands_still_and_goes_on_from_where_it_stood() -> None:
    clock = SteeredClock(0, 10**6 * SECOND_NS, speed=1000.0)
    assert clock.wait_until(2 * SECOND_NS, most_s=60.0) and clock.pace == (1000.0, True)
    clock.pause()
    stood_ns = clock.now_ns()
    assert stood_ns >= 2 * SECOND_NS and clock.pace == (1000.0, False)
    assert not clock.wait_until(stood_ns + 1, most_s=0.001), "it does not wait for ever while it stands"
    assert clock.now_ns() == stood_ns
    clock.play(1e6)
    assert clock.wait_until(stood_ns + SECOND_NS, most_s=60.0)


def test_it_ends_at_its_end() -> None:
    clock = SteeredClock(5, 6, speed=1.0)
    assert clock.wait_until(6, most_s=60.0) and clock.now_ns() == 6 and clock.pace == (1.0, False)


def test_who_waits_notices_that_it_was_made_faster() -> None:
    clock, arrived = SteeredClock(0, 10**6 * SECOND_NS, speed=1e-3), threading.Event()

    def wait() -> None:
        while not clock.wait_until(SECOND_NS, most_s=0.01):
            pass
        arrived.set()

    waiting = threading.Thread(target=wait)
    waiting.start()
    clock.play(1e6)
    assert arrived.wait(60)
    waiting.join()
