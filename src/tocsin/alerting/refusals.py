"""Why a request is not done: what the one who asks is told, with who did what when."""

from __future__ import annotations

from collections.abc import Iterable

from tocsin.alerting.custody import Custody
from tocsin.alerting.names import no_alert
from tocsin.alerting.wording import clock_time
from tocsin.config.site import Site
from tocsin.errors import InvalidInput
from tocsin.model.actions import Action, Outcome, Request


class Refused(InvalidInput):
    """A request is not done; the text says why."""

    def __init__(self, outcome: Outcome, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome


def refuse_strangers(request: Request, site: Site) -> None:
    """Raises Refused where the operator's unit is none of the site's."""
    units = [unit.name for unit in site.units]
    if request.unit not in units:
        raise Refused(
            Outcome.NOT_THE_OWNER,
            f"{request.operator} is of unit {request.unit!r}, which the site file does not have; "
            f"its units: {', '.join(units)}",
        )


def known(custody: Custody | None, request: Request, open_names: Iterable[str]) -> Custody:
    """Raises Refused where there is no such alert."""
    if custody is None:
        raise Refused(Outcome.UNKNOWN, no_alert(request.alert_id, open_names))
    return custody


def owned(custody: Custody, request: Request) -> Custody:
    """Raises Refused where another unit owns the alert: it is not for others to quieten it."""
    if custody.owner != request.unit:
        name, since = custody.latest.alert_id, f"since {clock_time(custody.since_ns)}"
        raise Refused(
            Outcome.NOT_THE_OWNER,
            f"alert {name} is owned by {custody.owner} {since}, not by {request.unit}; ask {custody.owner} "
            f"to hand it over: tocsin alert escalate {name} --to {request.unit}",
        )
    return custody


def still_open(custody: Custody) -> Custody:
    """Raises Refused where the alert is over."""
    latest = custody.latest
    if not custody.is_open:
        when = clock_time(latest.issued_ns)
        raise Refused(Outcome.GONE, f"alert {latest.alert_id} ended at {when}: {latest.reason}")
    return custody


def who_did(action: Action) -> str:
    """'anna (duty) at 10:19:05 UTC'."""
    return f"{action.request.operator} ({action.request.unit}) at {clock_time(action.time_ns)}"
