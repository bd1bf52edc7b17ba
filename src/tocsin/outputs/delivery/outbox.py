"""What one receiver still has to be told: the difference of what was issued and what it confirmed.

Of an alert only the newest message that may go out is worth telling: it overtakes older ones that did not get
through. An alert goes out once it is as loud as the receiver wants, or once any of it went there: then all of
it does, down to its end, so that nobody who was told is left without the all-clear. Who can't have been told
anything needs no all-clear.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tocsin.config.receivers import Receiver
from tocsin.model.alerts import AlertMessage, Level, MessageType
from tocsin.model.deliveries import Delivery, DeliveryState, Letter

DRAFT = "Draft"
"""The CAP status of what no operator has confirmed."""


@dataclass(slots=True)
class _Thread:
    """The messages of one alert by number, and what became of them here."""

    letters: dict[int, Letter] = field(default_factory=dict)
    attempts: dict[tuple[int, str], int] = field(default_factory=dict)
    settled: set[tuple[int, str]] = field(default_factory=set)
    is_told: bool = False
    """Perhaps: an attempt whose end is not known counts."""

    @property
    def newest(self) -> Letter:
        return self.letters[max(self.letters)]

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is ever told any more."""
        last = self.newest
        if last.message.message_type is not MessageType.CANCEL:
            return False
        return not self.is_told or (last.number, last.status) in self.settled


class Outbox:
    """Of one receiver; what was issued is `put` before what became of it is `note`d. Both may come again."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._least = Level[receiver.min_level.upper()]
        self._threads: dict[str, _Thread] = {}
        self._over: set[str] = set()
        self._alert_of: dict[int, str] = {}
        self.confirmed = self.refused = self.attempts = 0
        self.last_confirmed_ns: int | None = None

    def put(self, letters: Iterable[Letter]) -> None:
        """What was issued, or confirmed by an operator since."""
        for letter in letters:
            if (alert_id := letter.message.alert_id) not in self._over:
                self._alert_of[letter.number] = alert_id
                self._threads.setdefault(alert_id, _Thread()).letters[letter.number] = letter

    def note(self, delivery: Delivery) -> None:
        """What became of a letter."""
        thread = self._threads.get(self._alert_of.get(delivery.number, ""))
        if thread is None:
            return
        key = (delivery.number, delivery.status)
        self.attempts += delivery.attempts - thread.attempts.get(key, 0)
        thread.attempts[key] = delivery.attempts
        match delivery.state:
            case DeliveryState.TRIED:
                thread.is_told = True
            case DeliveryState.CONFIRMED:
                thread.is_told = True
                thread.settled.add(key)
                self.confirmed += 1
                self.last_confirmed_ns = max(self.last_confirmed_ns or 0, delivery.tried_ns)
            case DeliveryState.REFUSED:
                thread.settled.add(key)
                self.refused += 1

    def tried(self, letter: Letter) -> int:
        """How often a letter was tried."""
        thread = self._threads.get(letter.message.alert_id)
        return 0 if thread is None else thread.attempts.get((letter.number, letter.status), 0)

    def next(self, now_ns: int) -> Letter | None:
        """What to tell next: the loudest alert first, then the oldest message."""
        self._forget_what_is_over()
        return min(self.pending(now_ns), key=lambda found: (-found.message.level, found.number), default=None)

    def pending(self, now_ns: int) -> Iterator[Letter]:
        """What there is to tell now, one letter an alert."""
        for thread in self._threads.values():
            if (letter := self._to_tell(thread, now_ns)) is not None:
                yield letter

    def waiting_for_operator(self, now_ns: int) -> int:
        """Of how many alerts the newest message goes out once an operator confirms it."""
        if self._receiver.drafts:
            return 0
        threads = [thread for thread in self._threads.values() if thread.newest.status == DRAFT]
        return sum(self._is_due(thread, thread.newest, now_ns) for thread in threads)

    def _to_tell(self, thread: _Thread, now_ns: int) -> Letter | None:
        for number in sorted(thread.letters, reverse=True):
            letter = thread.letters[number]
            if (number, letter.status) in thread.settled:
                return None
            if letter.status != DRAFT or self._receiver.drafts:
                return letter if self._is_due(thread, letter, now_ns) else None
        return None

    def _is_due(self, thread: _Thread, letter: Letter, now_ns: int) -> bool:
        message = letter.message
        if message.message_type is MessageType.CANCEL:
            return thread.is_told
        return message.expires_ns > now_ns and (thread.is_told or self._wants(message))

    def _wants(self, message: AlertMessage) -> bool:
        zones = self._receiver.zones
        if message.is_test:  # tries the way to everyone
            return True
        return message.level >= self._least and (not zones or message.zone in zones)

    def _forget_what_is_over(self) -> None:
        for alert_id in [name for name, thread in self._threads.items() if thread.is_over]:
            for number in self._threads.pop(alert_id).letters:
                del self._alert_of[number]
            self._over.add(alert_id)
