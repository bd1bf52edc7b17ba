"""Deliveries: which receiver has been told which message, and what people see of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from tocsin.model.alerts import AlertMessage


class DeliveryState(StrEnum):
    """How far a delivery is."""

    TRIED = "tried"
    """At least once; whether it arrived is not known."""
    CONFIRMED = "confirmed"
    """The receiver said that it has it."""
    REFUSED = "refused"
    """The receiver said that it will not take it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message in the book, by its number there, which grows in the order of issue.

    `status` is the CAP status under which it goes out, `confirmed_by` the role that gave it to the public.
    """

    number: int
    message: AlertMessage
    status: str
    confirmed_by: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message on its way to one receiver, under one CAP status."""

    number: int
    receiver: str
    status: str
    state: DeliveryState
    attempts: int
    tried_ns: int
    """The latest attempt."""
    trouble: str = ""
    """Why the latest attempt did not do."""


@dataclass(frozen=True, slots=True)
class ReceiverReport:
    """One receiver at one time; counts are of the messages that the book of alerts holds of late.

    `is_open` says that its way stands. `pending` are the alerts of which it still has to be told something,
    `waiting_for_operator` those of which it is told once an operator confirms. `delay_s` is how long the
    latest message took from its issue to its confirmation, None until one was confirmed.
    """

    name: str
    to: str
    format: str
    is_open: bool
    confirmed: int
    refused: int
    pending: int
    waiting_for_operator: int
    attempts: int
    last_confirmed_ns: int | None
    delay_s: float | None
    trouble: str

    def as_json(self) -> Mapping[str, Any]:
        """As JSON has it."""
        return asdict(self)
