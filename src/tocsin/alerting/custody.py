"""Who answers for one alert: its owner, whether somebody acknowledged it, and until when somebody has to."""

from __future__ import annotations

from dataclasses import dataclass, field

from tocsin.config.escalation import Chain
from tocsin.model.actions import Action, Verb
from tocsin.model.alerts import AlertMessage, MessageType

_PASSES_ON = frozenset({Verb.ESCALATE, Verb.HAND_OVER, Verb.OVERDUE})


@dataclass(slots=True)
class Custody:
    """Made from the messages and the actions of one alert alone, so that a restart changes nothing."""

    chain: Chain
    latest: AlertMessage
    owner: str
    since_ns: int
    due_ns: int | None = None
    """When somebody has to have acknowledged it; None: nobody has to any more."""
    acknowledged: Action | None = None
    is_unanswered: bool = False
    """The timer of the last unit of the chain ran out, too."""
    is_from_before: bool = False
    """Open when the service started, and not renewed since: nobody knows how it stands."""
    confirmed: dict[str, Action] = field(default_factory=dict)
    """By identifier of the message."""
    marks: list[Action] = field(default_factory=list)
    done: list[Action] = field(default_factory=list)
    """All that was done, in order."""

    @property
    def is_open(self) -> bool:
        """Whether the alert was told and not yet its end."""
        return self.latest.message_type is not MessageType.CANCEL

    @property
    def last(self) -> Action | None:
        """What was done last."""
        return self.done[-1] if self.done else None

    @property
    def next_unit(self) -> str | None:
        """Who comes after the owner; None after the last, and after one that is not of the chain."""
        units = self.chain.units
        following = units[units.index(self.owner) + 1 :] if self.owner in units else ()
        return following[0] if following else None

    def take(self, message: AlertMessage) -> None:
        """Another message; what is louder than what was acknowledged has to be acknowledged anew."""
        is_louder, self.latest = message.level > self.latest.level, message
        self.is_from_before = False
        if not self.is_open:
            self.due_ns = None
        elif is_louder:
            self.acknowledged, self.is_unanswered = None, False
            self.wind_up(message.issued_ns)

    def apply(self, action: Action) -> None:
        """What was done; the answer was decided before."""
        self.done.append(action)
        match action.request.verb:
            case Verb.ACKNOWLEDGE:
                self.acknowledged, self.due_ns, self.is_unanswered = action, None, False
            case Verb.CONFIRM:
                self.confirmed[action.message] = action
            case Verb.MARK:
                self.marks.append(action)
            case Verb.UNMARK:
                self.marks.clear()
            case Verb.UNANSWERED:
                self.due_ns, self.is_unanswered = None, True
            case verb if verb in _PASSES_ON:
                self.owner, self.since_ns, self.acknowledged = action.owner, action.time_ns, None
                self.wind_up(action.time_ns)
            case _:
                pass

    def wind_up(self, now_ns: int) -> None:
        """Starts the timer."""
        wait_s = self.chain.acknowledge_s(self.latest.level)
        self.due_ns = now_ns + round(wait_s * 1e9) if wait_s > 0 and self.is_open else None


def opened(chain: Chain, message: AlertMessage) -> Custody:
    """A new alert: the first unit of its chain owns it, and its timer runs from its issue."""
    custody = Custody(chain, message, chain.units[0], message.issued_ns)
    custody.wind_up(message.issued_ns)
    return custody
