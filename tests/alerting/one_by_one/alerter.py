"""The alerter: takes the assessments of one picture after the other, gives the messages that people need."""

from __future__ import annotations

from tests.alerting.one_by_one.case import Case
from tests.alerting.one_by_one.identity import AirObject, Identities
from tests.alerting.one_by_one.rule_evaluation import is_satisfied, rules_for_zone
from tests.alerting.one_by_one.sights import Sight, sights_of

from tocsin.alerting.area import Areas
from tocsin.alerting.identity import short_name
from tocsin.alerting.same_object import Motion
from tocsin.config.site import Site
from tocsin.errors import InvalidInput
from tocsin.model.alerts import AlertMessage
from tocsin.model.assessments import Assessments


class Alerter:
    """Raises, updates, lowers and ends alerts by the rules of a site: one alert per object and zone.

    It knows no time but that of the assessments, so that the same pictures always give the same messages.
    What is open when a recording ends stays open: that no more is recorded is no reason for an all-clear.
    """

    def __init__(self, site: Site) -> None:
        self._site_name = site.site.name
        self._zones = tuple(zone.name for zone in site.zones)
        self._rules = tuple(rules_for_zone(site.rules, zone) for zone in self._zones)
        self._identities = Identities(Motion(site.prior))
        self._cases: dict[int, list[Case]] = {}
        self._areas = Areas(site)
        self._latest_ns: int | None = None

    def decide(self, assessments: Assessments) -> list[AlertMessage]:
        """The messages that one picture calls for, oldest object first, in the order of the site's zones.

        Called for every picture, also those without tracks, in the order of time. Raises `InvalidInput` where
        the zones are not those of the site or the picture is not newer than the one before.
        """
        now_ns = assessments.time_ns
        self._check(assessments)
        self._latest_ns = now_ns
        self._identities.update(now_ns, sights_of(assessments), self._is_interesting)
        for air_object in self._identities:
            self._merge_before_it_opens(now_ns, air_object)
        messages: list[AlertMessage] = []
        for air_object in self._identities:
            messages += self._follow(now_ns, air_object)
        return self._areas.fill(messages, assessments)

    def _check(self, assessments: Assessments) -> None:
        if assessments.zones != self._zones:
            raise InvalidInput(
                f"assessments: zones {assessments.zones} are not those of the site, {self._zones}; "
                "make assessor and alerter from one site file"
            )
        if self._latest_ns is not None and assessments.time_ns <= self._latest_ns:
            raise InvalidInput(
                f"assessments: time {assessments.time_ns} ns is not after that of the picture before, "
                f"{self._latest_ns} ns; give pictures in the order of time"
            )

    def _is_interesting(self, sight: Sight) -> bool:
        for zone, rules in enumerate(self._rules):
            for _, rule in rules:
                if is_satisfied(rule, sight, zone):
                    return True
        return False

    def _merge_before_it_opens(self, now_ns: int, air_object: AirObject) -> None:
        opening = [
            case.is_opening(now_ns, air_object.leading(zone))
            for zone, case in enumerate(self._cases_of(air_object))
        ]
        if any(opening):
            self._is_merged(now_ns, air_object)

    def _follow(self, now_ns: int, air_object: AirObject) -> list[AlertMessage]:
        """Steps all zones of one object."""
        cases = self._cases_of(air_object)
        messages: list[AlertMessage] = []
        for zone, case in enumerate(cases):
            sight = air_object.leading(zone)
            if not case.is_open:
                if not case.is_opening(now_ns, sight):
                    continue
                case.open(self._alert_id(now_ns, air_object, zone))
            message = case.step(now_ns, sight, air_object.track_ids)
            if message is not None:
                messages.append(message)
        if self._identities.is_forgettable(now_ns, air_object) and not any(case.is_open for case in cases):
            self._identities.forget(air_object)
            del self._cases[air_object.number]
        return messages

    def _cases_of(self, air_object: AirObject) -> list[Case]:
        cases = self._cases.get(air_object.number)
        if cases is None:
            cases = [
                Case(rules, zone, self._zones[zone], self._areas) for zone, rules in enumerate(self._rules)
            ]
            self._cases[air_object.number] = cases
        return cases

    def _alert_id(self, now_ns: int, air_object: AirObject, zone: int) -> str:
        return short_name(self._site_name, self._zones[zone], air_object.track_ids[0], now_ns)

    def _is_merged(self, now_ns: int, air_object: AirObject) -> bool:
        """Before a first message: joins the object to another that it turns out to be.

        Not so where both already have an alert for one zone: neither may end without a word.
        """
        twin = self._identities.twin_of(now_ns, air_object)
        if twin is None:
            return False
        mine, its = self._cases_of(air_object), self._cases_of(twin)
        if any(a.is_open and b.is_open for a, b in zip(mine, its, strict=True)):
            return False
        for zone, case in enumerate(mine):
            if case.is_open:
                its[zone] = case
            else:
                its[zone].life.inherit_age(case.life)
        self._identities.merge(air_object, into=twin)
        del self._cases[air_object.number]
        return True
