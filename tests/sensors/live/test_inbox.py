"""What came and was not read yet: in order, bounded, and whatever is dropped is counted."""

from __future__ import annotations

from tests.sensors.live.clocks import SetClock

from tocsin.sensors.live.inbox import FLOODED, OVERFLOWN, Arrival, Inbox
from tocsin.units import NANOSECONDS_PER_SECOND


def test_arrivals_come_out_in_order_with_their_time_and_source() -> None:
    clock = SetClock(5)
    inbox = Inbox(clock, most_per_s=100.0)
    inbox.put(b"one", "10.0.0.1:7")
    clock.time_ns = 9
    inbox.put(b"two", "10.0.0.2:7")
    assert inbox.take(8) == [Arrival(b"one", 5, "10.0.0.1:7")]
    assert inbox.take(9) == [Arrival(b"two", 9, "10.0.0.2:7")]
    assert inbox.take(100) == []
    assert (inbox.arrivals, inbox.bytes, inbox.last_received_ns) == (2, 6, 9)


def test_a_flood_is_cut_to_what_may_come_and_counted() -> None:
    clock = SetClock(0)
    inbox = Inbox(clock, most_per_s=10.0)
    for k in range(300):
        clock.time_ns = k * NANOSECONDS_PER_SECOND // 100  # 100 a second for three seconds
        inbox.put(b"x")
    kept = len(inbox.take(clock.time_ns))
    assert 10 + 3 * 10 - 2 <= kept <= 10 + 3 * 10
    assert inbox.dropped[FLOODED] == 300 - kept


def test_a_second_of_silence_lets_as_much_come_again_and_no_more() -> None:
    clock = SetClock(0)
    inbox = Inbox(clock, most_per_s=5.0)
    for seconds in (0, 60):
        clock.time_ns = seconds * NANOSECONDS_PER_SECOND
        for _ in range(20):
            inbox.put(b"x")
        assert len(inbox.take(clock.time_ns)) == 5


def test_bytes_that_wait_are_bounded_and_what_was_taken_makes_room() -> None:
    inbox = Inbox(SetClock(0), most_per_s=1e6, most_bytes=10)
    for _ in range(4):
        inbox.put(b"1234")
    assert inbox.dropped[OVERFLOWN] == 2
    assert len(inbox.take(0)) == 2
    inbox.put(b"1234")
    assert len(inbox.take(0)) == 1 and inbox.dropped[OVERFLOWN] == 2
